"""Judging what an archive of others answered for a capture: the page as it was, or why it is none. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from harbincrawl.fetch.client import Reply
from harbincrawl.warc.captures import ORIGINAL_PREFIX
from harbincrawl.warc.codings import CodingError, SizeError, undo_codings
from harbincrawl.warc.heads import Fields, find_field, sha1_of

from .cdx import read_moment

MOST_BYTES = 16 << 20
"""Of a page, unpacked; as for a crawl."""
_STAMP = re.compile(r"/(\d{14})(?:[a-z]{2}_)?/", re.ASCII)
_KEPT = frozenset(("content-type", "content-language", "content-disposition", "last-modified", "etag"))
"""Fields that archives hand on as they were."""
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
        return None if claimed is None else claimed in (sha1_of(data) for data in (self.payload, self.body))


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
        fields = _add_gzip(fields)
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


def _add_gzip(fields: Fields) -> Fields:
    return (*fields, ("Content-Encoding", "gzip"))
