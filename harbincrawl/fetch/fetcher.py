"""Fetching one address of the site: checked, paced, retried, captured and bounded."""

from __future__ import annotations

import asyncio
import hashlib
import ipaddress
import socket
import time
from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import urljoin, urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from harbincrawl.errors import HarbincrawlError, SiteError
from harbincrawl.records import Capture
from harbincrawl.sites import Site
from harbincrawl.walk import back_off
from harbincrawl.warc.codings import CodingError, SizeError, decode_payload

from .answers import (
    INTERRUPTED,
    Answer,
    Broken,
    Got,
    NotModified,
    NotThere,
    classify,
    explain,
    header_fields,
    is_sendable,
    read_charset,
    read_header,
    read_retry_after,
)
from .robots import LONGEST, Robots, read_robots

ATTEMPTS = 4
MOST_REDIRECTS = 5
MOST_BYTES = 16 * 1024 * 1024
FIRST_TIMEOUT = 20.0
"""Seconds, while nothing has answered yet: a site that cannot be reached is told soon."""
MOST_UNREACHED = 5
"""Addresses in a row without a connection before the site counts as lost."""
MOST_WAITED = 3600.0
"""Seconds of waiting between attempts, without one good answer in between, before the site counts as lost."""
LONG_PAUSE = 2.0
"""Seconds: what waits to be stored is stored before a longer pause."""
_TEMPORARY = frozenset((408, 425, 429, 500, 502, 503, 504, 520, 522, 524))
_REDIRECTS = frozenset((301, 302, 303, 307, 308))


class Fetcher:
    """Asks the site for one address at a time; every response is handed to `keep` as a capture.

    Made within the running event loop. `give_up` is told where the site is lost in the middle of a crawl, `is_lost`
    says whether the archive can still take what comes in, `before_pause` is called before a long wait.
    """

    def __init__(
        self,
        crawler: Crawler,
        site: Site,
        *,
        delay: float,
        agent: str,
        allow_private: bool,
        keep: Callable[[Capture], None],
        give_up: Callable[[HarbincrawlError], None],
        is_lost: Callable[[], bool] = lambda: False,
        before_pause: Callable[[], None] = lambda: None,
    ) -> None:
        self.crawler = crawler
        self.site = site
        self.delay = delay
        self.agent = agent
        self.allow_private = allow_private
        self.keep = keep
        self.give_up = give_up
        self.is_lost = is_lost
        self.before_pause = before_pause
        self.robots: Robots | None = None
        self.forbidden = 0
        self.requests = 0
        self.retries = 0
        self.not_modified = 0
        self.bytes = 0
        self.answered = False
        """True once the server answered anything."""
        self.most_bytes = MOST_BYTES
        """Of a body, after decompression too."""
        self.statuses: dict[int, int] = {}
        settings = crawler.settings
        self._headers = {**settings.getdict("DEFAULT_REQUEST_HEADERS"), "User-Agent": settings["USER_AGENT"]}
        self._timeout = settings.getfloat("DOWNLOAD_TIMEOUT")
        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        self._next = 0.0
        self._unreached = 0
        self._waited = 0.0
        self._checked = allow_private

    def stop(self) -> None:
        """Ends all pauses and asks for nothing more; safe to call from a signal handler."""
        # Without this the loop would sleep on until its next timer, ten minutes of a Retry-After for one.
        self._loop.call_soon_threadsafe(self._stop.set)

    async def fetch(self, address: str, *, etag: str | None = None, last_modified: str | None = None) -> Answer:
        """The answer of the canonical `address`, asked with the given validators."""
        if self.robots is None:
            await self._read_robots()
        if self.robots is None:
            return INTERRUPTED
        return await self._follow(self.robots, address, etag, last_modified)

    async def _read_robots(self) -> None:
        everything = Robots(None, None, agent=self.agent)
        answer = await self._follow(everything, f"{self.site.base}/robots.txt", None, None)
        if isinstance(answer, Got):
            self.robots = read_robots(200, answer.body[:LONGEST], self.agent)
        elif isinstance(answer, NotThere):
            self.robots = read_robots(answer.status, b"", self.agent)
        elif answer is not INTERRUPTED:
            reason = answer.reason if isinstance(answer, Broken) else "it answers 304 to a plain request"
            status = reason.removeprefix("HTTP ")
            code = int(status) if status.isdigit() else None
            self.robots = read_robots(code, b"", self.agent, f"it cannot be had ({reason})")
        # robots.txt was a request like any other: the first page waits for its turn.
        self._next = time.monotonic() + max(self.delay, self.robots.delay or 0.0) if self.robots else 0.0

    async def _follow(self, robots: Robots, address: str, etag: str | None, last_modified: str | None) -> Answer:
        """Redirects followed, each target checked; the validators go with the first request only."""
        target = self.site.fetched(address)
        for _ in range(MOST_REDIRECTS + 1):
            if not robots.allows(target):
                self.forbidden += 1
                return Broken("robots", robots.refusal)
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
        broken = INTERRUPTED
        for attempt in range(1, ATTEMPTS + 1):
            await self._pace()
            if self._stop.is_set():
                return INTERRUPTED
            answer, wait = await self._ask(target, address, etag, last_modified)
            if self.is_lost():
                # The evidence of this answer could not be written: nothing may be made of it.
                return INTERRUPTED
            if answer is not None:
                self._unreached, self._waited = 0, 0.0
                return answer
            kind, reason, retry_after = wait
            broken = Broken(kind, reason)
            if attempt >= self._attempts(kind):
                break
            self.retries += 1
            await self._wait(back_off(attempt, self.delay, retry_after))
        self._count_unreached(broken)
        return broken

    def _attempts(self, kind: str) -> int:
        """How often to ask for an address that fails like this."""
        if kind == "unreachable" and self._unreached:
            return 1
        return 2 if kind == "timeout" and not self.answered else ATTEMPTS

    def _count_unreached(self, broken: Broken) -> None:
        self._unreached = self._unreached + 1 if broken.kind == "unreachable" else 0
        if self._unreached >= MOST_UNREACHED and self.answered:
            self.give_up(SiteError(f"the site cannot be reached any more ({broken.reason}): run again later."))

    async def _wait(self, seconds: float) -> None:
        self._waited += seconds
        if self._waited > MOST_WAITED:
            self.give_up(SiteError(f"the site has turned us away for {MOST_WAITED / 60:.0f} minutes: run again later."))
            return
        await self.pause(seconds)

    async def _ask(
        self, target: str, address: str, etag: str | None, last_modified: str | None
    ) -> tuple[Answer | str | None, tuple[str, str, float | None]]:
        """(answer, -) for a final one; (None, (class, reason, Retry-After)) for one that may be asked again."""
        headers = dict(self._headers)
        if etag and is_sendable(etag):
            headers["If-None-Match"] = etag
        if last_modified and is_sendable(last_modified):
            headers["If-Modified-Since"] = last_modified
        meta = {
            "harbincrawl_address": address,
            "harbincrawl_validators": (etag, last_modified),
            "download_maxsize": self.most_bytes,
            "download_timeout": self._timeout if self.answered else min(FIRST_TIMEOUT, self._timeout),
        }
        request = Request(target, headers=headers, meta=meta, dont_filter=True)
        if (private := await self._find_private(target)) is not None:
            return Broken("refused", f"{private} is a private address"), ("", "", None)
        self.requests += 1
        assert self.crawler.engine is not None  # noqa: S101 - requests are made while it runs
        try:
            response = await self.crawler.engine.download_async(request)
        except asyncio.CancelledError:
            raise
        except Exception as error:  # noqa: BLE001 - Scrapy has no base for what a download may raise
            kind = classify(error)
            if kind == "too-large":
                return Broken(kind, f"its body is larger than {self.most_bytes} bytes"), ("", "", None)
            return None, (kind, explain(error), None)
        self.answered = True
        return self._judge(request, response, address)

    async def _find_private(self, target: str) -> str | None:
        """The private address that the site's own name leads to, looked up once before the first request."""
        if self._checked:
            return None
        parts = urlsplit(target)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        try:
            found = await self._loop.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
        except OSError:
            # Names that only a proxy can look up; without one the request itself fails and says why.
            return None
        private = [str(entry[4][0]) for entry in found if not ipaddress.ip_address(str(entry[4][0])).is_global]
        self._checked = not private
        return private[0] if private else None

    def _judge(
        self, request: Request, response: Response, address: str
    ) -> tuple[Answer | str | None, tuple[str, str, float | None]]:
        final = ("", "", None)
        self.bytes += len(response.body)
        self.statuses[response.status] = self.statuses.get(response.status, 0) + 1
        if not self.allow_private and "proxy" not in request.meta and _is_private(response):
            return Broken("refused", f"{response.ip_address} is a private address"), final
        status = response.status
        body: bytes | None = None
        trouble: tuple[str, str, float | None] = final
        if status == 200:
            try:
                body = decode_payload(response.body, header_fields(response), self.most_bytes)
            except SizeError as error:
                self.keep(_make_capture(request, response, address, None))
                return Broken("too-large", str(error)), final
            except CodingError as error:
                trouble = ("cut", f"its body cannot be decoded: {error}", None)
        capture = _make_capture(request, response, address, body)
        self.keep(capture)
        if body is not None:
            return Got(address, body, read_charset(response), capture), final
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
            return None, ("http", f"HTTP {status}", read_retry_after(response, datetime.now(UTC)))
        return Broken("http", f"HTTP {status}"), final

    async def _pace(self) -> None:
        """Waits for the site's own Crawl-delay; the crawl's delay is kept by Scrapy's downloader."""
        asked = self.robots.delay if self.robots else None
        if asked:
            # The next turn is taken before the wait: two requests that wait together would start together.
            now = time.monotonic()
            turn = max(now, self._next)
            self._next = turn + max(asked, self.delay)
            await self.pause(turn - now)

    async def pause(self, seconds: float) -> None:
        """Sleeps, or less where the crawl is told to stop."""
        if seconds <= 0:
            return
        if seconds > LONG_PAUSE:
            self.before_pause()
        try:
            await asyncio.wait_for(self._stop.wait(), seconds)
        except TimeoutError:
            return


def _is_private(response: Response) -> bool:
    return response.ip_address is not None and not response.ip_address.is_global


def _make_capture(request: Request, response: Response, address: str, body: bytes | None) -> Capture:
    place = request.meta.get("harbincrawl_place")
    return Capture(
        address=address,
        fetched_at=request.meta.get("harbincrawl_time") or datetime.now(UTC),
        status=response.status,
        etag=read_header(response, "ETag"),
        last_modified=read_header(response, "Last-Modified"),
        digest=place.digest if place else None,
        body_hash=hashlib.sha256(body).hexdigest() if body is not None else None,
        warc=place.file if place else None,
        offset=place.offset if place else None,
    )
