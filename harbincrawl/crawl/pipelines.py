"""The item pipelines: a check that nothing half-read is stored, then the batch that stores it."""

from __future__ import annotations

from typing import Self

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from harbincrawl.identity import is_empty
from harbincrawl.pipelines.batches import Outcome

from .session import Session


def _session(crawler: Crawler) -> Session:
    session: Session = crawler.spider.session  # type: ignore[union-attr]
    return session


class CheckPipeline:
    """Turns away what is no outcome, and counts as failed what was read without anything to keep."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_item(self, item: object) -> Outcome:
        """The outcome, as it may be stored. Raises DropItem for anything else."""
        if not isinstance(item, Outcome):
            raise DropItem(f"expected an Outcome, got {type(item).__name__}")
        if item.fetched is not None and is_empty(item.fetched.article) and not item.fetched.article.images:
            reason = "it shows neither text nor pictures"
            captures = item.fetched.captures
            return Outcome(item.state, "failed", item.at, captures=captures, failure=("empty", reason))
        return item


class StorePipeline:
    """Hands outcomes to the keeper; where that fails, the crawl ends and says so."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_item(self, item: Outcome) -> Outcome:
        """Stores the outcome with its batch."""
        session = _session(self.crawler)
        if not session.is_lost:
            try:
                session.keeper.put(item)
            except Exception as error:  # noqa: BLE001 - Scrapy would log it and go on as if the item were stored
                session.stop(error)
            session.on_progress()
        return item
