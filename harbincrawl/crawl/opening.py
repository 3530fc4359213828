"""The extension that opens the archive before anything is asked for, ends the crawl in time, and writes the report."""

from __future__ import annotations

import asyncio
from collections.abc import Sized
from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider, NotConfigured
from twisted.python.failure import Failure

from harbincrawl.errors import OptionsError
from harbincrawl.fetch.ending import GRACE, Ending
from harbincrawl.middlewares.robots import RobotsMiddleware
from harbincrawl.spiders.harbin_today import HarbinTodaySpider

from .arguments import read_arguments
from .run import CrawlRun, begin_run
from .signals import install_handlers

ENDED = "harbincrawl"
"""Scrapy's reason where the run itself ends the crawl: the run knows why."""
LAST_GRACE = 1.5
"""Seconds after answers were given up before all that is left is broken off: a wait of Scrapy's, a part of a user's."""
_START = HarbinTodaySpider.start


class Opening:
    """Gives spider, middlewares and pipelines the run that `harbincrawl crawl` has begun, or begins one itself."""

    def __init__(self, run: CrawlRun, spider: HarbinTodaySpider, crawler: Crawler) -> None:
        self.run = run
        self._spider = spider
        self._crawler = crawler
        self._crawling = asyncio.current_task()
        """Scrapy's own task of this crawl."""
        self._closing: asyncio.Task[None] | None = None
        self._is_open = False
        self._is_broken_off = False
        self.ending = Ending(run.stop, self._begin_end)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Raises what `begin_run` raises; NotConfigured where no archive is to be opened.

        That is so for other spiders, and for commands that feed the spider themselves: `scrapy parse`, `check`.
        """
        spider = crawler.spider
        if not isinstance(spider, HarbinTodaySpider) or type(spider).start is not _START:
            raise NotConfigured
        run = spider.arguments.get("run")
        if not isinstance(run, CrawlRun):
            if not spider.arguments.get("archive"):
                raise NotConfigured
            run = begin_run(read_arguments(spider.arguments, crawler.settings))
            # After Scrapy's own handlers, which do not bound what is in flight.
            crawler.signals.connect(lambda: install_handlers(run.stop), signal=signals.spider_opened, weak=False)
        check_settings(crawler)
        opening = cls(run, spider, crawler)
        connect = crawler.signals.connect
        connect(opening.open, signal=signals.spider_opened)
        connect(opening.fail, signal=signals.spider_error)
        connect(opening.fail, signal=signals.item_error)
        connect(opening.close, signal=signals.spider_closed)
        # Below the command line, above the project's settings, which cannot know whom to name.
        crawler.settings.set("USER_AGENT", run.options.agent, priority="spider")
        spider.take_over(run.context, run.options.plan, opening.ending)
        run.watch(crawler.stats, opening.finish)
        return opening

    def open(self) -> None:
        """Raises CloseSpider where the crawl is to end before it has begun."""
        self._is_open = True
        if self.ending.has_begun:
            raise CloseSpider(ENDED)

    def fail(self, failure: Failure) -> None:
        """An error of a callback or a pipeline, which Scrapy would log and go on, ends the run."""
        if failure.value is not None:
            self.run.stop.fail(failure.value)

    def close(self, reason: str) -> None:
        """Notes who ended the crawl, stores what waits and writes the report."""
        stop = self.run.stop
        if reason == "shutdown":
            stop.interrupt()
        elif reason not in ("finished", ENDED) and not stop.is_set:
            stop.close(reason)
        self.run.end()

    def finish(self) -> None:
        """Ends what gets no more answers, once nothing more is asked for; called once, before the report is made."""
        crawler, requests = self._crawler, self.run.context.progress.requests
        robots = crawler.get_downloader_middleware(RobotsMiddleware)
        self.run.robots = robots.find_robots(self._spider.site.fetched(self._spider.site.base)) if robots else None
        scheduler = crawler.engine.scheduler
        waiting = len(scheduler) if isinstance(scheduler, Sized) else 0
        # Those that were never handed on, retries among them. What vanished otherwise is amiss, and stays so.
        requests.cut_off(len(requests.open) if self._is_broken_off else waiting)
        self._spider.end_tasks()

    def _begin_end(self) -> None:
        loop = asyncio.get_running_loop()
        loop.call_later(GRACE + LAST_GRACE, self._break_off)
        if self._is_open and self._crawler.engine.spider is not None:
            self._closing = loop.create_task(self._crawler.engine.close_spider_async(reason=ENDED))

    def _break_off(self) -> None:
        self._is_broken_off = True
        if self._crawling is not None:
            self._crawling.cancel()


def check_settings(crawler: Crawler) -> None:
    """Raises OptionsError for settings of Scrapy that would make a run break a promise."""
    settings = crawler.settings
    if not settings.getbool("ROBOTSTXT_OBEY"):
        raise OptionsError("ROBOTSTXT_OBEY: a run always obeys robots.txt; leave the setting out.")
    if settings.get("JOBDIR"):
        raise OptionsError("JOBDIR: the archive itself holds what is left to ask for; leave the setting out.")
    crawler.stats.set_value("harbincrawl/run", True)
    if not crawler.stats.get_value("harbincrawl/run"):
        raise OptionsError("STATS_CLASS: the report is made of the statistics; name a class that keeps them.")
