"""`scrapy crawl` that ends with the run's own exit code: Scrapy's ends with 0 wherever the spider opened."""

from __future__ import annotations

import sys
from argparse import Namespace

from scrapy.commands import crawl
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.exceptions import UsageError

from harbincrawl.crawl.process import run_spider
from harbincrawl.crawl.run import begin_run
from harbincrawl.crawl.summary import describe_run, list_reasons
from harbincrawl.errors import HarbincrawlError
from harbincrawl.spiders.harbin_today import HarbinTodaySpider
from harbincrawl.spiders.options import read_arguments
from harbincrawl.text import clean


class Command(crawl.Command):
    """Scrapy's own, but for its last words and its exit code; other spiders are run as Scrapy runs them."""

    def run(self, args: list[str], opts: Namespace) -> None:
        """Runs the spider named in `args`; sets `exitcode`."""
        process = self.crawler_process
        if args != [HarbinTodaySpider.name]:
            super().run(args, opts)
            return
        if not isinstance(process, AsyncCrawlerProcess):
            raise UsageError("TWISTED_REACTOR_ENABLED must stay False: the download handler runs on asyncio alone")
        try:
            run = begin_run(read_arguments(opts.spargs, process.settings))
            report = run_spider(run, lambda: process)
        except HarbincrawlError as error:
            self._tell(error)
            return
        for line in describe_run(report):
            sys.stderr.write(clean(line) + "\n")
        if reasons := list_reasons(report):
            sys.stderr.write(f"harbincrawl: exit code 3: {clean('; '.join(reasons))}\n")
        self.exitcode = report["exit_code"]
        if isinstance(run.stop.error, HarbincrawlError):
            self._tell(run.stop.error)
        elif run.stop.error is not None:
            raise run.stop.error

    def _tell(self, error: HarbincrawlError) -> None:
        sys.stderr.write(f"harbincrawl: {clean(str(error))}\n")
        self.exitcode = error.exit_code
