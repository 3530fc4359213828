"""The records of a capture, packed: what was asked, what was answered, and a file's first record.

A 304 is a revisit without a block, so that replay shows the page; its own head is kept by a metadata record beside it.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from .blocks import Exchange, compose_note, compose_request, compose_response
from .heads import clean_address, compose_head, find_field, format_date
from .packing import pack_record

NOT_MODIFIED = "server-not-modified"
IDENTICAL = "identical-payload-digest"
"""Profiles of a revisit."""
_STANDARD = "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"
_REVISIT = "http://netpreserve.org/warc/1.1/revisit/"
_FIELDS = ("Content-Type", "application/warc-fields")


@dataclass(frozen=True, slots=True)
class Original:
    """What the record of an original says of itself."""

    file: str
    offset: int
    target: str
    date: str
    digest: str


def pack_info(name: str, moment: datetime, info: Mapping[str, str]) -> tuple[str, bytes]:
    """Id and bytes of the warcinfo record that opens the file `name`."""
    info_id = _make_id()
    described = {"format": "WARC File Format 1.1", "conformsTo": _STANDARD} | dict(info)
    fields = [
        ("WARC-Type", "warcinfo"),
        ("WARC-Record-ID", info_id),
        ("WARC-Date", format_date(moment)),
        ("WARC-Filename", name),
        _FIELDS,
    ]
    return info_id, pack_record(fields, _pack_fields(described))


def pack_note(moment: datetime, fields: Mapping[str, str], info_id: str) -> bytes:
    """A metadata record of `fields` that speaks of no capture."""
    described = [
        ("WARC-Type", "metadata"),
        ("WARC-Record-ID", _make_id()),
        ("WARC-Date", format_date(moment)),
        ("WARC-Warcinfo-ID", info_id),
        _FIELDS,
    ]
    return pack_record(described, _pack_fields(fields))


def pack_capture(
    exchange: Exchange, digest: str, original: Original | None, profile: str, info_id: str
) -> tuple[bytes, bytes]:
    """What stands before the answer (its request, the note of a 304), and the answer: a response or a revisit.

    `digest` is that of the body, `original` what a revisit of `profile` refers to, `info_id` the id of the file's
    warcinfo record.
    """
    answer_id = _make_id()
    common = [("WARC-Target-URI", clean_address(exchange.address)), ("WARC-Date", format_date(exchange.fetched_at))]
    if exchange.ip:
        common.append(("WARC-IP-Address", exchange.ip))
    common.append(("WARC-Warcinfo-ID", info_id))
    before = b""
    if exchange.origin is None:
        asked = [
            ("WARC-Type", "request"),
            ("WARC-Record-ID", _make_id()),
            *common,
            ("WARC-Concurrent-To", answer_id),
            ("Content-Type", "application/http; msgtype=request"),
        ]
        before = pack_record(asked, compose_request(exchange))
    answered = [
        ("WARC-Type", "response" if original is None else "revisit"),
        ("WARC-Record-ID", answer_id),
        *common,
        ("WARC-Payload-Digest", digest if original is None else original.digest),
    ]
    if exchange.protocol not in ("HTTP/1.0", "HTTP/1.1"):
        answered.append(("WARC-Protocol", exchange.protocol))
    if exchange.truncated is not None:
        answered.append(("WARC-Truncated", exchange.truncated))
    if exchange.origin is not None:
        # A field of our own: the standard has none for where a record was before.
        answered.append(("Harbincrawl-Origin", exchange.origin))
    if original is not None:
        answered += [
            ("WARC-Profile", _REVISIT + profile),
            ("WARC-Refers-To-Target-URI", original.target),
            ("WARC-Refers-To-Date", original.date),
            # Heritrix's fields: with them a reader finds the payload without an index.
            ("WARC-Refers-To-Filename", original.file),
            ("WARC-Refers-To-File-Offset", str(original.offset)),
        ]
    if original is not None and profile == NOT_MODIFIED:
        # A 304 in the revisit would be replayed as a 304; with no block at all the original's head is (6.7.3).
        noted = [
            ("WARC-Type", "metadata"),
            ("WARC-Record-ID", _make_id()),
            *common,
            ("WARC-Refers-To", answer_id),
            _FIELDS,
        ]
        before += pack_record(noted, compose_note(exchange))
        return before, pack_record(answered, b"")
    answered.append(("Content-Type", "application/http; msgtype=response"))
    coded = find_field(exchange.response_headers, "Content-Encoding") is not None
    body = exchange.body if original is None else b""
    return before, pack_record(answered, compose_response(exchange), body, stored=coded)


def _pack_fields(fields: Mapping[str, str]) -> bytes:
    # No empty line after the last field: the block is the fields alone.
    return compose_head("", fields.items(), encoding="utf-8")[2:-2]


def _make_id() -> str:
    return f"<urn:uuid:{uuid.uuid4()}>"
