"""Further pages of an article tied to the capture of its first page; one that two need stands in the log twice."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence

from harbincrawl.archive.captures import read_capture
from harbincrawl.archive.runs.log import RunLog
from harbincrawl.evidence import Source, read_source
from harbincrawl.records import Capture
from harbincrawl.text import time_text
from harbincrawl.warc.captures import Exchange, Rescued
from harbincrawl.warc.heads import find_field, parse_date

from .writer import RecordWriter

_SAME = (
    "SELECT id FROM captures WHERE address = ? AND fetched_at = ? AND source = ? AND status = 200"
    " AND body_hash IS (SELECT body_hash FROM captures WHERE id = ?) ORDER BY id"
)


def tie_pages(writer: RecordWriter, firsts: Iterable[tuple[Source, Sequence[Source]]]) -> None:
    """Notes which captures of further pages go with each first page, in the open batch; all of one article."""
    connection = writer.connection
    taken: set[int] = set()
    for first, further in firsts:
        wanted = {_take(writer, source, taken) for source in further}
        tied = {id for (id,) in connection.execute("SELECT id FROM captures WHERE first_page = ?", (first.capture,))}
        _set_first(connection, tied - wanted, None)
        _set_first(connection, wanted - tied, first.capture)


def _set_first(connection: sqlite3.Connection, captures: Iterable[int], first: int | None) -> None:
    connection.executemany(
        "UPDATE captures SET first_page = ? WHERE id = ?", [(first, capture) for capture in sorted(captures)]
    )


def _take(writer: RecordWriter, source: Source, taken: set[int]) -> int:
    """A capture as `source` that no other first page has, made where there is none."""
    same = writer.connection.execute(
        _SAME, (source.address, time_text(source.fetched_at), source.source, source.capture)
    ).fetchall()
    found = next((id for (id,) in same if id not in taken), None)
    if found is None:
        assert writer.log is not None  # noqa: S101 - what is in a scratch database was tied before
        found = _write_again(writer, writer.log, source)
    taken.add(found)
    return found


def _write_again(writer: RecordWriter, log: RunLog, source: Source) -> int:
    """Writes the capture once more, as a revisit of itself; returns its id."""
    row = read_capture(writer.connection, source.capture)
    assert row is not None  # noqa: S101 - it was read
    stored = read_source(writer.folder, source)
    given_at, asked = (find_field(stored.headers, name) for name in ("WARC-Source-URI", "WARC-Creation-Date"))
    exchange = Exchange(
        address=stored.target, method="GET", request_headers=[], status=200, reason=stored.http_reason,
        response_headers=list(stored.http_headers), body=stored.payload,
        ip=find_field(stored.headers, "WARC-IP-Address"), fetched_at=source.fetched_at, origin=source.origin,
        rescued=Rescued(given_at, parse_date(asked)) if given_at and asked else None,
    )  # fmt: skip
    place = log.write(exchange)
    capture = Capture(
        row.address, source.fetched_at, row.status, find_field(stored.http_headers, "ETag"),
        find_field(stored.http_headers, "Last-Modified"), place.digest, row.body_hash, row.charset, place.file,
        place.offset, row.origin, row.source, row.host, place.ordinal,
    )  # fmt: skip
    id = writer.store.put_captures((capture,))
    assert id is not None  # noqa: S101 - one was stored
    return id
