"""One run on one archive: what is open while it lasts, and how it begins and ends."""

from __future__ import annotations

import platform
import sqlite3
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

from harbincrawl.archive import captures, lock, runs
from harbincrawl.archive.database import FILE, open_writer, raise_typed, raise_typed_os
from harbincrawl.archive.origin import remember_origin
from harbincrawl.archive.purged import finish_purge, read_purged
from harbincrawl.config.schema import Thresholds
from harbincrawl.errors import EndedEarlyError, HarbincrawlError, SiteError
from harbincrawl.operations.maintenance import maintain
from harbincrawl.pages import PARSER
from harbincrawl.pipelines.batches import BatchWriter
from harbincrawl.sites import HARBIN_TODAY
from harbincrawl.version import __version__
from harbincrawl.warc.blocks import RecordPlace
from harbincrawl.warc.salvage import Salvaged, salvage
from harbincrawl.warc.writer import WarcWriter

from .measures import add_health, read_bounds
from .options import Options, check_options
from .report import make_report

MAINTENANCE = 5.0
"""Seconds at a run's end for keeping the database quick."""


class Session:
    """The open archive of a run. `open_session` makes it; `close` ends the run and lets the archive go."""

    def __init__(
        self, options: Options, connection: sqlite3.Connection, run: int, stack: ExitStack, bounds: Thresholds
    ) -> None:
        self.options = options
        self.bounds = bounds
        self.site = options.site
        self.connection = connection
        self.run = run
        self.started = datetime.now(UTC)
        self.began = time.monotonic()
        self.stack = stack
        self.writer: WarcWriter | None = None
        self.salvaged: list[Salvaged] = []
        self.keeper = BatchWriter(connection, run, self.options.site, self._sync)
        self.interrupted = False
        self.error: BaseException | None = None
        self.facts: dict[str, Any] = {}
        """What the fetcher counted, for the report."""
        self.aborted = runs.read_aborted(connection, run)
        """The runs before this one that never came to an end."""
        self.purged = read_purged(connection)
        """Numbers of the articles that are never to be kept again."""
        self.lines: dict[str, int] = {}
        """How many lines were read in the list of each section."""
        self.report: dict[str, Any] | None = None
        self._lost = False
        self._closed = False
        self.handed = 0
        """Outcomes that the spider handed to the pipelines."""
        self.to_ask = 0
        """How many articles the run means to ask for, once its lists are read."""
        self.on_progress: Callable[[], None] = lambda: None
        self.on_stop: Callable[[], None] = lambda: None

    @property
    def agent(self) -> str:
        """The User-Agent: who we are, and how to reach whoever runs this."""
        contact = self.options.contact
        return f"harbincrawl/{__version__}" + (f" (+{contact})" if contact else " (news archive)")

    @property
    def full_after(self) -> timedelta:
        return timedelta(days=self.options.full_after_days)

    def open_writer(self) -> None:
        """Salvages what a killed run left, and begins this run's WARC."""
        folder = self.options.archive / "warc"
        if folder.is_dir():
            self.salvaged = salvage(folder)
        if self.options.warc:
            self.writer = WarcWriter(
                folder,
                info={"software": f"harbincrawl/{__version__}", "format": "WARC File Format 1.1"},
                now=lambda: datetime.now(UTC),
                find_original=self._find_original,
                max_bytes=self.options.warc_max_bytes,
            )

    def _find_original(self, digest: str) -> RecordPlace | None:
        found = captures.find_original(self.connection, digest)
        return RecordPlace(*found) if found else None

    def _sync(self) -> None:
        if self.writer is not None:
            self.writer.sync()

    def stop(self, error: BaseException, *, lost: bool = False) -> None:
        """Notes what ends the run before its time; the first one counts. `lost`: nothing more may be stored."""
        if isinstance(error, sqlite3.Error):
            try:
                raise_typed(error, self.options.archive / FILE)
            except HarbincrawlError as typed:
                error = typed
        self._lost = self._lost or lost
        self.error = self.error or error
        self.on_stop()

    @property
    def stopping(self) -> bool:
        return self.interrupted or self.error is not None

    @property
    def is_lost(self) -> bool:
        """True where the archive can take nothing more: database or WARC failed. A lost site is no such case."""
        return self._lost or (isinstance(self.error, HarbincrawlError) and not isinstance(self.error, SiteError))

    def close(self) -> dict[str, Any]:
        """Commits what is in flight, writes the report, lets the archive go; what goes wrong is noted in `error`.

        Raises only what kept the report from being made.
        """
        if self._closed:
            if self.report is None:
                raise self.error or EndedEarlyError("the report could not be made")
            return self.report
        self._closed = True
        with self.stack:
            try:
                if not self.is_lost:
                    self.keeper.flush()
                if self.error is None and (lost := self.handed - self.keeper.received):
                    raise EndedEarlyError(f"{lost} of {self.handed} outcomes never came to the archive")
                if self.writer is not None:
                    self.writer.close()
            except Exception as error:  # noqa: BLE001 - the report has to be made, and says it
                self.stop(error)
            try:
                self.report = make_report(self)
            except Exception as error:
                self.stop(error)
                raise
            try:
                if self.report["outcome"] != "failed":
                    add_health(self, self.report)
                outcome, code = self.report["outcome"], self.report["exit_code"]
                seal = runs.end_run(self.connection, self.run, datetime.now(UTC), outcome, code, self.report)
                self.report["seal"] = seal.hash
                stored = bool(self.report["new"] or self.report["duplicate"] or self.report["changed"])
                maintain(self.connection, MAINTENANCE, stored=stored and not self.interrupted)
            except Exception as error:  # noqa: BLE001 - a run that could not be noted down is no success
                if self.error is None:
                    self.stop(error)
                    self.report = make_report(self)
        return self.report


def open_session(options: Options) -> Session:
    """Takes the archive for a run. Raises HeldError, DatabaseError, NoSpaceError or OptionsError."""
    options = check_options(options)
    bounds = read_bounds(options.archive)
    stack = ExitStack()
    try:
        stack.enter_context(lock.hold(options.archive, "crawl " + " ".join(options.chosen_sections)))
        connection = open_writer(options.archive)
        stack.callback(connection.close)
        try:
            remember_origin(connection, options.archive, HARBIN_TODAY.name, options.site_url or HARBIN_TODAY.base)
            finish_purge(connection, options.archive)
            run = runs.start_run(connection, "crawl", datetime.now(UTC), options.arguments(), read_versions())
        except sqlite3.Error as error:
            raise_typed(error, options.archive / FILE)
        session = Session(options, connection, run, stack, bounds)
        try:
            session.open_writer()
        except OSError as error:
            raise_typed_os(error, options.archive / "warc")
        return session
    except BaseException:
        stack.close()
        raise


def read_versions() -> dict[str, str]:
    """What the run was made with."""
    import scrapy

    return {
        "harbincrawl": __version__,
        "parser": PARSER,
        "python": platform.python_version(),
        "scrapy": scrapy.__version__,
        "sqlite": sqlite3.sqlite_version,
    }
