"""The extension that opens the archive before anything is asked for, hands it over, and ends the run at the close."""

from __future__ import annotations

from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from harbincrawl.fetch.scrapy_private import call_before_close
from harbincrawl.spiders.harbin_today import HarbinTodaySpider

from .arguments import read_arguments
from .run import CrawlRun, begin_run
from .signals import install_handlers


class Opening:
    """Gives the spider and the pipelines the run that `harbincrawl crawl` has begun, or begins one itself."""

    def __init__(self, run: CrawlRun, spider: HarbinTodaySpider, crawler: Crawler) -> None:
        self.run = run
        self._spider = spider
        self._crawler = crawler

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
        opening = cls(run, spider, crawler)
        crawler.signals.connect(opening.watch_close, signal=signals.spider_opened)
        crawler.signals.connect(opening.close, signal=signals.spider_closed)
        # Below the command line, above the project's settings, which cannot know whom to name.
        crawler.settings.set("USER_AGENT", run.options.agent, priority="spider")
        spider.take_over(run.context, run.options.plan, run.make_fetcher(crawler))
        return opening

    def watch_close(self) -> None:
        """From now on whoever closes the spider waits for its end."""
        call_before_close(self._crawler, self.end_spider)

    async def end_spider(self, reason: str) -> None:
        """Lets the spider come to its end, within seconds; `reason` is Scrapy's."""
        stop = self.run.stop
        if reason == "shutdown":
            stop.interrupt()
        elif reason != "finished" and not stop.is_set:
            stop.close(reason)
        # Scrapy's own shutdown has cancelled what takes outcomes from the spider.
        await self._spider.wait_for_end(comes_back=reason != "shutdown")

    def close(self) -> None:
        """Stores what waits and writes the report."""
        self.run.end()
