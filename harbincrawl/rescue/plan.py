"""What an archive of others has of the site, by year and section, without asking for one page."""

from __future__ import annotations

import asyncio
import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from harbincrawl.archive.captures import is_here
from harbincrawl.archive.database.connection import FILE, read_archive
from harbincrawl.archive.purged import read_purged
from harbincrawl.errors import SiteError
from harbincrawl.fetch.client import Client
from harbincrawl.fetch.stop import InterruptedRequestError, Stop
from harbincrawl.sites import Site

from .lists import CaptureList, CaptureSelection, read_lists
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
    """That a rescue asks for, those that are here included."""
    articles: int = 0
    here: int = 0
    """Captures that are here already."""
    seconds: float = 0.0
    """That asking for the others takes at least."""
    years: dict[str, Counter[str]] = field(default_factory=dict)
    """By year and section, captures."""
    requests: int = 0
    is_interrupted: bool = False

    def as_dict(self) -> dict[str, Any]:
        """For --json."""
        told = {name: value for name, value in vars(self).items() if name != "is_interrupted"}
        return told | {
            "not_ours": dict(self.not_ours.most_common()),
            "seconds": round(self.seconds),
            "years": {year: dict(sorted(self.years[year].items())) for year in sorted(self.years)},
        }


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
) -> RescuePlan:
    """Asks for lists alone; the archive in `folder`, if there is one, is only read.

    `tell` is called with the captures found. Raises SiteError, OptionsError, DatabaseError, NoSpaceError.
    """
    plan = RescuePlan(source.name)
    with ExitStack() as stack:
        archive = stack.enter_context(read_archive(folder)) if (folder / FILE).is_file() else None
        purged = read_purged(archive) if archive is not None else frozenset()
        listed = stack.enter_context(closing(CaptureList(site, selection, purged, now)))
        asyncio.run(_list_all(plan, listed, source, agent, stop, tell))
        _count(listed, plan, archive)
        plan.seconds = (plan.captures - plan.here) * source.page_pause
    return plan


async def _list_all(
    plan: RescuePlan, listed: CaptureList, source: ArchiveSource, agent: str, stop: Stop, tell: Callable[[int], None]
) -> None:
    async with Client(source.hosts, agent) as client:
        manners = Manners(client, stop, is_local=source.is_local)
        try:
            async for rows in read_lists(manners, source, listed.site, listed.selection):
                listed.put(rows)
                tell(listed.found)
        except InterruptedRequestError:
            plan.is_interrupted = True
        except SiteError as error:
            raise SiteError(f"{source.name}: {error}") from error
        plan.requests = manners.requests


def _count(listed: CaptureList, plan: RescuePlan, archive: sqlite3.Connection | None) -> None:
    plan.found, plan.not_ours = listed.found, listed.not_ours
    articles: set[str] = set()
    for held in listed.list_wanted():
        plan.captures += 1
        plan.here += archive is not None and is_here(archive, held.address, held.timestamp)
        plan.years.setdefault(held.timestamp[:4], Counter())[LISTS if held.id is None else held.section] += 1
        if held.id is not None:
            articles.add(held.id)
    plan.articles = len(articles)
