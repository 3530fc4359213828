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
    """A chart a query, all on one scale: the share of each period, behind it what it is made of."""
    most = max((row.per_1000 or 0 for row in trends.list_rows()), default=0)
    lines: list[str] = []
    for rows in trends.rows:
        lines += ["", *_chart_lines(rows, trends.by, most, style)]
    return lines[1:]


def _chart_lines(rows: Sequence[TrendRow], by: str, most: float, style: Style) -> list[str]:
    hits, articles = sum(row.hits for row in rows), sum(row.articles for row in rows)
    share = f", {1000 * hits / articles:,.1f} per 1,000" if articles else ""
    name = style.paint(clean(rows[0].query), BOLD) if rows else ""
    head = f"{name}  {count_text(hits, 'hit')} in {count_text(articles, 'article')}{share}"

    def paint(text: str) -> str:
        return style.paint(text, CYAN)

    if by == "month":
        years: dict[str, list[int]] = {}
        for row in rows:
            year = years.setdefault(row.period[:4], [0, 0])
            year[0], year[1] = year[0] + row.hits, year[1] + row.articles
        ends = {year: f"{found:,} of {every:,}" for year, (found, every) in years.items()}
        return [head, *month_lines({row.period: row.per_1000 or 0 for row in rows}, paint, ends, most=most)]
    notes = [f"  {row.hits:,} of {row.articles:,}" for row in rows]
    width = style.width - max(map(len, notes), default=0)
    bars = bar_lines([(row.period, row.per_1000) for row in rows], width, paint, most=most, write="{:,.1f}".format)
    return [head, *(bar + note for bar, note in zip(bars, notes, strict=True))]


def print_csv(trends: Trends) -> None:
    """Prints a line a query and period; no share in a period without articles."""
    table = csv.writer(sys.stdout, lineterminator="\n")
    table.writerow(TrendRow._fields)
    table.writerows((clean(row.query), *row[1:]) for row in trends.list_rows())


def draw_queries(trends: Trends) -> Drawing:
    """A line a query; broken in periods without articles."""
    from harbincrawl.charts.lines import draw_trends

    series = {rows[0].query: {row.period: row.per_1000 for row in rows} for rows in trends.rows if rows}
    return draw_trends("Hits per 1,000 articles", trends.describe_unit(), series)
