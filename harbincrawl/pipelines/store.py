"""The pipeline that stores articles: hands their outcomes to the batch writer, and ends the crawl where that fails."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Self

from scrapy.crawler import Crawler

from . import batches
from .context import RunContext, read_context
from .outcome import Outcome


class StorePipeline:
    """Stores outcomes of articles; passes everything else on."""

    def __init__(self, context: RunContext) -> None:
        self.writer = context.writer
        self.stop = context.stop
        self.progress = context.progress
        self._timer: asyncio.TimerHandle | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(read_context(crawler))

    def process_item(self, item: object) -> object:
        """Stores the outcome with its batch. Raises DropItem for one that comes twice."""
        if not isinstance(item, Outcome):
            return item
        self.progress.receive(item)
        self._store(lambda: self.writer.put(item))
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(batches.LONGEST, self._flush)
        return item

    def close_spider(self) -> None:
        """What waits is committed at the run's end."""
        if self._timer is not None:
            self._timer.cancel()

    def _flush(self) -> None:
        self._timer = None
        self._store(self.writer.flush)

    def _store(self, write: Callable[[], None]) -> None:
        if self.stop.is_lost:
            return
        try:
            write()
        except Exception as error:  # noqa: BLE001 - Scrapy would log it and go on as if the item were stored
            self.stop.fail(error)
        self.progress.call()
