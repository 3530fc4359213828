"""`harbincrawl trends`: how often queries are met over time."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from harbincrawl.archive.database.connection import read_archive
from harbincrawl.charts.drawings import draw_trends
from harbincrawl.charts.shapes import add_notes
from harbincrawl.charts.terminal import bar_lines, month_lines
from harbincrawl.cli.main import GlobalOptions
from harbincrawl.cli.options import (
    draw_plot,
    filter_option,
    filter_options,
    plot_option,
    take_filters,
)
from harbincrawl.cli.output.hints import list_unknown, list_unknown_names, note_reading
from harbincrawl.cli.output.stream import Output, format_options, note
from harbincrawl.cli.output.style import BOLD, Style, read_style
from harbincrawl.cli.parsing import WordsCommand, option
from harbincrawl.errors import ExitCode
from harbincrawl.search.choice import make_choice
from harbincrawl.search.corpus.intervals import find_interval
from harbincrawl.search.corpus.trends import INTERVALS_DRAWN, MOST_SMOOTHED, By, TrendRow, Trends, count_trends
from harbincrawl.search.filters import Filters
from harbincrawl.text import clean, count_text

_ROOM_FOR_INTERVALS = 50
"""Columns of a line in which a bar is still longer than what stands before it."""


@click.command(cls=WordsCommand, is_paged=True)
@click.argument("queries", nargs=-1, type=click.UNPROCESSED, metavar="QUERY...")
@option("--by", type=click.Choice(["month", "year"]), default="year", show_default=True)
@filter_options
@filter_option("exact")
@option(
    "--smooth",
    type=click.IntRange(1, MOST_SMOOTHED),
    default=1,
    metavar="N",
    help="A share is that of N months or years around each, all their hits beside all their articles.",
)
@format_options()
@plot_option
@click.pass_context
def command(
    ctx: click.Context, /, queries: tuple[str, ...], by: By, smooth: int, output: Output,
    plot: Path | None, **given: Any,
) -> int:  # fmt: skip
    """Count the hits of queries by year or month, and their share: per 1,000 articles of that time.

    Each QUERY is one of `search`, of several words in quotes; filters choose the articles that all of it is about.
    In brackets, and as `low` and `high`, is the 95% interval of a share (Wilson), as if the articles were a sample.
    Copies are folded, gone articles count. Exit code 9 if no query finds anything.

    \b
    harbincrawl trends metro 'ice OR snow'
    harbincrawl trends '"ice fair"' --by month --section news --csv
    harbincrawl trends metro tram --by month --smooth 12 --plot trends.svg
    """
    options: GlobalOptions = ctx.obj
    if not queries:
        raise click.UsageError("Which query? For example: harbincrawl trends metro tram", ctx)
    filters = take_filters(given)
    with read_archive(options.archive) as connection:
        trends = count_trends(connection, tuple(dict.fromkeys(queries)), filters, by, smooth)
        found = any(row.hits for row in trends.list_rows())
        for query, rows in zip(trends.queries, trends.rows, strict=True):
            note_query(connection, query, is_found=any(row.hits for row in rows))
        if trends.undated:
            note(f"{count_text(trends.undated, 'article')} without a date: in no {by}")
        if not trends.list_rows():
            note(*list_unknown_names(connection, filters))
    if plot and found:
        # Broken in periods without articles.
        series = {rows[0].query: {row.period: row.per_1000 for row in rows} for rows in trends.rows if rows}
        drawing = draw_trends("Hits per 1,000 articles", trends.describe_unit(), series, trends.list_intervals())
        draw_plot(plot, add_notes(drawing, [INTERVALS_DRAWN]))
    if output.form == "json":
        output.print_document(trends.as_object())
    elif not output.is_text:
        names, table = trends.list_table()
        output.print_values(table, names)
    elif trends.list_rows() and plot is None:
        output.print_lines(trend_lines(trends, read_style()))
    return ExitCode.DONE if found else ExitCode.NOTHING_FOUND


def note_query(connection: sqlite3.Connection, query: str, *, is_found: bool) -> None:
    """Notes how a query was read where that was not obvious; of one that found nothing, what is nearly so."""
    understood = make_choice(Filters(query=query))
    note_reading(understood)
    if not is_found:
        note(f"{query}: nothing found")
        note(*list_unknown(connection, understood, Filters()))


def trend_lines(trends: Trends, style: Style) -> list[str]:
    """A chart a query, all on one scale: the share of each period, behind it the hits and articles that it is of."""
    most = max((row.per_1000 or 0 for row in trends.list_rows()), default=0)
    about = f"; shares are {trends.describe_unit()}" if trends.smooth > 1 else f", by {trends.date}"
    lines: list[str] = []
    for rows, pooled in zip(trends.rows, trends.pool(), strict=True):
        lines += ["", *_chart_lines(rows, pooled, trends.by, about, most, style)]
    return lines[1:]


def _chart_lines(
    rows: Sequence[TrendRow], pooled: Sequence[TrendRow], by: str, about: str, most: float, style: Style
) -> list[str]:
    hits, articles = sum(row.hits for row in rows), sum(row.articles for row in rows)
    interval = find_interval(hits, articles)
    ends = f" {write_interval(1000 * interval.low, 1000 * interval.high)}" if interval else ""
    share = f", {1000 * hits / articles:,.1f} per 1,000{ends}" if articles else ""
    name = style.paint(clean(rows[0].query), BOLD) if rows else ""
    head = f"{name}  {count_text(hits, 'hit')} in {count_text(articles, 'article')}{share}{about}"

    if by == "month":
        years: dict[str, list[int]] = {}
        for row in rows:
            year = years.setdefault(row.period[:4], [0, 0])
            year[0], year[1] = year[0] + row.hits, year[1] + row.articles
        sums = {year: f"{found:,} of {every:,}" for year, (found, every) in years.items()}
        return [head, *month_lines({row.period: row.per_1000 or 0 for row in rows}, style.paint_bar, sums, most=most)]
    notes = [f"  {row.hits:,} of {row.articles:,}" for row in pooled]
    width = style.width - max(map(len, notes), default=0)
    ranges = [write_interval(row.low, row.high) for row in rows] if width >= _ROOM_FOR_INTERVALS else []
    bars = bar_lines(
        [(row.period, row.per_1000) for row in rows], width, style.paint_bar,
        most=most, write="{:,.1f}".format, ranges=ranges,
    )  # fmt: skip
    return [head, *(bar + end for bar, end in zip(bars, notes, strict=True))]


def write_interval(low: float | None, high: float | None) -> str:
    """`(22.9–178.6)`; nothing where there is none."""
    return "" if low is None or high is None else f"({low:,.1f}–{high:,.1f})"
