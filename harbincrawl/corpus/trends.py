"""How often queries are met over time: the hits of a search by month or year, beside all articles of that time."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from math import sqrt
from typing import Literal, NamedTuple

from harbincrawl.errors import FilterError
from harbincrawl.search.choice import fit_choice
from harbincrawl.search.facets import count_facet
from harbincrawl.search.filters import Filters
from harbincrawl.search.grammar import join_queries

By = Literal["month", "year"]
MOST_SMOOTHED = 120
"""Periods whose share may be one: ten years of months."""


_Z = 1.959963984540054
"""A normal variable is between -z and z in 95% of cases."""


class Interval(NamedTuple):
    """Both ends of an interval."""

    low: float
    high: float


def find_interval(hits: int, articles: int) -> Interval | None:
    """The 95% interval of the share `hits / articles`, between 0 and 1, by Wilson's score; None without articles.

    Wilson, E. B. (1927), Probable inference, the law of succession, and statistical inference, JASA 22, 209-212. All
    shares of which a sample of so many articles would be as far off as this in more than 5% of cases, by the normal
    approximation, without a correction for continuity. It takes the articles as if they were drawn by chance.
    """
    if articles < 1:
        return None
    share = hits / articles
    square = _Z * _Z / articles
    middle = (share + square / 2) / (1 + square)
    half = _Z * sqrt(share * (1 - share) / articles + square / 4 / articles) / (1 + square)
    # What rounding leaves at the very ends is no share.
    return Interval(middle - half if hits else 0.0, middle + half if hits < articles else 1.0)


class TrendRow(NamedTuple):
    """What one query is met by in one month or year."""

    query: str
    """As it was asked."""
    period: str
    """`2020`, or `2020-05`."""
    articles: int
    """All articles of the period that the filters leave, copies folded."""
    hits: int
    """Those of them that a search for the query finds."""
    per_1000: float | None
    """Hits per 1,000 articles, to two decimals; None without articles. Smoothed, it is that of the periods around."""
    low: float | None = None
    """The lower end of the 95% interval of that share, by Wilson's score; see `find_interval`."""
    high: float | None = None
    """Its upper end."""


class Trends(NamedTuple):
    """Queries over time."""

    rows: tuple[tuple[TrendRow, ...], ...]
    """For each query its periods, oldest first and without a gap; the periods are the same for all queries."""
    undated: int
    """Articles without a date, which are in no period."""

    def list_rows(self) -> list[TrendRow]:
        """All rows, query by query."""
        return [row for rows in self.rows for row in rows]


def count_trends(
    connection: sqlite3.Connection,
    queries: Sequence[str],
    filters: Filters,
    by: By,
    smooth: int = 1,
) -> Trends:
    """The hits of each query by month or year, among the articles of `filters`. Raises FilterError.

    Copies are folded as in a search, gone articles count. With `smooth`, 1 to MOST_SMOOTHED, a share is that of so many
    periods around its own, all their hits beside all their articles; hits and articles stay those of the period.
    """
    if not 1 <= smooth <= MOST_SMOOTHED:
        raise FilterError(f"shares of {smooth} periods: expected 1 to {MOST_SMOOTHED}.")
    articles = _count(connection, filters, by)
    both = [join_queries(filters.query, query) if filters.query else query for query in queries]
    found = [_count(connection, filters._replace(query=query), by) for query in both]
    periods = fill_periods(period for period in articles if period)
    totals = [(period, articles.get(period, 0)) for period in periods]
    counted = (
        [TrendRow(query, period, every, hits.get(period, 0), None) for period, every in totals]
        for query, hits in zip(queries, found, strict=True)
    )
    rows = tuple(
        tuple(
            TrendRow(*row[:4], *_measure_share(around.hits, around.articles))
            for row, around in zip(each, _pool_rows(each, smooth), strict=True)
        )
        for each in counted
    )
    return Trends(rows, articles.get("", 0))


def fill_periods(periods: Iterable[str]) -> list[str]:
    """Every year (`2020`) or month (`2020-05`) from the first to the last of `periods`, which are all of one kind."""
    known = sorted(set(periods))
    if not known:
        return []
    if len(known[0]) == 4:
        return [f"{year:04}" for year in range(int(known[0]), int(known[-1]) + 1)]
    first, last = (int(period[:4]) * 12 + int(period[5:7]) - 1 for period in (known[0], known[-1]))
    return [f"{month // 12:04}-{month % 12 + 1:02}" for month in range(first, last + 1)]


def _measure_share(hits: int, articles: int) -> tuple[float | None, float | None, float | None]:
    """(share, low, high), all per 1,000 articles."""
    interval = find_interval(hits, articles)
    if interval is None:
        return None, None, None
    return round(1000 * hits / articles, 2), round(1000 * interval.low, 2), round(1000 * interval.high, 2)


def _count(connection: sqlite3.Connection, filters: Filters, by: By) -> dict[str, int]:
    """Hits by period; under an empty name those without a date."""
    bars = count_facet(connection, fit_choice(connection, filters), by)
    return {bar.value or "": bar.articles for bar in bars}


def _pool_rows(rows: Sequence[TrendRow], smooth: int) -> Iterator[TrendRow]:
    """Each row with all hits and articles of the `smooth` periods around it."""
    for at, row in enumerate(rows):
        # Of an even number one more is before than behind.
        around = rows[max(at - smooth // 2, 0) : at + (smooth + 1) // 2]
        yield row._replace(articles=sum(one.articles for one in around), hits=sum(one.hits for one in around))
