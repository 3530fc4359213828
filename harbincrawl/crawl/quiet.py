"""The log without a line for every page and item: nobody reads them, and making them costs up to 2% of a crawl."""

from __future__ import annotations

from typing import Any

from scrapy.logformatter import LogFormatter


class QuietFormatter(LogFormatter):
    """Says what went wrong, and nothing of what went well."""

    def crawled(self, *_: Any, **__: Any) -> None:  # type: ignore[override]
        """Nothing: Scrapy skips the line."""

    def scraped(self, *_: Any, **__: Any) -> None:  # type: ignore[override]
        """Nothing."""
