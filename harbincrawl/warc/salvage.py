"""Salvage after a crash: `.open` files are cut after their last complete record and get their final names."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from harbincrawl.errors import DamagedError, WarcError

from .records import Record, walk_records
from .writer import sync_folder


@dataclass(frozen=True, slots=True)
class Salvaged:
    """A file that was salvaged."""

    file: str
    """Its final name."""
    kept_bytes: int
    """0: it had no capture and was deleted."""
    lost_bytes: int


def salvage(folder: Path) -> list[Salvaged]:
    """Salvages all `.open` files of `folder`. The caller holds the lock, so no other process writes them.

    Everything after the last complete response or revisit is cut, with it a request without its response. Damage before
    it is left for `verify`, because the archive may refer to records after it. Raises WarcError.
    """
    salvaged: list[Salvaged] = []
    if not folder.is_dir():
        return salvaged
    for path in sorted(folder.glob("*.warc.gz.open")):
        final = path.with_suffix("")
        if final.exists():
            raise WarcError(final.name, None, f"{path.name} also exists: keep one of them and move the other away")
        try:
            salvaged.append(_end_file(path, final))
        except OSError as error:
            raise WarcError(path.name, None, f"cannot be salvaged ({error.strerror})") from error
    if salvaged:
        sync_folder(folder)
    return salvaged


def _end_file(path: Path, final: Path) -> Salvaged:
    with path.open("r+b") as stream:
        size = os.fstat(stream.fileno()).st_size
        kept = 0
        for record in walk_records(stream, path.name):
            if not isinstance(record, Record) or record.type not in ("response", "revisit"):
                continue
            try:
                kept = record.finish()
            except DamagedError:
                continue  # an incomplete record: it is kept only if a complete one follows
        if kept:
            stream.truncate(kept)
            os.fsync(stream.fileno())
    if kept:
        path.rename(final)
    else:
        path.unlink()
    return Salvaged(final.name, kept, size - kept)
