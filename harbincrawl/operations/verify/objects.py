"""The objects that stand for WARC files: there, as long as their rows say, and of the bytes that were uploaded."""

from __future__ import annotations

import sqlite3
import uuid
from typing import NamedTuple

from harbincrawl.archive.places import PlacedFile, list_places, read_loose
from harbincrawl.buckets import hash_object, measure_object
from harbincrawl.errors import FileMissingError
from harbincrawl.places import BucketFile, Place
from harbincrawl.reread.executor import Executor

from .findings import BACKUP, MEND, Findings, Note
from .present import has_capture

_OBJECT = f"{BACKUP.replace('it', 'the object', 1)}; else {MEND}, then harbincrawl crawl --all"


class CheckedObject(NamedTuple):
    """What an object is found to be."""

    placed: PlacedFile
    size: int | None
    """None: it is not there."""
    sha256: str | None
    """None: it was not read."""


def check_objects(connection: sqlite3.Connection, findings: Findings, executor: Executor) -> dict[str, Place]:
    """Compares each object with its row; returns those that are there, of their own size, by the file's name.

    With `quick` findings no object is read, only asked for. Raises BucketError, WorkerError.
    """
    found: dict[str, Place] = {}
    reading = uuid.uuid4().hex
    check = measure if findings.quick else read_whole
    for placed, size, sha256 in executor.map(check, list_places(connection)):
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
            findings.report("warc", placed.address, wrong, _OBJECT)
            findings.broken_files.add(placed.file)
        if size is not None:
            found[placed.file] = BucketFile(placed.address, placed.file, size, reading)
    for address in sorted(read_loose(connection)):
        said = "an object that an interrupted command left; the next offload or purge deletes it"
        findings.notes.append(Note("leftover", address, said))
    return found


def measure(placed: PlacedFile) -> CheckedObject:
    """Asks for the size of an object. Raises BucketError."""
    try:
        return CheckedObject(placed, measure_object(placed.address), None)
    except FileMissingError:
        return CheckedObject(placed, None, None)


def read_whole(placed: PlacedFile) -> CheckedObject:
    """Reads an object from its first byte to its last, if it is as long as it should be. Raises BucketError."""
    found = measure(placed)
    if found.size != placed.size:
        return found
    return found._replace(sha256=hash_object(placed.address, placed.size))
