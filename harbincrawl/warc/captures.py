"""The packed records of a capture (request, response or revisit), of an event, and the warcinfo record of a file.

Messages are kept as they were sent, but without cookies, passwords, and lengths that are not true. A 304 becomes a
revisit without a block, so that replay shows the page; a metadata record beside it keeps its header.
"""

from __future__ import annotations

import json
import re
import uuid
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from .heads import VERSION, clean_address, compose_head, compose_http_head, compose_lines, digest_of, format_date
from .log import ORDINAL, hash_record
from .records import RECORD_END

try:
    from isal.isal_zlib import compress
except ImportError:  # pragma: no cover - it has no build for every machine
    from zlib import compress

NOT_MODIFIED = "server-not-modified"
IDENTICAL = "identical-payload-digest"
"""Profiles of a revisit."""
ANSWERER = "Harbincrawl-Answered-By"
"""Our own field: the standard has none for an answer that no server gave."""
ORIGINAL_PREFIX = "X-Archive-Orig-"
"""Of the names of fields that are true of the answer as it was sent, not of the body as it is stored."""
_STANDARD = "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"
_REVISIT = "http://netpreserve.org/warc/1.1/revisit/"
_FIELDS = ("Content-Type", "application/warc-fields")
_REQUEST_SECRETS = {"cookie", "cookie2", "authorization", "proxy-authorization"}
_RESPONSE_SECRETS = {"set-cookie", "set-cookie2", "authentication-info", "proxy-authentication-info"}
_WITHOUT_BODY = {204, 304}
_BLOCK_PROTOCOLS = ("HTTP/1.0", "HTTP/1.1")
"""What the media type of a block allows. Any other protocol is in the field WARC-Protocol."""
LEVEL = 2
"""Measured by benchmarks/warc_level.py with pages of 26 KB of random words, processor time and size of a capture: isal
level 1 0.19 ms 10.1 KB, 2 0.20 ms 9.9 KB, 3 0.24 ms 9.8 KB; zlib level 2 0.44 ms 10.3 KB, 6 0.61 ms 10.0 KB (warcio,
always zlib 9: 0.55 ms)."""
_WRAPPED = 31
"""The `wbits` of a gzip member: with its header and checksum."""
_COMMENTED = b"\x1f\x8b\x08\x10\0\0\0\0\0\xff"
"""The header of a gzip member with a comment (RFC 1952, FCOMMENT), which a zero byte ends."""
_CHECKED = b"\x1f\x8b\x08\x12\0\0\0\0\0\xff"
"""The same with a checksum behind the comment (FHCRC)."""
_CHECKSUM_SIZE = 2
_HEADER_SIZE = 10
"""Bytes of the header of one without."""


class PackedRecord(NamedTuple):
    """A record as it is written."""

    data: bytes
    """Its gzip member."""
    digest: bytes
    """By which the log names it."""


def pack_record(fields: Iterable[tuple[str, str]], block: bytes) -> PackedRecord:
    """A record of `fields` and `block`; adds its length and the digest of its block to the fields."""
    record = compose_record(fields, block)
    return PackedRecord(compress(record, LEVEL, _WRAPPED), hash_record(record))


def compose_record(fields: Iterable[tuple[str, str]], block: bytes) -> bytes:
    """The bytes of a record, unpacked."""
    added = (("WARC-Block-Digest", digest_of(block)), ("Content-Length", str(len(block))))
    return compose_head(VERSION, (*fields, *added)) + block + RECORD_END


def pack_filled(record: bytes, size: int) -> bytes | None:
    """The gzip member of `record`, exactly `size` bytes long; None if it needs more.

    A comment of blanks in the gzip header fills it, which every reader passes over; a checksum of the header covers it,
    where there is room for one.
    """
    packed = zlib.compress(record, 9, _WRAPPED)
    missing = size - len(packed)
    if missing <= 0:
        return packed if missing == 0 else None
    if missing <= _CHECKSUM_SIZE:
        return _COMMENTED + b" " * (missing - 1) + b"\0" + packed[_HEADER_SIZE:]
    head = _CHECKED + b" " * (missing - _CHECKSUM_SIZE - 1) + b"\0"
    return head + (zlib.crc32(head) & 0xFFFF).to_bytes(_CHECKSUM_SIZE, "little") + packed[_HEADER_SIZE:]


@dataclass(frozen=True, slots=True)
class Rescued:
    """How a response came from an archive of others."""

    address: str
    """The address there that it was asked for at."""
    at: datetime
    """When, with a time zone."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request and its response."""

    address: str
    """The address that was fetched."""
    method: str
    request_headers: list[tuple[str, str]]
    """As sent, in order, decoded as Latin-1. Text outside of Latin-1 is written as UTF-8."""
    status: int
    reason: str
    response_headers: list[tuple[str, str]]
    body: bytes
    """With its Content-Encoding, but without Transfer-Encoding."""
    ip: str | None
    """The server's IP address; None if it is unknown."""
    fetched_at: datetime
    """With a time zone."""
    protocol: str = "HTTP/1.1"
    refers: tuple[str, int] | None = None
    """For a 304: file and offset of the response of this address in the archive."""
    truncated: str | None = None
    """Why the body is incomplete: `length`, `time`, `disconnect`, `unspecified`; None if it is complete."""
    origin: str | None = None
    """The other tool's WARC file that it comes from. Its request is unknown then, and none is written."""
    rescued: Rescued | None = None
    """Where an archive of others gave it; the site's request is unknown then, too."""
    answerer: str | None = None
    """`cache` or `middleware` where no server was asked, and so no request sent."""


@dataclass(frozen=True, slots=True)
class Original:
    """A response record that a revisit refers to, with its fields."""

    file: str
    offset: int
    target: str
    date: str
    digest: str


def pack_info(name: str, moment: datetime, info: Mapping[str, str], ordinal: int) -> tuple[str, PackedRecord]:
    """(id, record) of the warcinfo record at the beginning of the file `name`."""
    info_id = _make_id()
    described = {"format": "WARC File Format 1.1", "conformsTo": _STANDARD} | dict(info)
    fields = [
        ("WARC-Type", "warcinfo"),
        ("WARC-Record-ID", info_id),
        ("WARC-Date", format_date(moment)),
        ("WARC-Filename", name),
        (ORDINAL, str(ordinal)),
        _FIELDS,
    ]
    return info_id, pack_record(fields, compose_lines(described.items()))


def pack_values(
    kind: str, about: Sequence[tuple[str, str]], values: Mapping[str, Any], info_id: str, ordinal: int
) -> PackedRecord:
    """A record that is no message, but `values` as JSON: an event, or what was read of a page whose own is not kept.

    `kind` is its WARC-Type; `about` are the fields that say when it happened and what it is about.
    """
    fields = [
        ("WARC-Type", kind),
        ("WARC-Record-ID", _make_id()),
        *about,
        ("WARC-Warcinfo-ID", info_id),
        (ORDINAL, str(ordinal)),
        ("Content-Type", "application/json"),
    ]
    text = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
    return pack_record(fields, text.encode("utf-8", "backslashreplace"))


def pack_capture(
    exchange: Exchange, digest: str, original: Original | None, profile: str, info_id: str, ordinal: int
) -> list[PackedRecord]:
    """The records of a capture in their order: request and metadata of a 304, then the response or revisit.

    `digest` is that of the body. `original` and `profile` are given for a revisit. `info_id` is the id of the file's
    warcinfo record, `ordinal` the number of the first record.
    """
    records = _list_records(exchange, digest, original, profile, info_id)
    return [
        pack_record([*fields, (ORDINAL, str(number))], block) for number, (fields, block) in enumerate(records, ordinal)
    ]


def _list_records(
    exchange: Exchange, digest: str, original: Original | None, profile: str, info_id: str
) -> Iterator[tuple[list[tuple[str, str]], bytes]]:
    """Fields and block of each record."""
    response_id = _make_id()
    common = [("WARC-Target-URI", clean_address(exchange.address)), ("WARC-Date", format_date(exchange.fetched_at))]
    if exchange.ip:
        common.append(("WARC-IP-Address", exchange.ip))
    common.append(("WARC-Warcinfo-ID", info_id))
    if exchange.origin is None and exchange.rescued is None and exchange.answerer is None:
        request = [("WARC-Type", "request"), ("WARC-Record-ID", _make_id()), *common]
        request += [("WARC-Concurrent-To", response_id), ("Content-Type", "application/http; msgtype=request")]
        yield request, _compose_request(exchange)
    rescued = exchange.rescued
    optional = [
        ("WARC-Protocol", None if exchange.protocol in _BLOCK_PROTOCOLS else exchange.protocol),
        ("WARC-Truncated", exchange.truncated),
        # Our own field: the standard has none for the file that a record was copied from.
        ("Harbincrawl-Origin", exchange.origin),
        (ANSWERER, exchange.answerer),
        ("WARC-Source-URI", clean_address(rescued.address) if rescued else None),
        ("WARC-Creation-Date", format_date(rescued.at) if rescued else None),
    ]
    response = [
        ("WARC-Type", "response" if original is None else "revisit"),
        ("WARC-Record-ID", response_id),
        *common,
        ("WARC-Payload-Digest", digest if original is None else original.digest),
        *((name, value) for name, value in optional if value is not None),
    ]
    if original is not None:
        response += [
            ("WARC-Profile", _REVISIT + profile),
            ("WARC-Refers-To-Target-URI", original.target),
            ("WARC-Refers-To-Date", original.date),
            # Fields from Heritrix: with them a reader finds the payload without an index.
            ("WARC-Refers-To-Filename", original.file),
            ("WARC-Refers-To-File-Offset", str(original.offset)),
        ]
    if original is not None and profile == NOT_MODIFIED:
        # With a block, a 304 would be replayed as a 304. Without one, replay uses the original's header (WARC 6.7.3).
        metadata = [("WARC-Type", "metadata"), ("WARC-Record-ID", _make_id()), *common]
        yield [*metadata, ("WARC-Refers-To", response_id), _FIELDS], _compose_note(exchange)
        yield response, b""
        return
    response.append(("Content-Type", "application/http; msgtype=response"))
    yield response, _compose_response(exchange) + (exchange.body if original is None else b"")


def _make_id() -> str:
    return f"<urn:uuid:{uuid.uuid4()}>"


def _compose_request(exchange: Exchange) -> bytes:
    """The header of the request, with a Host field, without cookies and authorisation."""
    address = clean_address(exchange.address)
    parts = urlsplit(address)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    fields = [
        (name, clean_address(value) if name.lower() == "referer" else value)
        for name, value in exchange.request_headers
        if name.lower() not in _REQUEST_SECRETS
    ]
    if all(name.lower() != "host" for name, _ in fields):
        fields.insert(0, ("Host", parts.netloc))
    method = re.sub(r"[^A-Za-z-]", "", exchange.method) or "GET"
    return compose_http_head(f"{method} {path} HTTP/1.1", fields)


def _compose_response(exchange: Exchange) -> bytes:
    """The header of the response as it was sent, without cookies and authorisation.

    A Transfer-Encoding, which the body has no more, and a Content-Length that is not that of the body are kept as
    `X-Archive-Orig-…`. A 304 and the response to a HEAD have no body and keep the server's Content-Length.
    """
    without_body = not exchange.body and (exchange.status in _WITHOUT_BODY or exchange.method.upper() == "HEAD")
    length = str(len(exchange.body)).lstrip("0")
    fields: list[tuple[str, str]] = []
    for name, value in exchange.response_headers:
        key = name.strip().lower()
        if key in _RESPONSE_SECRETS:
            continue
        is_wrong = key == "content-length" and not without_body and value.strip().lstrip("0") != length
        fields.append(
            (ORIGINAL_PREFIX + name.strip(), value) if key == "transfer-encoding" or is_wrong else (name, value)
        )
    protocol = exchange.protocol if exchange.protocol in _BLOCK_PROTOCOLS else "HTTP/1.1"
    return compose_http_head(f"{protocol} {exchange.status:03d} {exchange.reason}", fields)


def _compose_note(exchange: Exchange) -> bytes:
    """The header of the response as fields of a metadata record, for responses whose own record has no block."""
    status_line, *lines = _compose_response(exchange).rstrip(b"\r\n").split(b"\r\n")
    return b"".join(
        [b"httpStatusLine: %b\r\n" % status_line, *(b"httpHeader: %b\r\n" % line for line in lines if line)]
    )
