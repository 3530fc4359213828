"""Where a value stands on an axis, and what is written beside it: linear, logarithmic, or time without gaps."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

_NAMED_MONTHS = 18


class Scale(NamedTuple):
    """An axis from 0 (left or bottom) to 1."""

    place: Callable[[float], float]
    ticks: tuple[tuple[float, str], ...]
    """(where, label)."""


def fill_periods(periods: Iterable[str]) -> list[str]:
    """Every year (`2020`) or month (`2020-05`) from the first to the last of `periods`, which are all of one kind."""
    known = sorted(set(periods))
    if not known:
        return []
    if len(known[0]) == 4:
        return [f"{year:04}" for year in range(int(known[0]), int(known[-1]) + 1)]
    first, last = (int(period[:4]) * 12 + int(period[5:7]) - 1 for period in (known[0], known[-1]))
    return [f"{month // 12:04}-{month % 12 + 1:02}" for month in range(first, last + 1)]


def time_scale(periods: Sequence[str], width: float) -> Scale:
    """Periods as `fill_periods` gives them, by their index, on an axis of `width` pixels.

    A value stands in the middle of its period. Labels are years, at the start of January where periods are months,
    and months only where there are no more than _NAMED_MONTHS.
    """
    count = max(len(periods), 1)
    by_month = bool(periods) and len(periods[0]) > 4
    if by_month and count > _NAMED_MONTHS:
        years = [(at / count, period[:4]) for at, period in enumerate(periods) if period.endswith("-01")]
        every = _every(width / count * 12, 36)
    else:
        years = [((at + 0.5) / count, period) for at, period in enumerate(periods)]
        every = _every(width / count, 60 if by_month else 36)
    if by_month and count <= _NAMED_MONTHS:
        ticks = years[::every]
    else:
        ticks = [(at, year) for at, year in years if int(year) % every == 0]
    return Scale(lambda index: (index + 0.5) / count, tuple(ticks))


def _every(room: float, needed: float) -> int:
    """Which labels to write, each having `room` pixels and needing `needed`."""
    return next((step for step in (1, 2, 5, 10, 20, 50) if room * step >= needed), 100)


def linear_scale(values: Iterable[float]) -> Scale:
    """From 0 to a round number not below any value, in up to five steps; whole numbers have whole steps."""
    known = list(values)
    most = max(known, default=0)
    step = 10.0 ** math.floor(math.log10(most)) if most > 0 else 1.0
    step = next(step * factor for factor in (0.2, 0.5, 1, 2) if most <= step * factor * 5)
    if all(isinstance(value, int) for value in known):
        step = max(step, 1.0)
    count = max(math.ceil(most / step - 1e-9), 1)
    top = step * count
    return Scale(lambda value: value / top, tuple((at / count, f"{step * at:,.10g}") for at in range(count + 1)))


def log_scale(values: Iterable[float]) -> Scale:
    """Between the powers of ten around the values, which are all above 0."""
    known = list(values)
    first = math.floor(math.log10(min(known)))
    last = max(math.ceil(math.log10(max(known))), first + 1)
    powers = range(first, last + 1)
    return Scale(
        lambda value: (math.log10(value) - first) / (last - first),
        tuple(((power - first) / (last - first), f"{10.0**power:,.10g}") for power in powers),
    )
