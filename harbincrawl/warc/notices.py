"""Notices in the place of records of a WARC file that a purge removes or that are damaged; all others stay put.

A notice has the length of what it stands for, so every other record keeps its bytes and its offset.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from harbincrawl.errors import WarcError
from harbincrawl.files import replace_synced
from harbincrawl.places import Place, measure_place, open_place

from .captures import compose_record, pack_filled
from .feed import read_range
from .heads import compose_lines, find_field, format_date, neutralise
from .inventory import RecordSummary, list_records
from .log import ORDINAL
from .records import Record

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


def make_removal(member: Record, reason: str, now: datetime) -> Removal:
    """The removal of `member`: a metadata record says what was removed and why (field WARC-Removed)."""
    fields = member.fields
    reason = neutralise(reason)
    target = find_field(fields, "WARC-Target-URI")
    lines = (("removed", reason), ("removed-type", member.type))
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
    WarcError, OSError.
    """
    # Not `.warc.gz.part`: nobody shall take it for a file of the archive.
    part = destination.with_suffix("").with_suffix(".part")
    with replace_synced(part, destination), open_place(path) as source, part.open("wb") as target:
        at = 0
        for offset, removal in sorted(removals.items()):
            target.writelines(read_range(source, path.name, at, offset))
            target.write(_pack_removal(removal, offset, path.name))
            at = removal.end
        target.writelines(read_range(source, path.name, at, measure_place(path)))
        target.flush()
        os.fsync(target.fileno())


def _pack_removal(removal: Removal, offset: int, name: str) -> bytes:
    size = removal.end - offset
    packed = pack_notice(removal.fields, removal.lines, size)
    if packed is None:
        # A record shorter than all that is said of it: what it must have is said.
        least = [each for each in removal.fields if each[0] != "WARC-Target-URI"]
        packed = pack_notice(least, (), size)
    if packed is None:
        raise WarcError(name, offset, f"a record of {size} bytes has no room for the notice that it was removed")
    return packed


def pack_notice(fields: Sequence[tuple[str, str]], lines: Sequence[tuple[str, str]], size: int) -> bytes | None:
    """The gzip member of a record with `lines` as its block, exactly `size` bytes long; None if it needs more."""
    return pack_filled(compose_record(fields, compose_lines(lines)), size)


def replace_damage(path: Path, parts: Sequence[tuple[int, int]], now: datetime) -> None:
    """Puts a notice in the place of each of the damaged `parts` of a file, as `find_damage` gives them.

    A notice is a metadata record with WARC-Removed, as a purge leaves it. What is shorter than one becomes an empty
    gzip member; a file that breaks off is cut. Nothing that can be read is touched, and running it again does nothing.
    Raises WarcError, OSError.
    """
    with path.open("r+b") as stream:
        for begin, end in parts:
            filler = make_filler(end - begin, now)
            if filler is None and end == os.fstat(stream.fileno()).st_size:
                stream.truncate(begin)
                continue
            if filler is None:
                raise WarcError(path.name, begin, f"{end - begin} damaged bytes are too few for a notice")
            stream.seek(begin)
            stream.write(filler)
        stream.flush()
        os.fsync(stream.fileno())


def find_damage(path: Path) -> list[tuple[int, int]]:
    """(begin, end) of each damaged part of a file, bytes; neighbours are one part."""
    parts: list[tuple[int, int]] = []
    begin: int | None = None
    for record in list_records(path):
        assert isinstance(record, RecordSummary)  # noqa: S101 - without a stop there is no next one
        if record.fault is not None:
            begin = record.offset if begin is None else begin
        elif begin is not None:
            parts.append((begin, record.offset))
            begin = None
    if begin is not None:
        parts.append((begin, path.stat().st_size))
    return parts


def make_filler(size: int, now: datetime) -> bytes | None:
    """A gzip member of exactly `size` bytes: a notice, or an empty one where that is too long; None below 21 bytes."""
    fields = [
        ("WARC-Type", "metadata"),
        ("WARC-Record-ID", f"<urn:uuid:{uuid.uuid4()}>"),
        ("WARC-Date", format_date(now)),
        ("WARC-Removed", "damaged"),
        ("Content-Type", "application/warc-fields"),
    ]
    return pack_notice(fields, [("removed", "damaged")], size) or pack_filled(b"", size)
