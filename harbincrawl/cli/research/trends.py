"""`harbincrawl trends`: how often queries are met over time."""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from harbincrawl.archive.database.connection import read_archive
from harbincrawl.cli.arguments import WordsCommand
from harbincrawl.cli.filters import (
    draw_plot,
    filter_option,
    filter_options,
    plot_option,
    take_filters,
    tell_unknown_names,
)
from harbincrawl.cli.output.trends import draw_queries, print_csv, trend_lines
from harbincrawl.search.corpus.trends import MOST_SMOOTHED, By, Trends, count_trends
from harbincrawl.search.filters import Filters
from harbincrawl.search.hits import read_search
from harbincrawl.text import clean, count_text, write_json

if TYPE_CHECKING:
    from harbincrawl.cli.main import GlobalOptions


@click.command(cls=WordsCommand)
@click.argument("queries", nargs=-1, type=click.UNPROCESSED, metavar="QUERY...")
@click.option("--by", type=click.Choice(["month", "year"]), default="year", show_default=True)
@filter_options
@filter_option("exact")
@click.option(
    "--smooth",
    type=click.IntRange(1, MOST_SMOOTHED),
    default=1,
    metavar="N",
    help="A share is that of N months or years around each, all their hits beside all their articles.",
)
@click.option("--format", "form", type=click.Choice(["text", "csv", "json"]), default="text", show_default=True)
@click.option("--csv", "as_csv", is_flag=True, help="The same as --format csv.")
@plot_option
@click.help_option("-h", "--help")
@click.pass_context
def command(
    ctx: click.Context, /, queries: tuple[str, ...], by: By, smooth: int, form: str, as_csv: bool,
    plot: Path | None, **given: Any,
) -> None:  # fmt: skip
    """Count the hits of queries by year or month, and their share: per 1,000 articles of that time.

    Each QUERY is one of `search`, of several words in quotes; filters choose the articles that all of it is about.
    Copies are folded, gone articles count. Exit code 9 if no query finds anything.

    \b
    harbincrawl trends metro 'ice OR snow'
    harbincrawl trends '"ice festival"' --by month --section news --csv
    harbincrawl trends metro tram --by month --smooth 12 --plot trends.svg
    """
    options: GlobalOptions = ctx.obj
    if not queries:
        raise click.UsageError("Which query? For example: harbincrawl trends metro tram", ctx)
    if as_csv and form == "json":
        raise click.UsageError("--csv and --format json exclude each other.", ctx)
    filters = take_filters(given)
    with read_archive(options.archive) as connection:
        trends = count_trends(connection, tuple(dict.fromkeys(queries)), filters, by, smooth)
        found = any(row.hits for row in trends.list_rows())
        if not options.quiet:
            for query, rows in zip(trends.queries, trends.rows, strict=True):
                tell_reading(connection, query, is_found=any(row.hits for row in rows))
            if trends.undated:
                click.echo(f"{count_text(trends.undated, 'article')} without a date: in no {by}", err=True)
            if not trends.list_rows():
                tell_unknown_names(connection, filters)
    if plot and found:
        draw_plot(plot, draw_queries(trends), is_quiet=options.quiet)
    print_trends(trends, "csv" if as_csv else form, is_drawn=plot is not None)
    sys.stdout.flush()
    ctx.exit(0 if found else 9)


def tell_reading(connection: sqlite3.Connection, query: str, *, is_found: bool) -> None:
    """Says on stderr how a query was read where that was not obvious; of one that found nothing, what is nearly so."""
    from harbincrawl.cli.read.search import print_reading, tell_nothing

    understood = read_search(Filters(query=query))
    if understood.parsed:
        print_reading(understood.parsed)
    if not is_found:
        click.echo(clean(f"{query}: "), err=True, nl=False)
        tell_nothing(connection, understood, Filters())


def print_trends(trends: Trends, form: str, *, is_drawn: bool) -> None:
    """Prints trends in one of the formats; nothing for people if they are drawn, too."""
    if form == "csv":
        print_csv(trends)
    elif form == "json":
        print(write_json(trends.as_object()))
    elif trends.list_rows() and not is_drawn:
        from harbincrawl.cli.output.style import read_style

        print("\n".join(trend_lines(trends, read_style())))
