"""Whether and why a crawl ends before it is done: an interrupt, an error, Scrapy; noted once, told to whoever waits."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

from harbincrawl.archive.database.connection import raise_typed
from harbincrawl.errors import HarbincrawlError, LimitError, SiteError
from harbincrawl.limits import find_limit


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
        error = find_limit(error) or error
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
        return self._is_lost or (
            isinstance(self.error, HarbincrawlError) and not isinstance(self.error, SiteError | LimitError)
        )
