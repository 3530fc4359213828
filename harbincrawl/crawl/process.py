"""Running Scrapy: with our settings, in this process, until the spider is done, interrupted or failed."""

from __future__ import annotations

import gc
import logging
from typing import Any
from urllib.request import getproxies

from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.settings import Settings

from harbincrawl.errors import EndedEarlyError
from harbincrawl.spiders.harbin_today import HarbinTodaySpider

from .run import CrawlRun
from .signals import handle_signals


def run_crawl(run: CrawlRun, *, verbose: bool = False) -> dict[str, Any]:
    """Crawls until done, interrupted or failed, and returns the report; what failed is in `run.stop`."""
    settings = Settings()
    settings.setmodule("harbincrawl.settings", priority="project")
    options = run.options
    settings.setdict(
        {
            "DOWNLOAD_DELAY": options.delay,
            "CONCURRENT_REQUESTS": options.concurrency,
            "CONCURRENT_REQUESTS_PER_DOMAIN": options.concurrency,
            # Without one in the environment every page would be checked for it in vain.
            "HTTPPROXY_ENABLED": bool(getproxies()),
            "LOG_LEVEL": "INFO" if verbose else "ERROR",
            "LOG_INSTALL_ROOT_HANDLER": not logging.getLogger().handlers,
        },
        priority="cmdline",
    )
    try:
        with handle_signals(run.stop):
            process = AsyncCrawlerProcess(settings)
            # Modules stay for good, and a page's own garbage is soon gone: to look for circles often costs 12%.
            gc.freeze()
            gc.set_threshold(20_000, 20, 20)
            gc.enable()
            crawler = process.create_crawler(HarbinTodaySpider)
            error = run_spider(process, crawler, install_signal_handlers=False, run=run)
            # The process ends with the run: Python would look through all that is left twice more, for 0.1 seconds.
            gc.freeze()
        if error is not None:
            run.stop.fail(error)
    except Exception as error:  # noqa: BLE001 - it is raised again by the caller, once the report is out
        run.stop.fail(error)
    return run.end()


def run_spider(
    process: AsyncCrawlerProcess, crawler: Crawler, *, install_signal_handlers: bool = True, **arguments: Any
) -> BaseException | None:
    """Runs the crawler's spider with `arguments` to its end; returns what ended it before it opened, if anything.

    That is in Scrapy's task alone: nobody else would ever look there.
    """
    crawling = process.crawl(crawler, **arguments)
    process.start(install_signal_handlers=install_signal_handlers)
    if not crawling.done() or crawling.cancelled():
        return EndedEarlyError("the crawl ended early: its task was left alone")
    return crawling.exception()
