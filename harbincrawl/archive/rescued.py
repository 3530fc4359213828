"""The tables of rescued captures: those that archives of others list, and what became of each."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from harbincrawl.archive.articles.ids import take_number

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

STATES = ("fetched", "repeats", "not_ours", "failed", "left")
"""What becomes of the captures that were found, in the words of reports."""
OUTCOMES = (
    "new", "changed", "same", "duplicate", "further_pages", "list_pages", "redirects", "incomplete", "not_an_article",
)  # fmt: skip
"""What comes of a fetched capture."""
MOST_TRIES = 3
"""A capture is asked for in so many runs before it is given up."""


@dataclass(frozen=True, slots=True)
class ListedCapture:
    """A capture that an archive of others lists."""

    original: str
    timestamp: str
    address: str | None = None
    """On the site; None: no page of it."""
    id: str | None = None
    """The article's."""
    page: int | None = None
    digest: str | None = None
    """SHA-1 in Base32 or SHA-256 in hexadecimal digits, without the name of its algorithm."""
    length: int | None = None
    place: str | None = None
    not_ours: str | None = None
    """Why it is none of the site's pages that are wanted."""


class Wanted(NamedTuple):
    """A row that is to be asked for."""

    original: str
    timestamp: str
    address: str
    number: int | None
    page: int
    digest: str | None
    length: int | None
    place: str | None
    tries: int


def put_listed(connection: sqlite3.Connection, source: str, listed: Iterable[ListedCapture]) -> int:
    """Stores rows in the caller's transaction; known ones stay, unless they count as the site's only now.

    Returns how many are new.
    """
    stored = connection.executemany(
        "INSERT INTO rescue(source, original, timestamp, address, number, page, digest, length, place, state, outcome)"
        " VALUES (?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT(source, original, timestamp) DO UPDATE SET"
        " address = excluded.address, number = excluded.number, page = excluded.page, state = 'left', outcome = NULL"
        " WHERE state = 'not_ours' AND excluded.state = 'left'",
        [
            (
                source, each.original, each.timestamp, each.address,
                take_number(connection, each.id) if each.id is not None and each.not_ours is None else None, each.page,
                each.digest, each.length, each.place, "not_ours" if each.not_ours else "left", each.not_ours,
            )
            for each in listed
        ],
    )  # fmt: skip
    # The changes of a connection would be those of triggers, too.
    return max(0, stored.rowcount)


def read_wanted(connection: sqlite3.Connection, source: str, run: int) -> list[Wanted]:
    """The rows of `source` that `run` has yet to ask for, by address and time."""
    rows = connection.execute(
        "SELECT original, timestamp, address, number, page, digest, length, place, tries FROM rescue WHERE source = ?1"
        " AND (state = 'left' OR (state = 'failed' AND tries < ?2 AND run <> ?3))"
        " ORDER BY address, timestamp, original",
        (source, MOST_TRIES, run),
    )
    return [Wanted(*row) for row in rows]


def settle(
    connection: sqlite3.Connection,
    source: str,
    row: Wanted,
    run: int,
    state: str,
    outcome: str | None = None,
    capture: int | None = None,
) -> None:
    """Stores what became of a row, in the caller's transaction."""
    connection.execute(
        "UPDATE rescue SET state = ?4, outcome = ?5, capture = ?6, run = ?7, tries = tries + (?4 = 'failed')"
        " WHERE source = ?1 AND original = ?2 AND timestamp = ?3",
        (source, row.original, row.timestamp, state, outcome, capture, run),
    )


def find_rescued(connection: sqlite3.Connection, address: str, digest: str) -> int | None:
    """The id of a kept capture of `address` that an archive of others listed with this digest; None if none has."""
    row = connection.execute(
        "SELECT capture FROM rescue WHERE address = ? AND digest = ? AND capture IS NOT NULL"
        " AND capture NOT IN (SELECT capture FROM lost_captures) ORDER BY capture LIMIT 1",
        (address, digest),
    ).fetchone()
    return None if row is None else int(row[0])


def count_states(connection: sqlite3.Connection, source: str) -> dict[str, int]:
    """The sums of a source: `found`, STATES, OUTCOMES, and `unread` for what a killed run fetched and did not read.

    found = fetched + repeats + not_ours + failed + left, and fetched = the sum of OUTCOMES and `unread`.
    """
    counts = dict.fromkeys(("found", *STATES, *OUTCOMES, "unread"), 0)
    for state, outcome, count in connection.execute(
        "SELECT state, iif(state <> 'fetched', NULL, iif(outcome = 'new' AND number IN (SELECT number FROM duplicates),"
        " 'duplicate', coalesce(outcome, 'unread'))), count(*) FROM rescue WHERE source = ? GROUP BY 1, 2",
        (source,),
    ):
        counts["found"] += count
        counts["repeats" if state == "repeat" else state] += count
        if outcome is not None:
            counts[outcome] += count
    return counts


def count_reasons(connection: sqlite3.Connection, source: str, state: str) -> dict[str, int]:
    """By outcome, the rows of a source in a state, the most frequent first."""
    rows = connection.execute(
        "SELECT outcome, count(*) FROM rescue WHERE source = ? AND state = ? GROUP BY 1 ORDER BY 2 DESC, 1",
        (source, state),
    )
    return dict(rows.fetchall())


def list_sources(connection: sqlite3.Connection) -> list[str]:
    """The archives of others that were ever asked, in the order of their names."""
    return [source for (source,) in connection.execute("SELECT DISTINCT source FROM rescue ORDER BY source")]


def describe_sums(connection: sqlite3.Connection, source: str) -> dict[str, Any]:
    """As `count_states`, with the reasons of `not_ours` and the classes of `failed`."""
    return {
        **count_states(connection, source),
        "not_ours_by_reason": count_reasons(connection, source, "not_ours"),
        "failed_by_class": count_reasons(connection, source, "failed"),
    }


def count_unconfirmed(connection: sqlite3.Connection) -> int:
    """Articles that only archives of others know."""
    row: tuple[Any, ...] = connection.execute("SELECT count(*) FROM articles WHERE status = 'unknown'").fetchone()
    return int(row[0])


def find_done_lists(connection: sqlite3.Connection, source: str) -> set[str]:
    """The lists of a source that were read to their end and never change."""
    return {name for (name,) in connection.execute("SELECT list FROM _rescue_lists WHERE source = ?", (source,))}


def mark_list_done(connection: sqlite3.Connection, source: str, name: str) -> None:
    """Stores that a list was read to its end, in the caller's transaction."""
    connection.execute("INSERT OR IGNORE INTO _rescue_lists(source, list) VALUES (?, ?)", (source, name))
