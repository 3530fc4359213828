"""After a crash: what a killed writer left behind, cut to its last whole record and given its final name."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from harbincrawl.errors import DamagedError, WarcError

from .feed import Record, walk_records
from .writer import sync_folder


@dataclass(frozen=True, slots=True)
class Salvaged:
    """A leftover file and what became of it."""

    file: str
    """Its final name."""
    kept_bytes: int
    """0: it held no capture and was removed."""
    lost_bytes: int


def salvage(folder: Path) -> list[Salvaged]:
    """Brings every `.open` file of `folder` to its end; the caller holds the lock, so nobody is writing them.

    Only the torn end is cut: damage further up is left for `verify` to name, since whole records behind it may be
    referred to. What stood before an answer that never came goes too. Running it again does nothing. Raises WarcError.
    """
    found: list[Salvaged] = []
    if not folder.is_dir():
        return found
    for path in sorted(folder.glob("*.warc.gz.open")):
        final = path.with_suffix("")
        if final.exists():
            raise WarcError(final.name, None, f"there is also {path.name}: keep one of them and move the other away")
        try:
            found.append(_end_file(path, final))
        except OSError as error:
            raise WarcError(path.name, None, f"cannot be salvaged ({error.strerror})") from error
    if found:
        sync_folder(folder)
    return found


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
                continue  # no whole record: it only stays if a whole one follows
        if kept:
            stream.truncate(kept)
            os.fsync(stream.fileno())
    if kept:
        path.rename(final)
    else:
        path.unlink()
    return Salvaged(final.name, kept, size - kept)
