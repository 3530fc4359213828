"""The pipeline that stores articles: hands their outcomes to the batch writer, and ends the crawl where that fails."""

from __future__ import annotations

from typing import Self

from scrapy.crawler import Crawler

from .context import RunContext, read_context
from .outcome import Outcome


class StorePipeline:
    """Stores outcomes of articles; passes everything else on."""

    def __init__(self, context: RunContext) -> None:
        self.writer = context.writer
        self.stop = context.stop
        self.progress = context.progress

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(read_context(crawler))

    def process_item(self, item: object) -> object:
        """Stores the outcome with its batch."""
        if not isinstance(item, Outcome):
            return item
        self.progress.received += 1
        if not self.stop.is_lost:
            try:
                self.writer.put(item)
            except Exception as error:  # noqa: BLE001 - Scrapy would log it and go on as if the item were stored
                self.stop.fail(error)
            self.progress.call()
        return item
