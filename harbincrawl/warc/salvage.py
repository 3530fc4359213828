"""Salvage after a crash: `.open` files are cut after their last complete record and get their final names."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from harbincrawl.disk import check_full, sync_folder
from harbincrawl.errors import DamagedError, WarcError
from harbincrawl.files import open_part
from harbincrawl.warc.reading.records import Damage, walk_records


@dataclass(frozen=True, slots=True)
class Salvaged:
    """A file that was salvaged."""

    file: str
    """Its final name."""
    kept_bytes: int
    """0: it had no capture and was deleted."""
    lost_bytes: int


def salvage(folder: Path, find_last: Callable[[str], int | None] | None = None) -> list[Salvaged]:
    """Salvages all `.open` files of `folder`. The caller holds the lock, so no other process writes them.

    Everything after the last complete response or revisit is cut, with it a request without its response. `find_last`
    gives the offset of the last record of a file that the archive refers to (None: it refers to none). Up to there all
    was on disk; after it a power cut may have left holes of zeros, so the file is cut at the first one: what follows it
    was never committed, and is fetched again. Damage before it is left for `verify`; without `find_last`, any damage
    that a complete record follows. Raises WarcError.
    """
    salvaged: list[Salvaged] = []
    if not folder.is_dir():
        return salvaged
    for path in sorted(folder.glob("*.warc.gz.open")):
        final = path.with_suffix("")
        if final.exists():
            raise WarcError(final.name, None, f"{path.name} also exists: keep one of them and move the other away")
        try:
            last = find_last(final.name) if find_last is not None else sys.maxsize
            salvaged.append(_end_file(path, final, -1 if last is None else last))
        except OSError as error:
            check_full(error, path)
            raise WarcError(path.name, None, f"cannot be salvaged ({error.strerror})") from error
    if salvaged:
        sync_folder(folder)
    return salvaged


def _end_file(path: Path, final: Path, last: int) -> Salvaged:
    with open_part(path, writable=True) as stream:
        size = os.fstat(stream.fileno()).st_size
        kept = _find_end(stream, path.name, last)
        if kept <= last < size:
            # Not even that record is complete: this is no power cut, and `verify` names what is left.
            kept = size
        if kept:
            stream.truncate(kept)
            os.fsync(stream.fileno())
    if kept:
        path.rename(final)
    else:
        path.unlink()
    return Salvaged(final.name, kept, size - kept)


def _find_end(stream: BinaryIO, name: str, last: int) -> int:
    """Where the last complete response or revisit ends that stands before the first damage after `last`."""
    kept = end = 0
    for found in walk_records(stream, name):
        if found.offset > last and found.offset != end:
            break
        if isinstance(found, Damage):
            continue
        try:
            end = found.finish()
        except DamagedError:
            if found.offset > last:
                break
            continue
        if found.type in ("response", "revisit"):
            kept = end
    return kept
