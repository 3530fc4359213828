"""The records of all WARC files, each read and checked once, as a table of the connection's temporary database."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache, partial
from pathlib import Path

from harbincrawl.errors import WarcError
from harbincrawl.evidence import WARC_FOLDER, find_warc
from harbincrawl.places import BucketFile, Place
from harbincrawl.reread.executor import Executor
from harbincrawl.reread.spans import Span, SpanRecord, name_files, scan_files
from harbincrawl.warc.heads import Fields, find_field
from harbincrawl.warc.inventory import RecordSummary, list_records
from harbincrawl.warc.log import LogHead
from harbincrawl.warc.salvage import OpenFile, list_open

from .findings import Findings
from .objects import check_objects, has_capture

_TABLES = {
    "records": """CREATE TEMP TABLE records(warc TEXT, "offset" INTEGER, type TEXT, fault TEXT, target TEXT, date TEXT,
 digest TEXT, status INTEGER, validators TEXT, body_hash TEXT, body_size INTEGER, original TEXT,
 original_offset INTEGER, origin TEXT, source TEXT, removed TEXT, content_type TEXT, ordinal INTEGER, leaf TEXT,
 PRIMARY KEY (warc, "offset")) WITHOUT ROWID""",
    "events": "CREATE TEMP TABLE events(warc TEXT, ordinal INTEGER, kind TEXT, text TEXT)",
    "infos": "CREATE TEMP TABLE infos(warc TEXT, text TEXT)",
}
_BATCH = 1000
Progress = Callable[[str, int, int], None]
"""Gets (BYTES and the file that is read, bytes done, total)."""
BYTES = "bytes of "
"""Begins what is told of a progress that is counted in bytes."""


def load_records(
    folder: Path,
    connection: sqlite3.Connection,
    findings: Findings,
    executor: Executor,
    progress: Progress,
) -> None:
    """Reads every WARC file of the archive in `folder`; names those that captures refer to and that are missing."""
    folder = folder.absolute()
    for name, statement in _TABLES.items():
        connection.execute(f"DROP TABLE IF EXISTS temp.{name}")
        connection.execute(statement)
    paths = {place: name for name, place in find_places(folder, connection, findings, executor).items()}
    names = {path.name.removesuffix(".open"): name for path, name in paths.items()}
    find_name = lru_cache(partial(_find_name, folder, names))
    findings.checked["files"] = len(paths)
    rows: list[tuple[object, ...]] = []
    note: RecordSummary | None = None
    tell = name_files(list(paths), lambda done, total, name: progress(f"{BYTES}{name}", done, total))
    found = scan_files(executor, list(paths), read_span, tell)
    for record in found:
        findings.checked["records"] += record.fault is None
        http = note.http if note is not None and note.notes == record.id and not record.http else record.http
        note = record if record.type == "metadata" and record.notes is not None else None
        if record.event is not None and record.fault is None:
            told = (find_name(record.file), record.ordinal, record.event, record.text)
            connection.execute("INSERT INTO temp.events VALUES (?, ?, ?, ?)", told)
        if record.type == "warcinfo" and record.fault is None:
            said = json.dumps(record.fields)
            connection.execute("INSERT INTO temp.infos VALUES (?, ?)", (find_name(record.file), said))
        rows.append(_make_row(record, http, find_name))
        if len(rows) >= _BATCH:
            _insert(connection, rows)
    _insert(connection, rows)
    connection.execute("CREATE INDEX temp.records_ordinal ON records(ordinal)")


def drop_tails(folder: Path, connection: sqlite3.Connection, known: LogHead) -> list[OpenFile]:
    """Leaves out what the next writer cuts off the files of the archive in `folder` that were left open; these files.

    `known` is the last record that the database has. Raises WarcError.
    """
    torn = [found for found in list_open(folder / WARC_FOLDER, known) if found.lost_bytes]
    for found in torn:
        name = found.path.with_suffix("").name
        connection.execute('DELETE FROM temp.records WHERE warc = ? AND "offset" >= ?', (name, found.kept_bytes))
        connection.execute(
            "DELETE FROM temp.events WHERE warc = ?1 AND ordinal NOT IN"
            " (SELECT ordinal FROM temp.records WHERE warc = ?1 AND ordinal IS NOT NULL)",
            (name,),
        )
    return torn


def find_places(
    folder: Path, connection: sqlite3.Connection, findings: Findings, executor: Executor
) -> dict[str, Place]:
    """Where the WARC files of the archive in `folder` are, by name; names those that are missing, or no longer sound.

    Raises WorkerError.
    """
    objects = check_objects(folder / WARC_FOLDER, connection, findings, executor)
    places: dict[str, Place] = {}
    for name in sorted({*_list_names(folder / WARC_FOLDER, connection), *objects}):
        try:
            place = find_warc(folder, name)
        except WarcError as error:
            if has_capture(connection, name):
                findings.report("warc", f"warc/{name}", error.reason)
            continue
        if not isinstance(place, BucketFile):
            places[name] = place
        elif place.name in findings.unreachable:
            findings.unreachable.setdefault(name, findings.unreachable[place.name])
        elif place.name in objects:
            # As long as it is found to be, whatever its row says.
            places[name] = objects[place.name]
    return places


def read_span(span: Span) -> Iterator[SpanRecord[RecordSummary]]:
    """The records of a span; pure, for any process."""
    for found in list_records(span.path, span.begin, span.stop):
        if isinstance(found, int):
            yield SpanRecord(found, None)
        else:
            yield SpanRecord(found.offset, found, 1024)


def _list_names(folder: Path, connection: sqlite3.Connection) -> set[str]:
    """Names of the WARC files that are there, but for unfinished ones, or that captures refer to."""
    there = {path.name.removesuffix(".open") for path in folder.glob("*.warc*") if path.suffix not in (".part", ".tmp")}
    return there | {name for (name,) in connection.execute("SELECT DISTINCT warc FROM captures WHERE warc NOT NULL")}


def _find_name(folder: Path, names: Mapping[str, str], name: str) -> str:
    """The name by which captures refer to a file; a revisit names that of its original before any purge."""
    try:
        found = find_warc(folder, name).name.removesuffix(".open")
    except WarcError:
        return name
    return names.get(found, found)


def _make_row(record: RecordSummary, http: Fields, find_name: Callable[[str], str]) -> tuple[object, ...]:
    original, place = record.original or (None, None)
    return (
        find_name(record.file), record.offset, record.type, record.fault, record.target, record.date, record.digest,
        record.status, _list_validators(http), record.body_hash, record.body_size,
        find_name(original) if original else None, place, record.origin, record.source, record.removed,
        find_field(http, "Content-Type"), record.ordinal, record.leaf,
    )  # fmt: skip


def _list_validators(http: Fields) -> str | None:
    """JSON: all ETags, all Last-Modifieds; None where no head is known."""
    if not http:
        return None
    return json.dumps([[value for key, value in http if key.lower() == name] for name in ("etag", "last-modified")])


def _insert(connection: sqlite3.Connection, rows: list[tuple[object, ...]]) -> None:
    connection.executemany(f"INSERT OR REPLACE INTO temp.records VALUES ({','.join('?' * 19)})", rows)
    rows.clear()
