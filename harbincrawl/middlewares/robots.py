"""robots.txt by RFC 9309, around Scrapy's own middleware: what its answer means, and the Crawl-delay."""

from __future__ import annotations

import logging
import time
from typing import Self
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest, NotConfigured
from scrapy.http import Response
from scrapy.robotstxt import RobotParser

from harbincrawl.errors import SiteError
from harbincrawl.fetch.answers import classify, explain, find_undecodable
from harbincrawl.fetch.counts import read_counts
from harbincrawl.fetch.ending import InterruptedRequestError, pause_crawl
from harbincrawl.fetch.robots import Robots, read_robots
from harbincrawl.fetch.session import FAILURES
from harbincrawl.fetch.stop import Stop
from harbincrawl.text import PORTS

logger = logging.getLogger(__name__)

_UNANSWERED = frozenset(("unreachable", "timeout", "connection"))
"""Failure classes of what did not answer at all."""


class RobotsRules(RobotParser):
    """`ROBOTSTXT_PARSER`: rules for us by our own name alone, of the first 512 KB."""

    def __init__(self, body: bytes) -> None:
        self._robots = read_robots(200, body)

    @classmethod
    def from_crawler(cls, crawler: Crawler, robotstxt_body: bytes) -> Self:  # noqa: ARG003 - Scrapy's interface
        return cls(robotstxt_body)

    def allowed(self, url: str | bytes, user_agent: str | bytes) -> bool:  # noqa: ARG002 - we have one name
        return self._robots.allows(url if isinstance(url, str) else url.decode())


class RobotsMiddleware:
    """Right below Scrapy's own, which reads rules out of any answer, and allows everything where there was none.

    By the standard 4xx means that there are no rules, and anything else but 2xx that nothing may be asked for. Requests
    to a host with a Crawl-delay wait here for their turn, where the end of a crawl breaks the wait off.
    """

    def __init__(self, crawler: Crawler) -> None:
        if not crawler.settings.getbool("ROBOTSTXT_OBEY"):
            raise NotConfigured
        self._crawler = crawler
        self._delay = crawler.settings.getfloat("DOWNLOAD_DELAY")
        self._robots: dict[str, Robots] = {}
        """By host and port."""
        self._turns: dict[str, float] = {}
        """When the next request may go, by time.monotonic."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def find_robots(self, url: str) -> Robots | None:
        """The rules for the host of `url`; None where its robots.txt was not asked for, or has not answered."""
        return self._robots.get(urlsplit(url).netloc)

    async def process_request(self, request: Request) -> None:
        """Lets a request wait for its turn. Raises InterruptedRequestError; IgnoreRequest where no rules are known."""
        if _is_robots(request):
            return
        host = urlsplit(request.url).netloc
        stop: Stop | None = getattr(self._crawler.spider, "stop", None)
        if stop is not None and stop.is_set:
            raise InterruptedRequestError("the crawl ends")
        robots = self._robots.get(host)
        if robots is None:
            # Its answer did not come this far: too many redirects, for one.
            robots = self._note(host, read_robots(None, b"", "could not fetch robots.txt (no answer to read)"))
        if robots.closed:
            self._crawler.stats.inc_value("robotstxt/forbidden")
            if stop is None:
                # No report says it, and Scrapy says nothing of requests that are ignored.
                logger.error("%s: %s", request.url, robots.refusal)
            raise IgnoreRequest(robots.refusal)
        delay = robots.delay
        if delay:
            # The next turn is taken before the wait: two requests that wait together would start together.
            now = time.monotonic()
            turn = max(now, self._turns[host])
            self._turns[host] = turn + max(delay, self._delay)
            await pause_crawl(self._crawler, turn - now)

    def process_response(self, request: Request, response: Response) -> Response:
        """The answer, with the rules that the standard reads out of its status."""
        if not _is_robots(request):
            return response
        undecodable = find_undecodable(response)
        reason = f"could not fetch robots.txt ({undecodable or f'HTTP {response.status}'})"
        status = None if undecodable is not None else response.status
        robots = self._note(_find_host(request), read_robots(status, response.body, reason))
        return response if robots.rules is not None else response.replace(body=b"")

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Notes that robots.txt has no answer, which closes the site; one that never answered ends the crawl."""
        if not _is_robots(request) or isinstance(exception, InterruptedRequestError):
            return
        words, is_failure = explain(exception), isinstance(exception, FAILURES)
        has_answered = read_counts(self._crawler.stats).answered
        is_unanswered = is_failure and classify(exception) in _UNANSWERED and not has_answered
        stop: Stop | None = getattr(self._crawler.spider, "stop", None)
        if stop is not None and (is_unanswered or not (is_failure or isinstance(exception, IgnoreRequest))):
            end = SiteError(f"could not connect to {_describe_failure(request.url, words)}")
            stop.fail(end if is_unanswered else exception)
            raise InterruptedRequestError("the crawl ends") from exception
        robots = self._note(_find_host(request), read_robots(None, b"", f"could not fetch robots.txt ({words})"))
        # Scrapy would log anything else, and go on.
        raise IgnoreRequest(robots.refusal) from exception

    def _note(self, host: str, robots: Robots) -> Robots:
        self._robots[host] = robots
        # robots.txt was a request like any other: the first page waits for its turn.
        self._turns[host] = time.monotonic() + max(self._delay, robots.delay or 0.0)
        return robots


def _is_robots(request: Request) -> bool:
    return bool(request.meta.get("dont_obey_robotstxt"))


def _find_host(request: Request) -> str:
    """The host whose robots.txt was asked for, before any redirect."""
    first: str = request.meta.get("redirect_urls", [request.url])[0]
    return urlsplit(first).netloc


def _describe_failure(url: str, reason: str) -> str:
    """The site's origin, and why it does not answer; a host is named twice only where it is another one's."""
    parts = urlsplit(url)
    port = parts.port or PORTS[parts.scheme]
    return f"{parts.scheme}://{parts.netloc}: {reason.removeprefix(f'{parts.hostname}:{port}: ')}"
