"""What one run works with, and how far it is: shared by the spider, the pipelines, the progress bar and the report."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from harbincrawl.archive.runs.log import RunLog
from harbincrawl.fetch.stop import Stop
from harbincrawl.sites import Site

from .batches import BatchWriter


@dataclass
class PictureCounts:
    """What a crawl with --images did."""

    wanted: int
    """Pictures without a file when the articles were done."""
    kept: int = 0
    failed: int = 0


@dataclass
class Progress:
    """Each number has one writer; `call` is called after each step."""

    lines: Counter[str] = field(default_factory=Counter)
    """Lines read in the list of each section, by the spider."""
    section: str = ""
    """The section whose list is read, by the spider."""
    list_pages: int = 0
    """List pages read in all lists, each counted as often as it was read, as in the report; by the spider."""
    read_pages: Counter[str] = field(default_factory=Counter)
    """Pages read of the list of each section, without those that were not modified, by the spider."""
    first_pages: dict[str, int] = field(default_factory=dict)
    """Lines on page 1 of the list of each section, by the spider."""
    to_ask: int = 0
    """Articles that the run means to ask for once its lists are read, by the spider."""
    handed: int = 0
    """Articles with an outcome, by the pipeline."""
    dropped: int = 0
    """Items that pipelines of a user's own dropped or failed on, by the extension that ends the run."""
    pictures: PictureCounts | None = None
    """None without --images."""
    call: Callable[[], None] = lambda: None


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
