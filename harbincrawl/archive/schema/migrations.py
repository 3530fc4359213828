"""The migrations from older versions, each of which only an older archive goes through."""

from __future__ import annotations

import json
import sqlite3

from sqlite_utils import Database, Migrations

from harbincrawl.archive.articles.store import Store
from harbincrawl.duplicates.places import PLACE
from harbincrawl.duplicates.rebuild import rebuild
from harbincrawl.identity import BITS_FOR_NUMBER

from .tables import SCHEMA, run_script

UPGRADED_FROM = "upgraded_from"
"""The row of `facts` that stands from the migrations on until the run of the upgrade has ended."""
_OLD = "_old_"
_KEPT = (
    "facts", "runs", "sections", "walks", "listed", "queue", "images", "revisions", "failures", "outcomes", "purged",
    "removals", "lost_captures", "duplicates",
)  # fmt: skip
"""Tables whose columns version 3 keeps."""

_SEALS = """
ALTER TABLE runs ADD COLUMN seal TEXT;

CREATE TABLE outcomes (
  run INTEGER NOT NULL,
  number INTEGER NOT NULL,
  outcome TEXT NOT NULL,
  capture INTEGER,
  hash TEXT,
  PRIMARY KEY (run, number)
) WITHOUT ROWID;
CREATE INDEX outcomes_number ON outcomes(number, run);

CREATE TABLE removals (
  id INTEGER PRIMARY KEY,
  run INTEGER NOT NULL,
  kind TEXT NOT NULL,
  hash TEXT NOT NULL,
  removed_by INTEGER NOT NULL
);
CREATE INDEX removals_run ON removals(run);

CREATE TABLE lost_captures (
  capture INTEGER PRIMARY KEY,
  run INTEGER NOT NULL,
  reason TEXT NOT NULL
);
CREATE INDEX captures_run ON captures(run);
"""

_PLACES = """
CREATE TABLE places (
  file TEXT PRIMARY KEY,
  address TEXT NOT NULL UNIQUE,
  sha256 TEXT NOT NULL,
  size INTEGER NOT NULL
) WITHOUT ROWID;

CREATE VIEW v_places AS
 SELECT a.id, a.url, c.fetched_at, c.warc, p.address, c."offset" FROM places AS p JOIN captures AS c ON c.warc = p.file
 JOIN articles AS a ON a.capture IN (c.id, c.first_page);
"""

migrations = Migrations("harbincrawl")


@migrations()
def m001_tables(db: Database) -> None:
    """A new archive, which begins with all tables of today; an older one has those of its version."""
    run_script(db.conn, SCHEMA)


@migrations()
def m002_seals(db: Database) -> None:
    """The id of the archive, outcomes, removals, seals, lost captures."""
    if _read_version(db.conn):
        run_script(db.conn, _SEALS)
    db.conn.execute("INSERT INTO facts(name, value) VALUES ('id', lower(hex(randomblob(16))))")


@migrations()
def m003_ids(db: Database) -> None:
    """Ids as text, keys of 2^32, the source of a capture, foreign keys, internal tables and views named as such."""
    connection = db.conn
    before = _read_version(connection)
    if not before:
        return
    _put_aside(connection)
    run_script(connection, SCHEMA)
    for table in _KEPT:
        names = ", ".join(f'"{name}"' for name in _list_columns(connection, _OLD + table))
        connection.execute(f"INSERT INTO {table}({names}) SELECT {names} FROM {_OLD}{table}")
    _fill_articles(connection)
    names = ", ".join(f'"{name}"' for name in _list_columns(connection, f"{_OLD}captures"))
    connection.execute(
        f"INSERT INTO captures({names}, source) SELECT {names}, iif(origin IS NULL, 'site', 'ingest')"
        f" FROM {_OLD}captures"
    )
    # Purges left these rows when they deleted the captures.
    connection.execute("DELETE FROM lost_captures WHERE capture NOT IN (SELECT id FROM captures)")
    _fill_list_pages(connection)
    _fill_signatures(connection)
    for (table,) in connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name GLOB ?", (f"{_OLD}*",)
    ).fetchall():
        connection.execute(f"DROP TABLE {table}")
    connection.execute("INSERT INTO facts(name, value) VALUES (?, ?)", (UPGRADED_FROM, str(before)))


@migrations()
def m004_places(db: Database) -> None:
    """The places of WARC files in buckets. Older archives than version 3 got them with the tables of today."""
    if _read_version(db.conn) == 3:
        run_script(db.conn, _PLACES)
        db.conn.execute("INSERT INTO facts(name, value) VALUES (?, '3')", (UPGRADED_FROM,))


def _read_version(connection: sqlite3.Connection) -> int:
    """The version before the migrations; 0: the archive is new."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _put_aside(connection: sqlite3.Connection) -> None:
    """Drops the indexes, and renames the tables so that those of today can be made beside them."""
    connection.execute("DROP TABLE articles_fts")
    for table in (*_KEPT, "articles", "captures", "list_pages", "signatures", "bands"):
        for (index,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name = ?", (table,)
        ).fetchall():
            connection.execute(f"DROP INDEX {index}")
        connection.execute(f"ALTER TABLE {table} RENAME TO {_OLD}{table}")


def _list_columns(connection: sqlite3.Connection, table: str) -> list[str]:
    return [name for (name,) in connection.execute("SELECT name FROM pragma_table_info(?)", (table,))]


def _fill_articles(connection: sqlite3.Connection) -> None:
    names = ", ".join(name for name in _list_columns(connection, f"{_OLD}articles") if name != "key")
    connection.execute(
        f"INSERT INTO articles(key, id, {names}) SELECT ((key >> 20) << {BITS_FOR_NUMBER}) + number,"
        f" CAST(number AS TEXT), {names} FROM {_OLD}articles ORDER BY key"
    )
    connection.execute("INSERT INTO articles_fts(articles_fts) VALUES ('rebuild')")


def _fill_list_pages(connection: sqlite3.Connection) -> None:
    rows = connection.execute(f"SELECT address, etag, last_modified, parser, listing FROM {_OLD}list_pages")
    for *values, text in rows:
        listing = json.loads(text)
        # In the order of `records.Listed`: `verify` compares the text.
        listing["lines"] = [
            {"id" if name == "number" else name: _name_line(name, value) for name, value in line.items()}
            for line in listing["lines"]
        ]
        connection.execute(
            "INSERT INTO _list_pages(address, etag, last_modified, parser, listing) VALUES (?, ?, ?, ?, ?)",
            (*values, json.dumps(listing, ensure_ascii=False)),
        )


def _name_line(name: str, value: object) -> object:
    return str(value) if name == "number" and value is not None else value


def _fill_signatures(connection: sqlite3.Connection) -> None:
    """Brings signatures over; where the order of days is not that of numbers, copies may have other originals now."""
    (moved,) = connection.execute(
        "SELECT EXISTS (SELECT 1 FROM (SELECT coalesce(created, '~') AS day,"
        " lag(coalesce(created, '~')) OVER (ORDER BY number) AS before FROM articles) WHERE day < before)"
    ).fetchone()
    if moved:
        rebuild(connection, lambda *_: None, Store(connection, 0).next_change)
        return
    connection.execute(
        f"INSERT INTO _signatures(number, place, size, digest, signature) SELECT a.number, {PLACE}, s.size, s.digest,"
        f" s.signature FROM {_OLD}signatures AS s JOIN articles AS a ON a.number = s.number"
    )
    connection.execute(
        f"INSERT INTO _bands(band, copy, place) SELECT b.band, b.copy, {PLACE} FROM {_OLD}bands AS b"
        " CROSS JOIN articles AS a ON a.number = b.number"
    )
