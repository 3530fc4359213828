"""All that we use of Scrapy without its documentation promising it, in one module: look here first after an upgrade.

Relied on, and checked by tests/fetch/test_private_names.py:

- The settings `DOWNLOADER_MIDDLEWARES_BASE`, `SPIDER_MIDDLEWARES_BASE` and `EXTENSIONS_BASE`, which Scrapy's
  documentation tells people not to set, name all parts that Scrapy loads by itself.
- `crawler.engine.download_async(request)` answers with the response after the downloader middlewares, and raises what
  the download handler raised.
"""

from __future__ import annotations

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


async def download(crawler: Crawler, request: Request) -> Response:
    """The response to `request`, past scheduler and spider; Scrapy's delay and concurrency are kept."""
    return await crawler.engine.download_async(request)
