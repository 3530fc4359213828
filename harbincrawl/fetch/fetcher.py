"""Fetching one address of the site: checked, paced, retried, captured and bounded."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from w3lib.url import safe_url_string

from harbincrawl.errors import SiteError
from harbincrawl.limits import find_limit
from harbincrawl.records import Capture
from harbincrawl.text import count_text
from harbincrawl.walk import back_off

from .answers import INTERRUPTED, Answer, Broken, Got, NotThere, classify, explain
from .attempt import KEY, Attempt
from .guard import AddressGuard, PrivateAddressError
from .handler import ALLOW_PRIVATE
from .headers import is_sendable
from .judge import Redirect, Retry, judge_response
from .robots import Robots, read_robots
from .scrapy_private import download
from .stop import Stop

ATTEMPTS = 4
TIMED_OUT = 2
"""Attempts at what does not answer in time: one slow page must not hold up all others for long."""
MOST_REDIRECTS = 5
MOST_BYTES = 16 * 1024 * 1024
"""Of a body, after decompression too."""
MOST_UNREACHED = 5
"""Addresses in a row without a connection before the site counts as lost."""
MOST_LATE = 3
"""Addresses in a row that did not answer in time before the site counts as lost."""
MOST_WAITED = 3600.0
"""Seconds of waiting between attempts, without one good answer in between, before the site counts as lost."""
GRACE = 7.0
"""Seconds that requests in flight may still take once the crawl is to end; a whole run then ends within ten."""
_PLAIN = re.compile(r"[A-Za-z0-9/:._-]+")
"""An address with nothing to escape, as nearly all are."""
_UNANSWERED = frozenset(("unreachable", "timeout", "connection"))
"""Failure classes of what did not answer at all."""


@dataclass
class FetchCounts:
    """What the fetcher did, for the report."""

    requests: int = 0
    retries: int = 0
    bytes: int = 0
    """Of bodies, as they came over the wire."""
    forbidden: int = 0
    """Addresses that robots.txt forbids."""
    statuses: dict[int, int] = field(default_factory=dict)
    """Responses by HTTP status."""

    def add_response(self, status: int, size: int) -> None:
        """Counts a response with a body of `size` bytes."""
        self.bytes += size
        self.statuses[status] = self.statuses.get(status, 0) + 1

    @property
    def answered(self) -> bool:
        """True once the server answered anything."""
        return bool(self.statuses)

    @property
    def not_modified(self) -> int:
        """Answers of 304."""
        return self.statuses.get(304, 0)


class Fetcher:
    """Asks the site for one address at a time; every response is handed to `keep` as a capture.

    Made within the running event loop. Where the site is lost in the middle of a crawl, `stop` is set; where `stop` has
    lost the archive, no answer is made of what comes in.
    """

    def __init__(
        self,
        crawler: Crawler,
        guard: AddressGuard,
        stop: Stop,
        *,
        delay: float,
        keep: Callable[[Capture], None],
    ) -> None:
        self.crawler = crawler
        self.guard = guard
        self.delay = delay
        self.keep = keep
        self.counts = FetchCounts()
        self.robots: Robots | None = None
        settings = crawler.settings
        self._agent: str = settings["USER_AGENT"]
        self._headers = {**settings.getdict("DEFAULT_REQUEST_HEADERS"), "User-Agent": self._agent}
        self.timeout = settings.getfloat("DOWNLOAD_TIMEOUT")
        """Seconds for a whole answer."""
        self._stop = stop
        self._loop = asyncio.get_running_loop()
        self._woken = asyncio.Event()
        self._in_flight: set[asyncio.Timeout] = set()
        self._end: float | None = None
        """When requests in flight are cancelled, by the loop's clock; None while the crawl goes on."""
        self._next = 0.0
        self._unreached = 0
        self._late = 0
        self._waited = 0.0
        stop.call_on_stop(self.wake)

    def wake(self) -> None:
        """Ends all pauses, asks for nothing more and bounds what is in flight; safe to call from a signal handler."""
        # Not called directly: the loop would sleep on until its next timer, ten minutes of a Retry-After for one.
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._begin_end)

    def _begin_end(self) -> None:
        self._woken.set()
        if self._end is None:
            self._end = self._loop.time() + GRACE
            for limit in self._in_flight:
                limit.reschedule(self._end)

    async def fetch(
        self,
        address: str,
        *,
        etag: str | None = None,
        last_modified: str | None = None,
        most_bytes: int = MOST_BYTES,
    ) -> Answer:
        """The answer of the canonical `address`, asked with the given validators."""
        if self.robots is None:
            await self._read_robots()
        if self.robots is None:
            return INTERRUPTED
        return await self._follow(self.robots, Attempt(_escape(address), etag, last_modified), most_bytes)

    async def _read_robots(self) -> None:
        everything = Robots(None, None)
        answer = await self._follow(everything, Attempt(f"{self.guard.site.base}/robots.txt"), MOST_BYTES)
        if isinstance(answer, Got):
            self.robots = read_robots(200, answer.body)
        elif isinstance(answer, NotThere):
            self.robots = read_robots(answer.status, b"")
        elif isinstance(answer, Broken) and answer.kind in _UNANSWERED and not self.counts.answered:
            self._stop.fail(SiteError(f"could not connect to {self._describe_failure(answer.reason)}"))
        elif answer is not INTERRUPTED:
            reason = answer.reason if isinstance(answer, Broken) else "it answers 304 to a plain request"
            status = reason.removeprefix("HTTP ")
            code = int(status) if status.isdecimal() else None
            self.robots = read_robots(code, b"", f"could not fetch robots.txt ({reason})")
        # robots.txt was a request like any other: the first page waits for its turn.
        self._next = time.monotonic() + max(self.delay, self.robots.delay or 0.0) if self.robots else 0.0

    def _describe_failure(self, reason: str) -> str:
        """The site's origin, and why it does not answer; a host is named twice only where it is another one's."""
        origin = self.guard.site.fetched(self.guard.site.base)
        parts = urlsplit(origin)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        return f"{origin}: {reason.removeprefix(f'{parts.hostname}:{port}: ')}"

    async def _follow(self, robots: Robots, asked: Attempt, most_bytes: int) -> Answer:
        """Redirects followed, each target checked; the validators go with the first request only."""
        target = self.guard.site.fetched(asked.address)
        for _ in range(MOST_REDIRECTS + 1):
            if not robots.allows(target):
                self.counts.forbidden += 1
                return Broken("robots", robots.refusal)
            answer = await self._try(target, asked, most_bytes)
            if not isinstance(answer, Redirect):
                return answer
            allowed = self.guard.find_redirect(answer.target)
            if allowed is None:
                return Broken("refused", f"redirects off the site, to {answer.target[:200]}")
            asked, target = Attempt(_escape(allowed[0])), allowed[1]
        return Broken("refused", f"more than {MOST_REDIRECTS} redirects")

    async def _try(self, target: str, asked: Attempt, most_bytes: int) -> Answer | Redirect:
        """One address with its retries."""
        broken = INTERRUPTED
        for attempt in range(1, ATTEMPTS + 1):
            await self._pace()
            if self._woken.is_set():
                return INTERRUPTED
            answer = await self._ask(target, asked.address, asked.etag, asked.last_modified, most_bytes)
            if self._stop.is_lost:
                # The evidence of this answer could not be written: nothing may be made of it.
                return INTERRUPTED
            if not isinstance(answer, Retry):
                self._unreached, self._late, self._waited = 0, 0, 0.0
                return answer
            broken = Broken(answer.kind, answer.reason)
            if attempt >= self._attempts(answer.kind):
                break
            self.counts.retries += 1
            await self._wait(back_off(attempt, self.delay, answer.retry_after))
        self._count_lost(broken)
        return broken

    def _attempts(self, kind: str) -> int:
        """How often to ask for an address that fails like this."""
        if (kind == "unreachable" and self._unreached) or (kind == "timeout" and self._late):
            return 1
        return TIMED_OUT if kind == "timeout" else ATTEMPTS

    def _count_lost(self, broken: Broken) -> None:
        """Ends the crawl where one address after the other does not answer."""
        self._unreached = self._unreached + 1 if broken.kind == "unreachable" else 0
        self._late = self._late + 1 if broken.kind == "timeout" else 0
        if (self._unreached >= MOST_UNREACHED or self._late >= MOST_LATE) and self.counts.answered:
            self._stop.fail(SiteError(f"the site cannot be reached any more ({broken.reason}): run again later."))

    async def _wait(self, seconds: float) -> None:
        self._waited += seconds
        if self._waited > MOST_WAITED:
            self._stop.fail(
                SiteError(f"the site has turned us away for {MOST_WAITED / 60:.0f} minutes: run again later.")
            )
            return
        await self.pause(seconds)

    async def _ask(
        self, target: str, address: str, etag: str | None, last_modified: str | None, most_bytes: int
    ) -> Answer | Redirect | Retry:
        attempt = Attempt(address, etag, last_modified, source=self.guard.site.source)
        request = self._make_request(target, attempt, most_bytes)
        try:
            async with asyncio.timeout_at(self._end) as limit:
                self._in_flight.add(limit)
                try:
                    self.counts.requests += 1
                    response = await download(self.crawler, request)
                finally:
                    self._in_flight.discard(limit)
        except PrivateAddressError as error:
            return Broken("refused", str(error))
        except Exception as error:  # noqa: BLE001 - Scrapy has no base for what a download may raise
            if limit.expired():
                # Scrapy waits no more for the answer; without this it would still be written down when it comes.
                attempt.cancel()
                return INTERRUPTED
            if (too_low := find_limit(error)) is not None:
                # It would be the same for every other address.
                self._stop.fail(too_low)
                return INTERRUPTED
            kind = classify(error)
            if kind == "too-large":
                return Broken(kind, f"its body is larger than {count_text(most_bytes, 'byte')}")
            return Retry(kind, explain(error))
        self.counts.add_response(response.status, len(response.body))
        capture, answer = judge_response(request, response, most_bytes, datetime.now(UTC))
        self.keep(capture)
        return answer

    def _make_request(self, target: str, attempt: Attempt, most_bytes: int) -> Request:
        headers = dict(self._headers)
        if attempt.etag and is_sendable(attempt.etag):
            headers["If-None-Match"] = attempt.etag
        if attempt.last_modified and is_sendable(attempt.last_modified):
            headers["If-Modified-Since"] = attempt.last_modified
        meta = {
            KEY: attempt,
            ALLOW_PRIVATE: self.guard.allow_private,
            "download_maxsize": most_bytes,
            "download_timeout": self.timeout,
        }
        return Request(target, headers=headers, meta=meta, dont_filter=True)

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
        """Sleeps, or less where the crawl is to stop."""
        if seconds <= 0:
            return
        try:
            await asyncio.wait_for(self._woken.wait(), seconds)
        except TimeoutError:
            return


def _escape(address: str) -> str:
    """`address` as Scrapy asks for it, which captures name: blanks and letters beyond ASCII escaped."""
    return address if _PLAIN.fullmatch(address) else safe_url_string(address)
