"""Trends on stdout: charts for people, rows for programs."""

from __future__ import annotations

import csv
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from harbincrawl.charts.terminal import bar_lines, month_lines
from harbincrawl.search.corpus.trends import TrendRow, Trends
from harbincrawl.text import clean, count_text

from .style import BOLD, CYAN, Style

if TYPE_CHECKING:
    from harbincrawl.charts.shapes import Drawing


def trend_lines(trends: Trends, style: Style) -> list[str]:
    """A chart a query, all on one scale: the share of each period, behind it the hits and articles that it is of."""
    most = max((row.per_1000 or 0 for row in trends.list_rows()), default=0)
    note = f"; shares are {trends.describe_unit()}" if trends.smooth > 1 else f", by {trends.date}"
    lines: list[str] = []
    for rows, pooled in zip(trends.rows, trends.pool(), strict=True):
        lines += ["", *_chart_lines(rows, pooled, trends.by, note, most, style)]
    return lines[1:]


def _chart_lines(
    rows: Sequence[TrendRow], pooled: Sequence[TrendRow], by: str, note: str, most: float, style: Style
) -> list[str]:
    hits, articles = sum(row.hits for row in rows), sum(row.articles for row in rows)
    share = f", {1000 * hits / articles:,.1f} per 1,000" if articles else ""
    name = style.paint(clean(rows[0].query), BOLD) if rows else ""
    head = f"{name}  {count_text(hits, 'hit')} in {count_text(articles, 'article')}{share}{note}"

    def paint(text: str) -> str:
        return style.paint(text, CYAN)

    if by == "month":
        years: dict[str, list[int]] = {}
        for row in rows:
            year = years.setdefault(row.period[:4], [0, 0])
            year[0], year[1] = year[0] + row.hits, year[1] + row.articles
        ends = {year: f"{found:,} of {every:,}" for year, (found, every) in years.items()}
        return [head, *month_lines({row.period: row.per_1000 or 0 for row in rows}, paint, ends, most=most)]
    notes = [f"  {row.hits:,} of {row.articles:,}" for row in pooled]
    width = style.width - max(map(len, notes), default=0)
    bars = bar_lines([(row.period, row.per_1000) for row in rows], width, paint, most=most, write="{:,.1f}".format)
    return [head, *(bar + note for bar, note in zip(bars, notes, strict=True))]


def print_csv(trends: Trends) -> None:
    """Prints a line a query and period; no share in a period without articles.

    Where shares are smoothed, each stands in columns of its own behind the hits and articles that it is of.
    """
    table = csv.writer(sys.stdout, lineterminator="\n")
    if trends.smooth == 1:
        table.writerow(TrendRow._fields)
        table.writerows((clean(row.query), *row[1:]) for row in trends.list_rows())
        return
    table.writerow((*TrendRow._fields, *(f"smoothed_{name}" for name in TrendRow._fields[2:])))
    pooled = (row for rows in trends.pool() for row in rows)
    for row, around in zip(trends.list_rows(), pooled, strict=True):
        own = round(1000 * row.hits / row.articles, 2) if row.articles else None
        table.writerow((clean(row.query), *row[1:4], own, *around[2:4], row.per_1000))


def draw_queries(trends: Trends) -> Drawing:
    """A line a query; broken in periods without articles."""
    from harbincrawl.charts.drawings import draw_trends

    series = {rows[0].query: {row.period: row.per_1000 for row in rows} for rows in trends.rows if rows}
    return draw_trends("Hits per 1,000 articles", trends.describe_unit(), series)
