"""Rules on the machine: room on the disk, size of the database, its clock."""

from __future__ import annotations

from datetime import timedelta
from statistics import median

from harbincrawl.config.schema import Thresholds

from .types import Past, Run, Verdict

SLACK = timedelta(seconds=60)
"""A clock that is set right now and then goes back by less."""
_SMALL = 100_000_000
"""Bytes: a database below this size is no matter, however it grows."""


def check_disk(run: Run, _past: Past, bounds: Thresholds) -> Verdict:
    """The disk must have room for what comes."""
    rule = "disk"
    free, size = run.facts.get("disk_free"), run.facts.get("disk_size")
    if free is None or not size:
        return Verdict(rule, None, None, None, "the room on the disk is not known")
    bound = min(bounds.disk_bytes, bounds.disk_share * size)
    said = f"{free / 1e9:.1f} GB free, expected at least {bound / 1e9:.1f}"
    return Verdict(rule, free >= bound, float(free), float(bound), said)


def check_database(run: Run, past: Past, bounds: Thresholds) -> Verdict:
    """The database must not grow without articles."""
    rule = "database-size"
    size = run.facts.get("database_bytes")
    if size is None:
        return Verdict(rule, None, None, None, "the size of the database is not known")
    known = [share for each in past.good if (share := _bytes_an_article(each)) is not None]
    bound = float(bounds.database_bytes)
    own = _bytes_an_article(run)
    if known and own is not None:
        bound = min(bound, max(_SMALL, median(known) * bounds.database_factor * run.facts["stored"]))
    said = f"the database has {size / 1e6:,.1f} MB, expected at most {bound / 1e6:,.0f}"
    return Verdict(rule, size <= bound, float(size), bound, said)


def _bytes_an_article(run: Run) -> float | None:
    size, count = run.facts.get("database_bytes"), run.facts.get("stored")
    return size / count if size and count else None


def check_clock(run: Run, past: Past, _bounds: Thresholds) -> Verdict:
    """The clock must not have gone backwards: what is due, and what is new, hangs on it."""
    rule = "clock"
    if past.latest is None:
        return Verdict(rule, None, None, None, "there is no earlier run")
    back = past.latest - run.started
    if back > SLACK:
        said = f"the clock says {run.started:%Y-%m-%d %H:%M}, the run before ended at {past.latest:%Y-%m-%d %H:%M}"
    else:
        said = "the clock goes forward"
    return Verdict(rule, back <= SLACK, max(0.0, back.total_seconds()), SLACK.total_seconds(), said)


RULES = (check_disk, check_database, check_clock)
NAMES = ("disk", "database-size", "clock")
