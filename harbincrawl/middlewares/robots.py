"""robots.txt by RFC 9309: Scrapy's own middleware, with a parser of ours, what no answer means, and the Crawl-delay."""

from __future__ import annotations

import asyncio
import logging
import re
import time
from typing import Self
from urllib.parse import urlsplit

from protego import Protego
from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK
from scrapy.robotstxt import RobotParser

from harbincrawl.errors import SiteError
from harbincrawl.fetch.answers import classify, explain, find_undecodable
from harbincrawl.fetch.counts import read_counts
from harbincrawl.fetch.session import FAILURES
from harbincrawl.fetch.stop import InterruptedRequestError, Stop
from harbincrawl.text import PORTS

PRODUCT = "harbincrawl"
"""Our product token: the only name by which the file can mean us, whatever the User-Agent says besides."""
LONGEST = 512 * 1024
"""Bytes of robots.txt that are read, as the standard asks at least."""
LONGEST_DELAY = 600.0
"""Seconds; a site that wants more between two requests does not want to be crawled."""
_AGENT_LINE = re.compile(
    r"^([ \t]*user[- ]?agent[ \t]*:)[ \t]*(?:(\*)|([a-z_-]*))[^\r\n]*", re.IGNORECASE | re.MULTILINE
)
_NOBODY = "-"
"""What Protego finds in no name: it would take a group for `news`, or for `harbin`, for ours."""
_UNANSWERED = frozenset(("unreachable", "timeout", "connection"))
"""Failure classes of what did not answer at all."""

logger = logging.getLogger(__name__)


class RobotsRules(RobotParser):
    """`ROBOTSTXT_PARSER`: rules for us by our own name alone, of the first 512 KB; or why nothing may be asked for."""

    def __init__(self, body: bytes, status: int | None = 200, closed: str | None = None) -> None:
        """`closed` says, as the beginning of a sentence, why everything counts as forbidden."""
        self.status = status
        self._rules = Protego.parse(_name_groups(_cut(body).decode("utf-8-sig", "replace")))
        delay = self._rules.crawl_delay(PRODUCT)
        self.delay = float(delay) if delay is not None and delay > 0 else None
        """Seconds between two requests that the site asks for."""
        if self.delay is not None and self.delay > LONGEST_DELAY:
            closed = closed or f"robots.txt asks for a Crawl-delay of {self.delay:.0f} seconds"
        self.closed = closed
        self._has_rules = bool(body)

    @classmethod
    def from_crawler(cls, crawler: Crawler, robotstxt_body: bytes) -> Self:  # noqa: ARG003 - Scrapy's interface
        return cls(robotstxt_body)

    def allowed(self, url: str | bytes, user_agent: str | bytes = PRODUCT) -> bool:  # noqa: ARG002 - we have one name
        """Whether `url` may be asked for."""
        return self.closed is None and bool(
            self._rules.can_fetch(url if isinstance(url, str) else url.decode(), PRODUCT)
        )

    @property
    def refusal(self) -> str:
        """Why an address may not be asked for."""
        return "robots.txt forbids it" if self.closed is None else f"{self.closed}, so nothing was crawled"

    def summary(self) -> dict[str, object]:
        """For the report."""
        kind = "closed" if self.closed else "rules" if self._has_rules else "none"
        return {"status": self.status, "says": kind, "crawl_delay": self.delay, "reason": self.closed}


def read_robots(response: Response) -> RobotsRules:
    """The rules in an answer: 2xx is read; 4xx means that there are none; anything else closes the site.

    429 closes it, too: it means that we ask too much, and nothing is known of what we may ask.
    """
    status, undecodable = response.status, find_undecodable(response)
    if undecodable is None and 200 <= status < 300:
        return RobotsRules(response.body, status)
    if undecodable is None and 400 <= status < 500 and status != 429:
        return RobotsRules(b"", status)
    return RobotsRules(b"", status, f"could not fetch robots.txt ({undecodable or f'HTTP {status}'})")


class RobotsMiddleware(RobotsTxtMiddleware):
    """Scrapy's own reads rules out of any answer, and allows everything where there was none.

    Requests to a host with a Crawl-delay wait here for their turn, where the end of a crawl breaks the wait off.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._delay = crawler.settings.getfloat("DOWNLOAD_DELAY")
        self._fetched: dict[str, asyncio.Task[RobotsRules]] = {}
        """By host and port."""
        self._turns: dict[str, float] = {}
        """When the next request may go, by time.monotonic."""

    def find_rules(self, url: str) -> RobotsRules | None:
        """The rules for the host of `url`; None where its robots.txt was not asked for, or has not answered."""
        task = self._fetched.get(urlsplit(url).netloc)
        has_answer = task is not None and task.done() and not task.cancelled() and task.exception() is None
        return task.result() if task is not None and has_answer else None

    async def process_request(self, request: Request, spider: Spider | None = None) -> None:  # noqa: ARG002
        """Lets a request wait for its turn. Raises IgnoreRequest where it is forbidden, InterruptedRequestError."""
        stop: Stop | None = getattr(self.crawler.spider, "stop", None)
        if stop is not None:
            stop.check()
        await super().process_request(request)
        rules, host = self.find_rules(request.url), urlsplit(request.url).netloc
        if rules is None or not rules.delay or request.meta.get("dont_obey_robotstxt"):
            return
        # The next turn is taken before the wait: two requests that wait together would start together.
        now = time.monotonic()
        turn = max(now, self._turns[host])
        self._turns[host] = turn + max(rules.delay, self._delay)
        await (stop.pause(turn - now) if stop is not None else asyncio.sleep(turn - now))

    async def robot_parser(self, request: Request) -> RobotParser:
        """The rules for the host of `request`, which are asked for once."""
        if (rules := self.find_rules(request.url)) is not None:
            return rules
        host = urlsplit(request.url).netloc
        if host not in self._fetched:
            self._fetched[host] = asyncio.ensure_future(self._fetch_rules(request.url))
        return await asyncio.shield(self._fetched[host])

    async def _fetch_rules(self, url: str) -> RobotsRules:
        parts = urlsplit(url)
        asked = Request(
            f"{parts.scheme}://{parts.netloc}/robots.txt", priority=self.DOWNLOAD_PRIORITY,
            meta={"dont_obey_robotstxt": True}, callback=NO_CALLBACK,
        )  # fmt: skip
        self.crawler.stats.inc_value("robotstxt/request_count")
        try:
            rules = read_robots(await self.crawler.engine.download_async(asked))
            self.crawler.stats.inc_value("robotstxt/response_count")
        except InterruptedRequestError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, nothing is known of what may be asked
            rules = self._read_failure(asked.url, error)
        # robots.txt was a request like any other: the first page waits for its turn.
        self._turns[parts.netloc] = time.monotonic() + max(self._delay, rules.delay or 0.0)
        if rules.closed and not hasattr(self.crawler.spider, "stop"):
            # No report says it, and Scrapy says nothing of requests that are ignored.
            logger.error("%s: %s", asked.url, rules.refusal)
        return rules

    def _read_failure(self, url: str, error: Exception) -> RobotsRules:
        """The site is closed where robots.txt has no answer; a site that never answered ends the crawl."""
        words, is_failure = explain(error), isinstance(error, FAILURES)
        stop: Stop | None = getattr(self.crawler.spider, "stop", None)
        has_answered = read_counts(self.crawler.stats).answered
        if stop is not None and is_failure and classify(error) in _UNANSWERED and not has_answered:
            stop.fail(SiteError(f"could not connect to {_describe_failure(url, words)}"))
            raise InterruptedRequestError("the crawl ends") from error
        return RobotsRules(b"", None, f"could not fetch robots.txt ({words})")


def _describe_failure(url: str, reason: str) -> str:
    """The site's origin, and why it does not answer; a host is named twice only where it is another one's."""
    parts = urlsplit(url)
    port = parts.port or PORTS[parts.scheme]
    return f"{parts.scheme}://{parts.netloc}: {reason.removeprefix(f'{parts.hostname}:{port}: ')}"


def _cut(body: bytes) -> bytes:
    """The lines that lie whole within LONGEST: half of `Disallow: /private` would forbid everything."""
    if len(body) <= LONGEST:
        return body
    return body[: max(body.rfind(b"\n", 0, LONGEST), body.rfind(b"\r", 0, LONGEST)) + 1]


def _name_groups(text: str) -> str:
    """The file with our token, `*` or nobody as the name of each group."""

    def name(line: re.Match[str]) -> str:
        return f"{line[1]} {line[2] or (PRODUCT if line[3].lower() == PRODUCT else _NOBODY)}"

    return _AGENT_LINE.sub(name, text)
