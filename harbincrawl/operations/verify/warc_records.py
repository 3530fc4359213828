"""The records of all WARC files, here and in buckets, each read and checked once, as a temporary table."""

from __future__ import annotations

import json
import sqlite3
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache, partial
from pathlib import Path

from harbincrawl.archive.places import list_places
from harbincrawl.buckets import measure_object
from harbincrawl.errors import FileMissingError, WarcError
from harbincrawl.evidence import WARC_FOLDER, find_warc
from harbincrawl.places import BucketFile, Place, forget_blocks
from harbincrawl.reread.executor import Executor
from harbincrawl.reread.spans import Span, SpanRecord, scan_files
from harbincrawl.warc.inventory import RecordSummary, list_records
from harbincrawl.warc.log import LogHead
from harbincrawl.warc.salvage import OpenFile, list_open

from .findings import Findings, Progress

_TABLES = (
    "DROP TABLE IF EXISTS temp.records",
    # `text` is what an event tells, and what a warcinfo says of its file.
    """CREATE TEMP TABLE records(warc TEXT, "offset" INTEGER, type TEXT, fault TEXT, digest TEXT, original TEXT,
 original_offset INTEGER, removed TEXT, ordinal INTEGER, leaf TEXT, kind TEXT, text TEXT,
 PRIMARY KEY (warc, "offset"))""",
    """CREATE TEMP VIEW IF NOT EXISTS events AS SELECT warc, "offset", ordinal, kind, text FROM temp.records
 WHERE kind IS NOT NULL AND fault IS NULL""",
    # Those of no transaction that was given up.
    """CREATE TEMP VIEW IF NOT EXISTS told_events AS SELECT ordinal, kind, text FROM temp.events AS e WHERE NOT EXISTS (
 SELECT 1 FROM temp.events AS v WHERE v.kind = 'void' AND json_valid(v.text)
 AND e.ordinal BETWEEN json_extract(v.text, '$.first') AND json_extract(v.text, '$.last'))""",
)
_INDEXES = (
    "CREATE INDEX temp.records_ordinal ON records(ordinal)",
    "CREATE INDEX temp.records_kind ON records(kind, ordinal) WHERE kind IS NOT NULL",
)
_CAPTURE_OF = "SELECT 1 FROM captures WHERE warc = ? AND id NOT IN (SELECT capture FROM lost_captures) LIMIT 1"
"""Finds a capture in a WARC file that is not given up as lost."""
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
    for statement in _TABLES:
        connection.execute(statement)
    paths = {place: name for name, place in find_places(folder, connection, findings).items()}
    names = {path.name.removesuffix(".open"): name for path, name in paths.items()}
    find_name = lru_cache(partial(_find_name, folder, names))
    findings.checked["files"] = len(paths)

    def tell(done: int, total: int, name: str) -> None:
        progress(f"{BYTES}{name}", done, total)

    def list_rows() -> Iterator[tuple[object, ...]]:
        for record in scan_files(executor, list(paths), read_span, tell):
            findings.checked["records"] += record.fault is None
            original, place = record.original or (None, None)
            yield (
                find_name(record.file), record.offset, record.type, record.fault, record.digest,
                find_name(original) if original else None, place, record.removed, record.ordinal, record.leaf,
                record.event, json.dumps(record.fields) if record.type == "warcinfo" else record.text,
            )  # fmt: skip

    connection.executemany(f"INSERT OR REPLACE INTO temp.records VALUES ({','.join('?' * 12)})", list_rows())
    for statement in _INDEXES:
        connection.execute(statement)


def drop_tails(folder: Path, connection: sqlite3.Connection, known: LogHead) -> list[OpenFile]:
    """Leaves out what the next writer cuts off the files of the archive in `folder` that were left open; these files.

    `known` is the last record that the database has. Raises WarcError.
    """
    torn = [found for found in list_open(folder / WARC_FOLDER, known) if found.lost_bytes]
    for found in torn:
        name = found.path.with_suffix("").name
        connection.execute('DELETE FROM temp.records WHERE warc = ? AND "offset" >= ?', (name, found.kept_bytes))
    return torn


def find_places(folder: Path, connection: sqlite3.Connection, findings: Findings) -> dict[str, Place]:
    """Where the WARC files of the archive in `folder` are, by name; names those that are missing, or no longer sound.

    Raises BucketError.
    """
    objects = check_objects(folder / WARC_FOLDER, connection, findings)
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
        elif place.name in objects:
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


def has_capture(connection: sqlite3.Connection, warc: str) -> bool:
    """Whether a capture that is not given up as lost is in the WARC file `warc`."""
    return connection.execute(_CAPTURE_OF, (warc,)).fetchone() is not None


def check_objects(warc: Path, connection: sqlite3.Connection, findings: Findings) -> dict[str, Place]:
    """Compares the size of each object with its row; returns those that are there, by the name of the file.

    One whose file is in the folder `warc`, too, as a restored backup may have it, is not asked for: the file is read.
    Raises BucketError.
    """
    found: dict[str, Place] = {}
    forget_blocks()
    reading = uuid.uuid4().hex
    for name, placed in list_places(connection).items():
        if (warc / name).is_file():
            continue
        try:
            size = measure_object(placed.address)
        except FileMissingError:
            if has_capture(connection, name):
                findings.report("warc", placed.address, "there is no such object")
                findings.broken_files.add(name)
            continue
        if size != placed.size:
            findings.report("warc", placed.address, f"it has {size:,} bytes, {placed.size:,} were uploaded")
            findings.broken_files.add(name)
        # As long as it is found to be, whatever its row says.
        found[name] = replace(placed, size=size, reading=reading)
    return found
