"""How the articles of a bundle are spread over time, sections and sources, and what leans to one side."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from harbincrawl.charts.scales import fill_periods

from .summary import SectionCount, Summary

_MUCH = 0.5
"""A share above this of one section or source is a bias to be told."""


class Spread(NamedTuple):
    """The spread of the articles; what is None leans to no side."""

    months: int
    """From the first article to the last; `empty` ones among them have none."""
    empty: int
    uneven: tuple[tuple[str, int], tuple[str, int]] | None
    """The years of most and of fewest articles, with their number."""
    section: SectionCount | None
    """That of much of the articles."""
    named: int
    """The articles that name a source."""
    source: tuple[str, int] | None
    """That of much of them."""


def measure_spread(summary: Summary) -> Spread:
    """The spread of the articles of `summary`."""
    months = Counter(dict.fromkeys(fill_periods(month for _, month, _ in summary.months), 0))
    years: Counter[str] = Counter()
    for _, month, count in summary.months:
        months[month] += count
    for month, count in months.items():
        years[month[:4]] += count
    ranks = years.most_common()
    is_uneven = len(ranks) > 1 and ranks[0][1] > 2 * ranks[-1][1]
    named = sum(count for _, count in summary.sources)
    section, source = next(iter(summary.sections), None), next(iter(summary.sources), None)
    return Spread(
        months=len(months),
        empty=sum(not count for count in months.values()),
        uneven=(ranks[0], ranks[-1]) if is_uneven else None,
        section=section if section and _is_much(section.articles, summary.articles, len(summary.sections)) else None,
        named=named,
        source=source if source and _is_much(source[1], named, len(summary.sources)) else None,
    )


def _is_much(part: int, whole: int, groups: int) -> bool:
    return groups > 1 and part > whole * _MUCH
