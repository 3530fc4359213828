"""The earlier runs of an archive, read for the health rules."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from harbincrawl.archive.runs.history import RunRecord, read_runs, read_walked
from harbincrawl.text import read_time

from . import gaps
from .types import Past, ReportedRun

GOOD = 10
"""A run is compared with at least this many good runs …"""
PAGES = 300
"""… and with more of them until they have read this many articles."""
_SEARCHED = 200
"""How many runs are searched for good ones."""


def read_past(connection: sqlite3.Connection, before: int) -> Past:
    """The past before run `before`."""
    earlier = [each for each in read_runs(connection, _SEARCHED, "crawl", before) if each.report]
    good = [ReportedRun(each.report) for each in earlier if _is_good(each)]
    robots = (value for each in earlier if (value := ReportedRun(each.report).measures.get("robots")) is not None)
    sightings = _read_sightings(connection, before)
    walked = {path: [at for _, at in walks] for path, walks in read_walked(connection, before).items()}
    return Past(_choose(good), sightings, next(robots, None), _read_latest(connection, before), walked)


def _choose(good: list[ReportedRun]) -> list[ReportedRun]:
    """The newest good runs: at least GOOD, and more if they read few articles."""
    chosen: list[ReportedRun] = []
    for run in good:
        if len(chosen) >= GOOD and sum(each.read for each in chosen) >= PAGES:
            break
        chosen.append(run)
    return chosen


def _is_good(run: RunRecord) -> bool:
    health = run.report.get("health")
    if not health or run.outcome not in ("complete", "partial"):
        return False
    # A wrong count stays until it is accepted, and tells nothing about the pages that the other rules compare.
    return set(health["broken"]) <= {gaps.NAME}


def _read_sightings(connection: sqlite3.Connection, before: int) -> list[tuple[datetime, int]]:
    rows = connection.execute(
        "SELECT started, coalesce(json_extract(report, '$.new'), 0) + coalesce(json_extract(report, '$.duplicate'), 0)"
        " FROM runs WHERE kind = 'crawl' AND outcome IN ('complete', 'partial', 'interrupted') AND run < ?"
        " ORDER BY run",
        (before,),
    )
    return [(read_time(started), seen) for started, seen in rows]


def _read_latest(connection: sqlite3.Connection, before: int) -> datetime | None:
    row = connection.execute(
        "SELECT max(started, coalesce(ended, started)) FROM runs WHERE run < ? ORDER BY run DESC LIMIT 1", (before,)
    ).fetchone()
    return read_time(row[0]) if row else None
