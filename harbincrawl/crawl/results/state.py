"""A run as it is at its end: frozen values that the report and the measures are made from."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from harbincrawl.archive.lists import read_active_lines
from harbincrawl.archive.queue import list_wanted
from harbincrawl.archive.runs.table import read_failures
from harbincrawl.archive.unaccounted import summarize_unaccounted
from harbincrawl.config.setting import AcceptedGaps
from harbincrawl.crawl.options import Options
from harbincrawl.fetch.counts import FetchCounts
from harbincrawl.fetch.robots import Robots
from harbincrawl.pipelines.context import PictureCounts, RequestCounts
from harbincrawl.walk import ReportedOutcome, Sums, count_sums
from harbincrawl.warc.salvage import Salvaged

from .summary import NOT_WALKED


class WalkRow(NamedTuple):
    """How the run walked a list."""

    walk: str = "partial"
    listing_pages: int = 0
    total_records: int | None = None
    active: int = 0
    """Lines of the list as stored."""
    gap: int | None = None
    reason: str | None = NOT_WALKED
    offset: int = 0
    """The gap as the last walk to the list's end found it: while it stays, no walk reads on because of it."""
    sets_floor: bool = False
    """True if the walk read all that was new."""


@dataclass(frozen=True)
class Committed:
    """What the database holds of a run."""

    walks: Mapping[str, WalkRow]
    """By section: those the run walked, and others that have lines."""
    sums: Sums
    failures: list[dict[str, str]]
    """Address, class, reason."""
    unaccounted: Mapping[str, Any]
    """Pages with anything unaccounted: `pages`, `sections`, `wordings`."""


@dataclass(frozen=True)
class RunState:
    """All that a report is made from, nothing of it open any more."""

    options: Options
    run: int
    started: datetime
    seconds: float
    interrupted: bool
    closed: str | None
    """Scrapy's reason, where it or an extension ended the crawl."""
    error: BaseException | None
    committed: Committed
    outcomes: Mapping[str, ReportedOutcome]
    """Committed, by id."""
    identical: int
    """Answers that were the very bytes of last time."""
    lines: Mapping[str, int]
    """Lines read in the list of each section."""
    read_pages: Mapping[str, int]
    """Pages read of the list of each section, without those that were not modified."""
    first_pages: Mapping[str, int]
    """Lines on page 1 of the list of each section."""
    accept_gap: AcceptedGaps
    """The gaps that config.toml accepts."""
    requests: RequestCounts
    fetched: FetchCounts
    robots: Robots | None
    """None where robots.txt was never asked for."""
    pictures: PictureCounts | None
    aborted: tuple[int, ...]
    """The runs before this one that never came to an end."""
    salvaged: tuple[Salvaged, ...]


def read_committed(
    connection: sqlite3.Connection, run: int, options: Options, outcomes: Mapping[str, ReportedOutcome]
) -> Committed:
    """What was committed in `run`. Raises sqlite3.Error."""
    sections = options.chosen_sections
    sums = count_sums(read_active_lines(connection, sections), outcomes, list_wanted(connection, sections))
    unaccounted = summarize_unaccounted(connection, run, options.site)
    return Committed(_read_walks(connection, run), sums, read_failures(connection, run), unaccounted)


def assume_committed(outcomes: Mapping[str, ReportedOutcome]) -> Committed:
    """Where the database cannot be read any more: what is known of the run without it."""
    return Committed({}, count_sums([], outcomes, []), [], {"pages": 0, "sections": {}, "wordings": []})


def _read_walks(connection: sqlite3.Connection, run: int) -> dict[str, WalkRow]:
    counts = connection.execute("SELECT section, count(*) FROM listed WHERE stands GROUP BY section")
    walks = {section: WalkRow(active=count) for section, count in counts.fetchall()}
    rows = connection.execute(
        'SELECT w.section, w.walk, w.listing_pages, w.total_records, w.known, w.gap, w.reason, s."offset",'
        " s.floor = w.run"
        " FROM walks AS w JOIN sections AS s ON s.path = w.section WHERE w.run = ?",
        (run,),
    )
    return walks | {row[0]: WalkRow(*row[1:]) for row in rows.fetchall()}
