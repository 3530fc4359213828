"""What the archive knows of earlier responses: validators for conditional requests, originals for revisits."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Earlier:
    """The last whole answer of an address."""

    capture: int
    etag: str | None
    last_modified: str | None
    body_hash: str | None
    warc: str | None
    offset: int | None


def find_earlier(connection: sqlite3.Connection, address: str) -> Earlier | None:
    """The newest 200 answer of `address`, ingested ones counted by their own time; None where there is none."""
    row = connection.execute(
        'SELECT id, etag, last_modified, body_hash, warc, "offset" FROM captures WHERE address = ? AND status = 200'
        " ORDER BY fetched_at DESC, id DESC LIMIT 1",
        (address,),
    ).fetchone()
    return Earlier(*row) if row else None


def find_original(connection: sqlite3.Connection, digest: str) -> tuple[str, int] | None:
    """(WARC file, offset) of the first response with this payload digest; None where there is none."""
    row: tuple[str, int] | None = connection.execute(
        'SELECT warc, "offset" FROM captures WHERE digest = ? AND warc IS NOT NULL AND status = 200 ORDER BY id LIMIT 1',
        (digest,),
    ).fetchone()
    return row


def list_page_addresses(connection: sqlite3.Connection, number: int) -> list[str]:
    """The addresses of the pages that the article's present state was read from, in order."""
    row = connection.execute(
        "SELECT a.capture, c.address FROM articles AS a JOIN captures AS c ON c.id = a.capture WHERE a.number = ?",
        (number,),
    ).fetchone()
    if row is None:
        return []
    others = connection.execute("SELECT address FROM captures WHERE first_page = ? ORDER BY id", (row[0],))
    return [row[1], *(address for (address,) in others)]
