"""A rescue from start to end: list, fetch, read; what is committed stays, wherever it is killed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Literal

from harbincrawl.archive.database import lock
from harbincrawl.archive.origin import read_origin, remember_origin
from harbincrawl.archive.purged import read_purged
from harbincrawl.archive.rescued import count_states, find_done_lists, mark_list_done, put_listed
from harbincrawl.archive.runs.log import open_log
from harbincrawl.errors import SiteError
from harbincrawl.fetch.client import Client
from harbincrawl.fetch.stop import InterruptedRequestError, Stop
from harbincrawl.pages.version import parser_of
from harbincrawl.reread.executor import Executor
from harbincrawl.reread.layouts.settling import settle_layouts
from harbincrawl.reread.writer import RecordWriter, write_run
from harbincrawl.sites import Site
from harbincrawl.version import __version__

from .choice import CaptureSelection
from .evidence import EvidenceWriter
from .fetching import CaptureFetcher
from .lists import CaptureLists, check_room
from .manners import Manners
from .pages import PageJoiner
from .reading import RescueReader
from .report import RescueReport
from .sources import ArchiveSource

FEW = 200
"""So few captures are read even where someone asked for the end, if that takes no longer than PATIENCE."""
PATIENCE = 2.0
"""Seconds."""
Stage = Literal["list", "fetch", "read"]


@dataclass(frozen=True, slots=True)
class RescueOptions:
    """What is chosen about a rescue."""

    selection: CaptureSelection = field(default_factory=CaptureSelection)
    limit: int | None = None
    """Pages to ask for at most."""
    sample: int | None = None
    """So many captures, spread over years and sections, and no others."""
    crawls: tuple[str, ...] = ()
    """Indexes of Common Crawl; none: all."""
    agent: str = f"harbincrawl/{__version__}"
    warc_max_bytes: int = 1_000_000_000
    go_on: str = "harbincrawl rescue"
    """The command line that goes on with it."""

    def as_dict(self, source: ArchiveSource) -> dict[str, Any]:
        """For the record of the run."""
        return {
            "from": source.name, "api": source.api, "replay": source.replay, "since": self.selection.since or None,
            "until": self.selection.until or None, "sections": list(self.selection.sections), "limit": self.limit,
            "sample": self.sample, "crawls": list(self.crawls),
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class RescueProgress:
    """How far a rescue is."""

    stage: Stage
    found: int = 0
    """Captures that the archive of others lists."""
    done: int = 0
    """Captures settled, or articles read, in this stage."""
    total: int = 0
    fetched: int = 0
    seconds: float = 0.0
    """Since the stage began."""


Tell = Callable[[RescueProgress], None]


def rescue(
    folder: Path,
    site: Site,
    source: ArchiveSource,
    options: RescueOptions,
    *,
    executor: Executor,
    stop: Stop,
    tell: Tell,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> RescueReport:
    """Brings what `source` kept of `site` into the archive in `folder`, which is made where there is none.

    Raises OriginError, OptionsError, HeldError, DatabaseError, NoSpaceError, WarcError, WorkerError. Where the archive
    of others does not answer any more, or someone asks for the end, the report says so.
    """
    report = RescueReport(source.name)
    began = time.monotonic()
    with ExitStack() as stack:
        connection = stack.enter_context(lock.write_archive(folder, "rescue"))
        remember_origin(connection, folder, site, None)
        origin = read_origin(connection)
        read_site = replace(site, mirror=None if origin in (None, site.base) else origin)
        log = stack.enter_context(closing(open_log(folder, connection, "rescue", max_bytes=options.warc_max_bytes)))
        described = options.as_dict(source)
        with write_run(
            folder, connection, log, "rescue", described, report, parser_of(site), lambda: stop.interrupted
        ) as writer:
            evidence = EvidenceWriter(folder, writer.store, log, source)
            run = _Rescue(folder, read_site, source, options, writer, evidence, report, stop, tell, now)
            asyncio.run(run.fetch_all(executor))
            run.read(executor)
            report.count(connection, writer.store.run)
            report.seconds = round(time.monotonic() - began, 1)
    return report


@dataclass(slots=True)
class _Rescue:
    folder: Path
    site: Site
    source: ArchiveSource
    options: RescueOptions
    writer: RecordWriter
    evidence: EvidenceWriter
    report: RescueReport
    stop: Stop
    tell: Tell
    now: Callable[[], datetime]

    async def fetch_all(self, executor: Executor) -> None:
        """Lists and fetches; an end before all is done is in the report."""
        async with Client(self.source.hosts, self.options.agent) as client:
            manners = Manners(client, self.stop, is_local=self.source.is_local, go_on=self.options.go_on)
            try:
                await self._list(manners)
                fetcher = CaptureFetcher(
                    self.site, self.source, self.writer, self.evidence, manners, self.report, self.now
                )
                chosen = self.options
                read = partial(self._read, executor, settled=True)
                await fetcher.fetch(chosen.selection, chosen.limit, chosen.sample, self._tell_fetch(), read)
            except InterruptedRequestError:
                self.report.is_interrupted = True
            except SiteError as error:
                self.report.error = SiteError(f"{self.source.name}: {error}")
            finally:
                self.report.requests, self.report.bytes = manners.requests, manners.bytes
                # What was fetched is not asked for again, whatever ended the rescue.
                self.writer.commit({})

    async def _list(self, manners: Manners) -> None:
        connection, name = self.writer.connection, self.source.name
        began = time.monotonic()
        lists = CaptureLists(manners, self.source, self.site, read_purged(connection), self.now)
        done = find_done_lists(connection, name)
        async for part in lists.read_all(self.options.selection, self.options.crawls, done):
            if part.rows:
                check_room(self.folder, self.folder)
            self.writer.begin()
            self.report.listed += put_listed(connection, name, part.rows)
            if part.ended is not None:
                mark_list_done(connection, name, part.ended)
            self.writer.commit({})
            found = count_states(connection, name)["found"]
            self.tell(RescueProgress("list", found=found, seconds=time.monotonic() - began))

    def _tell_fetch(self) -> Callable[[int, int, int], None]:
        began = time.monotonic()
        found = count_states(self.writer.connection, self.source.name)["found"]

        def tell(done: int, total: int, fetched: int) -> None:
            self.tell(RescueProgress("fetch", found, done, total, fetched, time.monotonic() - began))

        return tell

    def read(self, executor: Executor) -> None:
        """Makes articles of what was fetched; after an interrupt only of a little, the next rescue reads the rest."""
        (unread,) = self.writer.connection.execute(
            "SELECT count(*) FROM rescue WHERE state IN ('fetched', 'repeat') AND outcome IS NULL"
        ).fetchone()
        if not self.report.is_interrupted or unread <= FEW:
            self._read(executor)

    def _read(self, executor: Executor, *, settled: bool = False) -> None:
        began = time.monotonic()
        joiner = PageJoiner(self.evidence, self.site, self.now())
        reader = RescueReader(self.folder, self.writer, self.site, joiner, executor, self.report, self.now())

        def tell(done: int, total: int) -> None:
            self.tell(RescueProgress("read", 0, done, total, 0, time.monotonic() - began))

        def go_on() -> None:
            if self.stop.is_set and time.monotonic() - began > PATIENCE:
                raise InterruptedRequestError("the rescue ends")

        try:
            reader.read(tell, go_on, settled=settled)
            settle_layouts(self.folder, self.writer, self.site, executor)
        except InterruptedRequestError:
            # The next rescue reads it.
            self.writer.roll_back()
            self.report.is_interrupted = True
