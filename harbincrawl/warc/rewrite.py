"""Copying a WARC file with notices in place of some records, for a purge; all others keep their bytes and offsets."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from harbincrawl.disk import is_full, sync_folder
from harbincrawl.errors import DamagedError, WarcError, WarcFullError
from harbincrawl.places import Place
from harbincrawl.warc.reading.feed import BLOCK
from harbincrawl.warc.reading.members import GzipMember
from harbincrawl.warc.reading.places import measure_place, open_place
from harbincrawl.warc.writing.packing import pack_filled

from .heads import find_field, format_date, neutralise, parse_head
from .log import ORDINAL

PURGED_PAGE = "a page of a purged article"
"""Why a record is removed that is one of what was purged, and not only holds something of it."""


@dataclass(frozen=True, slots=True)
class Removal:
    """A record to remove."""

    end: int
    """Offset after it."""
    fields: tuple[tuple[str, str], ...]
    """The header of the notice that takes its place."""
    lines: tuple[tuple[str, str], ...]
    """The block of the notice."""


def make_removal(member: GzipMember, reason: str, now: datetime) -> Removal:
    """The removal of `member`: a metadata record says what was removed and why (field WARC-Removed)."""
    _, fields = parse_head(member.head, encoding="utf-8")
    reason = neutralise(reason)
    target = find_field(fields, "WARC-Target-URI")
    lines = (("removed", reason), ("removed-type", member.type.decode()))
    date = find_field(fields, "WARC-Date")
    return Removal(
        member.end,
        (
            ("WARC-Type", "metadata"),
            ("WARC-Record-ID", find_field(fields, "WARC-Record-ID") or ""),
            *([("WARC-Target-URI", target)] if target else []),
            ("WARC-Date", format_date(now)),
            ("WARC-Removed", reason),
            *([(ORDINAL, ordinal)] if (ordinal := find_field(fields, ORDINAL)) else []),
            ("Content-Type", "application/warc-fields"),
        ),
        (*lines, ("removed-date", date)) if date else lines,
    )


def rewrite(path: Place, destination: Path, removals: Mapping[int, Removal]) -> None:
    """Copies `path` to `destination`, with a notice of the same size in place of each record in `removals` (by offset).

    `destination` gets its name when it is completely on disk. Raises DamagedError if a record is not where it was,
    WarcFullError, WarcError.
    """
    # Not `.warc.gz.part`: nobody shall take it for a file of the archive.
    part = destination.with_suffix("").with_suffix(".part")
    try:
        try:
            with open_place(path) as source, part.open("wb") as target:
                at = 0
                for offset, removal in sorted(removals.items()):
                    _copy(source, target, offset - at, path.name)
                    target.write(_pack_notice(removal, offset, path.name))
                    source.seek(removal.end)
                    at = removal.end
                _copy(source, target, measure_place(path) - at, path.name)
                target.flush()
                os.fsync(target.fileno())
            part.replace(destination)
            sync_folder(destination.parent)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        if is_full(error):
            raise WarcFullError(destination.name, None, "no space left: nothing was changed") from error
        raise WarcError(path.name, None, f"cannot be rewritten ({error.strerror})") from error


def _copy(source: BinaryIO, target: BinaryIO, size: int, name: str) -> None:
    while size > 0:
        piece = source.read(min(size, BLOCK))
        if not piece:
            raise DamagedError(name, source.tell(), "the file became shorter while it was read")
        target.write(piece)
        size -= len(piece)


def _pack_notice(removal: Removal, offset: int, name: str) -> bytes:
    size = removal.end - offset
    packed = pack_filled(removal.fields, removal.lines, size)
    if packed is None:
        # A record shorter than all that is said of it: what it must have is said.
        least = [each for each in removal.fields if each[0] != "WARC-Target-URI"]
        packed = pack_filled(least, (), size)
    if packed is None:
        raise WarcError(name, offset, f"a record of {size} bytes has no room for the notice that it was removed")
    return packed
