"""Which time a strip shows, by month or by year, and what sets its scale."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple

from harbincrawl.charts.scales import fill_periods
from harbincrawl.search.days import read_day_range

By = Literal["month", "year"]
FEW = 10
"""A share of fewer articles than these says little: it is shown pale, and sets no scale."""
MOST_MONTHS = 48
"""Months that a strip shows of the whole archive; of a longer time it shows years."""
_CLOSE = 24
"""Months of a filter that fill the strip; of more, the strip is the whole archive, with what is left out."""
_MOST_YEARS = 60
"""Years that a strip shows, the last ones: one article with a wrong date would make a hundred bars of it."""
_FAR = 3
"""A value so many times the next is cut off: it would press all others to the ground."""


class Span(NamedTuple):
    """The time that a strip shows."""

    by: By
    periods: list[str]
    inside: tuple[str, str]
    """The first and the last period that the filters leave."""
    is_zoomed: bool = False
    """Whether it is less than the archive."""
    is_cut: bool = False
    """Whether there are years before those that are shown."""


def choose_span(
    archive: Mapping[str, int], articles: Mapping[str, int], since: str | None, until: str | None
) -> Span | None:
    """Which months or years are shown; None where there are no articles, or one period alone. Raises FilterError.

    `archive` are all articles by month, `articles` those that shares are of. One year, and days within it, are its
    months. A longer time is shown among all others, unless it is short.
    """
    dated = [month for month in archive if month]
    if not dated:
        return None
    first, last = min(dated), max(dated)
    lower = f"{read_day_range(since)[0]:%Y-%m}".zfill(7) if since else first
    upper = f"{read_day_range(until)[1]:%Y-%m}".zfill(7) if until else last
    if since and until and lower[:4] == upper[:4] and lower <= upper:
        year = lower[:4]
        months = fill_periods((f"{year}-01", f"{year}-12"))
        return Span("month", months, (lower, upper), True) if any(each[:4] == year for each in dated) else None
    lower, upper = max(lower, first), min(upper, last)
    if lower > upper:
        return None
    months = fill_periods((lower, upper))
    if (lower, upper) != (first, last) and 1 < len(months) <= _CLOSE and _has_enough(months, articles):
        return Span("month", months, (lower, upper), True)
    months, years = fill_periods((first, last)), fill_periods((first[:4], last[:4]))
    if len(years) > 1 and (len(months) > MOST_MONTHS or not _has_enough(months, articles)):
        shown = years[-_MOST_YEARS:]
        return Span("year", shown, (max(lower[:4], shown[0]), upper[:4]), is_cut=len(years) > len(shown))
    return Span("month", months, (lower, upper)) if len(months) > 1 else None


def _has_enough(months: list[str], articles: Mapping[str, int]) -> bool:
    few = sum(articles.get(month, 0) < FEW for month in months)
    return few * 2 <= len(months)


def sum_periods(months: Mapping[str, int], by: By) -> dict[str, int]:
    """Numbers by month, added up to years where `by` says so; those without a date are left out."""
    found: dict[str, int] = {}
    for month, number in months.items():
        if month:
            period = month[:4] if by == "year" else month
            found[period] = found.get(period, 0) + number
    return found


def find_top(values: Iterable[float]) -> float:
    """The number at the top of a scale: the greatest value, but not one that is far above all others; 0 of nothing."""
    known = sorted(value for value in values if value)
    if len(known) > _FAR and known[-1] > _FAR * known[-2]:
        # Higher than the next, so that what is cut off stands out.
        return math.ceil(known[-2] * 1.15)
    return known[-1] if known else 0
