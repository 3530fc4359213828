"""Asking again for what failed for now: Scrapy's own middleware, with waits, and when the site counts as lost."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from scrapy import Request
from scrapy.downloadermiddlewares import retry
from scrapy.http import Response
from scrapy.settings import BaseSettings

from harbincrawl.errors import SiteError
from harbincrawl.fetch.answers import classify, explain, find_undecodable
from harbincrawl.fetch.counts import read_counts
from harbincrawl.fetch.guard import PrivateAddressError
from harbincrawl.fetch.headers import read_retry_after
from harbincrawl.fetch.stop import Stop
from harbincrawl.walk.articles import back_off

RETRIES_LATE = 1
"""Of what does not answer in time: one slow page must not hold up all others for long."""
MOST_LOST = 4
"""Addresses in a row without a connection, or without an answer in time, before the site counts as lost."""
MOST_WAITED = 3600.0
"""Seconds of waiting between attempts, without one good answer in between, before the site counts as lost."""


class RetryMiddleware(retry.RetryMiddleware):
    """Waits before each retry: the crawl's delay, doubled every time, or Retry-After where that is longer.

    A page that cannot be decoded is asked for again, too.
    """

    def __init__(self, settings: BaseSettings) -> None:
        super().__init__(settings)
        self._delay = settings.getfloat("DOWNLOAD_DELAY")
        self._lost = 0
        self._waited = 0.0

    async def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        """The answer, or the request that asks again."""
        self._lost = 0
        is_decoded = find_undecodable(response) is None
        if is_decoded and response.status not in self.retry_http_codes:
            self._waited = 0.0
            return response
        again = self._try_again(request, f"HTTP {response.status}" if is_decoded else "cut")
        return response if again is None else await self._wait(again, read_retry_after(response, datetime.now(UTC)))

    async def process_exception(self, request: Request, exception: Exception) -> Request | None:  # type: ignore[override]
        """The request that asks again; None where that is no use. Raises InterruptedRequestError."""
        if not isinstance(exception, self.exceptions_to_retry) or isinstance(exception, PrivateAddressError):
            return None
        kind = classify(exception)
        is_lost, tries = kind in ("unreachable", "timeout"), request.meta.get("retry_times", 0)
        # Where the address before had no answer either, one attempt is enough.
        is_enough = (is_lost and self._lost > 0) or (kind == "timeout" and tries >= RETRIES_LATE)
        again = None if is_enough else self._try_again(request, kind)
        if again is not None:
            return await self._wait(again, None)
        self._lost = self._lost + 1 if is_lost else 0
        if self._lost >= MOST_LOST and read_counts(self.crawler.stats).answered:
            reason = explain(exception)
            self._give_up(SiteError(f"the site cannot be reached any more ({reason}): run again later."))
        return None

    def _try_again(self, request: Request, reason: str) -> Request | None:
        return None if request.meta.get("dont_retry") else self._retry(request, reason)

    async def _wait(self, again: Request, retry_after: float | None) -> Request:
        """`again`, once it may be asked. Raises InterruptedRequestError."""
        seconds = back_off(again.meta["retry_times"], self._delay, retry_after)
        self._waited += seconds
        if self._waited > MOST_WAITED:
            minutes = f"{MOST_WAITED / 60:.0f} minutes"
            self._give_up(SiteError(f"the site has turned us away for {minutes}: run again later."))
        stop: Stop | None = getattr(self.crawler.spider, "stop", None)
        await (stop.pause(seconds) if stop is not None else asyncio.sleep(seconds))
        return again

    def _give_up(self, error: Exception) -> None:
        stop: Stop | None = getattr(self.crawler.spider, "stop", None)
        if stop is not None:
            stop.fail(error)
