"""Health rules on the machine: free disk space, database size, clock."""

from __future__ import annotations

from datetime import timedelta
from statistics import median

from harbincrawl.config.schema import Thresholds

from .types import Finding, Past, ReportedRun

SLACK = timedelta(seconds=60)
"""The clock may go back by this much when it is adjusted."""
_SMALL = 100_000_000
"""Bytes: a database below this size never breaks the rule."""


def judge_disk(run: ReportedRun, _past: Past, bounds: Thresholds) -> Finding:
    """There must be enough free disk space."""
    free, size = run.measures.get("disk_free"), run.measures.get("disk_size")
    if free is None or not size:
        return Finding(None, None, None, "the free disk space is not known")
    bound = min(bounds.disk_bytes, bounds.disk_share * size)
    sentence = f"{free / 1e9:.1f} GB free, expected at least {bound / 1e9:.1f}"
    return Finding(free >= bound, float(free), float(bound), sentence)


def judge_database(run: ReportedRun, past: Past, bounds: Thresholds) -> Finding:
    """The database must not grow faster than the number of articles."""
    size = run.measures.get("database_bytes")
    if size is None:
        return Finding(None, None, None, "the size of the database is not known")
    known = [share for each in past.good if (share := _bytes_per_article(each)) is not None]
    bound = float(bounds.database_bytes)
    if known and _bytes_per_article(run) is not None:
        bound = min(bound, max(_SMALL, median(known) * bounds.database_factor * run.measures["stored"]))
    sentence = f"the database has {size / 1e6:,.1f} MB, expected at most {bound / 1e6:,.0f}"
    return Finding(size <= bound, float(size), bound, sentence)


def _bytes_per_article(run: ReportedRun) -> float | None:
    size, count = run.measures.get("database_bytes"), run.measures.get("stored")
    return size / count if size and count else None


def judge_clock(run: ReportedRun, past: Past, _bounds: Thresholds) -> Finding:
    """The clock must not have gone back, because due times depend on it."""
    if past.latest is None:
        return Finding(None, None, None, "there is no earlier run")
    back = past.latest - run.started
    sentence = "the clock did not go back"
    if back > SLACK:
        form = "%Y-%m-%d %H:%M"
        sentence = f"the clock shows {run.started:{form}}, but the last run ended at {past.latest:{form}}"
    return Finding(back <= SLACK, max(0.0, back.total_seconds()), SLACK.total_seconds(), sentence)
