"""How a crawl or a rescue ends in time: waits are broken off at once, answers on their way some seconds later."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest

from .stop import Stop

GRACE = 7.0
"""Seconds that answers may still take once the crawl is to end; a whole run then ends within ten."""


class InterruptedRequestError(IgnoreRequest):
    """The crawl or the rescue ended before the request had its turn: nothing is known of its address."""


class Ending:
    """The asyncio side of a `Stop`; made within the running event loop."""

    def __init__(self, stop: Stop, begin: Callable[[], None] = lambda: None, grace: float | None = None) -> None:
        """`begin` is called once in the loop, when the crawl is to end; answers have `grace` seconds then, or GRACE."""
        self._loop = asyncio.get_running_loop()
        self._begin = begin
        self._grace = GRACE if grace is None else grace
        self._woken = asyncio.Event()
        self._in_flight: set[asyncio.Timeout] = set()
        stop.call_on_stop(self._wake)
        if stop.is_set:
            self._wake()

    @property
    def has_begun(self) -> bool:
        """Whether nothing more is to be asked for."""
        return self._woken.is_set()

    async def pause(self, seconds: float) -> None:
        """Sleeps. Raises InterruptedRequestError where the crawl ends meanwhile."""
        try:
            await asyncio.wait_for(self._woken.wait(), seconds)
        except TimeoutError:
            return
        raise InterruptedRequestError("the crawl ends")

    @asynccontextmanager
    async def bound(self) -> AsyncIterator[None]:
        """What is awaited within may go on for some seconds once the crawl is to end.

        Raises InterruptedRequestError after that, and where the crawl is about to end already.
        """
        if self._woken.is_set():
            raise InterruptedRequestError("the crawl ends")
        limit = asyncio.timeout_at(None)
        try:
            async with limit:
                self._in_flight.add(limit)
                try:
                    yield
                finally:
                    self._in_flight.discard(limit)
        except TimeoutError as error:
            if limit.expired():
                raise InterruptedRequestError("the crawl ends") from error
            raise

    def _wake(self) -> None:
        # Called by signal handlers, too. Not directly: the loop would sleep on until its next timer.
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._begin_end)

    def _begin_end(self) -> None:
        if self._woken.is_set():
            return
        self._woken.set()
        end = self._loop.time() + self._grace
        for limit in self._in_flight:
            limit.reschedule(end)
        self._begin()


async def pause_crawl(crawler: Crawler, seconds: float) -> None:
    """Sleeps. Raises InterruptedRequestError where a run of ours ends meanwhile; other spiders have no ending."""
    ending: Ending | None = getattr(crawler.spider, "ending", None)
    await (ending.pause(seconds) if ending is not None else asyncio.sleep(seconds))
