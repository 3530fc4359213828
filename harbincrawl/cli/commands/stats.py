"""`harbincrawl stats`: what the archive holds, as charts."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from harbincrawl.archive.database.connection import read_archive
from harbincrawl.charts.drawings import draw_bars, draw_columns
from harbincrawl.charts.shapes import PAGE, Drawing, arrange
from harbincrawl.charts.terminal import bar_lines, month_lines
from harbincrawl.cli.main import GlobalOptions
from harbincrawl.cli.options import draw_plot, filter_options, plot_option, take_filters
from harbincrawl.cli.output.facets import TIMES, as_objects, name_facet, name_rows, print_bars
from harbincrawl.cli.output.hints import list_unknown_names
from harbincrawl.cli.output.stream import Output, format_options, note
from harbincrawl.cli.output.style import BOLD, Style, read_style
from harbincrawl.cli.parsing import Command, option
from harbincrawl.errors import ExitCode
from harbincrawl.search.choice import ArticleCondition, make_choice
from harbincrawl.search.days import DATES, DAY
from harbincrawl.search.facets import FACETS, Bar, count_facet
from harbincrawl.text import count_text

_MOST_BARS = 60
"""More bars than this fit no page."""


@click.command(
    cls=Command,
    is_paged=True,
    meant=dict.fromkeys(("--query", "--facet"), "harbincrawl search QUERY --facet section"),
)
@option("--by", "facets", multiple=True, type=click.Choice(FACETS), help="Only this chart; repeatable.")
@filter_options
@option(
    "--top",
    type=click.IntRange(min=0),
    default=15,
    show_default=True,
    help="Maximum bars per chart (0 = all); years and months are always complete.",
)
@format_options()
@plot_option
@click.pass_context
def command(
    ctx: click.Context,
    /,
    facets: tuple[str, ...],
    top: int,
    output: Output,
    plot: Path | None,
    **given: Any,
) -> int:
    """What the archive holds by year, month, section, source, author and length. Copies and gone articles count.

    \b
    harbincrawl stats
    harbincrawl stats --by year --by author --since 2018
    harbincrawl stats --plot articles.svg
    """
    options: GlobalOptions = ctx.obj
    filters = take_filters(given)
    choice = make_choice(filters)
    with read_archive(options.archive) as connection:
        totals = read_totals(connection, choice)
        if not totals["articles"]:
            note(*list_unknown_names(connection, filters))
        charts = {name: count_facet(connection, choice, name, copies=True) for name in facets or FACETS}
    if plot:
        draw_plot(plot, draw_stats(totals, charts, top))
    if output.form == "json":
        output.print_document(totals | as_objects(charts))
    elif not output.is_text:
        print_bars("chart", charts, output, choice.date)
    elif not plot:
        output.print_lines(stats_lines(totals, charts, top, read_style()))
    return ExitCode.DONE


def read_totals(connection: sqlite3.Connection, choice: ArticleCondition) -> dict[str, Any]:
    """articles, words, gone, unknown, copies, first and last day of the chosen articles by `date`.

    `other_date` of them lack that date, and count by the other one.
    """
    day, (other,) = DAY[choice.date], set(DATES) - {choice.date}
    where, values = choice.write_conditions()
    row = connection.execute(
        "SELECT count(*), coalesce(sum(a.word_count), 0), coalesce(sum(a.status = 'gone'), 0),"
        " coalesce(sum(a.status = 'unknown'), 0),"
        " coalesce(sum(a.number IN (SELECT number FROM duplicates)), 0),"
        f" min({day}), max({day}), coalesce(sum(a.{choice.date} IS NULL AND a.{other} IS NOT NULL), 0)"
        f" FROM {choice.tables(articles=True)}{where}",
        values,
    ).fetchone()
    names = ("articles", "words", "gone", "unknown", "copies", "first", "last", "other_date")
    return dict(zip(names, row, strict=True)) | {"date": choice.date}


def headline(totals: Mapping[str, Any]) -> str:
    """The totals in one line."""
    days = f", {totals['first']} to {totals['last']}" if totals["first"] else ""
    return (
        f"{count_text(totals['articles'], 'article')}{days}, {count_text(totals['words'], 'word')}, "
        f"{count_text(totals['copies'], 'copy', 'copies')}, {totals['gone']:,} gone"
        + (f", {totals['unknown']:,} only in other archives" if totals["unknown"] else "")
    )


def describe_days(totals: Mapping[str, Any]) -> str:
    """Which date the days of the totals, and years and months, are of."""
    lacking = count_text(totals["other_date"], "article")
    verb = "lacks" if totals["other_date"] == 1 else "lack"
    other = f"; {lacking} {verb} it, and the other date stands in" if totals["other_date"] else ""
    return f"days are those of {totals['date']}{other}"


def top_rows(bars: Sequence[Bar], top: int) -> list[tuple[str, int]]:
    """(name, number) of the first `top` bars, the rest in one; all of them where `top` is 0."""
    rows = name_rows(bars)
    if not top or len(rows) <= top:
        return rows
    rest = rows[top:]
    return [*rows[:top], (f"{len(rest)} more", sum(number for _, number in rest))]


def count_periods(bars: Sequence[Bar]) -> dict[str, int]:
    """Articles by year or month; those without a date are left out."""
    return {bar.value: bar.hits for bar in bars if bar.value}


def stats_lines(totals: Mapping[str, Any], charts: Mapping[str, Sequence[Bar]], top: int, style: Style) -> list[str]:
    """All charts for people; months as a line of twelve small columns a year."""
    lines = [headline(totals), describe_days(totals)]
    for name, bars in charts.items():
        if not bars:
            continue
        lines += ["", style.paint(name_facet(name, totals["date"]), BOLD)]
        if name == "month":
            lines += month_lines(count_periods(bars), style.paint_bar)
        else:
            rows = name_rows(bars) if name in TIMES else top_rows(bars, top)
            lines += bar_lines(rows, style.width, style.paint_bar)
    return lines


def draw_stats(totals: Mapping[str, Any], charts: Mapping[str, Sequence[Bar]], top: int) -> Drawing:
    """All charts on one sheet: years and months as columns over time, the others as bars, as many as fit a page."""
    longest = max((len(bars) for name, bars in charts.items() if name not in TIMES), default=0)
    most = min(top or longest, longest, _MOST_BARS)
    while (sheet := _draw_sheet(totals, charts, most)).height > PAGE and most > 1:
        most -= 1
    return sheet


def _draw_sheet(totals: Mapping[str, Any], charts: Mapping[str, Sequence[Bar]], top: int) -> Drawing:
    times, others = [], []
    for name, bars in charts.items():
        title = f"Articles by {name}" + (" in words" if name == "length" else "")
        if name in TIMES:
            undated = sum(bar.hits for bar in bars if not bar.value)
            without = f" ({undated:,} without a date)" if undated else ""
            times.append(draw_columns(title + without, "articles", count_periods(bars)))
        else:
            others.append(draw_bars(title, top_rows(bars, top)))
    return arrange(f"{headline(totals)}; {describe_days(totals)}", times, others)
