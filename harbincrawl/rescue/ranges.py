"""Captures out of the WARC files of Common Crawl: a range of bytes is a whole record. Pure."""

from __future__ import annotations

import io
import re

from harbincrawl.errors import TooLargeError, UndecodableError
from harbincrawl.fetch.client import Reply
from harbincrawl.warc.codings import CodingError, undo_chunks
from harbincrawl.warc.foreign import ForeignRecord, RefusedRecord, read_stream

from .cdx import read_moment
from .mementos import MOST_BYTES, Memento, NoPage, Refused

MOST_RECORD = 32 << 20
"""Bytes of a record, packed."""
_PLACE = re.compile(r"(\d{1,15}) (?!/)([^\s?#\\]+)", re.ASCII)
_CLIMB = re.compile(r"(?:^|/)(?:\.|%2e){2}(?:/|$)", re.IGNORECASE)


def find_range(place: str | None, length: int | None) -> tuple[str, str] | None:
    """(name of the file, Range) of a record that the index says is at `place`; None where it does not say so."""
    match = _PLACE.fullmatch(place or "")
    if match is None or length is None or not 0 < length <= MOST_RECORD or _CLIMB.search(match[2]):
        return None
    return match[2], f"bytes={match[1]}-{int(match[1]) + length - 1}"


def judge_range(reply: Reply, original: str, timestamp: str, length: int) -> Memento | NoPage | Refused:
    """What the bytes are that were given for the capture of `original` at `timestamp`."""
    if reply.status not in (200, 206):
        return Refused("missing" if reply.status in (404, 416) else "http", f"HTTP {reply.status}")
    if len(reply.body) != length:
        return Refused("cut", f"{len(reply.body)} bytes came, {length} were asked for")
    record = next(read_stream(io.BytesIO(reply.body), "range", max_unpacked=2 * MOST_BYTES), None)
    if not isinstance(record, ForeignRecord):
        reason = record.reason if isinstance(record, RefusedRecord) else "the bytes are no record"
        return Refused("damaged", reason)
    if record.target != original or record.date.replace(microsecond=0) != read_moment(timestamp):
        return Refused("wrong-moment", f"it is the capture of {record.target[:200]} of {record.date:%Y%m%d%H%M%S}")
    if record.truncated is not None:
        return Refused("truncated", f"it was cut when it was captured ({record.truncated[:40]})")
    if record.refers is not None:
        return Refused("missing", "it only refers to another capture")
    status = record.http_status or 0
    if status != 200:
        return NoPage("redirects" if 300 <= status < 400 else "not_an_article")
    try:
        body = record.read_body(MOST_BYTES)
        payload = undo_chunks(record.payload, record.http_headers)
    except TooLargeError as error:
        return Refused("too-large", error.reason)
    except (UndecodableError, CodingError) as error:
        return Refused("cut", f"its body cannot be decoded: {getattr(error, 'reason', error)}")
    return Memento(record.date.replace(microsecond=0), record.http_reason, record.http_headers, payload, body)
