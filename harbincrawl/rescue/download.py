"""Captures asked for one after the other, and those that are what was asked for written into a WARC file."""

from __future__ import annotations

import io
import re
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

from harbincrawl.fetch.client import Reply, RequestError
from harbincrawl.warc.captures import ORIGINAL_PREFIX, Exchange, Rescued, pack_capture
from harbincrawl.warc.foreign import RefusedRecord, read_stream
from harbincrawl.warc.heads import Fields, digest_of, find_field
from harbincrawl.warc.reader import CapturedRecord

from .cdx import read_moment
from .lists import HeldCapture
from .manners import Manners
from .sources import ArchiveSource

MAX_BYTES = 32 << 20
"""Of an answer, and of a record of Common Crawl, packed."""
_PLACE = re.compile(r"(\d{1,15}) (?!/)([^\s?#\\]+)", re.ASCII)
_CLIMB = re.compile(r"(?:^|/)(?:\.|%2e){2}(?:/|$)", re.IGNORECASE)
_KEPT = frozenset(("content-type", "content-language", "content-disposition", "last-modified", "etag"))
"""Fields that archives hand on as they were."""


async def download(manners: Manners, source: ArchiveSource, held: HeldCapture, path: Path, now: datetime) -> None:
    """Appends a capture to the WARC file `path`.

    Raises RequestError, whose class may be `missing`, `other` (an answer that is not it) or `damaged`, too; SiteError,
    InterruptedRequestError, OSError.
    """
    address, fields = source.find_page(held.original, held.timestamp), {}
    if source.kind == "commoncrawl":
        name, fields["Range"] = find_range(held)
        address = source.replay + name
    reply = await manners.ask(address, source.page_pause, MAX_BYTES, fields)
    judge = judge_range if source.kind == "commoncrawl" else judge_reply
    status_line, heads, body = judge(reply, held)
    exchange = Exchange(
        address=held.original, method="GET", request_headers=[], status=200, reason=status_line,
        response_headers=list(heads), body=body, ip=None, fetched_at=_read_moment(held), rescued=Rescued(address, now),
    )  # fmt: skip
    (packed,) = pack_capture(exchange, digest_of(body), None, "", "<urn:uuid:0>", 1)
    with path.open("ab") as stream:
        stream.write(packed.data)


def _read_moment(held: HeldCapture) -> datetime:
    moment = read_moment(held.timestamp)
    assert moment is not None  # noqa: S101 - others are not asked for
    return moment


def judge_reply(reply: Reply, held: HeldCapture) -> tuple[str, Fields, bytes]:
    """Reason, HTTP fields and body of a page as an archive of others kept it. Raises RequestError."""
    moment = None
    with suppress(ValueError, TypeError, OverflowError):
        moment = parsedate_to_datetime(find_field(reply.fields, "Memento-Datetime") or "").astimezone(UTC)
    if moment is None and reply.status in (404, 410):
        raise RequestError("missing", "the archive does not have it")
    if moment != _read_moment(held) or reply.status != 200:
        given = f"{moment:%Y%m%d%H%M%S}" if moment else "no moment"
        raise RequestError("other", f"asked for {held.timestamp}, it gave HTTP {reply.status} and {given}")
    return reply.reason, _restore_fields(reply.fields), reply.body


def _restore_fields(fields: Fields) -> Fields:
    """The site's own fields. How the body is coded is what the archive says now, not what the site said then."""
    prefix = ORIGINAL_PREFIX.lower()
    originals = [(name[len(prefix) :], value) for name, value in fields if name.lower().startswith(prefix)]
    known = {name.lower() for name, _ in originals}
    kept = [(name, value) for name, value in fields if name.lower() in _KEPT and name.lower() not in known]
    coded = [(name, value) for name, value in fields if name.lower() == "content-encoding"]
    restored = [
        (f"{ORIGINAL_PREFIX}{name}" if name.lower() == "content-encoding" else name, value) for name, value in originals
    ]
    return (*kept, *restored, *coded)


def find_range(held: HeldCapture) -> tuple[str, str]:
    """Name of the file and Range of a record of Common Crawl. Raises RequestError where the index does not say it."""
    match = _PLACE.fullmatch(held.place or "")
    if match is None or held.length is None or not 0 < held.length <= MAX_BYTES or _CLIMB.search(match[2]):
        raise RequestError("missing", "the index does not say where it is")
    return match[2], f"bytes={match[1]}-{int(match[1]) + held.length - 1}"


def judge_range(reply: Reply, held: HeldCapture) -> tuple[str, Fields, bytes]:
    """Reason, HTTP fields and body of the record that was given as bytes of a WARC file. Raises RequestError."""
    if reply.status not in (200, 206):
        raise RequestError("missing" if reply.status in (404, 416) else "other", f"HTTP {reply.status}")
    record = next(read_stream(io.BytesIO(reply.body), "range"), None)
    if len(reply.body) != held.length or not isinstance(record, CapturedRecord):
        reason = record.reason if isinstance(record, RefusedRecord) else f"{len(reply.body)} bytes that are no record"
        raise RequestError("damaged", reason)
    if record.truncated is not None:
        raise RequestError("damaged", f"it was cut when it was captured ({record.truncated[:40]})")
    is_held = record.target == held.original and record.date.replace(microsecond=0) == _read_moment(held)
    if not is_held or record.http_status != 200 or record.refers is not None:
        what = f"{record.type}, HTTP {record.http_status}, of {record.target[:200]} of {record.date:%Y%m%d%H%M%S}"
        raise RequestError("other", f"it is a {what}")
    return record.http_reason, record.http_headers, record.payload
