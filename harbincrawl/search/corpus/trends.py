"""How often queries are met over time: the hits of a search by month or year, beside all articles of that time."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any, Literal, NamedTuple

from harbincrawl.charts.scales import fill_periods
from harbincrawl.errors import FilterError
from harbincrawl.search.facets import count_facet
from harbincrawl.search.filters import Filters
from harbincrawl.search.hits import understand_search

By = Literal["month", "year"]
MOST_SMOOTHED = 120
"""Periods whose share may be one: ten years of months."""


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


class Trends(NamedTuple):
    """Queries over time."""

    by: By
    queries: tuple[str, ...]
    rows: tuple[tuple[TrendRow, ...], ...]
    """For each query its periods, oldest first and without a gap; the periods are the same for all queries."""
    undated: int
    """Articles without a date, which are in no period."""
    smooth: int = 1
    """Periods of which each share is."""

    def describe_unit(self) -> str:
        """What the shares are of, as charts say it."""
        periods = f"{self.smooth} {self.by}s around each" if self.smooth > 1 else f"the {self.by}"
        return f"per 1,000 articles of {periods}"

    def list_rows(self) -> list[TrendRow]:
        """All rows, query by query."""
        return [row for rows in self.rows for row in rows]

    def as_object(self) -> dict[str, Any]:
        """For JSON, period by period: articles, and for each query its hits and share; `smooth` where that is not 1."""
        return ({"smooth": self.smooth} if self.smooth > 1 else {}) | {
            "by": self.by,
            "queries": list(self.queries),
            "undated": self.undated,
            "periods": [
                {
                    "period": rows[0].period,
                    "articles": rows[0].articles,
                    "series": [{"hits": row.hits, "per_1000": row.per_1000} for row in rows],
                }
                for rows in zip(*self.rows, strict=True)
            ],
        }


def count_trends(
    connection: sqlite3.Connection, queries: Sequence[str], filters: Filters, by: By, smooth: int = 1
) -> Trends:
    """The hits of each query by month or year, under `filters`, whose own query is ignored. Raises FilterError.

    Copies are folded as in a search, gone articles count. With `smooth`, 1 to MOST_SMOOTHED, a share is that of so many
    periods around its own, all their hits beside all their articles; hits and articles stay those of the period.
    """
    if not 1 <= smooth <= MOST_SMOOTHED:
        raise FilterError(f"shares of {smooth} periods: expected 1 to {MOST_SMOOTHED}.")
    articles = _count(connection, filters._replace(query=""), by)
    found = [_count(connection, filters._replace(query=query), by) for query in queries]
    periods = fill_periods(period for period in articles if period)
    every = [articles.get(period, 0) for period in periods]
    rows = tuple(
        tuple(_make_rows(query, periods, every, [hits.get(period, 0) for period in periods], smooth))
        for query, hits in zip(queries, found, strict=True)
    )
    return Trends(by, tuple(queries), rows, articles.get("", 0), smooth)


def _count(connection: sqlite3.Connection, filters: Filters, by: By) -> dict[str, int]:
    """Hits by period; under an empty name those without a date."""
    bars = count_facet(connection, understand_search(connection, filters).choice, by)
    return {bar.value or "": bar.hits for bar in bars}


def _make_rows(
    query: str, periods: Sequence[str], articles: Sequence[int], hits: Sequence[int], smooth: int
) -> Iterator[TrendRow]:
    for at, period in enumerate(periods):
        # Of an even number one more is before than behind.
        around = slice(max(at - smooth // 2, 0), at + (smooth + 1) // 2)
        found, every = sum(hits[around]), sum(articles[around])
        yield TrendRow(query, period, articles[at], hits[at], round(1000 * found / every, 2) if every else None)
