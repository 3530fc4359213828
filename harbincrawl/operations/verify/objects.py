"""The objects that stand for WARC files: of the bytes that were uploaded, or out of reach, and asked for no more."""

from __future__ import annotations

import sqlite3
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from harbincrawl.archive.places import PlacedFile, list_places, read_loose
from harbincrawl.buckets import hash_object, measure_object, split_address
from harbincrawl.errors import BucketError, FileMissingError
from harbincrawl.places import BucketFile, Place, forget_blocks
from harbincrawl.reread.executor import Executor

from .findings import Findings, Note

_FAILURES = 3
"""Objects of a bucket that cannot be had: the bucket is asked for no more, for each deadline would be waited for."""
_CAPTURE_OF = "SELECT 1 FROM captures WHERE warc = ? AND id NOT IN (SELECT capture FROM lost_captures) LIMIT 1"
"""Finds a capture in a WARC file that is not given up as lost."""


class CheckedObject(NamedTuple):
    """What an object is found to be."""

    placed: PlacedFile
    size: int | None
    """None: it is not there."""
    sha256: str | None
    """None: it was not read."""
    unreachable: str | None = None
    """Why nothing could be found out."""


def has_capture(connection: sqlite3.Connection, warc: str) -> bool:
    """Whether a capture that is not given up as lost is in the WARC file `warc`."""
    return connection.execute(_CAPTURE_OF, (warc,)).fetchone() is not None


def check_objects(
    warc: Path, connection: sqlite3.Connection, findings: Findings, executor: Executor
) -> dict[str, Place]:
    """Compares each object with its row; returns those that are there, of their own size, by the file's name.

    One whose file is in the folder `warc`, too, as a restored backup may have it, is not asked for: the file is read.
    With `quick` findings no object is read, only asked for. What cannot be had is put down as out of reach. Raises
    WorkerError.
    """
    found: dict[str, Place] = {}
    forget_blocks()
    reading = uuid.uuid4().hex
    check = measure if findings.quick else read_whole
    away = [placed for placed in list_places(connection) if not (warc / placed.file).is_file()]
    for placed, size, sha256, unreachable in _check_all(check, away, executor):
        if unreachable is not None:
            findings.unreachable[placed.file] = unreachable
            continue
        wrong = None
        if size is None:
            wrong = "there is no such object"
        elif size != placed.size:
            wrong = f"it has {size:,} bytes, {placed.size:,} were uploaded"
        elif sha256 not in (None, placed.sha256):
            wrong = "its bytes are not those that were uploaded (sha256)"
        if size is None and not has_capture(connection, placed.file):
            findings.notes.append(
                Note("lost", placed.address, "there is no such object, and its captures are given up")
            )
        elif wrong is not None:
            findings.report("warc", placed.address, wrong)
            findings.broken_files.add(placed.file)
        if size is not None:
            found[placed.file] = BucketFile(placed.address, placed.file, size, reading=reading)
    for address in sorted(read_loose(connection)):
        said = "an object that an interrupted command left; the next offload or purge deletes it"
        findings.notes.append(Note("leftover", address, said))
    return found


def _check_all(
    check: Callable[[PlacedFile], CheckedObject], places: list[PlacedFile], executor: Executor
) -> Iterator[CheckedObject]:
    """`check` of all, until a bucket fails again and again: waiting for each deadline would take hours."""
    failures: Counter[str] = Counter()
    last: dict[str, str] = {}
    skipped: list[PlacedFile] = []

    def choose() -> Iterator[PlacedFile]:
        for placed in places:
            if failures[split_address(placed.address).bucket] < _FAILURES:
                yield placed
            else:
                skipped.append(placed)

    for found in executor.map(check, choose()):
        bucket = split_address(found.placed.address).bucket
        failures[bucket] = 0 if found.unreachable is None else failures[bucket] + 1
        last[bucket] = found.unreachable or ""
        yield found
    for placed in skipped:
        yield CheckedObject(placed, None, None, last[split_address(placed.address).bucket])


def measure(placed: PlacedFile) -> CheckedObject:
    """Asks for the size of an object."""
    try:
        return CheckedObject(placed, measure_object(placed.address), None)
    except FileMissingError:
        return CheckedObject(placed, None, None)
    except BucketError as error:
        return CheckedObject(placed, None, None, str(error))


def read_whole(placed: PlacedFile) -> CheckedObject:
    """Reads an object from its first byte to its last, if it is as long as it should be."""
    found = measure(placed)
    if found.size != placed.size:
        return found
    try:
        return found._replace(sha256=hash_object(placed.address, placed.size))
    except (BucketError, FileMissingError) as error:
        return found._replace(unreachable=str(error))
