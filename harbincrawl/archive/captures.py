"""Stored responses, which `Store.put_captures` writes: for conditional requests, as originals of revisits, listed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields

from harbincrawl.records import ANSWERED, CRAWLED, OWN, Capture


@dataclass(frozen=True, slots=True)
class CaptureRow(Capture):
    """A response as the archive has it."""

    id: int = 0
    run: int = 0
    first_page: int | None = None
    """For page n of an article: the id of its page 1."""
    lost: str | None = None
    """Why the record is lost (`purged`, `damaged`); None: it is there."""


_COLUMNS = {"ordinal": "c.id", "lost": "l.reason"}
CELLS = ", ".join(_COLUMNS.get(each.name, f'c."{each.name}"') for each in fields(CaptureRow))
"""SQL of the values of a CaptureRow, over `captures AS c` and the JOIN of LOST."""
LOST = "LEFT JOIN lost_captures AS l ON l.capture = c.id"


def read_rows(connection: sqlite3.Connection, choice: str, values: Sequence[object] = ()) -> Iterator[CaptureRow]:
    """The responses that `choice` chooses: SQL over `captures AS c` from WHERE on."""
    rows = connection.execute(f"SELECT {CELLS} FROM captures AS c {LOST} WHERE {choice}", values)
    return (CaptureRow(*row) for row in rows)


def read_capture(connection: sqlite3.Connection, capture: int) -> CaptureRow | None:
    """The response with this id; None where there is none."""
    return next(read_rows(connection, "c.id = ?", (capture,)), None)


def find_pages(connection: sqlite3.Connection, capture: int | None) -> tuple[CaptureRow, ...]:
    """All pages of the article whose page 1 has the capture id `capture`, page 1 first; empty for an unknown id.

    A rescue may have met them in any other order.
    """
    choice = "c.id = ?1 OR c.first_page = ?1 ORDER BY c.first_page IS NOT NULL, length(c.address), c.address, c.id"
    return tuple(read_rows(connection, choice, (capture,)))


def read_pages(connection: sqlite3.Connection, id: str) -> tuple[CaptureRow, ...]:
    """The responses that the stored state of the article `id` was read from, page 1 first.

    Empty if the article is not stored, if the record of one of them is lost, or if no server that we or
    another tool asked gave one of them: then the whole article must be captured again.

    These may not be the newest responses of their addresses. If a run died between two pages of a changed article, the
    archive has a newer response of page 1 that is not part of the stored state. A 304 must not refer to that one.
    """
    stored = connection.execute("SELECT capture FROM articles WHERE id = ?", (id,)).fetchone()
    pages = find_pages(connection, stored[0]) if stored else ()
    return () if any(page.lost or page.source not in ANSWERED for page in pages) else pages


def find_answer(
    connection: sqlite3.Connection, address: str, etag: str | None, last_modified: str | None
) -> tuple[str, int] | None:
    """(WARC file, offset) of the newest 200 response of `address` with this ETag and date: what a 304 refers to."""
    choice = f"c.address = ? AND c.etag IS ? AND c.last_modified IS ? AND c.source IN {OWN} ORDER BY c.id DESC"
    return _find_place(connection, choice, (address, etag, last_modified))


def mark_lost(connection: sqlite3.Connection, run: int, captures: Iterable[int], reason: str) -> None:
    """Stores that the records of `captures` are lost (`purged`, `damaged`), in the caller's transaction."""
    connection.executemany(
        "INSERT INTO lost_captures(capture, run, reason) VALUES (?, ?, ?) ON CONFLICT(capture) DO NOTHING",
        [(capture, run, reason) for capture in captures],
    )


def find_original(connection: sqlite3.Connection, digest: str) -> tuple[str, int] | None:
    """(WARC file, offset) of the first response with this payload digest, or None."""
    return _find_place(connection, "c.digest = ? ORDER BY c.id", (digest,))


def find_capture(connection: sqlite3.Connection, address: str, fetched_at: str) -> tuple[str, int] | None:
    """(WARC file, offset) of the first 200 answer of `address` at that time (RFC 3339); None where there is none."""
    return _find_place(connection, "c.address = ? AND c.fetched_at = ? ORDER BY c.id", (address, fetched_at))


def _find_place(connection: sqlite3.Connection, choice: str, values: Sequence[object]) -> tuple[str, int] | None:
    row = _find_kept(connection, choice, values)
    return (row.warc, row.offset) if row is not None and row.warc is not None and row.offset is not None else None


def _find_kept(connection: sqlite3.Connection, choice: str, values: Sequence[object]) -> CaptureRow | None:
    """The first response that `choice` chooses of the 200s whose record can still be compared with."""
    kept = f"c.status = 200 AND c.warc IS NOT NULL AND l.reason IS NULL AND {choice} LIMIT 1"
    return next(read_rows(connection, kept, values), None)


def list_captures_in_time(
    connection: sqlite3.Connection, address: str, first: int, most: int
) -> tuple[int, list[CaptureRow]]:
    """(how many responses of `address` there are, `most` of them from the `first` on: 0 is the earliest)."""
    (count,) = connection.execute("SELECT count(*) FROM captures WHERE address = ?", (address,)).fetchone()
    order = "c.address = ? ORDER BY c.fetched_at, c.id LIMIT ? OFFSET ?"
    return count, list(read_rows(connection, order, (address, most, first)))


def count_before(connection: sqlite3.Connection, row: CaptureRow) -> int:
    """How many responses of its address stand before `row`, in time."""
    (count,) = connection.execute(
        "SELECT count(*) FROM captures WHERE address = ? AND (fetched_at, id) < (?, ?)",
        (row.address, row.fetched_at, row.id),
    ).fetchone()
    return int(count)


def find_confirmed(connection: sqlite3.Connection, row: CaptureRow) -> CaptureRow | None:
    """The page that a 304 confirmed, where its record is kept; None where that is not known."""
    if row.status != 304 or not row.digest:
        return None
    choice = "c.digest = ? AND c.address = ? AND c.body_hash IS NOT NULL ORDER BY c.id > ?, abs(c.id - ?)"
    return _find_kept(connection, choice, (row.digest, row.address, row.id, row.id))


def find_nearest(connection: sqlite3.Connection, address: str, near: int) -> int | None:
    """The id of a kept 200 response of `address`: the last one up to the id `near`, else the first one after it."""
    row = _find_kept(connection, "c.address = ? ORDER BY c.id > ?, abs(c.id - ?)", (address, near, near))
    return None if row is None else row.id


def is_here(connection: sqlite3.Connection, address: str, timestamp: str) -> bool:
    """Whether a capture of `address` that others made at this time (14 digits, UTC) is stored."""
    year, month, day, *time = (timestamp[:4], *(timestamp[at : at + 2] for at in range(4, 14, 2)))
    moment = f"{year}-{month}-{day}T{':'.join(time)}Z"
    row = connection.execute(
        f"SELECT 1 FROM captures WHERE address = ? AND fetched_at = ? AND source NOT IN {CRAWLED} LIMIT 1",
        (address, moment),
    ).fetchone()
    return row is not None
