"""All that we use of Scrapy without its documentation promising it, in one module: look here first after an upgrade.

Relied on, and checked by tests/fetch/test_private_names.py:

- The settings `DOWNLOADER_MIDDLEWARES_BASE`, `SPIDER_MIDDLEWARES_BASE` and `EXTENSIONS_BASE`, which Scrapy's
  documentation tells people not to set, name all parts that Scrapy loads by itself.
- `crawler.engine.scraper.slot.is_idle()` tells whether no item is on its way through the pipelines.
- Whatever ends a crawl awaits `crawler.engine.close_spider_async(reason=…)`, looked up at the engine itself.
- `crawler.engine.download_async(request)` answers with the response after the downloader middlewares, and raises what
  the download handler raised.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

# What stands between the fetcher and the downloader by default and does nothing for us costs 0.7 ms a page, a third of
# a bare spider (benchmarks/whole_crawl.py); and to name a part as absent would load it all the same, 0.2 seconds at
# every start.
DOWNLOADER_MIDDLEWARES_BASE = {"scrapy.downloadermiddlewares.httpproxy.HttpProxyMiddleware": 750}
# The spider makes outcomes and no requests: there is nothing to filter, to count or to refer from.
SPIDER_MIDDLEWARES_BASE: dict[str, int] = {}
# The report of a run takes the place of Scrapy's statistics.
EXTENSIONS_BASE = {
    "scrapy.extensions.closespider.CloseSpider": 0,
    "scrapy.extensions.throttle.AutoThrottle": 0,
}


_STEP = 0.01
"""Seconds between two looks at the pipelines."""


async def download(crawler: Crawler, request: Request) -> Response:
    """The response to `request`, past scheduler and spider; Scrapy's delay and concurrency are kept."""
    return await crawler.engine.download_async(request)


def call_before_close(crawler: Crawler, end: Callable[[str], Awaitable[None]]) -> None:
    """Has `end` awaited with Scrapy's reason before the spider is closed, whoever asks for that.

    Scrapy closes a spider once no request is in progress; one that awaits its answers itself would still make some. And
    it waits for ever for the pipelines where an item that came from the spider's `start` is on its way through them:
    the end of such an item is not looked at any more.
    """
    engine = crawler.engine
    close = engine.close_spider_async

    async def close_later(*, reason: str = "cancelled") -> None:
        await end(reason)
        while (slot := engine.scraper.slot) is not None and not slot.is_idle():
            await asyncio.sleep(_STEP)
        await close(reason=reason)

    setattr(engine, close.__name__, close_later)
