"""`scrapy crawl` that ends with the run's own exit code: Scrapy's ends with 0 wherever the spider opened."""

from __future__ import annotations

import sys
from argparse import Namespace

from scrapy.commands import crawl
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.exceptions import UsageError

from harbincrawl.crawl.opening import Opening
from harbincrawl.crawl.process import run_spider
from harbincrawl.crawl.results.summary import describe_run
from harbincrawl.errors import ExitCode, HarbincrawlError
from harbincrawl.text import clean


class Command(crawl.Command):
    """Scrapy's own, but for its last words and its exit code."""

    def run(self, args: list[str], opts: Namespace) -> None:
        """Runs the spider named in `args`; sets `exitcode`."""
        if len(args) != 1:
            raise UsageError
        process = self.crawler_process
        if not isinstance(process, AsyncCrawlerProcess):
            raise UsageError("TWISTED_REACTOR_ENABLED must stay False: the download handler runs on asyncio alone")
        crawler = process.create_crawler(args[0])
        error = run_spider(process, crawler, **opts.spargs)
        if error is None and (opening := crawler.get_extension(Opening)) is not None:
            error = opening.run.stop.error
            report = opening.run.report or {}
            for line in describe_run(report) if report else ():
                sys.stderr.write(clean(line) + "\n")
            self.exitcode = report.get("exit_code", ExitCode.UNEXPECTED)
        if isinstance(error, HarbincrawlError):
            sys.stderr.write(f"harbincrawl: {clean(str(error))}\n")
            self.exitcode = error.exit_code
        elif error is not None:
            raise error
