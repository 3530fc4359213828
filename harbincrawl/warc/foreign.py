"""Reading captures from WARC files of other tools. Damaged and oversized records are reported and skipped."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from harbincrawl.errors import DamagedError, TooLargeError
from harbincrawl.places import Place, open_place

from .feed import MAX_UNPACKED
from .heads import Fields, find_field, parse_date, split_block
from .reader import PAYLOAD_DIGEST, REFERS_TO, REFERS_TO_DATE, CapturedRecord, Reference, read_date, read_http
from .records import Damage, Hole, Record, find_mismatch, find_record, walk_records


@dataclass(frozen=True, slots=True)
class RefusedRecord(Damage):
    """A record that gave no capture."""

    target: str | None = None
    kind: str = "damaged"
    """`damaged`, `oversized`, or `unusable`: complete, but necessary fields are missing."""


def iterate_records(
    path: Place, *, begin: int = 0, stop: int = sys.maxsize
) -> Iterator[CapturedRecord | RefusedRecord | int]:
    """All HTTP responses and revisits of `path`, a WARC 1.0 or 1.1 file: plain, or gzip by record or as a whole.

    A record is yielded only after it was read completely, its checksum and the digest of its block verified. Records
    above MAX_UNPACKED bytes and damaged parts are yielded as RefusedRecord. Reading starts at `begin`, where a record
    must begin. It ends before the first record or damaged part at or after `stop`, whose offset is yielded last. Raises
    WarcError only if the file cannot be opened.
    """
    with open_place(path) as stream:
        yield from read_stream(stream, path.name, begin=begin, stop=stop)


def read_stream(
    stream: BinaryIO, name: str, *, begin: int = 0, stop: int = sys.maxsize
) -> Iterator[CapturedRecord | RefusedRecord | int]:
    """As `iterate_records`, of an open file that is called `name`."""
    place: int | None = begin
    searched = 0
    while place is not None:
        records = walk_records(stream, name, place)
        place = None
        for record in records:
            if isinstance(record, Hole):
                continue
            if record.offset >= stop:
                yield record.offset
                return
            if isinstance(record, Damage):
                yield RefusedRecord(record.offset, record.reason)
                continue
            if record.type not in ("response", "revisit") or not _is_http(record):
                continue
            try:
                found = _read_record(record, name)
            except DamagedError:
                continue  # the next step of the walk meets the same damage and yields it
            yield found
            is_damaged = isinstance(found, RefusedRecord) and found.kind == "damaged"
            if is_damaged and not record.packed and record.offset >= searched:
                # Its length may be wrong, and hide the records behind it; what it claims is searched once.
                searched = record.finish()
                place = find_record(stream, name, record.offset + 1, sys.maxsize)
                break


def _read_record(record: Record, name: str) -> CapturedRecord | RefusedRecord:
    """Raises DamagedError where the file ends in it, or its member is damaged."""
    try:
        block = record.read_block(MAX_UNPACKED)
        record.finish()
        # In a plain file nothing else tells that bytes were changed, or that the length is wrong. wget's revisits have
        # the digest of no bytes.
        if record.type == "response" and (mismatch := find_mismatch(record, block)) is not None:
            return RefusedRecord(record.offset, mismatch, record.target)
    except TooLargeError as error:
        return RefusedRecord(record.offset, error.reason, record.target, "oversized")
    try:
        if not record.target:
            raise DamagedError(name, record.offset, "a record without WARC-Target-URI")
        if find_field(record.fields, "WARC-Segment-Number") is not None:
            raise DamagedError(name, record.offset, "a segment of a record: segmented records are not supported")
        date = read_date(record, name)
        head, payload = split_block(block)
        status: int | None = None
        reason, headers = "", Fields()
        if record.type == "response" or head.strip():
            status, reason, headers = read_http(head, name, record.offset)
    except DamagedError as error:
        return RefusedRecord(record.offset, error.reason, record.target, "unusable")
    revisit = record.type == "revisit"
    return CapturedRecord(
        offset=record.offset,
        type=record.type,
        target=record.target,
        date=date,
        headers=record.fields,
        http_status=status,
        http_reason=reason,
        http_headers=headers,
        payload=b"" if revisit else payload,
        refers=_read_reference(record) if revisit else None,
        truncated=find_field(record.fields, "WARC-Truncated"),
    )


def _read_reference(record: Record) -> Reference:
    """The reference of the revisit `record` to its original; missing or unreadable fields are None."""
    date = find_field(record.fields, REFERS_TO_DATE)
    try:
        moment = parse_date(date) if date else None
    except ValueError:
        moment = None
    target = find_field(record.fields, REFERS_TO)
    return Reference(target.strip("<>") if target else None, moment, find_field(record.fields, PAYLOAD_DIGEST))


def _is_http(record: Record) -> bool:
    kind = (find_field(record.fields, "Content-Type") or "application/http").lower()
    return kind.startswith("application/http") and (record.target or "http").lower().startswith("http")
