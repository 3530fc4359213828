"""Running Scrapy: with our settings, in this process, until the spider is done, interrupted or failed."""

from __future__ import annotations

import gc
import logging
from collections.abc import Callable
from typing import Any

from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings

from harbincrawl.fetch.stop import handle_signals
from harbincrawl.spiders.harbin_today import HarbinTodaySpider

from .extension import end_crawl
from .run import CrawlRun


def make_process() -> AsyncCrawlerProcess:
    """Scrapy with our settings."""
    settings = Settings()
    settings.setmodule("harbincrawl.settings", priority="project")
    settings.set("LOG_INSTALL_ROOT_HANDLER", not logging.getLogger().handlers, priority="cmdline")
    process = AsyncCrawlerProcess(settings)
    # Of Scrapy's records ours takes the errors alone: the others need not be made, two for every page.
    logging.getLogger("scrapy").setLevel(logging.ERROR)
    return process


def run_spider(run: CrawlRun, make: Callable[[], AsyncCrawlerProcess] = make_process) -> dict[str, Any]:
    """Crawls until done, interrupted or failed, and returns the report; what failed is in `run.stop`."""
    with handle_signals(run.stop):
        try:
            process = make()
            # Modules stay for good, and a page's own garbage is soon gone: to look for circles often costs 12%.
            gc.freeze()
            gc.set_threshold(20_000, 20, 20)
            gc.enable()
            crawling = process.crawl(HarbinTodaySpider, run=run)
            process.start(install_signal_handlers=False)
            # The process ends with the run: Python would look through all that is left twice more, for 0.1 seconds.
            gc.freeze()
            # What ended Scrapy's task before its time: nobody else would ever look there.
            error = crawling.exception() if crawling.done() and not crawling.cancelled() else None
            if isinstance(error, Exception):
                run.stop.fail(error)
        except SystemExit:
            pass  # the run was not closed, and its report says so
        except Exception as error:  # noqa: BLE001 - it is raised again by the caller, once the report is out
            run.stop.fail(error)
        return end_crawl(run)
