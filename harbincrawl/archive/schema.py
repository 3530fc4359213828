"""The schema of the database as one SQL text, and the migrations from older versions."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing

from sqlite_utils import Database, Migrations

from harbincrawl.duplicates import links as duplicates

TABLES = """
CREATE TABLE facts (                 -- properties of the archive
  name TEXT PRIMARY KEY,             -- site, site_url, created, changes …
  value TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE runs (                  -- one row for each crawl, ingest or reparse
  run INTEGER PRIMARY KEY,           -- counts up from 1
  kind TEXT NOT NULL,                -- crawl, ingest, reparse
  started TEXT NOT NULL,             -- UTC, RFC 3339, as all times in this database
  ended TEXT,                        -- null while it runs, and if it died
  outcome TEXT NOT NULL,             -- running, complete, partial, interrupted, failed, aborted
  exit_code INTEGER,
  arguments TEXT NOT NULL,           -- JSON, without secrets
  versions TEXT NOT NULL,            -- JSON: harbincrawl, parser, python, scrapy, sqlite
  report TEXT                        -- JSON, as `crawl --json` prints it
);

CREATE TABLE sections (              -- current state of each list of the site
  path TEXT PRIMARY KEY,             -- path prefix: news, culture/music
  floor INTEGER NOT NULL DEFAULT 0,  -- the last run that had read everything listed when it ended; 0: none
  "offset" INTEGER NOT NULL DEFAULT 0, -- total minus active lines, as the last full walk found it
  last_page INTEGER NOT NULL DEFAULT 1, -- number of the last list page known
  hole INTEGER,                      -- first list page that could not be read
  full_at TEXT,                      -- when the last full walk ended
  total INTEGER,                     -- the total that the pager prints, else the measured one
  seen INTEGER NOT NULL DEFAULT 0,   -- 1 after its first page answered once
  rhythm_days REAL NOT NULL DEFAULT 0, -- sum over re-checks of the days since the article was last fetched
  rhythm_changes INTEGER NOT NULL DEFAULT 0 -- re-checks that found a change
) WITHOUT ROWID;

CREATE TABLE list_pages (            -- list pages as last read, for conditional requests
  address TEXT PRIMARY KEY,
  etag TEXT,
  last_modified TEXT,
  parser TEXT NOT NULL,              -- version of the parser
  listing TEXT NOT NULL              -- JSON: lines, total, next_page, last
) WITHOUT ROWID;

CREATE TABLE walks (                 -- how each run read each list
  run INTEGER NOT NULL REFERENCES runs(run),
  section TEXT NOT NULL,
  walk TEXT NOT NULL,                -- to-floor, full, partial, absent, failed
  listing_pages INTEGER NOT NULL,
  total_records INTEGER,
  known INTEGER NOT NULL,            -- active lines after the walk
  gap INTEGER,                       -- total_records minus active lines
  reason TEXT,                       -- why it is partial or failed
  PRIMARY KEY (run, section)
) WITHOUT ROWID;

CREATE TABLE listed (                -- the lines of all lists
  section TEXT NOT NULL,             -- path of the list's section
  item TEXT NOT NULL,                -- the article's number; the address if the line leads to no article of the site
  number INTEGER,                    -- the article's number; null: the line leads to no article of the site
  address TEXT NOT NULL,             -- as last read
  title TEXT NOT NULL,
  date TEXT,                         -- the printed date
  summary TEXT,
  since INTEGER NOT NULL,            -- the run that first read this wording in this section
  stands INTEGER NOT NULL,           -- 1: active, 0: removed (no longer in the list)
  PRIMARY KEY (section, item)
) WITHOUT ROWID;
CREATE INDEX listed_number ON listed(number);

CREATE TABLE queue (                 -- each article that was listed at least once: is it wanted, when is it due
  number INTEGER PRIMARY KEY,
  address TEXT NOT NULL,             -- the address that the list showed last
  wanted INTEGER NOT NULL,           -- 1 until the article is stored or gone
  state TEXT NOT NULL                -- JSON: failed runs, due and re-check times (harbincrawl.walk's ArticleState)
);
CREATE INDEX queue_wanted ON queue(number) WHERE wanted;

CREATE TABLE articles (              -- the current revision of each article
  key INTEGER PRIMARY KEY,           -- (day of updated, else of created) x 2^20 + number: date order
  number INTEGER NOT NULL UNIQUE,    -- the number that the site gave it; other tables refer to this
  url TEXT NOT NULL,                 -- address on the site (not on a mirror)
  section TEXT NOT NULL,             -- label: Harbin Today
  section_path TEXT NOT NULL,        -- news
  title TEXT,
  updated TEXT,                      -- the printed date
  created TEXT,                      -- the date in the address
  author TEXT,                       -- as printed
  authors TEXT NOT NULL,             -- JSON list of names
  source TEXT,
  summary TEXT,                      -- from the list line
  body TEXT,                         -- paragraphs, separated by a blank line; null: none
  captions TEXT,                     -- captions and credits, one line each, for the full-text index; null: none
  word_count INTEGER NOT NULL,       -- words of the body
  first_seen TEXT NOT NULL,
  last_seen TEXT NOT NULL,           -- last time the site answered with it
  last_changed TEXT NOT NULL,        -- when the current revision was first seen
  revision INTEGER NOT NULL,         -- 1: as first seen
  status TEXT NOT NULL,              -- live, gone
  fingerprint TEXT NOT NULL,         -- sha256 of the normal form
  parser TEXT NOT NULL,              -- version of the parser
  capture INTEGER REFERENCES captures(id), -- response of its first page
  change INTEGER NOT NULL            -- rises with every change of any article: the cursor of --changed-since
);
CREATE INDEX articles_section ON articles(section_path, key);
CREATE INDEX articles_fingerprint ON articles(fingerprint);
CREATE INDEX articles_change ON articles(change);

CREATE VIRTUAL TABLE articles_fts USING fts5(
  title, body, captions, author, source,
  content="articles", content_rowid="key", tokenize='porter unicode61 remove_diacritics 2'
);

CREATE TABLE images (                -- pictures of the current revision, in reading order
  number INTEGER NOT NULL,
  position INTEGER NOT NULL,
  url TEXT,
  caption TEXT,
  credit TEXT,
  file_name TEXT,
  media TEXT,                        -- its file in media/, named by sha256; null: not fetched (see crawl --images)
  PRIMARY KEY (number, position)
) WITHOUT ROWID;

CREATE TABLE revisions (             -- all earlier revisions
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
  seen TEXT NOT NULL,                -- when this revision was first seen
  replaced TEXT NOT NULL,            -- when the next revision was first seen
  cause TEXT NOT NULL,               -- what replaced it: crawl, reparse, ingest
  PRIMARY KEY (number, revision)
) WITHOUT ROWID;

CREATE TABLE captures (              -- all responses of the server
  id INTEGER PRIMARY KEY,
  run INTEGER NOT NULL,
  address TEXT NOT NULL,             -- the requested address on the site (not on a mirror)
  fetched_at TEXT NOT NULL,
  status INTEGER NOT NULL,
  etag TEXT,
  last_modified TEXT,
  digest TEXT,                       -- sha1: and Base32 of the payload as received
  body_hash TEXT,                    -- sha256 of the decoded body
  warc TEXT,                         -- file in warc/; null with --no-warc
  "offset" INTEGER,                  -- byte offset of its record in that file
  origin TEXT,                       -- the other tool's WARC file that it was ingested from
  first_page INTEGER                 -- for page n of an article: the capture of its page 1
);
CREATE INDEX captures_address ON captures(address, id);
CREATE INDEX captures_first_page ON captures(first_page) WHERE first_page IS NOT NULL;
CREATE INDEX captures_digest ON captures(digest) WHERE warc IS NOT NULL;

CREATE TABLE failures (              -- addresses that failed, by run
  run INTEGER NOT NULL,
  address TEXT NOT NULL,
  number INTEGER,
  class TEXT NOT NULL,               -- timeout, http, connection, cut, refused, not-an-article, robots, pages …
  reason TEXT NOT NULL,
  at TEXT NOT NULL,
  PRIMARY KEY (run, address)
) WITHOUT ROWID;

CREATE TABLE purged (                -- purged articles: never fetched, stored or ingested again
  number INTEGER PRIMARY KEY,
  change INTEGER NOT NULL,           -- as in articles: a tombstone for --changed-since
  at TEXT NOT NULL
);

CREATE TABLE duplicates (            -- copies and their originals
  number INTEGER PRIMARY KEY,
  original INTEGER NOT NULL,         -- the earliest article with this text
  similarity REAL NOT NULL,          -- 1.0: the same fingerprint; else Jaccard of word shingles
  kind TEXT NOT NULL                 -- exact, near
);
CREATE INDEX duplicates_original ON duplicates(original);
"""

migrations = Migrations("harbincrawl")
_COMMENT = re.compile(r"--[^\n]*")


@migrations()
def m001_tables(db: Database) -> None:
    """All tables of version 1."""
    run_script(db.conn, TABLES)
    run_script(db.conn, duplicates.TABLES)


SEALS = """
ALTER TABLE runs ADD COLUMN seal TEXT; -- over all rows of this run and of killed runs before it; null: not sealed

CREATE TABLE outcomes (              -- the outcome of each article in each run
  run INTEGER NOT NULL,
  number INTEGER NOT NULL,
  outcome TEXT NOT NULL,             -- new, changed, same, duplicate, failed, gone; kept: as an upgrade found it
  capture INTEGER,                   -- the response it was read from
  hash TEXT,                         -- sha256 of the article's canonical JSON after the run; null: it is not stored
  PRIMARY KEY (run, number)
) WITHOUT ROWID;
CREATE INDEX outcomes_number ON outcomes(number, run);

CREATE TABLE removals (              -- hashes of sealed rows that were removed on purpose
  id INTEGER PRIMARY KEY,
  run INTEGER NOT NULL,              -- the run that wrote the row
  kind TEXT NOT NULL,                -- outcome, failure, capture
  hash TEXT NOT NULL,                -- hash of the row, which the seal of that run covers
  removed_by INTEGER NOT NULL        -- the run that removed the row; its seal covers this table row
);
CREATE INDEX removals_run ON removals(run);

CREATE TABLE lost_captures (         -- captures whose WARC record is lost; no later response is compared with them
  capture INTEGER PRIMARY KEY,
  run INTEGER NOT NULL,              -- the run that noticed it
  reason TEXT NOT NULL               -- purged, damaged
);
CREATE INDEX captures_run ON captures(run);
"""


@migrations()
def m002_seals(db: Database) -> None:
    """The id of the archive, outcomes, removals, seals, lost captures."""
    run_script(db.conn, SEALS)
    db.conn.execute("INSERT INTO facts(name, value) VALUES ('id', lower(hex(randomblob(16))))")


def run_script(connection: sqlite3.Connection, script: str) -> None:
    """Executes the statements of `script` in the open transaction; `executescript` would commit it first."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            connection.execute(statement)
            statement = ""


def read_schema(connection: sqlite3.Connection) -> dict[tuple[str, str], str]:
    """The statements that make the tables and indexes of a database, by type and name, comments and blanks aside."""
    rows = connection.execute("SELECT type, name, sql FROM main.sqlite_master WHERE sql IS NOT NULL")
    return {(kind, name): "".join(_COMMENT.sub("", sql).split()) for kind, name, sql in rows}


def make_schema() -> dict[tuple[str, str], str]:
    """As `read_schema`, of a new archive."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        migrations.apply(Database(connection))
        return read_schema(connection)
