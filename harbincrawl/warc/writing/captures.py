"""The packed records of a capture (request, response or revisit), of an event, and the warcinfo record of a file.

A 304 becomes a revisit without a block, so that replay shows the page. A metadata record beside it keeps its header.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from harbincrawl.warc.heads import clean_address, compose_head, find_field, format_date
from harbincrawl.warc.log import EVENT, ORDINAL

from .blocks import Exchange, compose_note, compose_request, compose_response
from .packing import PackedRecord, pack_record

NOT_MODIFIED = "server-not-modified"
IDENTICAL = "identical-payload-digest"
"""Profiles of a revisit."""
ANSWERER = "Harbincrawl-Answered-By"
"""Our own field: the standard has none for an answer that no server gave."""
_STANDARD = "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"
_REVISIT = "http://netpreserve.org/warc/1.1/revisit/"
_FIELDS = ("Content-Type", "application/warc-fields")


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
    return info_id, pack_record(fields, _pack_fields(described))


def pack_event(kind: str, moment: datetime, values: Mapping[str, Any], info_id: str, ordinal: int) -> PackedRecord:
    """A metadata record that speaks of no capture: what was decided, as JSON."""
    fields = [
        ("WARC-Type", "metadata"),
        ("WARC-Record-ID", _make_id()),
        ("WARC-Date", format_date(moment)),
        ("WARC-Warcinfo-ID", info_id),
        (EVENT, kind),
        (ORDINAL, str(ordinal)),
        ("Content-Type", "application/json"),
    ]
    return pack_record(fields, _dump({"event": kind, **values}))


def pack_conversion(target: str, date: str, values: Mapping[str, Any], info_id: str, ordinal: int) -> PackedRecord:
    """What was read of the page `target`, as JSON, in the place of a record that is not kept; `date` is its own."""
    fields = [
        ("WARC-Type", "conversion"),
        ("WARC-Record-ID", _make_id()),
        ("WARC-Target-URI", clean_address(target)),
        ("WARC-Date", date),
        ("WARC-Warcinfo-ID", info_id),
        (ORDINAL, str(ordinal)),
        ("Content-Type", "application/json"),
    ]
    return pack_record(fields, _dump(values))


def pack_capture(
    exchange: Exchange, digest: str, original: Original | None, profile: str, info_id: str, ordinal: int
) -> list[PackedRecord]:
    """The records of a capture in their order: request and metadata of a 304, then the response or revisit.

    `digest` is that of the body. `original` and `profile` are given for a revisit. `info_id` is the id of the file's
    warcinfo record, `ordinal` the number of the first record.
    """
    return [
        pack_record([*fields, (ORDINAL, str(number))], block, body, stored=stored)
        for number, (fields, block, body, stored) in enumerate(
            _list_records(exchange, digest, original, profile, info_id), ordinal
        )
    ]


def _list_records(
    exchange: Exchange, digest: str, original: Original | None, profile: str, info_id: str
) -> Iterator[tuple[list[tuple[str, str]], bytes, bytes, bool]]:
    """Fields, HTTP head or whole block, body, and whether that is compressed already, of each record."""
    response_id = _make_id()
    common = [("WARC-Target-URI", clean_address(exchange.address)), ("WARC-Date", format_date(exchange.fetched_at))]
    if exchange.ip:
        common.append(("WARC-IP-Address", exchange.ip))
    common.append(("WARC-Warcinfo-ID", info_id))
    if exchange.origin is None and exchange.rescued is None and exchange.answerer is None:
        request = [
            ("WARC-Type", "request"),
            ("WARC-Record-ID", _make_id()),
            *common,
            ("WARC-Concurrent-To", response_id),
            ("Content-Type", "application/http; msgtype=request"),
        ]
        yield request, compose_request(exchange), b"", False
    response = [
        ("WARC-Type", "response" if original is None else "revisit"),
        ("WARC-Record-ID", response_id),
        *common,
        ("WARC-Payload-Digest", digest if original is None else original.digest),
    ]
    if exchange.protocol not in ("HTTP/1.0", "HTTP/1.1"):
        response.append(("WARC-Protocol", exchange.protocol))
    if exchange.truncated is not None:
        response.append(("WARC-Truncated", exchange.truncated))
    if exchange.origin is not None:
        # Our own field: the standard has none for the file that a record was copied from.
        response.append(("Harbincrawl-Origin", exchange.origin))
    if exchange.answerer is not None:
        response.append((ANSWERER, exchange.answerer))
    if exchange.rescued is not None:
        response += [
            ("WARC-Source-URI", clean_address(exchange.rescued.address)),
            ("WARC-Creation-Date", format_date(exchange.rescued.at)),
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
        metadata = [
            ("WARC-Type", "metadata"),
            ("WARC-Record-ID", _make_id()),
            *common,
            ("WARC-Refers-To", response_id),
            _FIELDS,
        ]
        yield metadata, compose_note(exchange), b"", False
        yield response, b"", b"", False
        return
    response.append(("Content-Type", "application/http; msgtype=response"))
    is_coded = find_field(exchange.response_headers, "Content-Encoding") is not None
    body = exchange.body if original is None else b""
    yield response, compose_response(exchange), body, is_coded


def _pack_fields(fields: Mapping[str, str]) -> bytes:
    # The block consists of the fields only, without an empty line after them.
    return compose_head("", fields.items())[2:-2]


def _dump(values: Mapping[str, Any]) -> bytes:
    text = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "backslashreplace")


def _make_id() -> str:
    return f"<urn:uuid:{uuid.uuid4()}>"
