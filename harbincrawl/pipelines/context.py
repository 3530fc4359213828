"""What one run works with: handed to the spider and the pipelines by the extension that opens the archive."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path

from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from harbincrawl.archive.runs.log import RunLog
from harbincrawl.fetch.stop import Stop
from harbincrawl.sites import Site

from .batches import BatchWriter
from .progress import Progress


@dataclass(frozen=True)
class RunContext:
    """The open parts of the archive and the state of the run, each with an owner of its own."""

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
