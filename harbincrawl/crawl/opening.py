"""The extension that opens the archive before anything is asked for, hands it over, and ends the run at the close."""

from __future__ import annotations

from typing import Self

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from harbincrawl.errors import EndedEarlyError
from harbincrawl.spiders.harbin_today import HarbinTodaySpider

from .arguments import read_arguments
from .run import CrawlRun, begin_run
from .signals import install_handlers


class Opening:
    """Gives the spider and the pipelines the run that `harbincrawl crawl` has begun, or begins one itself."""

    def __init__(self, run: CrawlRun) -> None:
        self.run = run

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Raises what `begin_run` raises; NotConfigured for other spiders, those of `scrapy shell` for one."""
        spider = crawler.spider
        if not isinstance(spider, HarbinTodaySpider):
            raise NotConfigured
        run = spider.arguments.get("run")
        if not isinstance(run, CrawlRun):
            run = begin_run(read_arguments(spider.arguments, crawler.settings))
            # After Scrapy's own handlers, which cancel what is in flight; ours let it come to its end.
            crawler.signals.connect(lambda: install_handlers(run.stop), signal=signals.spider_opened, weak=False)
        opening = cls(run)
        crawler.signals.connect(opening.close, signal=signals.spider_closed)
        # Below the command line, above the project's settings, which cannot know whom to name.
        crawler.settings.set("USER_AGENT", run.options.agent, priority="spider")
        spider.take_over(run.context, run.options.plan, run.make_fetcher(crawler))
        return opening

    def close(self, spider: Spider, reason: str) -> None:  # noqa: ARG002 - the arguments are Scrapy's
        """Stores what waits and writes the report; `reason` is Scrapy's."""
        stop = self.run.stop
        if reason == "shutdown":
            stop.interrupt()
        elif reason != "finished" and not stop.is_set:
            stop.fail(EndedEarlyError(f"the crawl ended early: {reason}"))
        self.run.end()
