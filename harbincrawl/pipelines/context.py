"""What one run works with, and how far it is: shared by the spider, the pipelines, the progress bar and the report."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem, NotConfigured

from harbincrawl.archive.runs.log import RunLog
from harbincrawl.fetch.stop import Stop
from harbincrawl.sites import Site

from .batches import BatchWriter
from .outcome import Outcome, PictureOutcome


@dataclass
class PictureCounts:
    """What a crawl with --images did."""

    wanted: int
    """Pictures without a file when the articles were done."""
    kept: int = 0
    failed: int = 0


@dataclass
class RequestCounts:
    """What became of the requests that the spider made: `made` is `outcomes` and `interrupted` at a run's end.

    Retries and redirects belong to the request that they serve.
    """

    made: int = 0
    outcomes: int = 0
    """Those that a callback or an errback was given an answer or a failure of."""
    interrupted: int = 0
    """Those that the end of the crawl cut off."""

    @property
    def open(self) -> int:
        """How many have no outcome yet."""
        return self.made - self.outcomes - self.interrupted


@dataclass
class Progress:
    """Each number has one writer; `call` is called after each step."""

    lines: Counter[str] = field(default_factory=Counter)
    """Lines read in the list of each section, by the spider."""
    section: str = ""
    """The section whose list is read, by the spider."""
    lists: int = 0
    """Lists that the run is to walk, by the spider."""
    lists_begun: int = 0
    list_pages: int = 0
    """List pages read in all lists, each counted as often as it was read, as in the report; by the spider."""
    section_pages: int = 0
    """Those of the list that is read."""
    last_page: int | None = None
    """The number of that list's last page, where its pager says so."""
    ended_list: tuple[str, int] | None = None
    """Section and pages of the list that was read last, once its walk has ended; None: it had no page."""
    read_pages: Counter[str] = field(default_factory=Counter)
    """Pages read of the list of each section, without those that were not modified, by the spider."""
    first_pages: dict[str, int] = field(default_factory=dict)
    """Lines on page 1 of the list of each section, by the spider."""
    to_ask: int = 0
    """Articles that the run means to ask for once its lists are read, by the spider."""
    requests: RequestCounts = field(default_factory=RequestCounts)
    """By the spider, and at the end by the extension that ends the run."""
    handed: int = 0
    """Outcomes handed to the pipelines, by the spider."""
    on_their_way: dict[str, Outcome | PictureOutcome] = field(default_factory=dict)
    """Outcomes that were handed to the pipelines and are not stored yet, by key; by both."""
    pictures: PictureCounts | None = None
    """None without --images."""
    call: Callable[[], None] = lambda: None

    def hand_on(self, outcome: Outcome | PictureOutcome) -> None:
        """Counts an outcome that is handed to the pipelines."""
        self.handed += 1
        self.on_their_way[outcome.key] = outcome

    def receive(self, outcome: Outcome | PictureOutcome) -> None:
        """Notes that an outcome has come to where it is stored. Raises DropItem for one that nobody waits for."""
        if self.on_their_way.pop(outcome.key, None) is None:
            raise DropItem(f"{outcome.key} has come before")


@dataclass(frozen=True)
class RunContext:
    """The open parts of the archive and the state of the run, each with an owner of its own.

    The extension that opens the archive hands it to the spider.
    """

    archive: Path
    site: Site
    run: int
    connection: sqlite3.Connection
    """For reading; all writing goes through `writer`."""
    writer: BatchWriter
    log: RunLog
    purged: frozenset[str]
    """Numbers of articles that were taken down: nothing of them is ever kept again."""
    stop: Stop
    progress: Progress


def read_context(crawler: Crawler) -> RunContext:
    """The context that was handed to the crawler's spider. Raises NotConfigured for a spider that has none."""
    context: RunContext | None = getattr(crawler.spider, "context", None)
    if context is None:
        raise NotConfigured("no archive is open")
    return context
