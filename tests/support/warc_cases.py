"""Exchanges, foreign records and readers that the tests of WARC files share."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from harbincrawl.warc.heads import sha1_of
from harbincrawl.warc.inventory import RecordSummary, list_records
from harbincrawl.warc.records import Record
from harbincrawl.warc.writer import CapturePlace, Exchange, WarcWriter

MOMENT = datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)
ADDRESS = "http://e.my399.com/news/2024-05-06/7200.html"
PAGE = b"<html><body>" + b"<p>Harbin ramps up childcare services.</p>" * 40 + b"</body></html>"


def make_exchange(address: str = ADDRESS, body: bytes = PAGE, **changes: Any) -> Exchange:
    """A plain answer of the site, with `changes`."""
    given: dict[str, Any] = {
        "method": "GET",
        "request_headers": [("User-Agent", "harbincrawl"), ("Accept", "text/html")],
        "status": 200,
        "reason": "OK",
        "response_headers": [("Content-Type", "text/html"), ("Content-Length", str(len(body)))],
        "ip": "192.0.2.7",
        "fetched_at": MOMENT,
    }
    return Exchange(address=address, body=body, **(given | changes))


def make_writer(
    folder: Path, find_original: Callable[[str], tuple[str, int] | None] | None = None, **more: Any
) -> WarcWriter:
    """A writer whose clock stands still."""
    return WarcWriter(folder, info={"software": "harbincrawl"}, now=lambda: MOMENT, find_original=find_original, **more)


def make_304(first: CapturePlace, **changes: Any) -> Exchange:
    """The answer to a conditional request for the page at `first`: it is as it was."""
    given: dict[str, Any] = {
        "request_headers": [("If-None-Match", '"7"')],
        "status": 304,
        "reason": "Not Modified",
        "response_headers": [("ETag", '"7"')],
        "refers": (first.file, first.offset),
    }
    return make_exchange(body=b"", **(given | changes))


def read_warcio(path: Path) -> list[tuple[str, dict[str, str], Any, bytes]]:
    """Type, fields (lower case), HTTP head and undecoded payload of every record, as warcio reads them."""
    from warcio.archiveiterator import ArchiveIterator

    with path.open("rb") as stream:
        return [
            (
                record.rec_type,
                {name.lower(): value for name, value in record.rec_headers.headers},
                record.http_headers,
                record.raw_stream.read(),
            )
            for record in ArchiveIterator(stream)
        ]


def make_record(
    block: bytes,
    *,
    kind: str = "response",
    target: str | None = ADDRESS,
    version: str = "WARC/1.0",
    packed: bool = True,
    length: int | None = None,
    fields: tuple[tuple[str, str], ...] = (),
) -> bytes:
    """A record as another tool may write it."""
    head = [
        version,
        f"WARC-Type: {kind}",
        "WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-000000000000>",
        "WARC-Date: 2024-05-06T07:08:09Z",
        *([f"WARC-Target-URI: {target}"] if target is not None else []),
        "Content-Type: application/http; msgtype=response",
        *(f"{name}: {value}" for name, value in fields),
        f"Content-Length: {len(block) if length is None else length}",
    ]
    record = "\r\n".join(head).encode() + b"\r\n\r\n" + block + b"\r\n\r\n"
    return gzip.compress(record, mtime=0) if packed else record


def make_response(payload: bytes = PAGE, *fields: str) -> bytes:
    """An HTTP response as a block."""
    return "\r\n".join(["HTTP/1.1 200 OK", "Content-Type: text/html", *fields, "", ""]).encode() + payload


def join_member(member: Record) -> bytes:
    """All bytes of a record, unpacked, with the line breaks at its end."""
    return member.head + member.block + b"\r\n\r\n"


def sha1(payload: bytes) -> str:
    """The digest as most tools write it."""
    return f"sha1:{sha1_of(payload)}"


def verify_records(path: Path) -> list[RecordSummary]:
    """The broken records of `path`; none where all holds."""
    return [record for record in list_records(path) if isinstance(record, RecordSummary) and record.fault is not None]
