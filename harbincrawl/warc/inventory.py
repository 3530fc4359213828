"""What each record of a WARC file says of itself, checked: in short, for comparing it with a database."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace

from harbincrawl.errors import DamagedError, TooLargeError
from harbincrawl.places import Place, open_place

from .feed import MAX_UNPACKED
from .heads import Fields, find_field, parse_head, split_block
from .log import EVENT, hash_record, read_ordinal
from .names import name_place
from .reader import read_hint, read_http
from .records import Damage, Hole, Record, find_mismatch, walk_records

_ANSWERS = ("response", "revisit")


@dataclass(frozen=True, slots=True)
class RecordSummary:
    """A record, or a damaged part of the file."""

    file: str
    offset: int
    type: str
    """WARC-Type; empty for a part of the file that is no record."""
    fault: str | None = None
    """What is damaged; None for a sound record."""
    digest: str | None = None
    """WARC-Payload-Digest."""
    original: tuple[str, int] | None = None
    """File and offset of a revisit's original."""
    removed: str | None = None
    """Why the record that stood here was removed."""
    fields: Fields = ()
    """What a warcinfo record says of its file."""
    ordinal: int | None = None
    """Its number in the log; None for a record of another tool."""
    leaf: str | None = None
    """sha256 of the whole record, by which the log names it; None where it is too large to be read at once."""
    event: str | None = None
    """The kind of event that a metadata record is; `conversion` for what was read of a page without a record."""
    text: str | None = None
    """What that says, as JSON."""


def list_records(path: Place, begin: int = 0, stop: int = sys.maxsize) -> Iterator[RecordSummary | int]:
    """Every record of `path` from `begin`, where one begins, and before `stop`; then the offset of the next, if any.

    The incomplete end of an `.open` file is no damage. Raises WarcError if the file cannot be opened.
    """
    name = name_place(path)
    with open_place(path, name) as stream:
        # Damage within a record is met again by the next step of `walk_records`: each place is yielded once.
        pending: RecordSummary | None = None
        for record in walk_records(stream, name, begin):
            if pending is not None:
                yield pending
                pending = None
            if record.offset >= stop and not isinstance(record, Hole):
                yield record.offset
                return
            if isinstance(record, Damage):
                pending = RecordSummary(name, record.offset, "", record.reason)
                continue
            with suppress(DamagedError):
                yield _summarize(record, name)
        if pending is not None and path.suffix != ".open":
            yield pending


def _summarize(record: Record, name: str) -> RecordSummary:
    """Raises DamagedError where the record is not complete."""
    fields = record.fields
    summary = RecordSummary(
        name,
        record.offset,
        record.type,
        digest=find_field(fields, "WARC-Payload-Digest"),
        original=read_hint(record),
        removed=find_field(fields, "WARC-Removed"),
        ordinal=read_ordinal(fields),
        event="conversion" if record.type == "conversion" else find_field(fields, EVENT),
    )
    try:
        block = record.read_block(MAX_UNPACKED)
    except TooLargeError as error:
        record.finish()
        return replace(summary, fault=error.reason if record.type in _ANSWERS else None)
    record.finish()
    summary = replace(summary, leaf=hash_record(record.data).hex())
    if (fault := find_mismatch(record, block, has_payload=True)) is not None:
        return replace(summary, fault=fault)
    if record.type in _ANSWERS:
        return replace(summary, fault=_find_fault(block, record, name))
    if record.type == "warcinfo":
        return replace(summary, fields=parse_head(b"\r\n" + block)[1])
    if summary.event is not None:
        return replace(summary, text=block.decode("utf-8", "replace"))
    return summary


def _find_fault(block: bytes, record: Record, name: str) -> str | None:
    """What is wrong with the HTTP head of an answer; a revisit may have none."""
    head, _ = split_block(block)
    try:
        if head.strip():
            read_http(head, name, record.offset)
    except DamagedError as error:
        return error.reason
    return None
