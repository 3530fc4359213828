"""What an archive of others has of the site, by year and section, without asking for one page."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack, closing
from datetime import datetime
from pathlib import Path
from typing import Any

from harbincrawl.archive.captures import is_here
from harbincrawl.archive.database.connection import FILE, read_archive
from harbincrawl.archive.purged import read_purged
from harbincrawl.errors import SiteError
from harbincrawl.fetch.client import Client
from harbincrawl.fetch.stop import Stop
from harbincrawl.sites import Site

from .lists import CaptureList, CaptureSelection
from .manners import Manners
from .sources import ArchiveSource


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
        requests = asyncio.run(_list_all(listed, source, agent, stop, tell))
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


async def _list_all(
    listed: CaptureList, source: ArchiveSource, agent: str, stop: Stop, tell: Callable[[int], None]
) -> int:
    """Lists all captures; how many requests that took."""
    async with Client(source.hosts, agent) as client:
        manners = Manners(client, stop, is_local=source.is_local)
        try:
            await listed.fill(manners, source, tell)
        except SiteError as error:
            raise SiteError(f"{source.name}: {error}") from error
        return manners.requests
