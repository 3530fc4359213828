"""The WARC files of an archive as one log: every record has a number, and each file names the record before its own."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from .heads import find_field
from .records import Record, read_members

ORDINAL = "Harbincrawl-Ordinal"
"""Field of every record: its number in the log, which counts from 1 through all files and is never used twice."""
EVENT = "Harbincrawl-Event"
"""Field of a metadata record that says what was decided: the kind of event."""
SEAL = "seal"
"""The kind of event that seals the records before it."""
_UNKNOWN = "00" * 32
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


def hash_record(data: bytes) -> bytes:
    """The digest by which the log names a record: sha256 of all its bytes, unpacked, with the line breaks behind it."""
    return hashlib.sha256(data).digest()


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
    files = list_files(folder)
    for number in sorted((each for each in files if each >= known.file), reverse=True):
        found = list_heads(files[number], number, known.end if number == known.file else 0)
        head = max(found, key=lambda each: each.ordinal, default=known)
        if head.ordinal > known.ordinal:
            return head
    return known


def list_files(folder: Path) -> dict[int, Path]:
    """The files of the log in `folder` by their numbers."""
    numbered = ((find_number(path.name), path) for path in folder.glob("*.warc.gz*"))
    return {number: path for number, path in sorted(numbered, key=str) if number is not None}


def list_heads(path: Path, number: int, begin: int) -> Iterator[LogHead]:
    """The whole records of the file `number` from `begin` on that have a number and a gzip member of their own.

    Raises WarcError, OSError.
    """
    if path.stat().st_size <= begin:
        return
    for member in read_members(path, begin):
        ordinal = read_ordinal(member.fields) if isinstance(member, Record) else None
        if isinstance(member, Record) and ordinal is not None:
            yield LogHead(ordinal, hash_record(member.data).hex(), number, member.end)


def list_digests(folder: Path, seal: LogHead, head: LogHead) -> bytes:
    """The digests of the records from `seal`, the last one, on to `head`, 32 bytes each; of a damaged one zeros.

    Raises WarcError, OSError.
    """
    found = {seal.ordinal: seal.digest} if seal.ordinal else {}
    files = list_files(folder)
    for number in range(seal.file, head.file + 1) if head.ordinal > seal.ordinal else ():
        if number in files:
            behind = list_heads(files[number], number, seal.end if number == seal.file else 0)
            found |= {each.ordinal: each.digest for each in behind}
    first = max(seal.ordinal, 1)
    return bytes.fromhex("".join(found.get(ordinal, _UNKNOWN) for ordinal in range(first, head.ordinal + 1)))
