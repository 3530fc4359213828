"""The tables of rescued captures, as SQL."""

from __future__ import annotations

TABLES = """
CREATE TABLE rescue (                -- captures that archives of others list, each written before it is asked for
  source TEXT NOT NULL,              -- wayback, commoncrawl, or the address of another archive's list
  original TEXT NOT NULL,            -- the address of the page as that archive writes it
  timestamp TEXT NOT NULL,           -- when that archive captured it, as it writes it: 14 digits, UTC
  address TEXT,                      -- its address on the site; null: it is no page of the site
  number INTEGER,                    -- the article's internal number; null: no article
  page INTEGER,                      -- number of the page of the article or list
  digest TEXT,                       -- of its payload, as that archive writes it; null: it does not say
  length INTEGER,                    -- bytes there, packed
  place TEXT,                        -- Common Crawl: byte offset and name of the WARC file there
  state TEXT NOT NULL,               -- left, fetched, repeat (of a body that is here), not_ours, failed
  outcome TEXT,                      -- fetched: what came of it; failed: its class; not_ours: why; null: not read yet
  tries INTEGER NOT NULL DEFAULT 0,  -- runs in which it failed
  capture INTEGER REFERENCES captures(id), -- where its body is; null: nowhere
  run INTEGER REFERENCES runs(run),  -- the run that gave it this state
  PRIMARY KEY (source, original, timestamp)
) WITHOUT ROWID;
CREATE INDEX rescue_number ON rescue(number) WHERE number IS NOT NULL;
CREATE INDEX rescue_address ON rescue(address, digest) WHERE address IS NOT NULL;
CREATE INDEX rescue_capture ON rescue(capture) WHERE capture IS NOT NULL;

CREATE TABLE _rescue_lists (         -- lists of archives of others that never change once they are read to the end
  source TEXT NOT NULL,
  list TEXT NOT NULL,                -- its address and what it was asked
  PRIMARY KEY (source, list)
) WITHOUT ROWID;
"""
