"""Reading a capture of the archive by the file and the offset of its record."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import BinaryIO

from harbincrawl.errors import (
    DamagedError,
    RemovedError,
    TooLargeError,
    UndecodableError,
    WarcError,
)
from harbincrawl.places import Elsewhere, Place, find_nowhere, open_place
from harbincrawl.text import count_text

from .codings import CodingError, SizeError, decode_payload
from .feed import HEAD_LIMIT, MAX_UNPACKED, Feed
from .heads import Fields, find_field, parse_date, parse_head, split_block
from .names import find_successor
from .records import Record, read_head

HINT_FILE, HINT_OFFSET = "WARC-Refers-To-Filename", "WARC-Refers-To-File-Offset"
"""Fields of a revisit with the place of its original."""
REFERS_TO, REFERS_TO_DATE = "WARC-Refers-To-Target-URI", "WARC-Refers-To-Date"
PAYLOAD_DIGEST = "WARC-Payload-Digest"
_NAME = re.compile(r"[^/\\\x00-\x1f]+\.warc(\.gz)?", re.ASCII)
_STATUS = re.compile(r"[A-Za-z]+/?[\d.]* +(\d{3})(?: (.*))?")


@dataclass(frozen=True, slots=True)
class Reference:
    """The fields of a revisit that refer to its original."""

    target: str | None
    """WARC-Refers-To-Target-URI."""
    date: datetime | None
    """WARC-Refers-To-Date, UTC."""
    digest: str | None
    """WARC-Payload-Digest, also that of the original."""


@dataclass(frozen=True, slots=True)
class CapturedRecord:
    """A response or revisit record, of whatever tool."""

    offset: int
    type: str
    target: str
    """The address that was fetched."""
    date: datetime
    """UTC."""
    headers: Fields
    """Fields of the record."""
    http_status: int | None
    """None for a revisit without an HTTP header, unless its original was read."""
    http_reason: str
    http_headers: Fields
    payload: bytes
    """The body as received, with its Content-Encoding; of a revisit that of its original, b"" if that was not read."""
    refers: Reference | None = None
    """The original of a revisit, where that was not read."""
    truncated: str | None = None
    """WARC-Truncated: why the payload is incomplete."""
    body: bytes = b""
    """The decoded payload, where it was read."""

    def read_body(self, limit: int) -> bytes:
        """The decoded payload. Raises UndecodableError; TooLargeError above `limit` bytes."""
        return decode_body(self.payload, self.http_headers, limit, self.target, self.offset)


Finder = Callable[[str], Place]
"""Finds the place of a file by its name; raises WarcError."""


def check_name(file: str) -> str:
    """`file` if it is a WARC file name without a path. Raises WarcError."""
    if _NAME.fullmatch(file) is None:
        raise WarcError(repr(file), None, "expected the name of a .warc or .warc.gz file, without a path")
    return file


def find_file(folder: Path, file: str, elsewhere: Elsewhere = find_nowhere) -> Place:
    """The place of `file`: its own name, `.open` while it is written, `elsewhere`, or the name that a purge gave it.

    Raises WarcError.
    """
    path = folder / check_name(file)
    # The writer may rename the file between the first two checks; then the third one finds it.
    for candidate in (path, folder / f"{file}.open", path):
        if candidate.is_file():
            return candidate
    if (found := elsewhere(file)) is not None:
        return found
    if (successor := find_successor((each.name for each in folder.glob("*.warc.gz")), file)) is not None:
        return folder / successor
    raise WarcError(file, None, f"there is no such file in {folder}")


def read_record(folder: Path, file: str, offset: int, *, elsewhere: Elsewhere = find_nowhere) -> CapturedRecord:
    """The capture at byte `offset` of `file` in `folder`; a revisit has the payload of its original.

    Record and body may each have at most MAX_UNPACKED bytes. The original of a revisit is at the place
    that the revisit names. Files that are not in `folder` are looked for `elsewhere`. Raises
    DamagedError, TooLargeError, UndecodableError, RemovedError, WarcError, BucketError.
    """
    find = partial(find_file, folder, elsewhere=elsewhere)
    record, block = read_block(find, file, offset)
    if record.type == "metadata" and (reason := find_field(record.fields, "WARC-Removed")) is not None:
        raise RemovedError(file, offset, f"the record was removed: {reason}")
    if record.type not in ("response", "revisit"):
        raise DamagedError(file, offset, f"expected a response or revisit record, found {record.type!r}")
    head, payload = split_block(block)
    original = head
    if record.type == "revisit":
        original, payload = _read_original(find, record, file)
        # A revisit without an HTTP header has that of its original.
        head = head if head.strip() else original
    status, reason, http_headers = read_http(head, file, offset)
    # The headers of a 304 do not tell the Content-Encoding of the payload.
    coded_by = parse_head(original)[1] if status == 304 else http_headers
    return CapturedRecord(
        offset=offset,
        type=record.type,
        target=record.target or "",
        date=read_date(record, file),
        headers=record.fields,
        http_status=status,
        http_reason=reason,
        http_headers=http_headers,
        payload=payload,
        body=decode_body(payload, coded_by, MAX_UNPACKED, file, offset),
    )


def read_fields(find: Finder, file: str, offset: int) -> Record:
    """The record at `offset` without its block. Raises DamagedError, WarcError, BucketError."""
    with _open(find, file) as stream:
        return _open_record(stream, file, offset)


def read_hint(record: Record) -> tuple[str, int] | None:
    """(file, offset) of a revisit's original, from its own fields; None if they are missing."""
    file, at = find_field(record.fields, HINT_FILE), find_field(record.fields, HINT_OFFSET) or ""
    usable = record.type == "revisit" and file and at.isascii() and at.isdigit() and len(at) < 16
    return (file, int(at)) if file and usable else None


def read_block(find: Finder, file: str, offset: int) -> tuple[Record, bytes]:
    """The record at `offset` with its whole block. Raises DamagedError, TooLargeError, WarcError, BucketError."""
    with _open(find, file) as stream:
        record = _open_record(stream, file, offset)
        block = record.read_block(MAX_UNPACKED)
        record.finish()
        return record, block


def _open(find: Finder, file: str) -> BinaryIO:
    try:
        return open_place(find(file), file)
    except WarcError as error:
        if not isinstance(error.__cause__, FileNotFoundError):
            raise
    return open_place(find(file), file)  # it was renamed, offloaded or purged since it was found


def _open_record(stream: BinaryIO, file: str, offset: int) -> Record:
    feed = Feed(stream, file, max(offset, 0))
    if not 0 <= offset < feed.size:
        raise DamagedError(file, offset, f"the file has only {count_text(feed.size, 'byte')}")
    if not feed.open_member() or not feed.skip_blank():
        raise DamagedError(file, offset, "no record begins here")
    return read_head(feed, file)


def _read_original(find: Finder, revisit: Record, file: str) -> tuple[bytes, bytes]:
    """(HTTP header, payload) of the original of `revisit`."""
    hint = read_hint(revisit)
    try:
        if hint is not None and _is_original(read_fields(find, *hint), revisit):
            return split_block(read_block(find, *hint)[1])
    except TooLargeError:
        raise
    except WarcError:
        pass  # it is not there, or no whole record: no original
    said = ", ".join(str(find_field(revisit.fields, name)) for name in (REFERS_TO, REFERS_TO_DATE, PAYLOAD_DIGEST))
    raise WarcError(file, revisit.offset, f"the original of the revisit ({said}) was not found")


def _is_original(record: Record, revisit: Record) -> bool:
    digest = find_field(revisit.fields, PAYLOAD_DIGEST)
    if digest is None and record.target != find_field(revisit.fields, REFERS_TO):
        return False
    return record.type == "response" and digest in (None, find_field(record.fields, PAYLOAD_DIGEST))


def read_http(head: bytes, file: str, offset: int) -> tuple[int, str, Fields]:
    """(status, reason, fields) of an HTTP response header. Raises DamagedError for one without a status line or above
    1 MB."""
    if len(head) > HEAD_LIMIT:
        raise DamagedError(file, offset, f"an HTTP header of {len(head)} bytes, more than the allowed {HEAD_LIMIT}")
    first, headers = parse_head(head)
    match = _STATUS.fullmatch(first)
    if match is None:
        raise DamagedError(file, offset, f"expected an HTTP status line, found {first[:60]!r}")
    return int(match[1]), match[2] or "", headers


def read_date(record: Record, file: str) -> datetime:
    """WARC-Date in UTC. Raises DamagedError if it is missing or unreadable."""
    try:
        return parse_date(find_field(record.fields, "WARC-Date") or "")
    except ValueError as error:
        raise DamagedError(file, record.offset, str(error)) from error


def decode_body(payload: bytes, headers: Fields, limit: int, file: str, offset: int) -> bytes:
    """As `decode_payload`. Raises UndecodableError; TooLargeError above `limit` bytes."""
    try:
        return decode_payload(payload, headers, limit)
    except SizeError as error:
        raise TooLargeError(file, offset, str(error)) from error
    except CodingError as error:
        raise UndecodableError(file, offset, str(error)) from error
