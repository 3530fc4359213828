"""A WARC file again, without the records that must not be in it any longer, its references brought up to date."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from harbincrawl.errors import DamagedError, WarcError, WarcFullError

from .feed import BLOCK, Damage, Record, walk_records
from .heads import Fields, find_field, format_date, neutralise
from .packing import pack_record
from .reader import MAX_UNPACKED, Reference, read_reference
from .writer import is_full, sync_folder

_HINT_FILE, _HINT_OFFSET = "WARC-Refers-To-Filename", "WARC-Refers-To-File-Offset"
_MEASURED = ("content-length", "warc-block-digest")
"""Fields that are written anew with a record."""


@dataclass(frozen=True, slots=True)
class StoredMeta:
    """What a record says of itself."""

    offset: int
    type: str
    """`response`, `request`, `revisit`, `metadata` …"""
    target: str | None
    digest: str | None
    """WARC-Payload-Digest."""
    refers: Reference | None
    """The original of a revisit; None for every other type."""
    headers: Fields


@dataclass(frozen=True, slots=True)
class Moved:
    """A file that was rewritten."""

    name: str
    """Its new one."""
    offsets: Mapping[int, int] = field(default_factory=dict)
    """Old ones and the new ones they became."""


Drop = Callable[[StoredMeta, bytes], str | None]
"""Asked with each record but warcinfo, and its block (HTTP head and payload): why to remove it, None to keep it."""


def rewrite(
    path: Path,
    destination: Path,
    drop: Drop,
    *,
    now: Callable[[], datetime],
    moved: Mapping[str, Moved] | None = None,
    max_unpacked: int = MAX_UNPACKED,
) -> dict[int, int]:
    """Writes `path`, a file of one gzip member a record, to `destination`; old offsets and the new ones they became.

    A kept record is copied byte for byte, but for revisits whose original is in one of the files `moved` (by old name)
    or in this one: they name its new place. A dropped one becomes a metadata record with its address, its type and the
    reason (field WARC-Removed), which stands at the new offset. A request is a record of its own: `drop` is asked for
    it too, and so for revisits whose original goes. `destination` is complete on disk before it has its name; moving it
    over `path`, and the rows of a database with it, is the caller's. Damage is refused: what cannot be read cannot be
    vouched for. Raises DamagedError, TooLargeError, WarcFullError, WarcError.
    """
    part = destination.with_name(f"{destination.name}.part")
    try:
        try:
            with path.open("rb") as source, part.open("wb") as target:
                offsets: dict[int, int] = {}
                known = {**(moved or {}), path.name: Moved(destination.name, offsets)}
                _copy_records(path, source, target, drop, now, max_unpacked, known, offsets)
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
    return offsets


def _copy_records(
    path: Path,
    source: BinaryIO,
    target: BinaryIO,
    drop: Drop,
    now: Callable[[], datetime],
    max_unpacked: int,
    moved: Mapping[str, Moved],
    offsets: dict[int, int],
) -> None:
    last = -1
    with path.open("rb") as raw:
        for record in walk_records(source, path.name):
            if isinstance(record, Damage):
                raise DamagedError(path.name, record.offset, f"{record.reason}; a damaged file is not rewritten")
            if record.offset == last or not record.packed:
                raise WarcError(path.name, record.offset, "expected one gzip member a record")
            last = record.offset
            block = record.read_block(max_unpacked)
            end = record.finish()
            meta = StoredMeta(
                offset=record.offset,
                type=record.type,
                target=record.target,
                digest=find_field(record.fields, "WARC-Payload-Digest"),
                refers=read_reference(record) if record.type == "revisit" else None,
                headers=record.fields,
            )
            reason = None if record.type == "warcinfo" else drop(meta, block)
            offsets[record.offset] = target.tell()
            if reason is not None:
                target.write(_pack_notice(meta, reason, now()))
                continue
            if (place := _find_new_place(record, moved)) is not None:
                target.write(pack_record(_replace_hint(record.fields, place), block))
                continue
            raw.seek(record.offset)
            left = end - record.offset
            while left:
                piece = raw.read(min(left, BLOCK))
                if not piece:
                    raise DamagedError(path.name, record.offset, "the file grew shorter while it was read")
                target.write(piece)
                left -= len(piece)


def read_hint(record: Record) -> tuple[str, int] | None:
    """(file, offset) of a revisit's original, as the record itself says it."""
    file, at = find_field(record.fields, _HINT_FILE), find_field(record.fields, _HINT_OFFSET) or ""
    return (file, int(at)) if record.type == "revisit" and file and at.isascii() and at.isdigit() else None


def _find_new_place(record: Record, moved: Mapping[str, Moved]) -> tuple[str, int] | None:
    """Where the original of a kept revisit is now; None where that is no other place."""
    hint = read_hint(record)
    if hint is None or hint[0] not in moved:
        return None
    place = moved[hint[0]].name, moved[hint[0]].offsets.get(hint[1], hint[1])
    return place if place != hint else None


def _replace_hint(fields: Fields, place: tuple[str, int]) -> Iterator[tuple[str, str]]:
    new = {_HINT_FILE.lower(): place[0], _HINT_OFFSET.lower(): str(place[1])}
    for name, value in fields:
        if name.lower() not in _MEASURED:
            yield name, new.get(name.lower(), value)


def _pack_notice(meta: StoredMeta, reason: str, moment: datetime) -> bytes:
    reason = neutralise(reason)
    fields = [
        ("WARC-Type", "metadata"),
        ("WARC-Record-ID", f"<urn:uuid:{uuid.uuid4()}>"),
        *([("WARC-Target-URI", meta.target)] if meta.target else []),
        ("WARC-Date", format_date(moment)),
        ("WARC-Removed", reason),
        ("Content-Type", "application/warc-fields"),
    ]
    kept = {"removed": reason, "removed-type": meta.type, "removed-date": find_field(meta.headers, "WARC-Date")}
    lines = "".join(f"{name}: {value}\r\n" for name, value in kept.items() if value)
    return pack_record(fields, lines.encode())
