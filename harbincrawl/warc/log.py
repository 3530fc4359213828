"""The WARC files of an archive as one log: every record has a number, and each file names the record before its own."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from harbincrawl.warc.heads import find_field
from harbincrawl.warc.reading.members import GzipMember, read_members
from harbincrawl.warc.reading.places import open_place
from harbincrawl.warc.reading.records import Record, walk_records

ORDINAL = "Harbincrawl-Ordinal"
"""Field of every record: its number in the log, which counts from 1 through all files and is never used twice."""
EVENT = "Harbincrawl-Event"
"""Field of a metadata record that says what was decided: the kind of event."""
_UNKNOWN = bytes(32)
_NUMBER = re.compile(r".*-(\d{5,15})(?:-p\d{1,9})?\.warc\.gz(?:\.open)?", re.ASCII | re.DOTALL)


@dataclass(frozen=True, slots=True)
class LogHead:
    """The last record of a log."""

    ordinal: int = 0
    """0: there is none."""
    digest: str = ""
    """sha256 of the record, unpacked, in hexadecimal digits."""
    file: int = 0
    """Number of its file; they count from 1."""
    end: int = 0
    """Offset after it in its file."""


def hash_record(*pieces: bytes) -> bytes:
    """The digest by which the log names a record: sha256 of all its bytes, unpacked, with the line breaks behind it."""
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
    return digest.digest()


def find_number(name: str) -> int | None:
    """The number of a file of the log by its name; None for another file."""
    match = _NUMBER.fullmatch(name)
    return int(match[1]) if match else None


def read_ordinal(fields: Iterable[tuple[str, str]]) -> int | None:
    """The number of a record of the log; None for another record."""
    value = find_field(fields, ORDINAL) or ""
    return int(value) if value.isascii() and value.isdigit() and len(value) < 16 else None


def find_head(folder: Path, known: LogHead) -> LogHead:
    """The end of the log in `folder`, of which `known` was read before: only what stands behind that is read.

    What is damaged is passed over. Raises WarcError, OSError.
    """
    head = known
    files = list_files(folder)
    for number in sorted(files)[-1:] if not known.file else sorted(each for each in files if each >= known.file):
        path, begin = files[number], known.end if number == known.file else 0
        for offset, ordinal in _list_ordinals(path, begin)[::-1] if path.stat().st_size > begin else ():
            member = next(read_members(path, offset), None)
            if isinstance(member, GzipMember) and ordinal > head.ordinal:
                head = LogHead(ordinal, hash_record(member.data).hex(), number, member.end)
                break
    return head


def list_files(folder: Path) -> dict[int, Path]:
    """The files of the log in `folder` by their numbers."""
    numbered = ((find_number(path.name), path) for path in folder.glob("*.warc.gz*"))
    return {number: path for number, path in sorted(numbered, key=str) if number is not None}


def _list_ordinals(path: Path, begin: int) -> list[tuple[int, int]]:
    """(offset, number) of the records of a file from `begin` on."""
    with open_place(path) as stream:
        records = (each for each in walk_records(stream, path.name, begin) if isinstance(each, Record))
        return [(each.offset, ordinal) for each in records if (ordinal := read_ordinal(each.fields)) is not None]


def list_digests(folder: Path, seal: LogHead, head: LogHead) -> bytes:
    """The digests of the records from `seal`, the last one, on to `head`, 32 bytes each; of a damaged one zeros.

    Raises WarcError, OSError.
    """
    found = {seal.ordinal: bytes.fromhex(seal.digest)} if seal.ordinal else {}
    files = list_files(folder)
    for number in range(seal.file, head.file + 1) if head.ordinal > seal.ordinal else ():
        begin = seal.end if number == seal.file else 0
        for offset, ordinal in _list_ordinals(files[number], begin) if number in files else ():
            member = next(read_members(files[number], offset), None)
            if isinstance(member, GzipMember):
                found[ordinal] = hash_record(member.data)
    first = max(seal.ordinal, 1)
    return b"".join(found.get(ordinal, _UNKNOWN) for ordinal in range(first, head.ordinal + 1))
