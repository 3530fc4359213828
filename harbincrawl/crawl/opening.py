"""The extension that opens the archive before anything is asked for, ends the crawl in time, and writes the report."""

from __future__ import annotations

import asyncio
from collections.abc import Sized
from contextlib import suppress
from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider, NotConfigured
from twisted.python.failure import Failure

from harbincrawl.errors import EndedEarlyError, OptionsError
from harbincrawl.fetch.ending import GRACE, Ending
from harbincrawl.middlewares.robots import RobotsMiddleware
from harbincrawl.pipelines.outcome import Outcome
from harbincrawl.spiders.harbin_today import HarbinTodaySpider

from .arguments import read_arguments
from .ending import end_crawl
from .results.report import ASKED
from .run import CrawlRun, begin_run
from .signals import install_handlers

ENDED = "harbincrawl"
"""Scrapy's reason where the run itself ends the crawl: the run knows why."""
LAST_GRACE = 1.5
"""Seconds after answers were given up before all that is left is broken off: a wait of Scrapy's, a part of a user's."""
_START = HarbinTodaySpider.start


class Opening:
    """Gives spider, middlewares and pipelines the run that `harbincrawl crawl` has begun, or begins one itself."""

    def __init__(
        self, run: CrawlRun, spider: HarbinTodaySpider, crawler: Crawler, crawling: asyncio.Task[object]
    ) -> None:
        """`crawling` is the task in which Scrapy crawls: the run ends with it, whatever became of it."""
        self.run = run
        self._spider = spider
        self._crawler = crawler
        self._crawling = crawling
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
        if not isinstance(run, CrawlRun) and not spider.arguments.get("archive"):
            raise NotConfigured
        crawling = check_settings(crawler)
        if not isinstance(run, CrawlRun):
            run = begin_run(read_arguments(spider.arguments, crawler.settings))
            # After Scrapy's own handlers, which do not bound what is in flight.
            crawler.signals.connect(lambda: install_handlers(run.stop), signal=signals.spider_opened, weak=False)
        opening = cls(run, spider, crawler, crawling)
        # Scrapy says that the spider is closed only where it was opened, and was left to close.
        crawling.add_done_callback(opening.end)
        connect = crawler.signals.connect
        connect(opening.open, signal=signals.spider_opened)
        connect(opening.fail, signal=signals.spider_error)
        connect(opening.fail, signal=signals.item_error)
        connect(opening.close, signal=signals.spider_closed)
        # Below the command line, above the project's settings, which cannot know whom to name.
        crawler.settings.set("USER_AGENT", run.options.agent, priority="spider")
        spider.take_over(run.context, run.options, opening.ending)
        run.stats, run.finish = crawler.stats, opening.finish
        return opening

    def open(self) -> None:
        """Raises CloseSpider where the crawl is to end before it has begun."""
        self._is_open = True
        if self.ending.has_begun:
            raise CloseSpider(ENDED)

    def fail(self, failure: Failure) -> None:
        """An error of a callback or a pipeline, which Scrapy would log and go on, ends the run."""
        if isinstance(failure.value, CloseSpider):
            self.run.stop.close(failure.value.reason)
        elif failure.value is not None:
            self.run.stop.fail(failure.value)

    def close(self, reason: str) -> None:
        """Notes who ended the crawl, stores what waits and writes the report."""
        stop = self.run.stop
        if not self._is_open:
            # What kept it from opening is the error of Scrapy's task, with which the run ends.
            return
        if reason == "shutdown":
            stop.interrupt()
        elif reason not in ("finished", ENDED) and not stop.is_set:
            stop.close(reason)
        end_crawl(self.run)

    def end(self, crawling: asyncio.Task[object]) -> None:
        """Notes what ended Scrapy's task before its time, and ends the run unless that is done."""
        error = None if crawling.cancelled() else crawling.exception()
        if error is not None and not isinstance(error, SystemExit):
            self.run.stop.fail(error)
        elif not self.run.stop.is_set and self.run.report is None:
            self.run.stop.fail(
                EndedEarlyError("the crawl ended early: a part of it called sys.exit, or broke its task off")
            )
        with suppress(Exception):
            # What kept the report from being made is for who asks for the report.
            end_crawl(self.run)

    def finish(self) -> None:
        """Ends what gets no more answers, once nothing more is asked for; called once, before the report is made."""
        crawler, requests = self._crawler, self.run.context.progress.requests
        robots = crawler.get_downloader_middleware(RobotsMiddleware)
        self.run.robots = robots.find_robots(self._spider.site.fetched(self._spider.site.base)) if robots else None
        scheduler = crawler.engine.scheduler
        waiting = len(scheduler) if isinstance(scheduler, Sized) else 0
        # Those that were never handed on, retries among them. What vanished otherwise is amiss, and stays so, but where
        # a part ended the crawl by an error: that takes the place of what a callback has made.
        is_cut = self._is_broken_off or self.run.stop.closed not in (None, *ASKED)
        requests.interrupted += requests.open if is_cut else min(requests.open, waiting)
        self._spider.end_tasks()
        self._keep_evidence(is_cut)

    def _keep_evidence(self, is_cut: bool) -> None:
        """Stores the responses of outcomes that never came to be stored."""
        lost = self.run.context.progress.on_their_way
        for outcome in lost.values():
            if isinstance(outcome, Outcome):
                for capture in outcome.evidence:
                    self.run.context.writer.keep_capture(capture)
        if is_cut:
            lost.clear()

    def _begin_end(self) -> None:
        loop = asyncio.get_running_loop()
        loop.call_later(GRACE + LAST_GRACE, self._break_off)
        if self._is_open and self._crawler.engine.spider is not None:
            self._closing = loop.create_task(self._crawler.engine.close_spider_async(reason=ENDED))

    def _break_off(self) -> None:
        self._is_broken_off = True
        self._crawling.cancel()


def check_settings(crawler: Crawler) -> asyncio.Task[object]:
    """The task in which Scrapy crawls. Raises OptionsError for what would make a run break a promise."""
    settings = crawler.settings
    if not settings.getbool("ROBOTSTXT_OBEY"):
        raise OptionsError("ROBOTSTXT_OBEY: a run always obeys robots.txt; leave the setting out.")
    if settings.get("JOBDIR"):
        raise OptionsError("JOBDIR: the archive itself holds what is left to ask for; leave the setting out.")
    crawler.stats.set_value("harbincrawl/run", True)
    if not crawler.stats.get_value("harbincrawl/run"):
        raise OptionsError("STATS_CLASS: the report is made of the statistics; name a class that keeps them.")
    try:
        crawling = asyncio.current_task()
    except RuntimeError:
        crawling = None
    if crawling is None:
        raise OptionsError("the crawl runs on asyncio alone: use AsyncCrawlerProcess or AsyncCrawlerRunner of Scrapy.")
    return crawling
