"""What a crawl would ask for, and how long that takes at its pace; read from the archive, without a request."""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

from harbincrawl.archive.lists import StoredRows, find_latest_day, load_section
from harbincrawl.archive.queue import read_queue
from harbincrawl.spiders.options import Options
from harbincrawl.text import count_text
from harbincrawl.walk import ArticleState, SectionState, is_asked

_SHORTEST = 1
"""List pages that an incremental walk reads at least."""


@dataclass(frozen=True)
class ListEstimate:
    """How one list would be read."""

    section: str
    walk: Literal["full", "to-floor", "first"]
    """`first`: nothing is known of the list."""
    pages: int | None
    """List pages of a full walk; of a walk `to-floor` the fewest; None: not known."""
    lines: int
    """Active lines that are stored."""


@dataclass(frozen=True)
class Estimate:
    """What a crawl would ask for, as far as the archive knows; what is new on the site comes on top."""

    lists: Sequence[ListEstimate]
    wanted: int
    """Articles that are asked for: listed, and not stored, or changed."""
    rechecks: int
    """Articles whose re-check is due."""
    requests: int
    """In all, with one for a list that nothing is known of."""
    seconds: float
    """How long these take at least: delays between requests, several at once."""
    site_articles: int | None
    """About how many articles the site has, where a list is read for the first time and the site's file says so."""

    def as_object(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def estimate_crawl(connection: sqlite3.Connection | None, options: Options, now: datetime) -> Estimate:
    """The estimate for an archive; None: there is no archive yet."""
    lists = [_estimate_list(connection, section, options, now) for section in options.chosen_sections]
    asked: list[ArticleState] = []
    if connection is not None:
        queue = read_queue(connection, options.chosen_sections)
        asked = [state for state in queue if is_asked(state, now, options.recheck)]
        if options.since is not None:
            day = options.since.isoformat()
            asked = [state for state in asked if (find_latest_day(connection, state.id) or day) >= day]
    asked.sort(key=lambda state: not state.wanted)
    asked = asked[: options.limit]
    wanted = sum(state.wanted for state in asked)
    # Everything is asked for after robots.txt.
    requests = 1 + len(asked) + sum(each.pages or 1 for each in lists)
    seconds = requests * options.delay / options.concurrency
    # A mirror or a twin may have any number.
    is_whole = options.limit is None and options.since is None and options.site_url is None
    known = options.site.articles if is_whole and any(each.walk == "first" for each in lists) else 0
    return Estimate(lists, wanted, len(asked) - wanted, requests, seconds, known or None)


def _estimate_list(
    connection: sqlite3.Connection | None, section: str, options: Options, now: datetime
) -> ListEstimate:
    if connection is None:
        return ListEstimate(section, "first", None, 0)
    rows = StoredRows(connection, section)
    state = load_section(connection, section, rows)
    if not state.seen:
        return ListEstimate(section, "first", None, 0)
    pages = _count_pages(state, options)
    if options.full or state.floor == 0 or state.full_at is None or (abs(now - state.full_at) >= options.full_after):
        return ListEstimate(section, "full", pages, state.active_rows)
    return ListEstimate(section, "to-floor", min(pages, _SHORTEST), state.active_rows)


def _count_pages(state: SectionState, options: Options) -> int:
    lines = max(state.total or 0, state.active_rows)
    return max(state.last, math.ceil(lines / max(1, options.site.page_size)), 1)


def describe_estimate(estimate: Estimate, options: Options) -> list[str]:
    """The estimate for people."""
    labels: Mapping[str, str] = {each.path: each.label for each in options.site.sections}
    origin = options.site_url or options.site.base
    pace = f"{count_text(options.concurrency, 'request')} at a time, {options.delay:g} s apart"
    lines = [f"nothing was asked; a crawl would ask {origin}, {pace}:"]
    for each in estimate.lists:
        if each.pages is None:
            continue
        name = f"{each.section} ({labels[each.section]})" if labels.get(each.section) else each.section
        if each.walk == "full":
            what = f"to its end, about {count_text(each.pages, 'list page')} ({count_text(each.lines, 'line')} known)"
        else:
            what = f"until it meets what is known, {count_text(each.pages, 'list page')} or more"
        lines.append(f"  {name}: {what}")
    if unknown := [each.section for each in estimate.lists if each.pages is None]:
        lines.append(f"  never read, so of unknown length: {', '.join(unknown)}")
    lines.append(f"  articles: {estimate.wanted:,} wanted, {estimate.rechecks:,} due for a re-check")
    if estimate.site_articles:
        # Lists are read, too: a page of them names so many articles.
        pages = estimate.site_articles / max(1, options.site.page_size)
        whole = (estimate.site_articles + pages) * options.delay / options.concurrency
        known = f"the whole site has some {estimate.site_articles:,} articles"
        lines.append(f"  {known}: a first crawl of all takes {describe_duration(whole)}")
    if not estimate.site_articles:
        count = count_text(estimate.requests, "request")
        lines.append(f"at least {count}, {describe_duration(estimate.seconds)}; what is new on the site comes on top")
    return lines


def describe_duration(seconds: float) -> str:
    """`40 seconds`, `12 minutes`, `1 hour 5 minutes`."""
    if seconds < 100:
        return count_text(round(seconds), "second")
    minutes = round(seconds / 60)
    hours, minutes = divmod(minutes, 60) if minutes >= 100 else (0, minutes)
    parts = ([count_text(hours, "hour")] if hours else []) + ([count_text(minutes, "minute")] if minutes else [])
    return " ".join(parts)
