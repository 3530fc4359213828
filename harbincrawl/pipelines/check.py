"""The first pipeline: a check that nothing half-read is stored."""

from __future__ import annotations

from typing import Self

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from harbincrawl.identity import shows_nothing

from .context import read_context
from .outcome import Outcome, PictureOutcome


class CheckPipeline:
    """Turns away what is no outcome, and counts as failed what was read without anything to keep."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Raises NotConfigured where no archive is open."""
        read_context(crawler)
        return cls()

    def process_item(self, item: object) -> Outcome | PictureOutcome:
        """The outcome, as it may be stored. Raises DropItem for anything else."""
        if isinstance(item, PictureOutcome):
            return item
        if not isinstance(item, Outcome):
            raise DropItem(f"expected an Outcome or a PictureOutcome, got {type(item).__name__}")
        if item.fetched is not None and shows_nothing(item.fetched.article):
            reason = "it shows neither text nor pictures"
            captures = item.fetched.captures
            return Outcome(item.state, "failed", item.at, captures=captures, failure=("empty", reason))
        return item
