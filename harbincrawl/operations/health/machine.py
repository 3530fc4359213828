"""Health rules on the machine: free disk space, database size, clock; and where the clock went back or stood still."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from statistics import median
from typing import Any, NamedTuple

from harbincrawl.archive.runs.history import RunTimes
from harbincrawl.config.schema import Thresholds

from .rules import Finding, rule
from .runs import Past, ReportedRun

SLACK = timedelta(seconds=60)
"""The clock may go back by this much when it is adjusted."""
_SLACK_OF_TIMES = timedelta(seconds=1.5)
"""Times are stored in whole seconds, so that the clock may seem to have lost one."""
_SMALL = 100_000_000
"""Bytes: a database below this size never breaks the rule."""


@rule("disk", "disk_share", "disk_bytes")
def judge_disk(run: ReportedRun, _past: Past, bounds: Thresholds) -> Finding:
    """There must be enough free disk space."""
    free, size = run.measures.get("disk_free"), run.measures.get("disk_size")
    if free is None or not size:
        return Finding(None, None, None, "the free disk space is not known")
    bound = min(bounds.disk_bytes, bounds.disk_share * size)
    sentence = f"{free / 1e9:.1f} GB free, expected at least {bound / 1e9:.1f}"
    return Finding(free >= bound, float(free), float(bound), sentence)


@rule("database-size", "database_bytes", "database_factor")
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


@rule("clock")
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


class ClockFault(NamedTuple):
    """The clock said less than it must have."""

    before: int
    """The run after whose start it happened."""
    run: int | None
    """The run that first shows it, `before` itself where it went on; None: it was after the last run."""
    by: timedelta
    """By how much at least."""
    has_stood: bool
    """Whether it only stood still, or went back by no more than it had gone on."""


def find_faults(runs: Iterable[RunTimes], now: datetime) -> Iterator[ClockFault]:
    """Each place where the clock went back or stood, the oldest first; `runs` by number, `now` after all of them."""
    moments: list[tuple[datetime, float, int, int | None]] = []
    """What the clock said, the seconds that must have passed since the one before, `before` and `run` of a fault."""
    before = 0
    for each in runs:
        moments.append((each.started, 0.0, before, each.run))
        before = each.run
        if each.ended is not None:
            moments.append((each.ended, each.seconds, before, each.run))
    moments.append((now, 0.0, before, None))
    least = said = moments[0][0]
    for moment, seconds, before, run in moments:
        # The clock may not say less.
        least += timedelta(seconds=seconds)
        if least - moment > _SLACK_OF_TIMES:
            yield ClockFault(before, run, least - moment, moment >= said)
            least = moment
        least, said = max(least, moment), moment


def describe_fault(fault: ClockFault) -> dict[str, Any]:
    """For JSON: `before`, `run`, `seconds`, `sentence`."""
    what = "stood still, or lost" if fault.has_stood else "went back by"
    amount = f"{what} {describe_length(fault.by)}"
    if fault.run == fault.before:
        where = f"during run {fault.before}"
    elif fault.run is None:
        where = f"since run {fault.before}"
    else:
        where = f"between run {fault.before} and run {fault.run}"
    return {
        "before": fault.before, "run": fault.run, "seconds": round(fault.by.total_seconds()),
        "sentence": f"the clock {amount} {where}",
    }  # fmt: skip


def keep_in_order(times: Sequence[datetime]) -> list[int]:
    """Which of `times` to keep so that the fewest are left out and no one is before the one ahead of it."""
    ends: list[datetime] = []
    """The least end of a chain of each length, its place, and by place the one before it in its chain."""
    places: list[int] = []
    previous: list[int | None] = []
    for place, moment in enumerate(times):
        length = bisect_right(ends, moment)
        previous.append(places[length - 1] if length else None)
        ends[length : length + 1], places[length : length + 1] = [moment], [place]
    kept: list[int] = []
    at = places[-1] if places else None
    while at is not None:
        kept.append(at)
        at = previous[at]
    return kept[::-1]


def describe_length(length: timedelta) -> str:
    for unit, seconds in (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1)):
        count = round(length.total_seconds() / seconds)
        if length.total_seconds() >= 2 * seconds or seconds == 1 or (count == 1 and length.total_seconds() >= seconds):
            return f"{count:,} {unit}{'' if count == 1 else 's'}"
    raise AssertionError
