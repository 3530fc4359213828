"""Judging what an archive of others answered for a capture: the page as it was, or why it is none. Pure.

Common Crawl gives ranges of bytes of its WARC files, each a whole record.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from harbincrawl.errors import TooLargeError, UndecodableError
from harbincrawl.fetch.client import Reply
from harbincrawl.warc.captures import ORIGINAL_PREFIX
from harbincrawl.warc.codings import CodingError, SizeError, undo_chunks, undo_codings
from harbincrawl.warc.foreign import ForeignRecord, RefusedRecord, read_stream
from harbincrawl.warc.heads import Fields, digest_of, find_field, sha1_of

from .cdx import read_moment

MOST_BYTES = 16 << 20
"""Of a page, unpacked; as for a crawl."""
MOST_RECORD = 32 << 20
"""Bytes of a record, packed."""
_PLACE = re.compile(r"(\d{1,15}) (?!/)([^\s?#\\]+)", re.ASCII)
_CLIMB = re.compile(r"(?:^|/)(?:\.|%2e){2}(?:/|$)", re.IGNORECASE)
_STAMP = re.compile(r"/(\d{14})(?:[a-z]{2}_)?/", re.ASCII)
_KEPT = frozenset(("content-type", "content-language", "content-disposition", "last-modified", "etag"))
"""Fields that archives hand on as they were."""
_SHA256 = 64
"""Hexadecimal digits of a SHA-256; a SHA-1 in Base32 has 32."""
_GZIP = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class Memento:
    """A page as an archive of others kept it."""

    moment: datetime
    """When that archive captured it, UTC."""
    reason: str
    fields: Fields
    """As the site sent them, as far as they are known."""
    payload: bytes
    """With the Content-Encoding that `fields` name."""
    body: bytes
    """Decoded."""

    def has_digest(self, claimed: str | None) -> bool | None:
        """Whether the archive's digest is that of the payload, or of the body; None: it has none."""
        return None if claimed is None else any(has_digest(data, claimed) for data in (self.payload, self.body))


@dataclass(frozen=True, slots=True)
class NoPage:
    """The archive has the capture, and it is no page: `redirects`, or an error (`not_an_article`)."""

    outcome: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The archive does not give the capture that was asked for."""

    kind: str
    """Failure class: `missing`, `wrong-moment`, `no-moment`, `http`, `cut`, `too-large`."""
    reason: str


def has_digest(data: bytes, claimed: str) -> bool:
    """Whether `claimed`, as lists of captures have it, is the digest of `data`: SHA-1 in Base32, or SHA-256 in hex."""
    return claimed == (digest_of(data)[len("sha256:") :].upper() if len(claimed) == _SHA256 else sha1_of(data))


def judge_reply(reply: Reply, timestamp: str) -> Memento | NoPage | Refused:
    """What the answer to a request for the capture of `timestamp` is."""
    moment = _find_moment(reply)
    if moment is None:
        return _judge_own(reply, timestamp)
    asked = read_moment(timestamp)
    # Some digits are no date, such as those with the month 00: then the archive knows the moment, and only it.
    if moment != asked if asked else f"{moment:%Y}" != timestamp[:4]:
        return Refused("wrong-moment", f"asked for {timestamp}, it gave {moment:%Y%m%d%H%M%S}")
    if 300 <= reply.status < 400:
        return NoPage("redirects")
    if reply.status != 200:
        return NoPage("not_an_article")
    fields, body = _restore_fields(reply.fields), b""
    for _ in range(2):
        try:
            body = undo_codings(reply.body, fields, MOST_BYTES)
        except SizeError as error:
            return Refused("too-large", str(error))
        except CodingError as error:
            return Refused("cut", f"its body cannot be decoded: {error}")
        if body[:2] != _GZIP:
            break
        # What was asked for as it is comes packed all the same, at times without saying so.
        fields = (*fields, ("Content-Encoding", "gzip"))
    return Memento(moment, reply.reason, fields, reply.body, body)


def _find_moment(reply: Reply) -> datetime | None:
    stated = find_field(reply.fields, "Memento-Datetime")
    if stated is not None:
        try:
            return parsedate_to_datetime(stated).astimezone(UTC)
        except (ValueError, TypeError, OverflowError):
            return None
    place = _STAMP.search(find_field(reply.fields, "Content-Location") or "")
    return read_moment(place[1]) if place else None


def _judge_own(reply: Reply, timestamp: str) -> Refused:
    """What an answer is that is the archive's own."""
    if reply.status in (404, 410):
        return Refused("missing", "the archive does not have it")
    if 300 <= reply.status < 400:
        place = _STAMP.search(find_field(reply.fields, "Location") or "")
        given = f"it leads to {place[1]}" if place else "it leads elsewhere"
        return Refused("wrong-moment", f"asked for {timestamp}, {given}")
    if reply.status == 200:
        return Refused("no-moment", "the answer is a page of the archive itself: it names no moment")
    return Refused("http", f"HTTP {reply.status}")


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
