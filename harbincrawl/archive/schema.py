"""The shape of the database: one readable text, its version, and the steps from older versions."""

from __future__ import annotations

import sqlite3

from sqlite_utils import Database, Migrations

from harbincrawl.duplicates import links as duplicates

TABLES = """
CREATE TABLE facts (                 -- what the archive knows of itself
  name TEXT PRIMARY KEY,             -- site, site_url, created, changes …
  value TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE runs (                  -- one row a crawl, ingest or reparse
  run INTEGER PRIMARY KEY,           -- counts up from 1
  kind TEXT NOT NULL,                -- crawl, ingest, reparse
  started TEXT NOT NULL,             -- UTC, RFC 3339, as all times here
  ended TEXT,                        -- null while it runs, and for ever where it died
  outcome TEXT NOT NULL,             -- running, complete, partial, interrupted, failed, aborted
  exit_code INTEGER,
  arguments TEXT NOT NULL,           -- JSON, secrets left out
  versions TEXT NOT NULL,            -- JSON: harbincrawl, parser, python, scrapy, sqlite
  report TEXT                        -- JSON, as `crawl --json` prints it
);

CREATE TABLE sections (              -- the present state of each list of the site
  path TEXT PRIMARY KEY,             -- path prefix: news, culture/music
  floor INTEGER NOT NULL DEFAULT 0,  -- the run at whose end everything listed had been read; 0: never
  "offset" INTEGER NOT NULL DEFAULT 0, -- the pager's total less standing rows, as the last whole walk proved it
  last_page INTEGER NOT NULL DEFAULT 1, -- number of the last list page seen
  hole INTEGER,                      -- first list page that could not be read
  full_at TEXT,                      -- when the last walk to the list's end was done
  total INTEGER,                     -- the pager's total, or measured
  seen INTEGER NOT NULL DEFAULT 0,   -- 1 once its first page answered
  rhythm_days REAL NOT NULL DEFAULT 0, -- days between re-checks of its articles, summed
  rhythm_changes INTEGER NOT NULL DEFAULT 0 -- re-checks that found a change
) WITHOUT ROWID;

CREATE TABLE list_pages (            -- what list pages said, for conditional requests
  address TEXT PRIMARY KEY,
  etag TEXT,
  last_modified TEXT,
  parser TEXT NOT NULL,              -- version of the reader
  listing TEXT NOT NULL              -- JSON: lines, total, next_page, last
) WITHOUT ROWID;

CREATE TABLE walks (                 -- one row a run and section: how its list was read
  run INTEGER NOT NULL REFERENCES runs(run),
  section TEXT NOT NULL,
  walk TEXT NOT NULL,                -- to-floor, full, partial, absent, failed
  listing_pages INTEGER NOT NULL,
  total_records INTEGER,
  known INTEGER NOT NULL,            -- standing rows after the walk
  gap INTEGER,                       -- total_records less standing rows
  reason TEXT,                       -- why it is partial or failed
  PRIMARY KEY (run, section)
) WITHOUT ROWID;

CREATE TABLE listed (                -- one row a line of a section's list
  section TEXT NOT NULL,             -- whose list
  item TEXT NOT NULL,                -- the article's number, or the address of a line that leads elsewhere
  number INTEGER,                    -- the article's number; null: elsewhere
  address TEXT NOT NULL,             -- as read last
  title TEXT NOT NULL,
  date TEXT,                         -- the printed day
  summary TEXT,
  since INTEGER NOT NULL,            -- the run that first read this wording here
  stands INTEGER NOT NULL,           -- 0: struck, no longer in the list
  PRIMARY KEY (section, item)
) WITHOUT ROWID;
CREATE INDEX listed_number ON listed(number);

CREATE TABLE queue (                 -- one row an article that was ever listed: is it wanted, when is it due
  number INTEGER PRIMARY KEY,
  address TEXT NOT NULL,             -- where to ask, as read last
  wanted INTEGER NOT NULL,           -- 1 until an outcome commits
  state TEXT NOT NULL                -- JSON: failed runs, due and re-check times (harbincrawl.walk's ArticleState)
);
CREATE INDEX queue_wanted ON queue(number) WHERE wanted;

CREATE TABLE articles (              -- the present state of every article
  key INTEGER PRIMARY KEY,           -- (day of updated, else of created) x 2^20 + number: date order
  number INTEGER NOT NULL UNIQUE,    -- the site's own counter; other tables refer to this
  url TEXT NOT NULL,                 -- the site's own address
  section TEXT NOT NULL,             -- label: Harbin Today
  section_path TEXT NOT NULL,        -- news
  title TEXT,
  updated TEXT,                      -- the printed day
  created TEXT,                      -- the day in the address
  author TEXT,                       -- as printed
  authors TEXT NOT NULL,             -- JSON list of names
  source TEXT,
  summary TEXT,                      -- from the listing
  body TEXT,                         -- paragraphs, a blank line between; null: none
  captions TEXT,                     -- captions and credits, a line each, for the index; null: none
  word_count INTEGER NOT NULL,       -- words of the body
  first_seen TEXT NOT NULL,
  last_seen TEXT NOT NULL,           -- last time the site answered with it
  last_changed TEXT NOT NULL,        -- when its present wording was first seen
  revision INTEGER NOT NULL,         -- 1: as first seen
  status TEXT NOT NULL,              -- live, gone
  fingerprint TEXT NOT NULL,         -- sha256 of the normal form
  parser TEXT NOT NULL,              -- version of the reader
  capture INTEGER REFERENCES captures(id), -- its first page's response
  change INTEGER NOT NULL            -- counts up with every change of any article: the cursor of --changed-since
);
CREATE INDEX articles_section ON articles(section_path, key);
CREATE INDEX articles_fingerprint ON articles(fingerprint);
CREATE INDEX articles_change ON articles(change);

CREATE VIRTUAL TABLE articles_fts USING fts5(
  title, body, captions, author, source,
  content="articles", content_rowid="key", tokenize='porter unicode61 remove_diacritics 2'
);

CREATE TABLE images (                -- pictures of the present state, in reading order
  number INTEGER NOT NULL,
  position INTEGER NOT NULL,
  url TEXT,
  caption TEXT,
  credit TEXT,
  file_name TEXT,
  media TEXT,                        -- its file in media/, named by sha256; null: not kept (crawl --images)
  PRIMARY KEY (number, position)
) WITHOUT ROWID;

CREATE TABLE revisions (             -- every earlier state
  number INTEGER NOT NULL,
  revision INTEGER NOT NULL,         -- 1: as first seen
  title TEXT,
  updated TEXT,
  author TEXT,
  source TEXT,
  body TEXT,
  images TEXT NOT NULL,              -- JSON list of url, caption, credit, file_name
  fingerprint TEXT NOT NULL,
  parser TEXT NOT NULL,
  capture INTEGER REFERENCES captures(id),
  seen TEXT NOT NULL,                -- when this wording was first seen
  replaced TEXT NOT NULL,            -- when the next one was
  cause TEXT NOT NULL,               -- what replaced it: crawl, reparse, ingest
  PRIMARY KEY (number, revision)
) WITHOUT ROWID;

CREATE TABLE captures (              -- one row a response of the server
  id INTEGER PRIMARY KEY,
  run INTEGER NOT NULL,
  address TEXT NOT NULL,             -- the site's own address of what was asked for
  fetched_at TEXT NOT NULL,
  status INTEGER NOT NULL,
  etag TEXT,
  last_modified TEXT,
  digest TEXT,                       -- sha1: and Base32 of the payload on the wire
  body_hash TEXT,                    -- sha256 of the decoded body
  warc TEXT,                         -- file in warc/; null with --no-warc
  "offset" INTEGER,                  -- of its record there
  origin TEXT,                       -- the foreign WARC it was ingested from
  first_page INTEGER                 -- for page n of an article: the capture of its page 1
);
CREATE INDEX captures_address ON captures(address, id);
CREATE INDEX captures_first_page ON captures(first_page) WHERE first_page IS NOT NULL;
CREATE INDEX captures_digest ON captures(digest) WHERE warc IS NOT NULL;

CREATE TABLE failures (              -- what went wrong, a row an address and run
  run INTEGER NOT NULL,
  address TEXT NOT NULL,
  number INTEGER,
  class TEXT NOT NULL,               -- timeout, http, connection, cut, refused, not-an-article, robots, pages …
  reason TEXT NOT NULL,
  at TEXT NOT NULL,
  PRIMARY KEY (run, address)
) WITHOUT ROWID;

CREATE TABLE purged (                -- articles that were taken down: never fetched, stored or ingested again
  number INTEGER PRIMARY KEY,
  change INTEGER NOT NULL,           -- as in articles: a tombstone for --changed-since
  at TEXT NOT NULL
);

CREATE TABLE duplicates (            -- which article is a copy of which
  number INTEGER PRIMARY KEY,
  original INTEGER NOT NULL,         -- the earliest article with this text
  similarity REAL NOT NULL,          -- 1.0: the same fingerprint; else Jaccard of word shingles
  kind TEXT NOT NULL                 -- exact, near
);
CREATE INDEX duplicates_original ON duplicates(original);
"""

migrations = Migrations("harbincrawl")


@migrations()
def m001_tables(db: Database) -> None:
    """The first shape."""
    run_script(db.conn, TABLES)
    run_script(db.conn, duplicates.TABLES)


SEALS = """
ALTER TABLE runs ADD COLUMN seal TEXT; -- over all that it and the killed runs before it wrote; null: not sealed

CREATE TABLE outcomes (              -- one row an article and run: what came of it, and how it stood afterwards
  run INTEGER NOT NULL,
  number INTEGER NOT NULL,
  outcome TEXT NOT NULL,             -- new, changed, same, duplicate, failed, gone; kept: as an upgrade found it
  capture INTEGER,                   -- the response it was read from
  hash TEXT,                         -- sha256 of the article's canonical JSON; null: it is not stored
  PRIMARY KEY (run, number)
) WITHOUT ROWID;
CREATE INDEX outcomes_number ON outcomes(number, run);

CREATE TABLE removals (              -- the hashes of sealed rows that were removed on purpose
  id INTEGER PRIMARY KEY,
  run INTEGER NOT NULL,              -- the run whose row it was
  kind TEXT NOT NULL,                -- outcome, failure, capture
  hash TEXT NOT NULL,                -- of the row, as the run's seal covers it
  removed_by INTEGER NOT NULL        -- the run that removed it; its seal covers this row
);
CREATE INDEX removals_run ON removals(run);

CREATE TABLE lost_captures (         -- responses whose record is gone for good; nothing is compared with them
  capture INTEGER PRIMARY KEY,
  run INTEGER NOT NULL,              -- the run that found it so
  reason TEXT NOT NULL               -- purged, damaged
);
CREATE INDEX captures_run ON captures(run);
"""


@migrations()
def m002_seals(db: Database) -> None:
    """An id of the archive's own, outcomes, removals and seals."""
    run_script(db.conn, SEALS)
    db.conn.execute("INSERT INTO facts(name, value) VALUES ('id', lower(hex(randomblob(16))))")


def run_script(connection: sqlite3.Connection, script: str) -> None:
    """Executes each statement of `script` within the open transaction (`executescript` would commit it)."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            connection.execute(statement)
            statement = ""
