"""Further pages of an article tied to the capture of its first page; one that two need stands in the log twice."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence

from harbincrawl.archive.captures import CaptureRow
from harbincrawl.evidence import read_source

from .writer import RecordWriter

_SAME = (
    "SELECT id FROM captures WHERE address = ? AND fetched_at = ? AND source = ? AND status = 200"
    " AND body_hash IS (SELECT body_hash FROM captures WHERE id = ?) ORDER BY id"
)


def tie_pages(writer: RecordWriter, firsts: Iterable[tuple[CaptureRow, Sequence[CaptureRow]]]) -> None:
    """Notes which captures of further pages go with each first page, in the open batch; all of one article."""
    connection = writer.connection
    taken: set[int] = set()
    for first, further in firsts:
        wanted = {_take(writer, source, taken) for source in further}
        tied = {id for (id,) in connection.execute("SELECT id FROM captures WHERE first_page = ?", (first.id,))}
        _set_first(connection, tied - wanted, None)
        _set_first(connection, wanted - tied, first.id)


def _set_first(connection: sqlite3.Connection, captures: Iterable[int], first: int | None) -> None:
    connection.executemany(
        "UPDATE captures SET first_page = ? WHERE id = ?", [(first, capture) for capture in sorted(captures)]
    )


def _take(writer: RecordWriter, source: CaptureRow, taken: set[int]) -> int:
    """A capture as `source` that no other first page has, made where there is none."""
    same = writer.connection.execute(_SAME, (source.address, source.fetched_at, source.source, source.id)).fetchall()
    found = next((id for (id,) in same if id not in taken), None)
    if found is None:
        found = _write_again(writer, source)
    taken.add(found)
    return found


def _write_again(writer: RecordWriter, source: CaptureRow) -> int:
    """Writes the capture once more, as a revisit of itself; returns its id."""
    stored = read_source(writer.folder, source)
    return writer.write_page(stored, source.address, source.body_hash, source.source, source.origin)
