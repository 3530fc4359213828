"""What each record of a WARC file says of itself, checked: in short, for comparing it with a database."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import chain

from harbincrawl.errors import DamagedError, TooLargeError
from harbincrawl.places import Place, open_place
from harbincrawl.text import time_text

from .captures import ANSWERER, NOT_MODIFIED
from .codings import CodingError, SizeError, decode_payload
from .feed import MAX_UNPACKED
from .heads import Fields, find_field, parse_date, parse_head, split_block
from .log import EVENT, RECORD_END, hash_record, read_ordinal
from .names import name_place
from .reader import read_hint, read_http
from .records import Damage, Hole, Record, find_mismatch, walk_records

_NOTE = ("httpheader", "http-header")
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
    id: str | None = None
    target: str | None = None
    date: str | None = None
    """WARC-Date, to the second: `2026-01-31T04:05:06Z`."""
    digest: str | None = None
    """WARC-Payload-Digest."""
    status: int | None = None
    """Of the HTTP response; 304 for a revisit that stands for one."""
    http: Fields = ()
    """The HTTP head of a response or revisit; what a note of a 304 holds."""
    body_hash: str | None = None
    """sha256 of the decoded body of a response; None where it cannot be decoded."""
    body_size: int = 0
    original: tuple[str, int] | None = None
    """File and offset of a revisit's original."""
    origin: str | None = None
    """The foreign WARC file that it was ingested from."""
    source: str | None = None
    """WARC-Source-URI: where an archive of others gave it; else what answered in place of a server."""
    removed: str | None = None
    """Why the record that stood here was removed."""
    notes: str | None = None
    """The record that a metadata record speaks of."""
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
        id=find_field(fields, "WARC-Record-ID"),
        target=record.target,
        date=_read_date(fields),
        digest=find_field(fields, "WARC-Payload-Digest"),
        original=read_hint(record),
        origin=find_field(fields, "Harbincrawl-Origin"),
        source=find_field(fields, "WARC-Source-URI") or find_field(fields, ANSWERER),
        removed=find_field(fields, "WARC-Removed"),
        notes=find_field(fields, "WARC-Refers-To"),
        ordinal=read_ordinal(fields),
        event="conversion" if record.type == "conversion" else find_field(fields, EVENT),
    )
    try:
        block = record.read_block(MAX_UNPACKED)
    except TooLargeError:
        has_payload = record.type == "response" and summary.digest is not None
        head, begin = record.split_off_head() if has_payload else (b"", b"")
        fault = find_mismatch(record, head, chain((begin,), record.pieces()))
        record.finish()
        return replace(summary, fault=fault)
    record.finish()
    summary = replace(summary, leaf=hash_record(record.head, block, RECORD_END).hex())
    payload = split_block(block)[1] if record.type == "response" else block
    if (fault := find_mismatch(record, block[: len(block) - len(payload)], (payload,))) is not None:
        return replace(summary, fault=fault)
    if record.type in _ANSWERS:
        return _add_answer(summary, record, block, name)
    if record.type == "warcinfo":
        return replace(summary, fields=parse_head(b"\r\n" + block)[1])
    if summary.event is not None:
        return replace(summary, text=block.decode("utf-8", "replace"))
    if record.type == "metadata" and summary.notes is not None:
        return _add_note(summary, block)
    return summary


def _add_answer(summary: RecordSummary, record: Record, block: bytes, name: str) -> RecordSummary:
    head, payload = split_block(block)
    if not head.strip():
        confirmed = (find_field(record.fields, "WARC-Profile") or "").endswith(NOT_MODIFIED)
        return replace(summary, status=304 if confirmed else None)
    try:
        status, _, http = read_http(head, name, record.offset)
    except DamagedError as error:
        return replace(summary, fault=error.reason)
    if record.type == "revisit":
        return replace(summary, status=status, http=http)
    try:
        body = decode_payload(payload, http, MAX_UNPACKED)
    except (CodingError, SizeError):
        return replace(summary, status=status, http=http)
    return replace(summary, status=status, http=http, body_hash=hashlib.sha256(body).hexdigest(), body_size=len(body))


def _add_note(summary: RecordSummary, block: bytes) -> RecordSummary:
    _, fields = parse_head(b"\r\n" + block)
    lines = (value.partition(":") for key, value in fields if key.lower() in _NOTE)
    return replace(summary, http=tuple((key.strip(), value.strip()) for key, _, value in lines))


def _read_date(fields: Fields) -> str | None:
    try:
        moment = parse_date(find_field(fields, "WARC-Date") or "")
    except ValueError:
        return None
    return time_text(moment)
