"""Where the clock went back or stood still, by what the runs wrote down: times of the wall, and seconds that passed."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from harbincrawl.archive.runs.history import RunTimes

SLACK = timedelta(seconds=1.5)
"""Times are stored in whole seconds, so that the clock may seem to have lost one."""


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
    least: datetime | None = None
    """The clock may not say less."""
    said: datetime | None = None
    """What it said last."""
    before = 0

    def read(moment: datetime, run: int | None) -> Iterator[ClockFault]:
        nonlocal least, said
        if least is not None and said is not None and least - moment > SLACK:
            yield ClockFault(before, run, least - moment, moment >= said)
            least = moment
        least = moment if least is None else max(least, moment)
        said = moment

    for run in runs:
        yield from read(run.started, run.run)
        before = run.run
        if run.ended is not None and least is not None:
            least += timedelta(seconds=run.seconds)
            yield from read(run.ended, run.run)
    yield from read(now, None)


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
