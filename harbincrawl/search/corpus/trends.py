"""How often queries are met over time: the hits of a search by month or year, beside all articles of that time."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any, Literal, NamedTuple

from harbincrawl.charts.scales import fill_periods
from harbincrawl.errors import FilterError
from harbincrawl.search.choice import fit_choice
from harbincrawl.search.days import Date
from harbincrawl.search.facets import count_facet
from harbincrawl.search.filters import Filters

from .intervals import Interval, find_interval

By = Literal["month", "year"]
INTERVALS_DRAWN = (
    "Thin lines are 95% intervals by Wilson's score, as if the articles were a sample; those beyond the scale end at"
    " its top."
)
"""What a chart says of its intervals."""
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
    low: float | None = None
    """The lower end of the 95% interval of that share, by Wilson's score; see `find_interval`."""
    high: float | None = None
    """Its upper end."""


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
    date: Date = "updated"
    """The date that the periods are of; of the other one where an article lacks it."""

    def describe_unit(self) -> str:
        """What the shares are of, as charts say it."""
        periods = f"{self.smooth} {self.by}s around each" if self.smooth > 1 else f"the {self.by}"
        return f"per 1,000 articles of {periods}, by {self.date}"

    def pool(self) -> tuple[tuple[TrendRow, ...], ...]:
        """The rows with the articles and hits that each share is of: those of all the periods around."""
        return tuple(tuple(_pool_rows(rows, self.smooth)) for rows in self.rows)

    def list_rows(self) -> list[TrendRow]:
        """All rows, query by query."""
        return [row for rows in self.rows for row in rows]

    def list_intervals(self) -> dict[str, dict[str, Interval]]:
        """For each query the interval of each period that has articles, per 1,000."""
        return {
            rows[0].query: {
                row.period: Interval(row.low, row.high) for row in rows if row.low is not None and row.high is not None
            }
            for rows in self.rows
            if rows
        }

    def list_table(self) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
        """(names, rows) of a table with a row a query and period.

        Where shares are smoothed, each stands in columns of its own behind the hits and articles that it is of.
        """
        names: tuple[str, ...] = TrendRow._fields
        if self.smooth == 1:
            return names, [tuple(row) for row in self.list_rows()]
        pooled = (row for each in self.pool() for row in each)
        rows = [
            (*row[:4], *_measure_share(row.hits, row.articles), *around[2:])
            for row, around in zip(self.list_rows(), pooled, strict=True)
        ]
        return names + tuple(f"smoothed_{name}" for name in names[2:]), rows

    def as_object(self) -> dict[str, Any]:
        """For JSON, period by period: articles, and for each query its hits and share.

        Where shares are smoothed `smooth` says so, and beside each stand the hits and articles that it is of.
        """

        def describe(row: TrendRow, pooled: TrendRow) -> dict[str, Any]:
            of = {"smoothed_hits": pooled.hits, "smoothed_articles": pooled.articles} if self.smooth > 1 else {}
            return {"hits": row.hits, "per_1000": row.per_1000, "low": row.low, "high": row.high} | of

        return ({"smooth": self.smooth} if self.smooth > 1 else {}) | {
            "by": self.by,
            "date": self.date,
            "queries": list(self.queries),
            "undated": self.undated,
            "periods": [
                {
                    "period": rows[0].period,
                    "articles": rows[0].articles,
                    "series": [describe(row, pooled) for row, pooled in zip(rows, around, strict=True)],
                }
                for rows, around in zip(zip(*self.rows, strict=True), zip(*self.pool(), strict=True), strict=True)
            ],
        }


def count_trends(
    connection: sqlite3.Connection,
    queries: Sequence[str],
    filters: Filters,
    by: By,
    smooth: int = 1,
    *,
    copies: bool = False,
) -> Trends:
    """The hits of each query by month or year, under `filters`, whose own query is ignored. Raises FilterError.

    Copies are folded as in a search, or with `copies` count as articles of their own; gone articles count. With
    `smooth`, 1 to MOST_SMOOTHED, a share is that of so many periods around its own, all their hits beside all their
    articles; hits and articles stay those of the period.
    """
    if not 1 <= smooth <= MOST_SMOOTHED:
        raise FilterError(f"shares of {smooth} periods: expected 1 to {MOST_SMOOTHED}.")
    articles = _count(connection, filters._replace(query=""), by, copies=copies)
    found = [_count(connection, filters._replace(query=query), by, copies=copies) for query in queries]
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
    return Trends(by, tuple(queries), rows, articles.get("", 0), smooth, filters.date)


def _measure_share(hits: int, articles: int) -> tuple[float | None, float | None, float | None]:
    """(share, low, high), all per 1,000 articles."""
    interval = find_interval(hits, articles)
    if interval is None:
        return None, None, None
    return round(1000 * hits / articles, 2), round(1000 * interval.low, 2), round(1000 * interval.high, 2)


def _count(connection: sqlite3.Connection, filters: Filters, by: By, *, copies: bool) -> dict[str, int]:
    """Hits by period; under an empty name those without a date."""
    bars = count_facet(connection, fit_choice(connection, filters), by, copies=copies)
    return {bar.value or "": bar.hits for bar in bars}


def _pool_rows(rows: Sequence[TrendRow], smooth: int) -> Iterator[TrendRow]:
    """Each row with all hits and articles of the `smooth` periods around it."""
    for at, row in enumerate(rows):
        # Of an even number one more is before than behind.
        around = rows[max(at - smooth // 2, 0) : at + (smooth + 1) // 2]
        yield row._replace(articles=sum(one.articles for one in around), hits=sum(one.hits for one in around))
