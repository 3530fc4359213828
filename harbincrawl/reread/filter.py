"""Which records of a foreign WARC file are pages of the site's articles and lists, and why the others are not."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Literal

from harbincrawl.errors import TooLargeError, UndecodableError, WarcError
from harbincrawl.sites import Address, Site
from harbincrawl.warc.blocks import Exchange
from harbincrawl.warc.codings import CodingError, join_chunks, list_codings
from harbincrawl.warc.foreign import Foreign, Refused, iterate_records
from harbincrawl.warc.heads import Fields, digest_of, find_field
from harbincrawl.warc.reader import Reference

MOST_BYTES = 16 << 20
"""Of a page, unpacked; as for a crawl."""
MOST_RECORD = 64 << 20
_PLACES = ("WARC-Filename", "WARC-Refers-To-Filename")
_CLIMB = re.compile(r"(?:^|[/\\]|%2f|%5c)(?:\.|%2e){2}(?:[/\\]|%2f|%5c|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Found:
    """A page of the site."""

    address: str
    """The site's own address of it."""
    meaning: Address
    exchange: Exchange
    body: bytes
    """Decoded."""
    body_hash: str
    """sha256 of the decoded body."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """A record that is none, with the reason in few words, for counting."""

    reason: str
    detail: str
    """The address, or the place in the file."""


@dataclass(frozen=True, slots=True)
class Deferred:
    """A revisit whose original has not been met yet."""

    foreign: Foreign


FindPayload = Callable[[str], tuple[Fields, bytes] | None]
"""HTTP fields and payload of the page with a digest (`sha1:…`), where it was let through before; else None."""


class RecordFilter:
    """Looks at records one by one; it remembers what payloads were called, for the revisits that refer to them."""

    def __init__(self, site: Site, now: datetime, find_payload: FindPayload) -> None:
        self.site = site
        self.now = now
        self.find_payload = find_payload
        self._digests: dict[str, str] = {}

    def read_file(
        self, path: Path, kind: Literal["article", "listing"]
    ) -> Iterator[tuple[int, Found | Rejected | Deferred]]:
        """(offset, verdict) of every capture in `path`; pages of the other kind are passed over in silence.

        Only a file that cannot be opened raises (WarcError).
        """
        for record in iterate_records(path, max_unpacked=MOST_RECORD):
            if isinstance(record, Refused):
                if kind == "article":
                    where = f"{path.name} at byte {record.offset}"
                    reason = {"oversized": "oversized", "unusable": "says too little"}.get(record.kind, "damaged")
                    yield record.offset, Rejected(reason, f"{record.target or where}: {record.reason}")
                continue
            verdict = self.judge(record, path.name)
            other = isinstance(verdict, Found) and verdict.meaning.kind != kind
            if not other and (kind == "article" or isinstance(verdict, Found)):
                yield record.offset, verdict

    def judge(self, record: Foreign, origin: str) -> Found | Rejected | Deferred:
        """What a record is. Nothing that it says of files or places is believed, only its address and its bytes."""
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
            original = self._find_original(record.refers)
            if original is None:
                return Deferred(record)
            record = _filled(record, *original)
        if record.http_status != 200:
            return Rejected(f"HTTP {record.http_status}", detail)
        return self._unpack(record, address, meaning, origin)

    def _unpack(self, record: Foreign, address: str, meaning: Address, origin: str) -> Found | Rejected:
        try:
            body = record.read_body(MOST_BYTES)
            chunked = "chunked" in list_codings(record.http_headers, "transfer-encoding")
            payload = join_chunks(record.payload) if chunked else record.payload
        except TooLargeError as error:
            return Rejected("oversized", f"{record.target[:300]}: {error.reason}")
        except (UndecodableError, CodingError, WarcError) as error:
            return Rejected("cannot be decoded", f"{record.target[:300]}: {getattr(error, 'reason', error)}")
        self._remember(record, digest_of(payload))
        exchange = Exchange(
            address=record.target,
            method="GET",
            request_headers=[],
            status=200,
            reason=record.http_reason,
            response_headers=list(record.http_headers),
            body=payload,
            ip=find_field(record.headers, "WARC-IP-Address"),
            fetched_at=record.date,
            origin=origin,
        )
        return Found(address, meaning, exchange, body, hashlib.sha256(body).hexdigest())

    def _remember(self, record: Foreign, digest: str) -> None:
        # Tools differ in what they take the digest of where a body was chunked, and some write none.
        claimed = find_field(record.headers, "WARC-Payload-Digest")
        if claimed is not None and claimed != digest:
            self._digests[claimed] = digest
        self._digests[f"{record.target} {record.date:%Y%m%d%H%M%S}"] = digest

    def _find_original(self, refers: Reference) -> tuple[Fields, bytes] | None:
        names = [refers.digest] if refers.digest else []
        if refers.target is not None and refers.date is not None:
            names.append(f"{refers.target} {refers.date:%Y%m%d%H%M%S}")
        for name in names:
            if found := self.find_payload(self._digests.get(name, name)):
                return found
        return None


def _filled(revisit: Foreign, fields: Fields, payload: bytes) -> Foreign:
    """The revisit as the response that it stands for: its own time, its original's payload."""
    keeps_head = revisit.http_status not in (None, 304)
    return replace(
        revisit,
        type="response",
        http_status=revisit.http_status if keeps_head else 200,
        http_reason=revisit.http_reason if keeps_head else "",
        http_headers=revisit.http_headers if keeps_head else fields,
        payload=payload,
        refers=None,
    )
