"""What an archive of others has of the site, by year and section, without asking for one page."""

from __future__ import annotations

import asyncio
import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from harbincrawl.archive.coverage import Coverage, measure_coverage
from harbincrawl.archive.database.connection import FILE, is_no_space, open_reader, raise_typed
from harbincrawl.archive.purged import read_purged
from harbincrawl.archive.rescued import put_listed
from harbincrawl.archive.schema.tables import SCHEMA, run_script
from harbincrawl.errors import SiteError
from harbincrawl.fetch.client import Client
from harbincrawl.fetch.stop import InterruptedRequestError, Stop
from harbincrawl.sites import Site

from .choice import CaptureSelection, find_section
from .lists import CaptureLists, check_room
from .manners import Manners
from .sources import ArchiveSource

LISTS = "lists"
"""Stands for the section of list pages."""


@dataclass
class RescuePlan:
    """What there is, and how long it would take."""

    source: str
    found: int = 0
    not_ours: Counter[str] = field(default_factory=Counter)
    """By reason."""
    captures: int = 0
    """Of the site's pages, in the selection."""
    articles: int = 0
    bodies: int = 0
    """Different bodies: as many pages are to be asked for at most."""
    known: int = 0
    """Captures that an earlier rescue settled."""
    seconds: float = 0.0
    """That asking for the bodies takes at least."""
    years: dict[str, Counter[str]] = field(default_factory=dict)
    """By year and section, captures."""
    requests: int = 0
    coverage: Coverage | None = None
    is_interrupted: bool = False

    def as_dict(self) -> dict[str, Any]:
        """For --json."""
        return {
            "source": self.source,
            "found": self.found,
            "not_ours": sum(self.not_ours.values()),
            "not_ours_by_reason": dict(self.not_ours.most_common()),
            "captures": self.captures,
            "articles": self.articles,
            "bodies": self.bodies,
            "known": self.known,
            "seconds": round(self.seconds),
            "years": {year: dict(sorted(self.years[year].items())) for year in sorted(self.years)},
            "requests": self.requests,
            "coverage": self.coverage.as_dict() if self.coverage else None,
        }


def make_plan(
    folder: Path,
    site: Site,
    source: ArchiveSource,
    selection: CaptureSelection,
    crawls: tuple[str, ...],
    agent: str,
    *,
    stop: Stop,
    tell: Callable[[int], None],
    now: datetime,
) -> RescuePlan:
    """Asks for lists alone; the archive in `folder`, if there is one, is only read.

    `tell` is called with the captures found. Raises SiteError, OptionsError, DatabaseError.
    """
    plan = RescuePlan(source.name)
    archive = open_reader(folder) if (folder / FILE).is_file() else None

    async def list_all() -> None:
        async with Client(source.hosts, agent) as client:
            manners = Manners(client, stop, is_local=source.is_local, go_on="harbincrawl rescue --plan")
            purged = read_purged(archive) if archive is not None else frozenset()
            lists = CaptureLists(manners, source, site, purged, lambda: now)
            try:
                async for part in lists.read_all(selection, crawls):
                    check_room(folder, Path(scratch))
                    put_listed(listed, source.name, part.rows)
                    (plan.found,) = listed.execute("SELECT count(*) FROM rescue").fetchone()
                    tell(plan.found)
            except InterruptedRequestError:
                plan.is_interrupted = True
            except SiteError as error:
                raise SiteError(f"{source.name}: {error}") from error
            finally:
                plan.requests = manners.requests

    # A list may be longer than what fits into memory.
    with (
        TemporaryDirectory(prefix="harbincrawl-") as scratch,
        closing(sqlite3.connect(Path(scratch) / FILE, isolation_level=None)) as listed,
    ):
        try:
            listed.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
            run_script(listed, SCHEMA)
            listed.execute("BEGIN")
            asyncio.run(list_all())
            addresses = _count(listed, plan, site, source, selection)
            plan.coverage = measure_coverage(archive, site, addresses, source.name)
            if archive is not None:
                (plan.known,) = archive.execute(
                    "SELECT count(*) FROM rescue WHERE source = ? AND state IN ('fetched', 'repeat')", (source.name,)
                ).fetchone()
        except sqlite3.Error as error:
            raise_typed(error, Path(scratch if is_no_space(error) else folder) / FILE)
        finally:
            if archive is not None:
                archive.close()
    return plan


def _count(
    listed: sqlite3.Connection, plan: RescuePlan, site: Site, source: ArchiveSource, selection: CaptureSelection
) -> set[str]:
    """Fills in the counts; returns the addresses of articles."""
    plan.not_ours = Counter(
        dict(listed.execute("SELECT outcome, count(*) FROM rescue WHERE state = 'not_ours' GROUP BY 1").fetchall())
    )
    articles: set[int] = set()
    addresses: set[str] = set()
    bodies: set[tuple[str, str]] = set()
    for address, number, timestamp, digest in listed.execute(
        "SELECT address, number, timestamp, digest FROM rescue WHERE state <> 'not_ours'"
    ):
        section = find_section(site, address)
        if not selection.covers(timestamp, section):
            continue
        plan.captures += 1
        bodies.add((address, digest or timestamp))
        plan.years.setdefault(timestamp[:4], Counter())[LISTS if number is None else section] += 1
        if number is not None:
            articles.add(number)
            addresses.add(address)
    plan.articles, plan.bodies = len(articles), len(bodies)
    plan.seconds = plan.bodies * source.page_pause
    return addresses
