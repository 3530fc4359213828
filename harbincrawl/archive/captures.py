"""What the archive knows of earlier responses: validators for conditional requests, originals for revisits."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Earlier:
    """A response that the present state of an article was read from."""

    capture: int
    address: str
    etag: str | None
    last_modified: str | None
    body_hash: str | None


def read_pages(connection: sqlite3.Connection, number: int) -> list[Earlier]:
    """The responses that the article's present state was read from, page 1 first; empty where it is not stored.

    Not the newest ones of their addresses: a run that died between two pages of a changed article left a new page 1
    behind, and what answers 304 to that one is not what is stored.
    """
    rows = connection.execute(
        "SELECT c.id, c.address, c.etag, c.last_modified, c.body_hash FROM articles AS a"
        " JOIN captures AS c ON c.id = a.capture OR c.first_page = a.capture WHERE a.number = ? ORDER BY c.id",
        (number,),
    )
    return [Earlier(*row) for row in rows]


def find_answer(
    connection: sqlite3.Connection, address: str, etag: str | None, last_modified: str | None
) -> tuple[str, int] | None:
    """(WARC file, offset) of the newest 200 answer of `address` with these validators: what a 304 stands for."""
    row: tuple[str, int] | None = connection.execute(
        'SELECT warc, "offset" FROM captures WHERE address = ? AND status = 200 AND etag IS ? AND last_modified IS ?'
        " AND warc IS NOT NULL ORDER BY id DESC LIMIT 1",
        (address, etag, last_modified),
    ).fetchone()
    return row


def find_original(connection: sqlite3.Connection, digest: str) -> tuple[str, int] | None:
    """(WARC file, offset) of the first response with this payload digest; None where there is none."""
    row: tuple[str, int] | None = connection.execute(
        'SELECT warc, "offset" FROM captures WHERE digest = ? AND warc IS NOT NULL AND status = 200'
        " ORDER BY id LIMIT 1",
        (digest,),
    ).fetchone()
    return row
