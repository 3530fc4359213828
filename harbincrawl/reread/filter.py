"""Which records of a foreign WARC file are pages of the site, what these say, and why the others are none."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from harbincrawl.archive.naming import shows_purged
from harbincrawl.archive.purged import hide_purged
from harbincrawl.errors import NotAnArticle, PageTooLargeError, TooLargeError, UndecodableError
from harbincrawl.identity import shows_nothing
from harbincrawl.places import Place
from harbincrawl.records import Article, Listing
from harbincrawl.sites import Address, Site
from harbincrawl.warc.captures import ORIGINAL_PREFIX
from harbincrawl.warc.codings import CodingError, undo_chunks
from harbincrawl.warc.foreign import ForeignRecord, NextOffset, RefusedRecord, iterate_records
from harbincrawl.warc.heads import Fields, digest_of, find_field, sha1_of
from harbincrawl.warc.reader import decode_body

from .pages import read_article_page, read_list_page
from .spans import Span, SpanRecord

MOST_BYTES = 16 << 20
"""Of a page, unpacked; as for a crawl."""
MOST_RECORD = 64 << 20
_PLACES = ("WARC-Filename", "WARC-Refers-To-Filename")
_CLIMB = re.compile(r"(?:^|[/\\]|%2f|%5c)(?:\.|%2e){2}(?:[/\\]|%2f|%5c|$)", re.IGNORECASE)
_REFUSED = {"oversized": "oversized", "unusable": "says too little"}

NOTHING = "it shows neither text nor pictures"
"""Why an article is not stored that `shows_nothing` is true of."""

Kind = Literal["article", "listing"]


@dataclass(frozen=True, slots=True)
class FoundPage:
    """A page of the site."""

    address: str
    """The site's own address of it."""
    record: ForeignRecord
    """Without its payload."""
    path: Place
    """Of the file that its record is in."""
    body_hash: str
    """sha256 of the decoded body."""
    digest: str
    """`sha256:` and the hexadecimal digest of the payload."""
    sha1: str
    """`sha1:` and the SHA-1 of the payload in Base32, as most tools call it."""
    shows_purged: bool
    """Whether it is a list, say, that names a purged article, so that its bytes must not be kept."""
    payload: bytes | None = None
    """Its body as the record holds it, chunks undone; None: whoever stores it reads it again from the file."""


@dataclass(frozen=True, slots=True)
class FoundArticle:
    """A page at the address of an article."""

    page: FoundPage
    article: Article | None
    """What it says, without what only the list knows; None where it shows no article."""
    reason: str = ""
    """Why it shows none."""


@dataclass(frozen=True, slots=True)
class FoundListing:
    """A list page that has lines."""

    page: FoundPage
    section: str
    listing: Listing


@dataclass(frozen=True, slots=True)
class Rejected:
    """A record that is no page of the site, with the reason in few words, for counting."""

    reason: str
    detail: str
    """The address, or the place in the file."""


@dataclass(frozen=True, slots=True)
class Deferred:
    """A revisit: what it says is known where its original is."""

    foreign: ForeignRecord
    path: Place


Result = FoundArticle | FoundListing | Rejected | Deferred


def read_warc(kind: Kind, records: RecordFilter, span: Span) -> Iterator[SpanRecord[Result]]:
    """What the records of a span are; pure, so that any process may do it. Raises WarcError for an unreadable file.

    Records whose address is that of a list are one `kind`, all others and all damage are the other.
    """
    for record in iterate_records(
        span.path,
        begin=span.begin,
        stop=span.stop,
        wanted=lambda target: records.find_kind(target) == kind,
        max_unpacked=MOST_RECORD,
    ):
        if isinstance(record, NextOffset):
            yield SpanRecord(record.offset, None)
        elif isinstance(record, RefusedRecord):
            if records.find_kind(record.target) == kind:
                detail = f"{record.target or f'{span.path.name} at byte {record.offset}'}: {record.reason}"
                yield SpanRecord(record.offset, Rejected(_REFUSED.get(record.kind, "damaged"), detail))
        elif (result := records.judge(record, span.path)) is not None:
            yield SpanRecord(record.offset, result, _measure(result))


def _measure(result: Result) -> int:
    """About how many bytes a result takes in memory, with the fields of its record, which strangers wrote."""
    if isinstance(result, Rejected):
        return 2048
    record = result.foreign if isinstance(result, Deferred) else result.page.record
    size = 2048 + sum(len(name) + len(value) for name, value in (*record.headers, *record.http_headers))
    if isinstance(result, FoundListing):
        return size + 1024 * len(result.listing.lines) + 256 * len(result.listing.unaccounted)
    article = result.article if isinstance(result, FoundArticle) else None
    if article is not None:
        texts = (*article.body, *(text for _, text in article.unaccounted))
        size += 2 * sum(map(len, texts)) + 256 * (len(texts) + len(article.images))
    return size


@dataclass(frozen=True, slots=True)
class RecordFilter:
    """Judges records one by one; what it says depends on nothing else."""

    site: Site
    now: datetime
    purged: frozenset[str]

    def find_kind(self, target: str | None) -> Kind:
        """Which reading of the files takes a record: lists first, for they complete the articles."""
        address = self.site.canonical(target) if target else None
        meaning = self.site.read_address(address) if address else None
        return "listing" if meaning is not None and meaning.kind == "listing" else "article"

    def judge(self, record: ForeignRecord, path: Place, *, keep: bool = False) -> Result | None:
        """What a record of the file at `path` is; None for a list page without lines.

        Nothing that it says of files or places is believed, only its address and its bytes. `keep`: the page has the
        payload with it, because its file does not have it there.
        """
        detail = record.target[:300]
        if any(_CLIMB.search(find_field(record.headers, name) or "") for name in _PLACES):
            return Rejected("a file name that leaves its folder", detail)
        if _CLIMB.search(record.target.partition("?")[0]):
            return Rejected("an address that leaves its folder", detail)
        address = self.site.canonical(record.target)
        if address is None:
            return Rejected("foreign host", detail)
        if record.date > self.now:
            return Rejected("dated in the future", f"{detail}, {record.date:%Y-%m-%d}")
        meaning = self.site.read_address(address)
        if meaning is None:
            return Rejected("neither an article nor a list", detail)
        if record.truncated is not None:
            return Rejected("cut short when it was captured", detail)
        if record.refers is not None and record.http_status in (None, 200, 304):
            return Deferred(record, path)
        if record.http_status != 200:
            return Rejected(f"HTTP {record.http_status}", detail)
        try:
            body = record.read_body(MOST_BYTES)
            payload = undo_chunks(record.payload, record.http_headers)
        except TooLargeError as error:
            return Rejected("oversized", f"{detail}: {error.reason}")
        except (UndecodableError, CodingError) as error:
            return Rejected("cannot be decoded", f"{detail}: {getattr(error, 'reason', error)}")
        if meaning.id in self.purged:
            return Rejected("purged", address)
        page = FoundPage(
            address=address,
            record=replace(record, payload=b""),
            path=path,
            body_hash=hashlib.sha256(body).hexdigest(),
            digest=digest_of(payload),
            sha1=f"sha1:{sha1_of(payload)}",
            shows_purged=shows_purged(address, body, self.purged, self.site),
            payload=payload if keep else None,
        )
        return self._read_page(page, meaning, body)

    def _read_page(self, page: FoundPage, meaning: Address, body: bytes) -> Result | None:
        fields, target = page.record.http_headers, page.record.target
        try:
            if meaning.kind == "listing":
                listing = hide_purged(read_list_page(body, fields, page.address, target, self.site), self.purged)
                return FoundListing(page, meaning.section_path, listing) if listing.lines else None
            article = read_article_page(body, fields, page.address, target, page.record.date, self.site)
        except PageTooLargeError as error:
            return Rejected("too-large", f"{page.address}: {error.reason}")
        except NotAnArticle as error:
            return FoundArticle(page, None, error.reason)
        except ValueError:
            return None
        return _judge_article(page, article)

    def read_continued(self, found: FoundArticle, before: Article) -> FoundArticle:
        """`found` read again with the page before it, whose pager leads to it.

        Its page has its payload.
        """
        page, record = found.page, found.page.record
        try:
            body = decode_body(page.payload or b"", record.http_headers, MOST_BYTES, record.target, 0)
            given = (body, record.http_headers, page.address, record.target, record.date, self.site)
            return _judge_article(page, read_article_page(*given, before))
        except (UndecodableError, TooLargeError, NotAnArticle):
            return found


def _judge_article(page: FoundPage, article: Article) -> FoundArticle:
    if article.pages == 1 and shows_nothing(article):
        return FoundArticle(page, None, NOTHING)
    return FoundArticle(page, article)


def fill_revisit(revisit: ForeignRecord, fields: Fields, payload: bytes) -> ForeignRecord:
    """The revisit as the response that it stands for: its own time, its original's HTTP `fields` and payload."""
    keeps_head = revisit.http_status not in (None, 304)
    return replace(
        revisit,
        type="response",
        http_status=revisit.http_status if keeps_head else 200,
        http_reason=revisit.http_reason if keeps_head else "",
        # Payloads are kept without chunks: they must not be undone a second time.
        http_headers=tuple(
            (ORIGINAL_PREFIX + name if name.lower() == "transfer-encoding" else name, value)
            for name, value in (_code_alike(revisit.http_headers, fields) if keeps_head else fields)
        ),
        payload=payload,
        refers=None,
    )


def _code_alike(own: Fields, original: Fields) -> Fields:
    """A revisit's `own` HTTP fields, with the codings of its `original`: the payload is that one's.

    They differ where one tool keeps a page as it was sent and another one unpacks it, and both call it by one digest.
    """
    coding = [value for name, value in original if name.lower() == "content-encoding"]
    if coding == [value for name, value in own if name.lower() == "content-encoding"]:
        return own
    renamed = ((ORIGINAL_PREFIX + name if name.lower() == "content-encoding" else name, value) for name, value in own)
    return (*renamed, *(("Content-Encoding", value) for value in coding))
