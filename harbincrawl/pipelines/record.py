"""The last pipeline: hands what was stored to feeds and to other parts of Scrapy as plain values."""

from __future__ import annotations

from typing import Any, Self

from scrapy.crawler import Crawler

from harbincrawl.sites import Site

from .context import read_context
from .items import make_outcome_item
from .outcome import Outcome, PictureOutcome


class RecordPipeline:
    """Makes an item of each outcome; passes everything else on."""

    def __init__(self, site: Site) -> None:
        self.site = site

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(read_context(crawler).site)

    def process_item(self, item: object) -> dict[str, Any] | object:
        """The item that `item_scraped` carries."""
        return make_outcome_item(item, self.site) if isinstance(item, Outcome | PictureOutcome) else item
