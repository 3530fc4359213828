"""The articles of a search over time: a row of bars, one a year or, within one year, one a month, each a link."""

from __future__ import annotations

from datetime import date
from typing import Literal, NamedTuple

from harbincrawl.text import count_text

from .links import Parameters
from .visit import Visit

_MOST = 60
"""Years that are shown, the last ones: one article with a wrong date would make a hundred bars of it."""
MAX_LABELS = 8
"""Labels that have room below the bars of a narrow window."""
_PATIENCE = 1.0
"""Seconds for the counts: they are not what people came for."""


class Bar(NamedTuple):
    """One year or month."""

    name: str
    """`2019`, `Mar`; empty where no label has room."""
    label: str
    """`March 2019: 12 articles`."""
    height: float
    """In percent of the row."""
    address: str
    """The search within it."""


class Bars(NamedTuple):
    """A row of bars."""

    title: str
    """`Articles by year`."""
    bars: list[Bar]
    back: str | None
    """The address of all years; None: they are shown."""


def read_bars(visit: Visit, asked: Parameters) -> Bars | None:
    """The bars of a search; None where there are not two, or no time to count. Raises FilterError."""
    if asked.is_long:
        return None
    year = _find_year(asked)
    archive = visit.reader.archive
    by: Literal["month", "year"] = "month" if year else "year"
    found = visit.reader.within(_PATIENCE, lambda: archive.facet(by, asked.q, copies=asked.copies, **asked.filters))
    counts = {row.value: row.articles for row in found or () if row.value}
    if not counts:
        return None
    first, last = min(counts), max(counts)
    periods = (
        [f"{year}-{month:02}" for month in range(1, 13)]
        if year
        else [f"{each:04}" for each in range(int(first), int(last) + 1)][-_MOST:]
    )
    if len(periods) < 2:
        return None
    most = max(counts.get(period, 0) for period in periods) or 1
    every = 1 if year else -(-len(periods) // MAX_LABELS)
    bars = []
    for at, period in enumerate(periods):
        number = counts.get(period, 0)
        address = visit.links.search(asked.change(since=period, until=period))
        label = f"{name_period(period)}: {count_text(number, 'article')}"
        shown = name_period(period)[:3] if year else period
        height = max(round(100 * number / most, 1), 2.0) if number else 0.0
        bars.append(Bar("" if at % every else shown, label, height, address))
    is_bounded = bool(asked.texts("since") or asked.texts("until"))
    back = visit.links.search(asked.change(since=(), until=())) if is_bounded else None
    return Bars(f"Articles by {f'month of {year}' if year else 'year'}", bars, back)


def _find_year(asked: Parameters) -> str | None:
    """The year that the filters leave, if it is one."""
    years = {text[:4] for name in ("since", "until") for text in asked.texts(name)}
    is_closed = bool(asked.texts("since") and asked.texts("until"))
    (year,) = years if is_closed and len(years) == 1 else ("",)
    return year if year.isdecimal() and len(year) == 4 else None


def name_period(period: str) -> str:
    """`March 2019`, `2019`."""
    return f"{date(int(period[:4]), int(period[5:7]), 1):%B} {period[:4]}" if len(period) > 4 else period
