"""A run that has begun: the archive that it holds, what it hands on, and what its report will be made from."""

from __future__ import annotations

import logging
import math
import platform
import sqlite3
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import scrapy
from scrapy.statscollectors import StatsCollector

from harbincrawl.archive.database import lock
from harbincrawl.archive.database.connection import FILE, open_writer, raise_typed, raise_typed_os
from harbincrawl.archive.origin import remember_origin
from harbincrawl.archive.purged import read_purged
from harbincrawl.archive.queue import read_wanted
from harbincrawl.archive.runs import table as runs
from harbincrawl.archive.runs.log import FOLDER, RunLog
from harbincrawl.config.reader import read_config
from harbincrawl.config.schema import Thresholds
from harbincrawl.fetch.counts import FetchCounts, read_counts
from harbincrawl.fetch.stop import Stop
from harbincrawl.middlewares.robots import RobotsRules
from harbincrawl.operations.recovery import recover
from harbincrawl.pages.version import parser_of
from harbincrawl.pipelines.batches import BatchWriter
from harbincrawl.pipelines.context import Progress, RunContext
from harbincrawl.spiders.options import Options, check_options
from harbincrawl.version import __version__
from harbincrawl.walk.articles import needs_gone_proof
from harbincrawl.walk.gone import GoneProof

logger = logging.getLogger("harbincrawl")


class CrawlRun:
    """A run that has begun. `begin_run` makes it, `end_crawl` ends it, whatever happened in between."""

    def __init__(
        self,
        options: Options,
        thresholds: Thresholds,
        number: int,
        connection: sqlite3.Connection,
        log: RunLog,
        held: ExitStack,
        made: Sequence[Path],
    ) -> None:
        """`held` closes the database and gives the lock back.

        `made` are the folders that were made for it, the archive's own first: they go if nothing is stored.
        """
        self.options = options
        self.thresholds = thresholds
        self.number = number
        self.connection = connection
        self.log = log
        self.held = held
        self.made = made
        self.stop = Stop(options.archive / FILE)
        self.report: dict[str, Any] | None = None
        """None until the run has ended, and where no report could be made."""
        self.is_closed = False
        """Whether Scrapy closed the spider."""
        self.has_ended = False
        self.tell_news: Callable[[sqlite3.Connection, int], None] | None = None
        """Called at the end of a run that nobody interrupted, while it still holds the archive."""
        self.started = datetime.now(UTC)
        self.robots: RobotsRules | None = None
        """The site's robots.txt; None where it was never asked for. Set by who knows, before the report is made."""
        self.finish: Callable[[], None] = lambda: None
        """Called once, before the report is made."""
        self.stats: StatsCollector | None = None
        self.aborted = tuple(runs.read_aborted(connection, number))
        """The runs before this one that never came to an end."""
        self._began = time.monotonic()
        missing = [state.id for state in read_wanted(connection) if needs_gone_proof(state, self.started)]
        proof = GoneProof(missing, options.chosen_sections)
        self.context = RunContext(
            archive=options.archive,
            site=options.site,
            run=number,
            connection=connection,
            writer=BatchWriter(connection, number, options.site, log, proof),
            log=log,
            purged=read_purged(connection),
            stop=self.stop,
            progress=Progress(),
        )

    @property
    def seconds(self) -> float:
        """Since it began, by a clock that only goes on."""
        return time.monotonic() - self._began

    @property
    def fetched(self) -> FetchCounts:
        """What was asked and answered."""
        return read_counts(self.stats) if self.stats is not None else FetchCounts()


def begin_run(options: Options) -> CrawlRun:
    """Takes the archive and begins a run.

    Raises OptionsError, SettingsError, HeldError, DatabaseError, NoSpaceError, OptionsError or WarcError.
    """
    options = check_options(options)
    archive, site = options.archive, options.site
    thresholds = read_config(archive).fill(site.thresholds)
    made = [folder for folder in (archive, *archive.parents) if not folder.exists()]
    held = ExitStack()
    try:
        words = "crawl " + ("--all" if options.all_sections else " ".join(options.chosen_sections))
        held.enter_context(lock.hold(archive, words, math.inf if options.wait else lock.PATIENCE))
        if (line := recover(archive)) is not None:
            logger.warning("%s", line)
        connection = open_writer(archive)
        held.callback(connection.close)
        try:
            remember_origin(connection, archive, site, options.site_url or site.base)
            log = RunLog(archive, connection, "crawl", max_bytes=options.warc_max_bytes)
            now, versions = datetime.now(UTC), _read_versions(options)
            number = runs.start_run(log, "crawl", now, options.arguments(), versions)
        except sqlite3.Error as error:
            raise_typed(error, archive / FILE)
        except OSError as error:
            raise_typed_os(error, archive / FOLDER)
        return CrawlRun(options, thresholds, number, connection, log, held, made)
    except BaseException:
        held.close()
        raise


def _read_versions(options: Options) -> dict[str, str]:
    """What the run was made with, for its row."""
    return {
        "harbincrawl": __version__,
        "parser": parser_of(options.site),
        "python": platform.python_version(),
        "scrapy": scrapy.__version__,
        "sqlite": sqlite3.sqlite_version,
    }
