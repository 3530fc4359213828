"""Asking again for what failed for now: how often and how soon, and when the site counts as lost."""

from __future__ import annotations

from datetime import UTC, datetime

from scrapy import Request
from scrapy.downloadermiddlewares import retry
from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.http import Response
from scrapy.settings import BaseSettings

from harbincrawl.errors import SiteError
from harbincrawl.fetch.answers import classify, explain, find_undecodable
from harbincrawl.fetch.counts import read_counts
from harbincrawl.fetch.ending import InterruptedRequestError, pause_crawl
from harbincrawl.fetch.guard import PrivateAddressError
from harbincrawl.fetch.headers import read_retry_after
from harbincrawl.fetch.stop import Stop
from harbincrawl.limits import find_limit
from harbincrawl.walk import back_off

RETRIES_LATE = 1
"""Of what does not answer in time: one slow page must not hold up all others for long."""
MOST_UNREACHED = 5
"""Addresses in a row without a connection before the site counts as lost."""
MOST_LATE = 3
"""Addresses in a row that did not answer in time before the site counts as lost."""
MOST_WAITED = 3600.0
"""Seconds of waiting between attempts, without one good answer in between, before the site counts as lost."""


class RetryMiddleware(retry.RetryMiddleware):
    """Waits before each retry: the crawl's delay, doubled every time, or Retry-After where that is longer.

    Scrapy's own asks again at once, as often for every kind of failure, and never gives a site up. A page that cannot
    be decoded is asked for again, too.
    """

    def __init__(self, settings: BaseSettings) -> None:
        super().__init__(settings)
        self._delay = settings.getfloat("DOWNLOAD_DELAY")
        self._unreached = 0
        self._late = 0
        self._waited = 0.0

    async def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        """The answer, or the request that asks again."""
        undecodable = find_undecodable(response)
        if undecodable is None and response.status not in self.retry_http_codes:
            self._unreached, self._late, self._waited = 0, 0, 0.0
            return response
        kind, reason = ("cut", "cut") if undecodable is not None else ("http", f"HTTP {response.status}")
        return await self._ask_again(request, kind, reason, read_retry_after(response, datetime.now(UTC))) or response

    async def process_exception(self, request: Request, exception: Exception) -> Request | None:  # type: ignore[override]
        """The request that asks again; None where that is no use. Raises InterruptedRequestError."""
        if (too_low := find_limit(exception)) is not None:
            # It would be the same for every other address.
            self._give_up(too_low)
            raise InterruptedRequestError("the crawl ends") from exception
        if not isinstance(exception, self.exceptions_to_retry) or isinstance(exception, PrivateAddressError):
            return None
        return await self._ask_again(request, classify(exception), explain(exception))

    async def _ask_again(
        self, request: Request, kind: str, reason: str, retry_after: float | None = None
    ) -> Request | None:
        spider = self.crawler.spider
        assert spider is not None  # noqa: S101 - nothing is downloaded before there is one
        again = None
        if not request.meta.get("dont_retry"):
            again = get_retry_request(
                request,
                spider=spider,
                reason=reason if kind == "http" else kind,
                max_retry_times=self._most_retries(request, kind),
                priority_adjust=self.priority_adjust,
                give_up_log_level=self.give_up_log_level,
            )
        if again is None:
            self._count_lost(kind, reason)
            return None
        await self._wait(back_off(again.meta["retry_times"], self._delay, retry_after))
        return again

    def _most_retries(self, request: Request, kind: str) -> int:
        """How often to ask again for an address that fails like this."""
        if (kind == "unreachable" and self._unreached) or (kind == "timeout" and self._late):
            return 0
        most: int = request.meta.get("max_retry_times", self.max_retry_times)
        return min(most, RETRIES_LATE) if kind == "timeout" else most

    def _count_lost(self, kind: str, reason: str) -> None:
        """Ends the crawl where one address after the other does not answer, though some did before."""
        self._unreached = self._unreached + 1 if kind == "unreachable" else 0
        self._late = self._late + 1 if kind == "timeout" else 0
        is_lost = self._unreached >= MOST_UNREACHED or self._late >= MOST_LATE
        if is_lost and read_counts(self.crawler.stats).answered:
            self._give_up(SiteError(f"the site cannot be reached any more ({reason}): run again later."))

    async def _wait(self, seconds: float) -> None:
        self._waited += seconds
        if self._waited > MOST_WAITED:
            minutes = f"{MOST_WAITED / 60:.0f} minutes"
            self._give_up(SiteError(f"the site has turned us away for {minutes}: run again later."))
        await pause_crawl(self.crawler, seconds)

    def _give_up(self, error: Exception) -> None:
        stop: Stop | None = getattr(self.crawler.spider, "stop", None)
        if stop is not None:
            stop.fail(error)
