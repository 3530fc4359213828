"""Running Scrapy: with our settings, in this process, until the spider is done, interrupted or failed."""

from __future__ import annotations

import gc
import logging
from collections.abc import Callable
from typing import Any

from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings

from harbincrawl.errors import EndedEarlyError
from harbincrawl.spiders.harbin_today import HarbinTodaySpider

from .ending import end_crawl
from .run import CrawlRun
from .signals import handle_signals


def run_crawl(run: CrawlRun) -> dict[str, Any]:
    """Crawls until done, interrupted or failed, and returns the report; what failed is in `run.stop`."""
    settings = Settings()
    settings.setmodule("harbincrawl.settings", priority="project")
    options = run.options
    settings.setdict(
        {
            "DOWNLOAD_DELAY": options.delay,
            "CONCURRENT_REQUESTS": options.concurrency,
            "CONCURRENT_REQUESTS_PER_DOMAIN": options.concurrency,
            "LOG_LEVEL": "ERROR",
            "LOG_INSTALL_ROOT_HANDLER": not logging.getLogger().handlers,
        },
        priority="cmdline",
    )

    def make_process() -> AsyncCrawlerProcess:
        process = AsyncCrawlerProcess(settings)
        # Of Scrapy's records ours takes the errors alone: the others need not be made, two for every page.
        logging.getLogger("scrapy").setLevel(logging.ERROR)
        return process

    with handle_signals(run.stop):
        return run_spider(run, make_process)


def run_spider(run: CrawlRun, make_process: Callable[[], AsyncCrawlerProcess]) -> dict[str, Any]:
    """Runs the spider for `run` to its end, whatever happens, and returns the report."""
    try:
        process = make_process()
        # Modules stay for good, and a page's own garbage is soon gone: to look for circles often costs 12%.
        gc.freeze()
        gc.set_threshold(20_000, 20, 20)
        gc.enable()
        crawling = process.crawl(HarbinTodaySpider, run=run)
        process.start(install_signal_handlers=False)
        # The process ends with the run: Python would look through all that is left twice more, for 0.1 seconds.
        gc.freeze()
        # What ended Scrapy's task before its time: nobody else would ever look there.
        if crawling.done() and not crawling.cancelled():
            error = crawling.exception()
        else:
            error = None if run.stop.is_set else EndedEarlyError("the crawl ended early: its task was left alone")
        if error is not None:
            run.stop.fail(error)
    except SystemExit:
        run.stop.fail(EndedEarlyError("the crawl ended early: a part of it called sys.exit"))
    except Exception as error:  # noqa: BLE001 - it is raised again by the caller, once the report is out
        run.stop.fail(error)
    return end_crawl(run)
