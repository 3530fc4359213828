"""A run as its report measures it, and the earlier runs that the health rules compare it with."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from harbincrawl.archive.runs.history import RunRecord, read_runs, read_walked
from harbincrawl.text import read_time

LIST_GAP = "list-gap"
"""The rule that `status` judges again, by the thresholds of today."""
GOOD = 10
"""A run is compared with at least this many good runs …"""
PAGES = 300
"""… and with more of them until they have read this many articles."""
_SEARCHED = 200
"""How many runs are searched for good ones."""


class ReportedRun:
    """A run, read from its report."""

    def __init__(self, report: Mapping[str, Any]) -> None:
        self.report = report
        self.measures: Mapping[str, Any] = report.get("facts") or {}
        """What was measured at the end of the run; empty if it failed before."""
        self.articles: Mapping[str, Any] = self.measures.get("articles") or {}
        """Measures of the articles read in this run; empty if none was read."""
        self.article_sections: Mapping[str, Mapping[str, int]] = self.articles.get("sections") or {}
        """By section, the articles `read`, those of them with each field, and the `photos` without a body."""
        self.read = int(self.articles.get("read", 0))
        """Number of articles read from pages of this run."""
        self.bodies = int(self.articles.get("bodies", 0)) if self.articles.get("body_lengths") else 0
        """Number of articles whose body was measured."""
        sections: Mapping[str, Mapping[str, Any]] = report.get("sections") or {}
        self.sections = {path: section for path, section in sections.items() if section["walk"] != "absent"}
        """The sections of the report, without those that have no list."""

    @property
    def started(self) -> datetime:
        return read_time(self.report["started"])

    def list_read_sections(self) -> list[str]:
        """The sections whose article pages answered in this run, whatever could be read of them."""
        parts = (self.article_sections, *map(self.measures.get, ("empty", "not_articles_by_section")))
        return sorted({path for part in parts for path in part or ()})


@dataclass(frozen=True)
class Past:
    """Earlier runs."""

    good: Sequence[ReportedRun] = ()
    """The last crawls without a broken rule, the newest first: ten, or more if they read few articles."""
    sightings: Sequence[tuple[datetime, int]] = ()
    """(start, articles seen for the first time) of each crawl that reached the site, the oldest first."""
    robots: str | None = None
    """The last known state of robots.txt."""
    latest: datetime | None = None
    """The latest time in the records of the run before."""
    walked: Mapping[str, Sequence[datetime]] = field(default_factory=dict)
    """By section that has a list, when its last walks began, the oldest first."""


def read_past(connection: sqlite3.Connection, before: int) -> Past:
    """The past before run `before`."""
    earlier = [each for each in read_runs(connection, _SEARCHED, "crawl", before) if each.report]
    good: list[ReportedRun] = []
    for record in filter(_is_good, earlier):
        if len(good) >= GOOD and sum(each.read for each in good) >= PAGES:
            break
        good.append(ReportedRun(record.report))
    robots = ((each.report.get("facts") or {}).get("robots") for each in earlier)
    sightings = connection.execute(
        "SELECT started, coalesce(json_extract(report, '$.new'), 0) + coalesce(json_extract(report, '$.duplicate'), 0)"
        " FROM runs WHERE kind = 'crawl' AND outcome IN ('complete', 'partial', 'interrupted') AND run < ?"
        " ORDER BY run",
        (before,),
    )
    latest = connection.execute(
        "SELECT max(started, coalesce(ended, started)) FROM runs WHERE run < ? ORDER BY run DESC LIMIT 1", (before,)
    ).fetchone()
    return Past(
        good,
        [(read_time(started), seen) for started, seen in sightings],
        next((state for state in robots if state is not None), None),
        read_time(latest[0]) if latest else None,
        {path: [at for _, at in walks] for path, walks in read_walked(connection, before).items()},
    )


def _is_good(run: RunRecord) -> bool:
    health = run.report.get("health")
    if not health or run.outcome not in ("complete", "partial"):
        return False
    # A wrong count stays until it is accepted, and tells nothing about the pages that the other rules compare.
    return set(health["broken"]) <= {LIST_GAP}
