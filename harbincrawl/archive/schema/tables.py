"""The schema of the database as one SQL text: the tables, and views for other programs."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping
from functools import cache

from harbincrawl.duplicates.tables import TABLES as _SIGNATURES
from harbincrawl.fields import SITE_NAME
from harbincrawl.identity import write_id

TABLES = """
CREATE TABLE facts (                 -- properties of the archive
  name TEXT PRIMARY KEY,             -- site, site_url, created, changes …
  value TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE log (                   -- records of the WARC files that the database rests on
  name TEXT PRIMARY KEY,             -- position: the last one that it has; sealed: the last seal
  ordinal INTEGER NOT NULL,          -- its number in the log, which counts through all files
  digest TEXT NOT NULL,              -- sha256 of the record, unpacked
  file INTEGER NOT NULL,             -- number of its file
  "end" INTEGER NOT NULL             -- byte offset after it in that file
) WITHOUT ROWID;

CREATE TABLE log_files (             -- the WARC files of the log, here or in a bucket
  number INTEGER PRIMARY KEY,        -- counts up from 1
  name TEXT NOT NULL UNIQUE          -- the name by which captures refer to it
);

CREATE TABLE _seals (                -- where in the log the record of each seal is
  run INTEGER PRIMARY KEY REFERENCES runs(run),
  file INTEGER NOT NULL,             -- number of its file
  "offset" INTEGER NOT NULL          -- byte offset of the record in that file
);

CREATE TABLE _ids (                  -- ids of the site that are not their own internal number, listed or stored
  internal INTEGER PRIMARY KEY,      -- counts up from 2^31; a decimal id below that, without a leading zero, is its own
  id TEXT NOT NULL UNIQUE            -- up to 64 letters, digits, `-`, `_` and `.`
);

CREATE TABLE runs (                  -- one row for each crawl, ingest, reparse, rescue …
  run INTEGER PRIMARY KEY,           -- counts up from 1
  kind TEXT NOT NULL,                -- crawl, ingest, reparse, rescue …
  started TEXT NOT NULL,             -- UTC, RFC 3339, as all times in this database
  ended TEXT,                        -- null while it runs, and if it died
  outcome TEXT NOT NULL,             -- running, complete, partial, interrupted, failed, aborted
  exit_code INTEGER,
  arguments TEXT NOT NULL,           -- JSON, without secrets
  versions TEXT NOT NULL,            -- JSON: harbincrawl, parser, python, scrapy, sqlite
  report TEXT,                       -- JSON, as `crawl --json` prints it
  seal TEXT                          -- over all records of the log since the seal before; null: not sealed
);

CREATE TABLE timestamps (            -- what time stamp authorities (RFC 3161) say of seals
  run INTEGER NOT NULL REFERENCES runs(run), -- the run that ended with the seal
  authority TEXT NOT NULL,           -- the address that was asked
  at TEXT NOT NULL,                  -- when the seal existed, by the token
  token TEXT NOT NULL,               -- the answer (DER, TimeStampResp) in base64
  PRIMARY KEY (run, authority)
) WITHOUT ROWID;

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

CREATE TABLE walks (                 -- how each run read each list
  run INTEGER NOT NULL REFERENCES runs(run),
  section TEXT NOT NULL REFERENCES sections(path),
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
  item TEXT NOT NULL,                -- the article's id; the address if the line leads to no article of the site
  number INTEGER,                    -- the article's internal number; null: the line leads to no article of the site
  address TEXT NOT NULL,             -- as last read
  title TEXT NOT NULL,
  date TEXT,                         -- the printed date
  summary TEXT,
  capture INTEGER,                   -- the list page that was read
  since INTEGER NOT NULL REFERENCES runs(run), -- the run that first read this wording in this section
  stands INTEGER NOT NULL,           -- 1: active, 0: removed (no longer in the list)
  PRIMARY KEY (section, item)
) WITHOUT ROWID;
CREATE INDEX listed_number ON listed(number);

CREATE TABLE queue (                 -- each article that was listed at least once: is it wanted, when is it due
  number INTEGER PRIMARY KEY,        -- internal number
  address TEXT NOT NULL,             -- the address that the list showed last
  wanted INTEGER NOT NULL,           -- 1 until the article is stored or gone
  state TEXT NOT NULL                -- JSON: failed runs, due and re-check times (harbincrawl.walk's ArticleState)
);
CREATE INDEX queue_wanted ON queue(number) WHERE wanted;

CREATE TABLE captures (              -- all responses of the server, and of archives that kept some of it
  id INTEGER PRIMARY KEY,            -- number of its record in the log
  run INTEGER NOT NULL REFERENCES runs(run),
  address TEXT NOT NULL,             -- the requested address on the site (not on a mirror)
  fetched_at TEXT NOT NULL,
  status INTEGER NOT NULL,
  etag TEXT,
  last_modified TEXT,
  digest TEXT,                       -- sha256: and hex digits, of the payload as received
  body_hash TEXT,                    -- sha256 of the decoded body
  charset TEXT,                      -- the charset that its Content-Type names
  warc TEXT,                         -- file in warc/; null where no record was kept
  "offset" INTEGER,                  -- byte offset of its record in that file
  origin TEXT,                       -- the other tool's WARC file that it was ingested from
  source TEXT NOT NULL,              -- site, mirror, cache, middleware, ingest; else the archive of others that kept it
  host TEXT NOT NULL,                -- the host that answered, with its port where that is not the scheme's own
  first_page INTEGER REFERENCES captures(id), -- for page n of an article: the capture of its page 1
  redirected INTEGER                 -- the response that redirected to this one
);
CREATE INDEX captures_address ON captures(address, id);
CREATE INDEX captures_first_page ON captures(first_page) WHERE first_page IS NOT NULL;
CREATE INDEX captures_digest ON captures(digest) WHERE warc IS NOT NULL;
CREATE INDEX captures_run ON captures(run);
CREATE INDEX captures_unkept ON captures(id) WHERE warc IS NULL;

CREATE TABLE articles (              -- the current revision of each article
  key INTEGER PRIMARY KEY,           -- (day of updated, else of created) x 2^32 + number: date order
  number INTEGER NOT NULL UNIQUE,    -- internal number: other tables refer to this
  id TEXT NOT NULL UNIQUE,           -- what the site calls it in its address
  url TEXT NOT NULL,                 -- address on the site (not on a mirror)
  section TEXT NOT NULL,             -- label, one for each path: Harbin Today
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
  last_seen TEXT NOT NULL,           -- last time the site answered with it; to others, while it is unknown
  last_changed TEXT NOT NULL,        -- when the current revision was first seen
  revision INTEGER NOT NULL,         -- 1: as first seen
  status TEXT NOT NULL,              -- live, gone; unknown: only archives of others ever saw it
  fingerprint TEXT NOT NULL,         -- sha256 of the normal form
  parser TEXT NOT NULL,              -- version of the parser
  layout TEXT,                       -- sha256 of the layout that it was read with; null: read by itself
  first_capture INTEGER REFERENCES captures(id), -- the response that first showed this revision; what exports cite
  capture INTEGER REFERENCES captures(id), -- the last response that showed it, of its first page: what it was read from
  line INTEGER,                      -- the list page that gave what its own pages do not show; null: none
  summary_line INTEGER,              -- the list page with the summary
  change INTEGER NOT NULL            -- rises with every change of any article: the cursor of --changed-since
);
CREATE INDEX articles_section ON articles(section_path, key);
CREATE INDEX articles_fingerprint ON articles(fingerprint, created, number);
CREATE INDEX articles_change ON articles(change);

CREATE VIRTUAL TABLE articles_fts USING fts5(
  title, body, captions, author, source,
  content="articles", content_rowid="key", tokenize='porter unicode61 remove_diacritics 2'
);

CREATE TABLE images (                -- pictures of the current revision, in reading order
  number INTEGER NOT NULL REFERENCES articles(number),
  position INTEGER NOT NULL,
  url TEXT,
  caption TEXT,
  credit TEXT,
  file_name TEXT,
  media TEXT,                        -- its file in media/, named by sha256; null: not fetched (see crawl --images)
  PRIMARY KEY (number, position)
) WITHOUT ROWID;

CREATE TABLE revisions (             -- all earlier revisions
  number INTEGER NOT NULL REFERENCES articles(number),
  revision INTEGER NOT NULL,         -- 1: as first seen
  title TEXT,
  updated TEXT,
  author TEXT,
  source TEXT,
  body TEXT,
  images TEXT NOT NULL,              -- JSON list of url, caption, credit, file_name
  fingerprint TEXT NOT NULL,
  parser TEXT NOT NULL,
  layout TEXT,                       -- as in articles
  first_capture INTEGER REFERENCES captures(id), -- as in articles
  capture INTEGER REFERENCES captures(id), -- as in articles
  line INTEGER,                      -- as in articles
  seen TEXT NOT NULL,                -- when this revision was first seen
  replaced TEXT NOT NULL,            -- when the next revision was first seen
  cause TEXT NOT NULL,               -- what replaced it: crawl, ingest, rescue
  PRIMARY KEY (number, revision)
) WITHOUT ROWID;

CREATE TABLE frames (                -- the frame of each article page that was read: pages of one template share it
  capture INTEGER PRIMARY KEY REFERENCES captures(id), -- of the article's first page
  frame TEXT NOT NULL,               -- hash of where the page prints its date
  layout INTEGER NOT NULL,           -- which layout of the frame read it, as `pages` in layouts; 0: none
  opinion TEXT                       -- fields that are others without the layout, blanks between; null: not asked
);
CREATE INDEX frames_frame ON frames(frame, layout, capture);
CREATE INDEX frames_asked ON frames(frame, layout, capture) WHERE opinion IS NOT NULL;

CREATE TABLE layouts (               -- what the pages of one template have in common
  frame TEXT NOT NULL,               -- of the pages
  pages INTEGER NOT NULL,            -- at which page of the frame it was learnt: 5, 20, 80
  learnt INTEGER NOT NULL,           -- the run that learnt it
  parser TEXT NOT NULL,              -- version of the parser that did
  samples TEXT NOT NULL,             -- JSON list of the captures that it was learnt from; null: purged
  digest TEXT,                       -- sha256 of the layout; null: it failed its test
  layout TEXT,                       -- canonical JSON, words as hashes
  reason TEXT,                       -- why no page is read by it
  PRIMARY KEY (frame, pages)
) WITHOUT ROWID;

CREATE TABLE failures (              -- addresses that failed, by run
  run INTEGER NOT NULL REFERENCES runs(run),
  address TEXT NOT NULL,
  number INTEGER,                    -- the article's internal number; null: another address
  class TEXT NOT NULL,               -- timeout, http, connection, cut, refused, not-an-article, robots, pages …
  reason TEXT NOT NULL,
  at TEXT NOT NULL,
  PRIMARY KEY (run, address)
) WITHOUT ROWID;

CREATE TABLE unaccounted (           -- what the pages read in a run show, and the reader could give no meaning
  run INTEGER NOT NULL REFERENCES runs(run),
  address TEXT NOT NULL,             -- of an article's first page, or of a list page
  kind TEXT NOT NULL,                -- line; page, item: a link to another page of it, to an article; template …
  text TEXT NOT NULL,                -- the line's words; of a link its words and address
  capture INTEGER,                   -- the response that shows it; null: what is said of many
  PRIMARY KEY (run, address, kind, text)
) WITHOUT ROWID;
CREATE INDEX unaccounted_capture ON unaccounted(capture);

CREATE TABLE outcomes (              -- the outcome of each article in each run
  run INTEGER NOT NULL REFERENCES runs(run),
  number INTEGER NOT NULL,           -- the article's internal number; it need not be stored
  outcome TEXT NOT NULL,             -- new, changed, same, duplicate, failed, gone; reread: by a new layout
  capture INTEGER,                   -- the response it was read from
  hash TEXT,                         -- sha256 of the article's canonical JSON after the run; null: it is not stored
  PRIMARY KEY (run, number)
) WITHOUT ROWID;
CREATE INDEX outcomes_number ON outcomes(number, run);

CREATE TABLE purged (                -- purged articles: never fetched, stored or ingested again
  number INTEGER PRIMARY KEY,        -- internal number
  change INTEGER NOT NULL,           -- as in articles: a tombstone for --changed-since
  at TEXT NOT NULL
);

CREATE TABLE lost_captures (         -- captures whose WARC record is lost; no later response is compared with them
  capture INTEGER PRIMARY KEY REFERENCES captures(id),
  run INTEGER NOT NULL REFERENCES runs(run), -- the run that noticed it
  reason TEXT NOT NULL               -- purged, damaged
);

CREATE TABLE places (                -- WARC files that are in a bucket, and no longer in warc/
  file TEXT PRIMARY KEY,             -- the name by which captures refer to it
  address TEXT NOT NULL UNIQUE,      -- s3://bucket/key
  sha256 TEXT NOT NULL,              -- of its bytes, as they were read back after the upload
  size INTEGER NOT NULL              -- bytes
) WITHOUT ROWID;

CREATE TABLE duplicates (            -- copies and their originals
  number INTEGER PRIMARY KEY REFERENCES articles(number),
  original INTEGER NOT NULL REFERENCES articles(number), -- the earliest article with this text
  similarity REAL NOT NULL,          -- 1.0: the same fingerprint; else Jaccard of word shingles
  kind TEXT NOT NULL                 -- exact, near
);
CREATE INDEX duplicates_original ON duplicates(original);

CREATE TABLE _list_pages (           -- list pages as last read, for conditional requests
  address TEXT PRIMARY KEY,
  capture INTEGER,                   -- the response that it was read from
  etag TEXT,
  last_modified TEXT,
  parser TEXT NOT NULL,              -- version of the parser
  listing TEXT NOT NULL              -- JSON: lines, total, next_page, last
) WITHOUT ROWID;
"""

VIEWS = f"""
CREATE VIEW v_articles AS            -- the articles with what other tables say of them
 SELECT a.id, a.url, a.section, a.section_path, a.title, a.updated, a.created, a.author, a.authors, a.source,
  a.summary, a.body, a.captions, a.word_count, (SELECT count(*) FROM images AS i WHERE i.number = a.number) AS images,
  a.first_seen, a.last_seen, a.last_changed, a.revision, a.status, o.id AS duplicate_of, d.similarity, a.fingerprint,
  a.parser, c.fetched_at, c.source AS captured_from, c.host AS captured_host, {SITE_NAME} || ':' || a.id AS record
 FROM articles AS a LEFT JOIN duplicates AS d ON d.number = a.number LEFT JOIN articles AS o ON o.number = d.original
 LEFT JOIN captures AS c ON c.id = a.first_capture;

CREATE VIEW v_revisions AS           -- every wording of each article, its current one last
 SELECT a.id, a.url, r.revision, r.title, r.updated, r.author, r.source, r.body, r.seen, r.replaced, r.cause
 FROM revisions AS r JOIN articles AS a ON a.number = r.number
 UNION ALL SELECT id, url, revision, title, updated, author, source, body, last_changed, NULL, NULL FROM articles;

CREATE VIEW v_images AS              -- the pictures of each article
 SELECT a.id, a.url, i.position, i.url AS image, i.caption, i.credit, i.file_name, i.media
 FROM images AS i JOIN articles AS a ON a.number = i.number;

CREATE VIEW v_copies AS              -- copies with their originals
 SELECT c.id, c.url, o.id AS original, o.url AS original_url, d.similarity, d.kind
 FROM duplicates AS d JOIN articles AS c ON c.number = d.number JOIN articles AS o ON o.number = d.original;

CREATE VIEW v_queue AS               -- the articles that were ever listed
 SELECT {write_id("q.number")} AS id, q.address AS url, q.wanted, json_extract(q.state, '$.gone') AS gone,
  json_extract(q.state, '$.failed_runs') AS failed_runs, json_extract(q.state, '$.due') AS due,
  json_extract(q.state, '$.recheck_at') AS recheck_at FROM queue AS q;

CREATE VIEW v_outcomes AS            -- what came of each article in each run
 SELECT {write_id("o.number")} AS id, a.url, o.run, r.kind, r.started, o.outcome, o.hash
 FROM outcomes AS o JOIN runs AS r ON r.run = o.run LEFT JOIN articles AS a ON a.number = o.number;

CREATE VIEW v_places AS              -- the pages of articles that are in a bucket
 SELECT a.id, a.url, c.fetched_at, c.warc, p.address, c."offset" FROM places AS p JOIN captures AS c ON c.warc = p.file
 JOIN articles AS a ON a.capture IN (c.id, c.first_page);

CREATE VIEW v_failures AS            -- what failed in each run, and why
 SELECT {write_id("f.number")} AS id, f.address AS url, f.run, f.class, f.reason, f.at FROM failures AS f;
"""
"""Each begins with the site's id of an article and its address."""

SCHEMA = TABLES + _SIGNATURES + VIEWS


def column_names(table: str) -> tuple[str, ...]:
    """Of a table of the schema, in order."""
    return tuple(re.findall(r'^  "?([a-z_]\w*)"? ', _find_table(table), re.MULTILINE))


def write_insert(table: str) -> str:
    """SQL that inserts a row of a table, of all its columns in their order."""
    return f"INSERT INTO main.{table} VALUES ({', '.join('?' * len(column_names(table)))})"


def upsert(connection: sqlite3.Connection, table: str, *rows: Mapping[str, object]) -> None:
    """Stores rows by their columns, in the caller's transaction; of a row with such a key these columns are changed."""
    for row in rows:
        connection.execute(_write_upsert(table, tuple(row)), tuple(row.values()))


def find_keys(table: str) -> tuple[str, ...]:
    """The columns of the primary key of a table."""
    found = re.findall(r"^  (\w+) \w+ PRIMARY KEY|PRIMARY KEY \((.*)\)", _find_table(table), re.MULTILINE)
    return tuple("".join(found[0]).split(", "))


@cache
def _write_upsert(table: str, names: tuple[str, ...]) -> str:
    keys = find_keys(table)
    columns = ", ".join(f'"{name}"' for name in names)
    changes = ", ".join(f'"{name}" = excluded."{name}"' for name in names if name not in keys)
    places = ", ".join("?" * len(names))
    return (
        f"INSERT INTO main.{table}({columns}) VALUES ({places}) ON CONFLICT({', '.join(keys)}) DO UPDATE SET {changes}"
    )


def _find_table(table: str) -> str:
    return TABLES.partition(f"CREATE TABLE {table} (")[2].partition("\n)")[0]


def run_script(connection: sqlite3.Connection, script: str) -> None:
    """Executes the statements of `script` in the open transaction; `executescript` would commit it first."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            connection.execute(statement)
            statement = ""


def make_schema(connection: sqlite3.Connection) -> None:
    """Makes all tables of an archive, and its id, in the caller's transaction."""
    run_script(connection, SCHEMA)
    connection.execute("INSERT INTO facts(name, value) VALUES ('id', lower(hex(randomblob(16))))")
