"""`harbincrawl stats`: what the archive holds, as charts."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from harbincrawl.archive.database import FILE, open_reader, raise_typed
from harbincrawl.cli.output.facets import NO_VALUE, as_object
from harbincrawl.cli.output.style import BOLD, CYAN, Style, bars, read_style, spark
from harbincrawl.search.facets import FACETS, Bar, count_facet
from harbincrawl.search.filters import Filters, choose
from harbincrawl.search.matching import Choice

if TYPE_CHECKING:
    from harbincrawl.cli.main import Options


@click.command()
@click.option("--by", "facets", multiple=True, type=click.Choice(FACETS), help="Only this chart; repeatable.")
@click.option(
    "--section", multiple=True, metavar="NAME", help="Only articles of this path prefix or label; repeatable."
)
@click.option("--since", metavar="DATE", help="First day: 2019, 2019-05 or 2019-05-30.")
@click.option("--until", metavar="DATE", help="Last day.")
@click.option(
    "--top", type=click.IntRange(min=0), default=15, show_default=True, help="Bars a chart for people; 0: all."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.option("--csv", "as_csv", is_flag=True, help="Lines of chart, value, count.")
@click.option("--plot", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Draw it: .svg or .png.")
@click.help_option("-h", "--help")
@click.pass_context
def command(
    ctx: click.Context,
    facets: tuple[str, ...],
    section: tuple[str, ...],
    since: str | None,
    until: str | None,
    top: int,
    as_json: bool,
    as_csv: bool,
    plot: Path | None,
) -> None:
    """What the archive holds by year, month, section, source, author and length. Copies and gone articles count.

    \b
    harbincrawl stats
    harbincrawl stats --by year --by author --since 2018
    harbincrawl stats --plot articles.svg
    """
    options: Options = ctx.obj
    if as_json and as_csv:
        raise click.UsageError("--json and --csv exclude each other.", ctx)
    choice = choose(Filters(sections=section, since=since, until=until))
    connection = open_reader(options.archive)
    try:
        totals = read_totals(connection, choice)
        found = {name: count_facet(connection, choice, name, copies=True) for name in facets or FACETS}
    except sqlite3.Error as error:
        raise_typed(error, options.archive / FILE)
    finally:
        connection.close()
    if plot:
        from harbincrawl.charts.files import draw, write_plot

        write_plot(plot, draw(headline(totals), {name: shown(bars_, top) for name, bars_ in found.items()}))
        if not options.quiet:
            click.echo(f"drawn: {plot}", err=True)
    if as_json:
        from harbincrawl.cli.output.jsontext import write_json

        print(write_json(totals | {name: list(map(as_object, each)) for name, each in found.items()}))
    elif as_csv:
        import csv

        table = csv.writer(sys.stdout, lineterminator="\n")
        table.writerow(("chart", "value", "count"))
        table.writerows((name, each.value, each.hits) for name, row in found.items() for each in row)
    elif not plot:
        print("\n".join(stats_lines(totals, found, top, read_style())))
    sys.stdout.flush()


def read_totals(connection: sqlite3.Connection, choice: Choice) -> dict[str, Any]:
    """articles, words, gone, copies, first and last day of the chosen articles."""
    where, values = choice.conditions()
    row = connection.execute(
        "SELECT count(*), coalesce(sum(a.word_count), 0), coalesce(sum(a.status = 'gone'), 0),"
        " coalesce(sum(a.number IN (SELECT number FROM duplicates)), 0),"
        " min(coalesce(a.updated, a.created)), max(coalesce(a.updated, a.created))"
        f" FROM {choice.tables(articles=True)}{where}",
        values,
    ).fetchone()
    return dict(zip(("articles", "words", "gone", "copies", "first", "last"), row, strict=True))


def headline(totals: Mapping[str, Any]) -> str:
    """The totals in one line."""
    days = f", {totals['first']} to {totals['last']}" if totals["first"] else ""
    return (
        f"{totals['articles']:,} articles{days}, {totals['words']:,} words, "
        f"{totals['copies']:,} copies, {totals['gone']:,} gone"
    )


def shown(found: Sequence[Bar], top: int) -> list[tuple[str, int]]:
    """(name, number) of the bars to draw, the rest of a long chart in one."""
    rows = [(each.value or NO_VALUE, each.hits) for each in found]
    if top and len(rows) > top and not (found[-1].value or "").startswith(("19", "20")):
        rest = rows[top:]
        return [*rows[:top], (f"{len(rest)} more", sum(number for _, number in rest))]
    return rows


def stats_lines(totals: Mapping[str, Any], found: Mapping[str, Sequence[Bar]], top: int, style: Style) -> list[str]:
    """All charts for people; months as a line of twelve small columns a year."""
    lines = [headline(totals)]
    for name, each in found.items():
        if not each:
            continue
        lines += ["", style.paint(name, BOLD)]
        lines += month_lines(each, style) if name == "month" else bars(shown(each, top), style)
    return lines


def month_lines(months: Sequence[Bar], style: Style) -> list[str]:
    """A line a year with twelve columns, all years on one scale."""
    by_year: dict[str, list[int]] = {}
    for each in months:
        if each.value:
            by_year.setdefault(each.value[:4], [0] * 12)[int(each.value[5:7]) - 1] = each.hits
    if not by_year:
        return []
    # One line of columns for all years, cut into years afterwards, gives them one scale.
    columns = spark([number for year in by_year.values() for number in year])
    lines = ["      JFMAMJJASOND"]
    for place, (year, numbers) in enumerate(by_year.items()):
        line = style.paint(columns[place * 12 : place * 12 + 12], CYAN)
        lines.append(f"{year}  {line}  {sum(numbers)}")
    return lines
