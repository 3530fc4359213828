"""One run from its start to its report: the open archive, what it is handed to, and how it ends."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scrapy.statscollectors import StatsCollector

from harbincrawl.archive.database.connection import FILE
from harbincrawl.archive.purged import read_purged
from harbincrawl.archive.queue import read_wanted
from harbincrawl.archive.runs import table as runs
from harbincrawl.config.reader import read_config
from harbincrawl.config.schema import Thresholds
from harbincrawl.crawl.results.measures import add_health
from harbincrawl.crawl.results.report import make_report
from harbincrawl.crawl.results.state import RunState, assume_committed, read_committed
from harbincrawl.errors import EndedEarlyError
from harbincrawl.fetch.counts import FetchCounts, read_counts
from harbincrawl.fetch.robots import Robots
from harbincrawl.fetch.stop import Stop
from harbincrawl.operations.maintenance import maintain
from harbincrawl.pipelines.batches import BatchWriter
from harbincrawl.pipelines.context import Progress, RunContext
from harbincrawl.reread.executor import SerialExecutor
from harbincrawl.reread.layouts.settling import settle_layouts
from harbincrawl.reread.writer import RecordWriter
from harbincrawl.text import count_text
from harbincrawl.walk import OUTCOMES, GoneProof, needs_gone_proof

from .options import Options, check_options
from .session import Session, list_missing, open_session, remove_new

MAINTENANCE = 5.0
"""Seconds at a run's end for keeping the database quick."""


class CrawlRun:
    """A run that has begun. `begin_run` makes it, `end` ends it, whatever happened in between."""

    def __init__(self, options: Options, session: Session, thresholds: Thresholds, made: Sequence[Path] = ()) -> None:
        """`made` are the folders that `session` made, the archive's own first; it removes them if nothing is stored."""
        self.options = options
        self.number = session.run
        self.stop = Stop(options.archive / FILE)
        self.report: dict[str, Any] | None = None
        """None until the run has ended, and where no report could be made."""
        self.tell_news: Callable[[sqlite3.Connection, int], None] | None = None
        """Called at the end of a run that nobody interrupted, while it still holds the archive."""
        self._session = session
        self._thresholds = thresholds
        self._made = made
        self._started = datetime.now(UTC)
        self._began = time.monotonic()
        self._has_ended = False
        self.robots: Robots | None = None
        """The site's robots.txt; None where it was never asked for. Set by who knows, before the report is made."""
        self._stats: StatsCollector | None = None
        self._finish: Callable[[], None] = lambda: None
        connection = session.connection
        self._aborted = tuple(runs.read_aborted(connection, session.run))
        missing = [state.id for state in read_wanted(connection) if needs_gone_proof(state, self._started)]
        self.context = RunContext(
            archive=options.archive,
            site=options.site,
            run=session.run,
            connection=connection,
            writer=BatchWriter(
                connection, session.run, options.site, session.log.commit, GoneProof(missing, options.chosen_sections)
            ),
            log=session.log,
            purged=read_purged(connection),
            stop=self.stop,
            progress=Progress(),
        )

    def watch(self, stats: StatsCollector, finish: Callable[[], None]) -> None:
        """Takes what the report is made from; `finish` is called once, before that."""
        self._stats, self._finish = stats, finish

    def end(self) -> dict[str, Any]:
        """Commits what is in flight, writes the report, lets the archive go; what goes wrong is noted in `stop`.

        Called again, it returns the same report. Raises only what kept the report from being made.
        """
        if not self._has_ended:
            self._has_ended = True
            try:
                self._settle()
                self.report = self._make_report()
                self._close(self.report)
                if self.tell_news is not None and self.stop.error is None and not self.stop.interrupted:
                    self.tell_news(self._session.connection, self.number)
            finally:
                self._session.close()
                if self.report is not None and self.report["error"] and not self.report["statuses"]:
                    remove_new(self._made)
        if self.report is None:
            raise self.stop.error or EndedEarlyError("the report could not be made")
        return self.report

    def _settle(self) -> None:
        """Commits what waits; all its evidence is on disk then."""
        try:
            self._finish()
            if not self.stop.is_lost:
                self.context.writer.flush()
            progress = self.context.progress
            requests = progress.requests
            if self.stop.error is None and (lost := requests.open):
                raise EndedEarlyError(f"{lost} of {count_text(requests.made, 'request')} never had an outcome")
            if self.stop.error is None and (lost := len(progress.on_their_way)):
                raise EndedEarlyError(f"{lost} of {count_text(progress.handed, 'outcome')} never came to the archive")
            self._session.log.commit()
            if not self.stop.is_set:
                self._settle_layouts()
        except Exception as error:  # noqa: BLE001 - the report has to be made, and names it
            self.stop.fail(error)

    def _settle_layouts(self) -> None:
        """Reads again what was read before the layout of its template was learnt."""
        connection, options = self._session.connection, self.options
        writer = RecordWriter(connection, self.number, self._started, self._session.log.commit)
        try:
            settled = settle_layouts(options.archive, writer, options.site, SerialExecutor())
        except BaseException:
            writer.roll_back()
            raise
        outcomes = self.context.writer.outcomes
        told = ((id, name) for id, outcome in settled.outcomes.items() for name in OUTCOMES if name == outcome)
        outcomes |= {id: name for id, name in told if id in outcomes}

    def _make_report(self) -> dict[str, Any]:
        try:
            return make_report(self._freeze())
        except Exception as error:
            self.stop.fail(error)
            raise

    def _close(self, report: dict[str, Any]) -> None:
        """Measures the run and seals how it ended; where that fails, the report becomes that of a failed run."""
        connection = self._session.connection
        try:
            if report["outcome"] != "failed":
                add_health(connection, self._freeze(), self._thresholds, report)
            outcome, code = report["outcome"], report["exit_code"]
            end = datetime.now(UTC)
            seal = runs.end_run(connection, self._session.log, self.number, end, outcome, code, report)
            self._session.log.close()
            report["seal"] = seal.hash
            stored = bool(report["new"] or report["duplicate"] or report["changed"])
            maintain(connection, MAINTENANCE, stored=stored and not self.stop.interrupted)
        except Exception as error:  # noqa: BLE001 - a run that could not be noted down is no success
            if self.stop.error is None:
                self.stop.fail(error)
                self.report = self._make_report()

    def _freeze(self) -> RunState:
        """The run as it is now, from what was committed."""
        writer, progress = self.context.writer, self.context.progress
        try:
            committed = read_committed(self._session.connection, self.number, self.options, writer.outcomes)
        except sqlite3.Error as error:
            self.stop.fail(error)
            committed = assume_committed(writer.outcomes)
        return RunState(
            options=self.options,
            run=self.number,
            started=self._started,
            seconds=time.monotonic() - self._began,
            interrupted=self.stop.interrupted,
            closed=self.stop.closed,
            error=self.stop.error,
            committed=committed,
            outcomes=dict(writer.outcomes),
            identical=writer.identical,
            lines=dict(progress.lines),
            read_pages=dict(progress.read_pages),
            first_pages=dict(progress.first_pages),
            accept_gap=self._thresholds.accept_gap,
            requests=replace(progress.requests),
            fetched=read_counts(self._stats) if self._stats is not None else FetchCounts(),
            robots=self.robots,
            pictures=replace(progress.pictures) if progress.pictures else None,
            aborted=self._aborted,
            salvaged=self._session.log.salvaged,
        )


def begin_run(options: Options) -> CrawlRun:
    """Takes the archive for a run. Raises OptionsError, SettingsError, HeldError, DatabaseError or NoSpaceError."""
    options = check_options(options)
    thresholds = read_config(options.archive).fill(options.site.thresholds)
    made = list_missing(options.archive)
    session = open_session(options)
    try:
        return CrawlRun(options, session, thresholds, made)
    except BaseException:
        session.close()
        raise
