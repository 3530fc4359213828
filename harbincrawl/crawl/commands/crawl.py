"""`scrapy crawl` that ends with the run's own exit code: Scrapy's ends with 0 wherever the spider opened."""

from __future__ import annotations

from argparse import Namespace

from scrapy.commands import crawl


class Command(crawl.Command):
    """Scrapy's own, but for the code."""

    def run(self, args: list[str], opts: Namespace) -> None:
        """Runs the spider; `exitcode` is then what the run reported, where it came to that."""
        codes: list[int] = []
        opts.spargs["end_with"] = codes.append
        super().run(args, opts)
        if codes:
            self.exitcode = codes[-1]
