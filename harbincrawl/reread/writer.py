"""The one that stores what was read again: runs with reports, batches with index and links, pages tied together."""

from __future__ import annotations

import platform
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from harbincrawl.archive.articles.ids import find_numbers
from harbincrawl.archive.articles.store import Store
from harbincrawl.archive.captures import CaptureRow
from harbincrawl.archive.runs import table as runs
from harbincrawl.archive.runs.log import RunLog
from harbincrawl.archive.runs.outcomes import store_outcomes
from harbincrawl.errors import ExitCode, HarbincrawlError
from harbincrawl.evidence import read_charset, read_source
from harbincrawl.records import Capture
from harbincrawl.stamps.runs import end_run
from harbincrawl.text import name_host, time_text
from harbincrawl.version import __version__
from harbincrawl.warc.captures import Exchange, Rescued
from harbincrawl.warc.heads import find_field, parse_date
from harbincrawl.warc.reader import CapturedRecord

BATCH = 100
"""Articles in a transaction."""
_SAME = (
    "SELECT id FROM captures WHERE address = ? AND fetched_at = ? AND source = ? AND status = 200"
    " AND body_hash IS (SELECT body_hash FROM captures WHERE id = ?) ORDER BY id"
)


class Report(Protocol):
    """What the row of the run says when it is over."""

    @property
    def outcome(self) -> str: ...
    @property
    def exit_code(self) -> int: ...
    def as_record(self) -> dict[str, Any]: ...


class RecordWriter:
    """Stores articles; the caller holds the lock."""

    def __init__(self, folder: Path, connection: sqlite3.Connection, run: int, log: RunLog | None) -> None:
        """`log` is that of the archive in `folder`; None where `connection` is a scratch database, which tells none."""
        self.folder = folder
        self.connection = connection
        self.store = Store(connection, run)
        self.log = log

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """A batch, which the log has before it is committed; an error rolls it back."""
        if self.log is not None:
            with self.log.transaction():
                yield
            return
        with self.connection:
            self.connection.execute("BEGIN IMMEDIATE")
            yield

    def put_outcomes(self, outcomes: Mapping[str, str]) -> Mapping[str, str]:
        """Stores the outcomes of articles, by id, in the open batch; returns them, new copies as `duplicate`."""
        numbers = find_numbers(self.connection, outcomes)
        final = store_outcomes(self.store, {numbers[id]: outcome for id, outcome in outcomes.items()})
        return {id: final[numbers[id]] for id in outcomes}

    def write_page(
        self,
        record: CapturedRecord,
        address: str,
        body_hash: str | None,
        source: str,
        origin: str | None,
    ) -> int:
        """Writes a page that others captured into the log, with its row of `captures`, in the open batch; its id.

        `address` is the site's own of it, `source` and `origin` are those of the row.
        """
        assert self.log is not None  # noqa: S101 - into a scratch database nothing is taken
        is_rescued = source != "ingest"
        given_at, asked = (find_field(record.headers, name) for name in ("WARC-Source-URI", "WARC-Creation-Date"))
        place = self.log.write(
            Exchange(
                address=record.target, method="GET", request_headers=[], status=200, reason=record.http_reason,
                response_headers=list(record.http_headers), body=record.payload,
                ip=find_field(record.headers, "WARC-IP-Address"), fetched_at=record.date, origin=origin,
                rescued=Rescued(given_at, parse_date(asked)) if is_rescued and given_at and asked else None,
            )
        )  # fmt: skip
        capture = Capture(
            address, time_text(record.date), 200, find_field(record.http_headers, "ETag"),
            find_field(record.http_headers, "Last-Modified"), place.digest, body_hash,
            read_charset(record.http_headers), place.file, place.offset, origin, source,
            name_host(given_at if is_rescued and given_at else record.target), place.ordinal,
        )  # fmt: skip
        id = self.store.put_captures((capture,))
        assert id is not None  # noqa: S101 - one was stored
        return id


@contextmanager
def write_run(
    log: RunLog,
    kind: str,
    options: Mapping[str, Any],
    report: Report,
    parser: str,
    is_stopped: Callable[[], bool] = lambda: False,
) -> Iterator[RecordWriter]:
    """A run from start to end; where an error ends it, the row of the run says why.

    `parser` is the version of the reader; once `is_stopped`, nothing more is waited for.
    """
    run = runs.start_run(log, kind, datetime.now(UTC), dict(options), _read_versions(parser))
    try:
        yield RecordWriter(log.folder, log.connection, run, log)
    except BaseException as error:
        outcome, code = "interrupted", ExitCode.INTERRUPTED
        if isinstance(error, HarbincrawlError):
            outcome, code = "failed", error.exit_code
        described = {**report.as_record(), "run": run, "outcome": outcome, "exit_code": int(code)}
        end_run(log, run, outcome, code, described)
        raise
    described = {"run": run, **report.as_record()}
    end_run(log, run, report.outcome, report.exit_code, described, is_stopped=is_stopped)


def _read_versions(parser: str) -> dict[str, str]:
    """What a run without a network was made with."""
    return {
        "harbincrawl": __version__,
        "parser": parser,
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
    }


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
        # Once more, as a revisit of itself.
        stored = read_source(writer.folder, source)
        found = writer.write_page(stored, source.address, source.body_hash, source.source, source.origin)
    taken.add(found)
    return found
