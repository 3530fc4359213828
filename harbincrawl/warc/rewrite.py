"""Copying a WARC file without some records and with updated references, for a purge."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from harbincrawl.disk import is_full, sync_folder
from harbincrawl.errors import DamagedError, WarcError, WarcFullError

from .feed import BLOCK
from .heads import Fields, find_field, format_date, neutralise
from .packing import pack_record
from .reader import HINT_FILE, HINT_OFFSET, MAX_UNPACKED, Reference, read_hint, read_reference
from .records import Damage, Record, walk_records

_MEASURED = ("content-length", "warc-block-digest")
"""Fields that `pack_record` adds again."""


@dataclass(frozen=True, slots=True)
class RecordFields:
    """The fields of a record."""

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
class MovedFile:
    """The result of rewriting a file."""

    name: str
    """The new file name."""
    offsets: Mapping[int, int] = field(default_factory=dict)
    """Old offsets to new ones."""


Drop = Callable[[RecordFields, bytes], str | None]
"""Gets a record and its block; returns why to remove it, or None to keep it. Not called for warcinfo records."""


def rewrite(
    path: Path,
    destination: Path,
    drop: Drop,
    *,
    now: Callable[[], datetime],
    moved: Mapping[str, MovedFile] | None = None,
    max_unpacked: int = MAX_UNPACKED,
) -> dict[int, int]:
    """Copies `path`, a file with one gzip member per record, to `destination`; returns old offsets to new ones.

    A kept record is copied byte for byte. Only revisits whose original is in this file, or in one of the files `moved`
    (by old name), get its new place. A removed record is replaced by a metadata record with its address, its type and
    the reason (field WARC-Removed). `drop` is also called for requests, and for revisits whose original is removed.

    `destination` gets its name when it is completely on disk. The caller then deletes `path` and updates the database.
    A damaged file is refused, because unreadable parts might contain what must be removed. Raises DamagedError,
    TooLargeError, WarcFullError, WarcError.
    """
    part = destination.with_name(f"{destination.name}.part")
    try:
        try:
            with path.open("rb") as source, part.open("wb") as target:
                offsets: dict[int, int] = {}
                known = {**(moved or {}), path.name: MovedFile(destination.name, offsets)}
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
    moved: Mapping[str, MovedFile],
    offsets: dict[int, int],
) -> None:
    last = -1
    with path.open("rb") as raw:
        for record in walk_records(source, path.name):
            if isinstance(record, Damage):
                raise DamagedError(path.name, record.offset, f"{record.reason}; a damaged file is not rewritten")
            if record.offset == last or not record.packed:
                raise WarcError(path.name, record.offset, "expected one gzip member per record")
            last = record.offset
            block = record.read_block(max_unpacked)
            end = record.finish()
            meta = RecordFields(
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
                target.write(_pack_removal(meta, reason, now()))
                continue
            if (place := _find_new_place(record, moved)) is not None:
                target.write(pack_record(_replace_hint(record.fields, place), block))
                continue
            raw.seek(record.offset)
            left = end - record.offset
            while left:
                piece = raw.read(min(left, BLOCK))
                if not piece:
                    raise DamagedError(path.name, record.offset, "the file became shorter while it was read")
                target.write(piece)
                left -= len(piece)


def _find_new_place(record: Record, moved: Mapping[str, MovedFile]) -> tuple[str, int] | None:
    """The new (file, offset) of the original of a revisit; None if it did not move."""
    hint = read_hint(record)
    if hint is None or hint[0] not in moved:
        return None
    place = moved[hint[0]].name, moved[hint[0]].offsets.get(hint[1], hint[1])
    return place if place != hint else None


def _replace_hint(fields: Fields, place: tuple[str, int]) -> Iterator[tuple[str, str]]:
    new = {HINT_FILE.lower(): place[0], HINT_OFFSET.lower(): str(place[1])}
    for name, value in fields:
        if name.lower() not in _MEASURED:
            yield name, new.get(name.lower(), value)


def _pack_removal(meta: RecordFields, reason: str, moment: datetime) -> bytes:
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
