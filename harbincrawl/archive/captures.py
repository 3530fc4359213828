"""What the archive knows of earlier responses: validators for conditional requests, originals for revisits."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

_KEPT = "id NOT IN (SELECT capture FROM lost_captures)"
"""True of a response whose record can still be compared with."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """A response that the present state of an article was read from."""

    capture: int
    address: str
    etag: str | None
    last_modified: str | None
    body_hash: str | None


def read_pages(connection: sqlite3.Connection, number: int) -> list[Earlier]:
    """The responses that the article's present state was read from, page 1 first; empty where it is not stored, or
    where the record of one of them is lost: then the whole article has to be captured anew.

    Not the newest ones of their addresses: a run that died between two pages of a changed article left a new page 1
    behind, and what answers 304 to that one is not what is stored.
    """
    rows = connection.execute(
        "SELECT c.id, c.address, c.etag, c.last_modified, c.body_hash, c.id IN (SELECT capture FROM lost_captures)"
        " FROM articles AS a"
        " JOIN captures AS c ON c.id = a.capture OR c.first_page = a.capture WHERE a.number = ? ORDER BY c.id",
        (number,),
    ).fetchall()
    return [] if any(lost for *_, lost in rows) else [Earlier(*row[:-1]) for row in rows]


def find_answer(
    connection: sqlite3.Connection, address: str, etag: str | None, last_modified: str | None
) -> tuple[str, int] | None:
    """(WARC file, offset) of the newest 200 answer of `address` with these validators: what a 304 stands for."""
    row: tuple[str, int] | None = connection.execute(
        'SELECT warc, "offset" FROM captures WHERE address = ? AND status = 200 AND etag IS ? AND last_modified IS ?'
        f" AND warc IS NOT NULL AND {_KEPT} ORDER BY id DESC LIMIT 1",
        (address, etag, last_modified),
    ).fetchone()
    return row


def mark_lost(connection: sqlite3.Connection, run: int, captures: Iterable[int], reason: str) -> None:
    """Notes that the records of `captures` are gone for good (`purged`, `damaged`), in the caller's transaction."""
    connection.executemany(
        "INSERT INTO lost_captures(capture, run, reason) VALUES (?, ?, ?) ON CONFLICT(capture) DO NOTHING",
        [(capture, run, reason) for capture in captures],
    )


def find_original(connection: sqlite3.Connection, digest: str) -> tuple[str, int] | None:
    """(WARC file, offset) of the first response with this payload digest; None where there is none."""
    row: tuple[str, int] | None = connection.execute(
        'SELECT warc, "offset" FROM captures WHERE digest = ? AND warc IS NOT NULL AND status = 200'
        f" AND {_KEPT} ORDER BY id LIMIT 1",
        (digest,),
    ).fetchone()
    return row


def find_capture(connection: sqlite3.Connection, address: str, fetched_at: str) -> tuple[str, int] | None:
    """(WARC file, offset) of the first 200 answer of `address` at that time (RFC 3339); None where there is none."""
    row: tuple[str, int] | None = connection.execute(
        'SELECT warc, "offset" FROM captures WHERE address = ? AND fetched_at = ? AND warc IS NOT NULL'
        " AND status = 200 ORDER BY id LIMIT 1",
        (address, fetched_at),
    ).fetchone()
    return row
