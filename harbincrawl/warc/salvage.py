"""Salvage after a crash: `.open` files are cut after their last complete record and get their final names."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from harbincrawl.disk import check_full, sync_folder
from harbincrawl.errors import DamagedError, WarcError
from harbincrawl.files import open_part

from .heads import find_field
from .log import LogHead, find_number
from .records import Damage, Record, walk_records


@dataclass(frozen=True, slots=True)
class Salvaged:
    """A file that was salvaged."""

    file: str
    """Its final name."""
    kept_bytes: int
    """0: it had no whole record and was deleted."""
    lost_bytes: int


def salvage(folder: Path, known: LogHead | None = None) -> list[Salvaged]:
    """Salvages all `.open` files of `folder`. The caller holds the lock, so no other process writes them.

    Everything after the last complete record is cut, with it a request without its response. `known` is the last record
    that the database has: up to there all was on disk; after it a power cut may have left holes of zeros, so the file
    is cut at the first one: what follows it was never committed, and is fetched again. Damage before it is left for
    `verify`; without `known`, any damage that a complete record follows. Raises WarcError.
    """
    salvaged: list[Salvaged] = []
    if not folder.is_dir():
        return salvaged
    for path in sorted(folder.glob("*.warc.gz.open")):
        final = path.with_suffix("")
        if final.exists():
            raise WarcError(final.name, None, f"{path.name} also exists: keep one of them and move the other away")
        try:
            salvaged.append(_end_file(path, final, _find_committed(path.name, known)))
        except OSError as error:
            check_full(error, path)
            raise WarcError(path.name, None, f"cannot be salvaged ({error.strerror})") from error
    if salvaged:
        sync_folder(folder)
    return salvaged


def _find_committed(name: str, known: LogHead | None) -> int:
    """Up to which offset a file was on disk when the database was."""
    number = find_number(name)
    if known is None or number is None or number < known.file:
        return sys.maxsize
    return known.end if number == known.file else 0


def _end_file(path: Path, final: Path, committed: int) -> Salvaged:
    with open_part(path, writable=True) as stream:
        size = os.fstat(stream.fileno()).st_size
        kept = _find_end(stream, path.name, committed)
        if kept < committed < sys.maxsize and kept < size:
            # Not even what was committed is complete: this is no power cut, and `verify` names what is left.
            kept = size
        if kept:
            stream.truncate(kept)
            os.fsync(stream.fileno())
    if kept:
        path.rename(final)
    else:
        path.unlink()
    return Salvaged(final.name, kept, size - kept)


def _find_end(stream: BinaryIO, name: str, committed: int) -> int:
    """Where the last complete record ends that stands before the first damage after `committed`."""
    kept = end = 0
    for found in walk_records(stream, name):
        if found.offset >= committed and found.offset != end:
            break
        if isinstance(found, Damage):
            continue
        try:
            end = found.finish()
        except DamagedError:
            if found.offset >= committed:
                break
            continue
        if not _needs_answer(found):
            kept = end
    return kept


def _needs_answer(record: Record) -> bool:
    """Whether it is a part of a capture that its response or revisit follows."""
    is_note = record.type == "metadata" and find_field(record.fields, "WARC-Refers-To") is not None
    return record.type == "request" or is_note
