"""Fetching one address of the site: checked, paced, retried, captured and bounded."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urljoin

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from ..pages.decode import decode_page
from ..records import Capture
from ..sites import Site
from ..walk import back_off
from ..warc.codings import CodingError, SizeError, decode_payload
from .robots import LONGEST, Robots, read_robots

ATTEMPTS = 4
MOST_REDIRECTS = 5
MOST_BYTES = 16 * 1024 * 1024
"""Of a body, after decompression too."""
_TEMPORARY = frozenset((408, 425, 429, 500, 502, 503, 504, 520, 522, 524))
_REDIRECTS = frozenset((301, 302, 303, 307, 308))
_CLASSES = (
    ("DownloadCancelled", "too-large"),
    ("Timeout", "timeout"),
    ("DataLoss", "cut"),
    ("PartialDownload", "cut"),
    ("ResponseFailed", "cut"),
    ("Cancelled", "too-large"),
    ("Connect", "connection"),
    ("Connection", "connection"),
    ("DNS", "connection"),
    ("Resolution", "connection"),
    ("Never", "connection"),
)
"""Beginnings or parts of the names of what Scrapy and Twisted raise, and what we call it."""


@dataclass(frozen=True, slots=True)
class Got:
    """A whole 200 answer."""

    address: str
    """The canonical address that answered, redirects followed."""
    body: bytes
    charset: str | None
    capture: Capture

    @property
    def text(self) -> str:
        return decode_page(self.body, self.charset)


@dataclass(frozen=True, slots=True)
class NotModified:
    """A 304."""

    capture: Capture


@dataclass(frozen=True, slots=True)
class NotThere:
    """404 or 410."""

    status: int


@dataclass(frozen=True, slots=True)
class Broken:
    """No answer to work with, attempts included."""

    kind: str
    reason: str


Answer = Got | NotModified | NotThere | Broken


class Fetcher:
    """Asks the site for one address at a time; every response is handed to `keep` as a capture."""

    def __init__(
        self,
        crawler: Crawler,
        site: Site,
        *,
        delay: float,
        agent: str,
        allow_private: bool,
        keep: Callable[[Capture], None],
    ) -> None:
        self.crawler = crawler
        self.site = site
        self.delay = delay
        self.agent = agent
        self.allow_private = allow_private
        self.keep = keep
        self.robots: Robots | None = None
        self.forbidden = 0
        self.requests = 0
        self.retries = 0
        self.not_modified = 0
        self.bytes = 0
        self.answered = False
        """True once the server answered anything."""
        self.statuses: dict[int, int] = {}
        self.stop = asyncio.Event()
        self._last = 0.0

    async def fetch(self, address: str, *, etag: str | None = None, last_modified: str | None = None) -> Answer:
        """The answer of the canonical `address`, asked with the given validators."""
        if self.robots is None:
            await self._read_robots()
        return await self._follow(address, etag, last_modified)

    async def _read_robots(self) -> None:
        self.robots = Robots(None, None, agent=self.agent)
        answer = await self._follow(f"{self.site.base}/robots.txt", None, None)
        if isinstance(answer, Got):
            self.robots = read_robots(200, answer.body[:LONGEST], self.agent)
        elif isinstance(answer, NotThere):
            self.robots = read_robots(answer.status, b"", self.agent)
        else:
            status = answer.reason.removeprefix("HTTP ") if isinstance(answer, Broken) else ""
            self.robots = read_robots(int(status) if status.isdigit() else None, b"", self.agent)

    async def _follow(self, address: str, etag: str | None, last_modified: str | None) -> Answer:
        """Redirects followed, each target checked; the validators go with the first request only."""
        assert self.robots is not None  # noqa: S101 - set before
        target = self.site.fetched(address)
        for _ in range(MOST_REDIRECTS + 1):
            if not self.robots.allows(target):
                self.forbidden += 1
                return Broken(
                    "robots", "robots.txt forbids it" if not self.robots.closed else "robots.txt cannot be had"
                )
            answer = await self._try(target, address, etag, last_modified)
            if not isinstance(answer, str):
                return answer
            found = self.site.canonical(answer)
            if found is None:
                return Broken("refused", f"redirects off the site, to {answer[:200]}")
            address, etag, last_modified = found, None, None
            target = self.site.fetched(found) if self.site.mirror else answer
        return Broken("refused", f"more than {MOST_REDIRECTS} redirects")

    async def _try(self, target: str, address: str, etag: str | None, last_modified: str | None) -> Answer | str:
        """One address with its retries; a redirect's target as text."""
        broken = Broken("interrupt", "interrupted")
        for attempt in range(1, ATTEMPTS + 1):
            await self._pace()
            if self.stop.is_set():
                return broken
            answer, wait = await self._ask(target, address, etag, last_modified)
            if answer is not None:
                return answer
            kind, reason, retry_after = wait
            broken = Broken(kind, reason)
            if attempt < ATTEMPTS:
                self.retries += 1
                await self.pause(back_off(attempt, self.delay, retry_after))
        return broken

    async def _ask(
        self, target: str, address: str, etag: str | None, last_modified: str | None
    ) -> tuple[Answer | str | None, tuple[str, str, float | None]]:
        """(answer, -) for a final one; (None, (class, reason, Retry-After)) for one that may be asked again."""
        request = Request(target, dont_filter=True, meta={"harbincrawl_address": address})
        if etag:
            request.headers["If-None-Match"] = etag
        if last_modified:
            request.headers["If-Modified-Since"] = last_modified
        self.requests += 1
        assert self.crawler.engine is not None  # noqa: S101 - requests are made while it runs
        try:
            response = await self.crawler.engine.download_async(request)
        except asyncio.CancelledError:
            raise
        except Exception as error:  # noqa: BLE001 - Scrapy and Twisted share no base for what a download may raise
            kind = classify(error)
            if kind == "too-large":
                return Broken(kind, f"its body is larger than {MOST_BYTES} bytes"), ("", "", None)
            return None, (kind, _explain(error), None)
        self.answered = True
        return self._judge(request, response, address)

    def _judge(
        self, request: Request, response: Response, address: str
    ) -> tuple[Answer | str | None, tuple[str, str, float | None]]:
        final = ("", "", None)
        self.bytes += len(response.body)
        self.statuses[response.status] = self.statuses.get(response.status, 0) + 1
        if not self.allow_private and response.ip_address is not None and response.ip_address.is_private:
            return Broken("refused", f"{response.ip_address} is a private address"), final
        status = response.status
        body: bytes | None = None
        trouble: tuple[str, str, float | None] = final
        if status == 200:
            try:
                body = decode_payload(response.body, header_fields(response), MOST_BYTES)
            except SizeError as error:
                self.keep(self._capture(request, response, address, None))
                return Broken("too-large", str(error)), final
            except CodingError as error:
                trouble = ("cut", f"its body cannot be decoded: {error}", None)
        capture = self._capture(request, response, address, body)
        self.keep(capture)
        if body is not None:
            return Got(address, body, _charset(response), capture), final
        if status == 200:
            return None, trouble
        if status == 304:
            self.not_modified += 1
            return NotModified(capture), final
        if status in (404, 410):
            return NotThere(status), final
        if status in _REDIRECTS:
            location = response.headers.get("Location")
            if not location:
                return Broken("http", f"HTTP {status} without a Location"), final
            try:
                # A relative Location belongs to the address asked for; an absolute one stands for itself.
                return urljoin(response.url, location.decode("latin-1").strip()), final
            except ValueError:
                return Broken("refused", "redirects to what is no address"), final
        if status in _TEMPORARY:
            return None, ("http", f"HTTP {status}", _retry_after(response, datetime.now(UTC)))
        return Broken("http", f"HTTP {status}"), final

    def _capture(self, request: Request, response: Response, address: str, body: bytes | None) -> Capture:
        place = request.meta.get("harbincrawl_place")
        return Capture(
            address=address,
            fetched_at=request.meta.get("harbincrawl_time") or datetime.now(UTC),
            status=response.status,
            etag=_header(response, "ETag"),
            last_modified=_header(response, "Last-Modified"),
            digest=place.digest if place else None,
            body_hash=hashlib.sha256(body).hexdigest() if body is not None else None,
            warc=place.file if place else None,
            offset=place.offset if place else None,
        )

    async def _pace(self) -> None:
        """Waits for the site's own Crawl-delay; the crawl's delay is kept by Scrapy's downloader."""
        asked = self.robots.delay if self.robots else None
        if asked:
            await self.pause(self._last + max(asked, self.delay) - time.monotonic())
        self._last = time.monotonic()

    async def pause(self, seconds: float) -> None:
        """Sleeps, or less where the crawl is told to stop."""
        if seconds > 0:
            try:
                await asyncio.wait_for(self.stop.wait(), seconds)
            except TimeoutError:
                return


def classify(error: BaseException) -> str:
    """The failure class of what a download raised."""
    names = [kind.__name__ for kind in type(error).__mro__]
    for part, found in _CLASSES:
        if any(part in name for name in names):
            return found
    return "connection"


def _explain(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"[:300]


def header_fields(message: Any) -> tuple[tuple[str, str], ...]:
    """Every header of a Scrapy request or response, every value of it, as text."""
    return tuple(
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, values in message.headers.items()
        for value in values
    )


def _header(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1")[:500] if value else None


def _charset(response: Response) -> str | None:
    value = _header(response, "Content-Type") or ""
    for part in value.split(";")[1:]:
        name, _, charset = part.partition("=")
        if name.strip().lower() == "charset":
            return charset.strip().strip("\"'") or None
    return None


def _retry_after(response: Response, now: datetime) -> float | None:
    """Seconds that the server asks to wait."""
    value = (_header(response, "Retry-After") or "").strip()
    if value.isdigit():
        return float(value)
    try:
        return max(0.0, (parsedate_to_datetime(value) - now).total_seconds()) if value else None
    except (ValueError, TypeError):
        return None
