"""Salvage after a crash: `.open` files are cut after their last complete record and get their final names."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from harbincrawl.errors import DamagedError, WarcError
from harbincrawl.files import sync_folder

from .heads import find_field
from .log import EVENT, SEAL, LogHead, find_number
from .records import Damage, Record, walk_records


@dataclass(frozen=True, slots=True)
class OpenFile:
    """A file that was left open."""

    path: Path
    kept_bytes: int
    """After them everything may be cut; 0: it has no whole record, and is deleted."""
    size: int

    @property
    def file(self) -> str:
        """Its final name."""
        return self.path.stem

    @property
    def lost_bytes(self) -> int:
        """What is cut."""
        return self.size - self.kept_bytes


def salvage(folder: Path, known: LogHead | None = None) -> list[OpenFile]:
    """Salvages all `.open` files of `folder`, and returns them. The caller holds the lock, so nobody writes to them.

    `known` as in `list_open`. Raises WarcError, OSError.
    """
    salvaged = list(list_open(folder, known))
    for found in salvaged:
        final = found.path.with_suffix("")
        if final.exists():
            raise WarcError(
                final.name, None, f"{found.path.name} also exists: keep one of them and move the other away"
            )
        if not found.kept_bytes:
            found.path.unlink()
            continue
        with found.path.open("r+b") as stream:
            stream.truncate(found.kept_bytes)
            os.fsync(stream.fileno())
        found.path.rename(final)
    if salvaged:
        sync_folder(folder)
    return salvaged


def list_open(folder: Path, known: LogHead | None = None) -> Iterator[OpenFile]:
    """All `.open` files of `folder`, and how much of each is kept.

    Everything after the last complete record is cut, with it a request without its response. `known` is the last record
    that the database has: up to there all was on disk, and so it was up to the last seal; after that a power cut may
    have left holes of zeros, so the file is cut at the first one: what follows it was never committed, and is fetched
    again. Damage before it is left for `verify`; without `known`, any damage that a complete record follows. Raises
    WarcError.
    """
    for path in sorted(folder.glob("*.warc.gz.open")):
        committed = _find_committed(path.name, known)
        try:
            with path.open("rb") as stream:
                size = os.fstat(stream.fileno()).st_size
                kept, committed = _find_end(stream, path.name, committed)
        except OSError as error:
            raise WarcError(path.name, None, f"cannot be read ({error.strerror})") from error
        if kept < committed < sys.maxsize:
            # Not even what was committed is complete: this is no power cut, and `verify` names what is left.
            kept = size
        yield OpenFile(path, kept, size)


def _find_committed(name: str, known: LogHead | None) -> int:
    """Up to which offset a file was on disk when the database was."""
    number = find_number(name)
    if known is None or number is None or number < known.file:
        return sys.maxsize
    return known.end if number == known.file else 0


def _find_end(stream: BinaryIO, name: str, committed: int) -> tuple[int, int]:
    """Where the last complete record ends that stands before the first damage after `committed`, or a later seal.

    With it, up to where all was on disk: `committed`, or the end of the last seal.
    """
    kept = end = 0
    cut: int | None = None
    for found in walk_records(stream, name):
        if cut is None and found.offset >= committed and found.offset != end:
            cut = kept
        if isinstance(found, Damage):
            continue
        try:
            end = found.finish()
        except DamagedError:
            if cut is None and found.offset >= committed:
                cut = kept
            continue
        if find_field(found.fields, EVENT) == SEAL and committed < sys.maxsize:
            # What is damaged before a seal was on disk.
            committed, cut = max(committed, end), None
        if not _needs_answer(found):
            kept = end
    return (kept if cut is None else cut), committed


def _needs_answer(record: Record) -> bool:
    """Whether it is a part of a capture that its response or revisit follows."""
    is_note = record.type == "metadata" and find_field(record.fields, "WARC-Refers-To") is not None
    return record.type == "request" or is_note
