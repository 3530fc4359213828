"""Where the clock of the machine went back or stood still, by the times of runs, for `status`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from harbincrawl.archive.runs.history import RunTimes

_SLACK_OF_TIMES = timedelta(seconds=1.5)
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


def describe_length(length: timedelta) -> str:
    """`3 days`, in the largest unit of which there are two, or one."""
    for unit, seconds in (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1)):
        count = round(length.total_seconds() / seconds)
        if length.total_seconds() >= 2 * seconds or seconds == 1 or (count == 1 and length.total_seconds() >= seconds):
            return f"{count:,} {unit}{'' if count == 1 else 's'}"
    raise AssertionError
