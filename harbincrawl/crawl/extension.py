"""The extension that opens the archive before anything is asked for, and ends the run however Scrapy ends."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider, NotConfigured
from twisted.python.failure import Failure

from harbincrawl.archive.database import lock
from harbincrawl.archive.database.connection import FILE
from harbincrawl.archive.runs.log import FOLDER
from harbincrawl.errors import EndedEarlyError, OptionsError
from harbincrawl.fetch.stop import install_handlers
from harbincrawl.middlewares.robots import RobotsMiddleware
from harbincrawl.reread.executor import Executor
from harbincrawl.reread.layouts.settling import settle_layouts
from harbincrawl.reread.writer import RecordWriter
from harbincrawl.spiders.harbin_today import HarbinTodaySpider
from harbincrawl.spiders.options import read_arguments
from harbincrawl.stamps.runs import end_run, take_notes
from harbincrawl.walk.outcomes import OUTCOMES
from harbincrawl.warc.log import list_files

from .report import add_health, make_report
from .run import CrawlRun, begin_run

logger = logging.getLogger("harbincrawl")
ENDED = "harbincrawl"
"""Scrapy's reason where the run itself ends the crawl: the run knows why."""
_START = HarbinTodaySpider.start


class RunExtension:
    """Gives spider, middlewares and pipelines the run that a command has begun, or begins one itself."""

    def __init__(self, run: CrawlRun, spider: HarbinTodaySpider, crawler: Crawler) -> None:
        self.run = run
        self._spider = spider
        self._crawler = crawler
        self._crawling = _find_task()
        self._closing: asyncio.Task[None] | None = None
        self._is_open = False
        self._loop = self._crawling.get_loop()
        run.stop.call_on_stop(self._wake)

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
        _check_settings(crawler)
        connect = crawler.signals.connect
        if not isinstance(run, CrawlRun):
            run = begin_run(read_arguments(spider.arguments, crawler.settings))
            # After Scrapy's own handlers, which know nothing of waits.
            connect(lambda: install_handlers(run.stop), signal=signals.spider_opened, weak=False)
        extension = cls(run, spider, crawler)
        # Scrapy says that the spider is closed only where it was opened, and was left to close.
        extension._crawling.add_done_callback(extension.end)
        connect(extension.open, signal=signals.spider_opened)
        connect(extension.fail, signal=signals.spider_error)
        connect(extension.drop, signal=signals.item_dropped)
        connect(extension.drop, signal=signals.item_error)
        connect(extension.close, signal=signals.spider_closed)
        # Below the command line, above the project's settings, which cannot know the archive's own.
        options, settings = run.options, crawler.settings
        settings.set("USER_AGENT", options.agent, priority="spider")
        settings.set("DOWNLOAD_DELAY", options.delay, priority="spider")
        settings.set("CONCURRENT_REQUESTS_PER_DOMAIN", options.concurrency, priority="spider")
        spider.update_settings(settings)
        spider.take_over(run.context, options)
        run.stats, run.finish = crawler.stats, extension.finish
        return extension

    def open(self) -> None:
        """Raises CloseSpider where the crawl is to end before it has begun."""
        self._is_open = True
        if self.run.stop.is_set:
            raise CloseSpider(ENDED)

    def fail(self, failure: Failure) -> None:
        """An error of a callback, which Scrapy would log and go on, ends the run."""
        if isinstance(failure.value, CloseSpider):
            self.run.stop.close(failure.value.reason)
        elif failure.value is not None:
            self.run.stop.fail(failure.value)

    def drop(self, failure: Failure | None = None) -> None:
        """Counts what a pipeline of a user's own drops or fails on: it is stored all the same."""
        if failure is not None and isinstance(failure.value, CloseSpider):
            self.run.stop.close(failure.value.reason)
        else:
            self.run.context.progress.dropped += 1

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
        self.run.is_closed = True
        with suppress(Exception):
            # What kept the report from being made is for who asks for the report.
            end_crawl(self.run)

    def end(self, crawling: asyncio.Task[object]) -> None:
        """Ends the run with Scrapy's task, unless that is done; what ended the task before its time is noted."""
        error = None if crawling.cancelled() else crawling.exception()
        if isinstance(error, Exception):
            self.run.stop.fail(error)
        with suppress(Exception):
            end_crawl(self.run)

    def finish(self) -> None:
        """Ends what gets no more answers; called once, before the report is made."""
        robots = self._crawler.get_downloader_middleware(RobotsMiddleware)
        site = self._spider.site
        self.run.robots = robots.find_rules(site.fetched(site.base)) if robots else None
        self._spider.end_tasks()

    def _wake(self) -> None:
        # Called by signal handlers, too. Not directly: the loop would sleep on until its next timer.
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._begin_end)

    def _begin_end(self) -> None:
        """What is in flight still comes in; what else Scrapy waits for is broken off when a page would be late."""
        if self._closing is not None or self.run.has_ended or self._crawling.done():
            return
        self._loop.call_later(self._crawler.settings.getfloat("DOWNLOAD_TIMEOUT"), self._crawling.cancel)
        engine = self._crawler.engine
        if engine.spider is not None:
            self._closing = self._loop.create_task(engine.close_spider_async(reason=ENDED))


def _check_settings(crawler: Crawler) -> None:
    """Raises OptionsError for what would make a run break a promise."""
    settings = crawler.settings
    if not settings.getbool("ROBOTSTXT_OBEY"):
        raise OptionsError("ROBOTSTXT_OBEY: a run always obeys robots.txt; leave the setting out.")
    if settings.get("JOBDIR"):
        raise OptionsError("JOBDIR: the archive itself holds what is left to ask for; leave the setting out.")
    crawler.stats.set_value("harbincrawl/run", True)
    if not crawler.stats.get_value("harbincrawl/run"):
        raise OptionsError("STATS_CLASS: the report is made of the statistics; name a class that keeps them.")
    _find_task()


def _find_task() -> asyncio.Task[object]:
    """The task in which Scrapy crawls. Raises OptionsError."""
    try:
        crawling = asyncio.current_task()
    except RuntimeError:
        crawling = None
    if crawling is None:
        raise OptionsError("the crawl runs on asyncio alone: use AsyncCrawlerProcess or AsyncCrawlerRunner of Scrapy.")
    return crawling


def end_crawl(run: CrawlRun) -> dict[str, Any]:
    """Commits what is in flight, writes the report, lets the archive go; what goes wrong is noted in `run.stop`.

    Called again, it returns the same report. Raises only what kept the report from being made.
    """
    if not run.has_ended:
        run.has_ended = True
        if not run.is_closed and not run.stop.is_set:
            words = "the crawl ended early: a part of it called sys.exit, or broke its task off"
            run.stop.fail(EndedEarlyError(words))
        try:
            _settle(run)
            run.report = _try_report(run)
            _close(run, run.report)
            if run.tell_news is not None and run.stop.error is None and not run.stop.interrupted:
                run.tell_news(run.connection, run.number)
        finally:
            run.held.close()
            if run.report is not None and run.report["error"] and not run.report["statuses"]:
                _remove_new(run.made)
    if run.report is None:
        raise run.stop.error or EndedEarlyError("the report could not be made")
    return run.report


def _settle(run: CrawlRun) -> None:
    """Commits what waits; all its evidence is on disk then."""
    try:
        run.finish()
        if not run.stop.is_lost:
            run.context.writer.flush()
        with run.log.transaction():
            pass
        if not run.stop.is_set:
            _settle_layouts(run)
    except Exception as error:  # noqa: BLE001 - the report has to be made, and names it
        run.stop.fail(error)


def _settle_layouts(run: CrawlRun) -> None:
    """Reads again what was read before the layout of its template was learnt."""
    writer = RecordWriter(run.options.archive, run.connection, run.number, run.log)
    settled = settle_layouts(writer, run.options.site, Executor())
    outcomes = run.context.writer.outcomes
    told = ((id, name) for id, outcome in settled.items() for name in OUTCOMES if name == outcome)
    outcomes |= {id: name for id, name in told if id in outcomes}


def _try_report(run: CrawlRun) -> dict[str, Any]:
    try:
        return make_report(run)
    except Exception as error:
        run.stop.fail(error)
        raise


def _close(run: CrawlRun, report: dict[str, Any]) -> None:
    """Measures the run and seals how it ended; where that fails, the report becomes that of a failed run."""
    try:
        if report["outcome"] != "failed":
            add_health(run, report)
        outcome, code = report["outcome"], report["exit_code"]
        seal, stamps = end_run(run.log, run.number, outcome, code, report, is_stopped=lambda: run.stop.interrupted)
        for note in take_notes():
            logger.warning("%s", note)
        run.log.close()
        report["seal"] = seal
        report["timestamps"] = [stamp.as_object() for stamp in stamps]
        run.connection.execute("PRAGMA analysis_limit = 1000")
        run.connection.execute("PRAGMA optimize")
    except Exception as error:  # noqa: BLE001 - a run that could not be noted down is no success
        if run.stop.error is None:
            run.stop.fail(error)
            run.report = _try_report(run)


def _remove_new(folders: Sequence[Path]) -> None:
    """Removes an archive that nothing was stored in, with `folders` that were made for it; another's files stay."""
    if folders:
        files = folders[0] / FOLDER
        for path in list_files(files).values():
            path.unlink()
        for name in (FILE, f"{FILE}-wal", f"{FILE}-shm", lock.FILE):
            (folders[0] / name).unlink(missing_ok=True)
        with suppress(OSError):
            for folder in (files, *folders):
                folder.rmdir()
