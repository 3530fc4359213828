"""Whether and why a crawl or a rescue ends before it is done: a signal, an error, Scrapy; noted once."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from scrapy.exceptions import IgnoreRequest

from harbincrawl.archive.database.connection import raise_typed
from harbincrawl.errors import HarbincrawlError, SiteError

SIGNALS = (signal.SIGINT, signal.SIGTERM)
_OFTEN = 0.2
"""Seconds between two looks of a wait at whether the crawl is to end."""


class InterruptedRequestError(IgnoreRequest):
    """The crawl or the rescue ended before the request had its turn: nothing is known of its address."""


class Stop:
    """The one place that everything in a crawl asks whether to go on."""

    def __init__(self, database: Path) -> None:
        """`database` is the file that errors of SQLite are about."""
        self.interrupted = False
        self.error: BaseException | None = None
        """The first error that ended the crawl; later ones are its consequences."""
        self.closed: str | None = None
        """Scrapy's reason where it, or an extension, ended the crawl: `closespider_itemcount`."""
        self._database = database
        self._is_lost = False
        self._wake: Callable[[], None] = lambda: None

    def call_on_stop(self, wake: Callable[[], None]) -> None:
        """`wake` is called at every interrupt and error; it must be safe to call from a signal handler."""
        self._wake = wake

    def interrupt(self) -> None:
        """Someone asked for the end: what is in flight still comes in."""
        self.interrupted = True
        self._wake()

    def close(self, reason: str) -> None:
        """Scrapy is to close the spider: what is in flight still comes in."""
        self.closed = self.closed or reason
        self._wake()

    def fail(self, error: BaseException, *, lost: bool = False) -> None:
        """Notes an error that ends the crawl; with `lost`, nothing more may be stored."""
        if isinstance(error, sqlite3.Error):
            try:
                raise_typed(error, self._database)
            except HarbincrawlError as typed:
                error = typed
        self._is_lost = self._is_lost or lost
        self.error = self.error or error
        self._wake()

    @property
    def is_set(self) -> bool:
        """True once nothing more is to be asked for."""
        return self.interrupted or self.closed is not None or self.error is not None

    @property
    def is_lost(self) -> bool:
        """True where the archive can take nothing more: database or WARC failed, not where the site is lost."""
        return self._is_lost or (isinstance(self.error, HarbincrawlError) and not isinstance(self.error, SiteError))

    def check(self) -> None:
        """Raises InterruptedRequestError once nothing more is to be asked for."""
        if self.is_set:
            raise InterruptedRequestError("the crawl ends")

    async def pause(self, seconds: float) -> None:
        """Sleeps. Raises InterruptedRequestError where the crawl ends meanwhile."""
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        self.check()
        while (left := end - loop.time()) > 0:
            await asyncio.sleep(min(left, _OFTEN))
            self.check()


@contextmanager
def handle_signals(stop: Stop) -> Iterator[None]:
    """While it lasts, an interrupt is an interrupt of the crawl; afterwards what it was before."""
    before = install_handlers(stop)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def install_handlers(stop: Stop) -> dict[signal.Signals, Callable[[int, FrameType | None], object] | int | None]:
    """Takes the signals over for good; returns the handlers before."""

    def interrupt(number: int, _: FrameType | None) -> None:
        if stop.interrupted:
            # Asked twice: stop now. What is committed is safe, and what is not will be asked for again.
            os._exit(128 + number)
        stop.interrupt()

    return {number: signal.signal(number, interrupt) for number in SIGNALS}
