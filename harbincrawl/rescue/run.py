"""A rescue, or its plan: what an archive of others lists is downloaded, then taken in as `ingest` does."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from harbincrawl.archive.captures import is_here
from harbincrawl.archive.database import lock
from harbincrawl.archive.database.connection import FILE, read_archive
from harbincrawl.archive.origin import read_origin, remember_origin
from harbincrawl.archive.purged import read_purged
from harbincrawl.archive.runs import table as runs
from harbincrawl.archive.runs.log import RunLog
from harbincrawl.errors import ExitCode, HarbincrawlError, SiteError
from harbincrawl.fetch.client import Client, RequestError
from harbincrawl.fetch.stop import InterruptedRequestError, Stop
from harbincrawl.pages.version import parser_of
from harbincrawl.reread.executor import Executor
from harbincrawl.reread.ingest import Taking
from harbincrawl.reread.intake import IngestReport
from harbincrawl.reread.writer import RecordWriter, write_run
from harbincrawl.settings import USER_AGENT
from harbincrawl.sites import Site
from harbincrawl.warc.writer import MAX_BYTES

from .download import download
from .lists import CaptureList, CaptureSelection, HeldCapture
from .manners import Manners
from .sources import ArchiveSource

_MAX_NAMED = 20
"""Failures that a report names; all are counted."""
Stage = Literal["list", "fetch", "read"]
Tell = Callable[[Stage, int, int], None]
"""Called with what is going on, how much of it is done and of how much; 0: nobody knows."""


@dataclass
class RescueReport:
    """What came of a rescue: of the list, of what was asked for, and of the articles that it touches."""

    source: str
    taken: IngestReport
    found: int = 0
    """Captures that the archive of others lists."""
    not_ours: Counter[str] = field(default_factory=Counter)
    """By reason, those that are no page of the site, or none to be asked for."""
    here: int = 0
    """Those that were here before."""
    fetched: int = 0
    failed: Counter[str] = field(default_factory=Counter)
    """By class."""
    failures: list[dict[str, str]] = field(default_factory=list)
    """address, class, reason of the first that failed."""
    left: int = 0
    """Those that were not asked for."""
    requests: int = 0
    bytes: int = 0
    seconds: float = 0.0
    is_interrupted: bool = False
    error: HarbincrawlError | None = None
    """Why it ended early; what it fetched before is taken in."""

    @property
    def outcome(self) -> str:
        """For the row of the run."""
        if self.is_interrupted:
            return "interrupted"
        return "failed" if self.error is not None else "partial" if self.exit_code else "complete"

    @property
    def exit_code(self) -> int:
        """130, the error's own, or 3 where something failed or could not be read."""
        if self.is_interrupted:
            return ExitCode.INTERRUPTED
        if self.error is not None:
            return self.error.exit_code
        # Where more is to be asked for, pages may be missing.
        return ExitCode.AMISS if self.failed or (self.taken.amiss and not self.left) else ExitCode.DONE

    def as_dict(self) -> dict[str, Any]:
        """For --json and the row of the run."""
        taken = {name: value for name, value in self.taken.as_dict().items() if name not in ("files", "examples")}
        own = {name: value for name, value in vars(self).items() if name not in ("taken", "is_interrupted")}
        return taken | own | {
            "outcome": self.outcome,
            "exit_code": int(self.exit_code),
            "not_ours": dict(self.not_ours.most_common()),
            "failed": self.failed.total(),
            "failed_by_class": dict(self.failed.most_common()),
            "error": str(self.error) if self.error else None,
        }  # fmt: skip

    as_record = as_dict


def name_file(source: ArchiveSource) -> str:
    """The name of the file in an archive that holds what was downloaded and is not taken in yet."""
    return f"rescue-{hashlib.sha256(source.name.encode()).hexdigest()[:8]}.warc.gz"


def rescue(
    folder: Path,
    site: Site,
    source: ArchiveSource,
    selection: CaptureSelection,
    *,
    executor: Executor,
    stop: Stop,
    tell: Tell,
    limit: int | None = None,
    agent: str = USER_AGENT,
    warc_max_bytes: int = MAX_BYTES,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> RescueReport:
    """Brings what `source` kept of `site` into the archive in `folder`, which is made where there is none.

    `limit` is how many pages are asked for at most. Where the archive of others does not answer any more, or someone
    asks for the end, the report says so. Raises OptionsError, HeldError, DatabaseError, NoSpaceError,
    WarcError, WorkerError.
    """
    report = RescueReport(source.name, IngestReport([]))
    began = time.monotonic()
    with ExitStack() as stack:
        connection = stack.enter_context(lock.write_archive(folder, "rescue"))
        remember_origin(connection, folder, site, None)
        origin = read_origin(connection)
        site = replace(site, mirror=None if origin in (None, site.base) else origin)
        log = stack.enter_context(closing(RunLog(folder, connection, "rescue", max_bytes=warc_max_bytes)))
        asked = {"from": source.name, "api": source.api, "replay": source.replay, "limit": limit, **asdict(selection)}
        with write_run(log, "rescue", asked, report, parser_of(site), lambda: stop.interrupted) as writer:
            path = folder / name_file(source)
            taking = Taking(writer, site, executor, report.taken, stop.check)
            try:
                # What a rescue left that was killed is not asked for again.
                _take_in(taking, path, source, now())
                purged = read_purged(connection)
                with closing(CaptureList(site, selection, purged, now())) as listed:
                    asyncio.run(_fetch(listed, path, source, limit, agent, writer, report, stop, tell, now))
                if not report.is_interrupted:
                    _take_in(taking, path, source, now())
                    taking.fold(lambda done, total: tell("read", done, total))
            except InterruptedRequestError:
                # The next rescue takes in the rest.
                report.is_interrupted = True
            report.seconds = round(time.monotonic() - began, 1)
    return report


def _take_in(taking: Taking, path: Path, source: ArchiveSource, now: datetime) -> None:
    """Puts what was downloaded into the log."""
    if path.is_file():
        taking.append([path], source.name, lambda *_: None, now)
        path.unlink()


async def _fetch(
    listed: CaptureList,
    path: Path,
    source: ArchiveSource,
    limit: int | None,
    agent: str,
    writer: RecordWriter,
    report: RescueReport,
    stop: Stop,
    tell: Tell,
    now: Callable[[], datetime],
) -> None:
    """Lists and downloads into the file `path`; an end before all is done is in the report."""
    async with Client(source.hosts, agent) as client:
        manners = Manners(client, stop, is_local=source.is_local)
        try:
            await listed.fill(manners, source, lambda found: tell("list", found, 0))
            total = report.left = listed.count_wanted()
            for done, held in enumerate(listed.list_wanted(), 1):
                if is_here(writer.connection, held.address, held.timestamp):
                    report.here += 1
                elif limit is not None and report.fetched + report.failed.total() >= limit:
                    continue
                else:
                    try:
                        await download(manners, source, held, path, now())
                        report.fetched += 1
                    except RequestError as error:
                        _note_failure(writer, report, held, error, now())
                report.left -= 1
                tell("fetch", done, total)
        except InterruptedRequestError:
            # What was fetched before waits for the next rescue.
            report.is_interrupted = True
        except SiteError as error:
            report.error = SiteError(f"{source.name}: {error}")
        finally:
            report.found, report.not_ours = listed.found, listed.not_ours
            report.requests, report.bytes = manners.requests, manners.bytes


def _note_failure(
    writer: RecordWriter, report: RescueReport, held: HeldCapture, error: RequestError, now: datetime
) -> None:
    report.failed[error.kind] += 1
    if len(report.failures) < _MAX_NAMED:
        report.failures.append({"address": held.address, "class": error.kind, "reason": error.reason})
    with writer.transaction():
        runs.put_failure(writer.connection, writer.store.run, held.address, None, error.kind, error.reason, now)


def make_plan(
    folder: Path,
    site: Site,
    source: ArchiveSource,
    selection: CaptureSelection,
    agent: str,
    *,
    stop: Stop,
    tell: Callable[[int], None],
    now: datetime,
) -> dict[str, Any]:
    """What `rescue --plan` shows; asks for lists alone, and the archive in `folder`, if there is one, is only read.

    `found` and `not_ours` (by reason), the `captures` and `articles` to be asked for, how many are `here`, the
    `seconds` that asking for the others takes at least; by `years` and section how many captures. `tell` is called
    with the captures found. Raises InterruptedRequestError, SiteError, OptionsError, DatabaseError, NoSpaceError.
    """
    with ExitStack() as stack:
        archive = stack.enter_context(read_archive(folder)) if (folder / FILE).is_file() else None
        purged = read_purged(archive) if archive is not None else frozenset()
        listed = stack.enter_context(closing(CaptureList(site, selection, purged, now)))

        async def list_all() -> int:
            async with Client(source.hosts, agent) as client:
                manners = Manners(client, stop, is_local=source.is_local)
                await listed.fill(manners, source, tell)
                return manners.requests

        try:
            requests = asyncio.run(list_all())
        except SiteError as error:
            raise SiteError(f"{source.name}: {error}") from error
        articles: set[str] = set()
        years: dict[str, Counter[str]] = {}
        here = 0
        for held in listed.list_wanted():
            here += archive is not None and is_here(archive, held.address, held.timestamp)
            section = "lists" if held.id is None else held.section
            years.setdefault(held.timestamp[:4], Counter())[section] += 1
            articles |= {held.id} if held.id is not None else set()
        captures = sum(map(Counter.total, years.values()))
        return {
            "source": source.name,
            "found": listed.found,
            "not_ours": dict(listed.not_ours.most_common()),
            "captures": captures,
            "articles": len(articles),
            "here": here,
            "seconds": round((captures - here) * source.page_pause),
            "years": {year: dict(sorted(years[year].items())) for year in sorted(years)},
            "requests": requests,
        }
