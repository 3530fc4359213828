"""`harbincrawl concordance`: every place of a word, with the text around it."""

from __future__ import annotations

import csv
import sqlite3
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from harbincrawl.archive.database.connection import read_archive
from harbincrawl.cli.arguments import WordsCommand
from harbincrawl.cli.filters import draw_plot, filter_options, plot_option, take_filters, tell_unknown_names
from harbincrawl.cli.read.search import print_reading
from harbincrawl.search.corpus.concordance import CONTEXT, SORTS, Concordance, ConcordanceLine
from harbincrawl.search.hits import read_search
from harbincrawl.text import clean, count_text, display_width, write_json

if TYPE_CHECKING:
    from harbincrawl.charts.shapes import Drawing
    from harbincrawl.cli.main import GlobalOptions
    from harbincrawl.cli.output.style import Style

FORMATS = ("text", "csv", "json", "jsonl")


@click.command(cls=WordsCommand)
@click.argument("word", nargs=-1, type=click.UNPROCESSED, metavar="WORD...")
@click.option(
    "--sort",
    type=click.Choice(SORTS),
    default="newest",
    show_default=True,
    help="By date, or by the words to the left or right, the nearest first.",
)
@click.option("--query", default="", metavar="QUERY", help="Only in articles that a search for this finds.")
@filter_options
@click.option("--limit", type=click.IntRange(min=0), default=0, help="Print only so many lines; 0, as usual: all.")
@click.option(
    "--context",
    type=click.IntRange(1, 1000),
    default=CONTEXT,
    show_default=True,
    metavar="CHARACTERS",
    help="On either side; on a terminal at most what fits.",
)
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option("--csv", "as_csv", is_flag=True, help="The same as --format csv.")
@plot_option
@click.help_option("-h", "--help")
@click.pass_context
def command(
    ctx: click.Context, /, word: tuple[str, ...], sort: Any, query: str, limit: int, context: int, form: str,
    as_csv: bool, plot: Path | None, **given: Any,
) -> None:  # fmt: skip
    """List every place of a word in titles, texts and captions, with the words around it (keyword in context).

    The word is matched as it is, without stemming: case and accents are ignored. `met*` matches words that begin
    with met, several words match where they follow each other. Copies are folded, gone articles count. Exit code 9 if
    nothing is found.

    \b
    harbincrawl concordance lantern
    harbincrawl concordance 'ice festival' --sort right --since 2018
    harbincrawl concordance 'met*' --section news --format csv
    harbincrawl concordance lantern --plot lantern.svg
    """
    options: GlobalOptions = ctx.obj
    if not word:
        raise click.UsageError("Which word? For example: harbincrawl concordance lantern", ctx)
    if as_csv and form not in ("text", "csv"):
        raise click.UsageError(f"--csv and --format {form} exclude each other.", ctx)
    filters = take_filters(given, query)
    with read_archive(options.archive) as connection:
        concordance = Concordance(connection, " ".join(word), filters, sort=sort, context=context)
        months: Counter[str] = Counter()
        lines = _count_months(concordance, months)
        form = "csv" if as_csv else form
        if not plot or form != "text":
            print_lines(islice(lines, limit or None), form)
        for _ in lines:  # the rest is counted
            pass
        if plot and months:
            draw_plot(plot, draw_places(" ".join(word), months), is_quiet=options.quiet)
        sys.stdout.flush()
        if not options.quiet:
            if parsed := read_search(filters).parsed:
                print_reading(parsed)
            tell_counts(concordance, limit)
            if not concordance.lines:
                tell_unknown(connection, concordance)
                tell_unknown_names(connection, filters)
    ctx.exit(0 if concordance.lines else 9)


def _count_months(lines: Iterable[ConcordanceLine], months: Counter[str]) -> Iterator[ConcordanceLine]:
    """The lines, each counted in its month as it passes."""
    for line in lines:
        if line.date:
            months[line.date[:7]] += 1
        yield line


def draw_places(word: str, months: Mapping[str, int]) -> Drawing:
    """A column a month."""
    from harbincrawl.charts.drawings import draw_columns

    return draw_columns(f"Places of {word} by month", "places", months, 260)


def print_lines(lines: Iterable[ConcordanceLine], form: str) -> None:
    """Prints lines in one of FORMATS, one by one."""
    if form == "csv":
        table = csv.writer(sys.stdout, lineterminator="\n")
        table.writerow(ConcordanceLine._fields)
        table.writerows(map(_clean_line, lines))
    elif form == "jsonl":
        for line in lines:
            print(write_json(line._asdict()))
    elif form == "json":
        print("[", end="")
        for place, line in enumerate(lines):
            print((",\n " if place else "") + write_json(line._asdict()), end="")
        print("]")
    else:
        from harbincrawl.cli.output.style import read_style

        style = read_style()
        for line in lines:
            print(align_line(line, style))


def _clean_line(line: ConcordanceLine) -> Iterator[str | None]:
    return (text and clean(text) for text in line)


def align_line(line: ConcordanceLine, style: Style) -> str:
    """Day and id, then the line, its word in the middle of what is left of the width."""
    from harbincrawl.cli.output.style import CYAN, DIM, YELLOW

    id = line.id.rpartition(":")[2]
    head = f"{line.date or '':10}  {id:>5}  "
    word, left, right = clean(line.word), clean(line.left), clean(line.right)
    room = max(10, (style.width - display_width(head) - display_width(word)) // 2)
    left, right = _fit(left[::-1], room)[::-1], _fit(right, room)
    blanks = " " * (room - display_width(left))
    shown = f"{style.paint(line.date or ' ' * 10, DIM)}  {style.paint(f'{id:>5}', CYAN)}  "
    return f"{shown}{blanks}{left}{style.paint(word, YELLOW)}{right}".rstrip()


def _fit(text: str, width: int) -> str:
    """The beginning of `text` that is at most `width` columns wide, in whole words where there are several."""
    if display_width(text) <= width:
        return text
    while display_width(text) > width:
        text = text[:-1]
    whole = text.rpartition(" ")[0]
    return whole or text


def tell_counts(concordance: Concordance, limit: int) -> None:
    """Says on stderr how many lines there are."""
    lines, articles = concordance.lines, count_text(concordance.articles, "article")
    if not lines:
        click.echo("nothing found", err=True)
    elif limit and lines > limit:
        click.echo(f"{limit:,} of {count_text(lines, 'line')} in {articles}", err=True)
    else:
        click.echo(f"{count_text(lines, 'line')} in {articles}", err=True)


def tell_unknown(connection: sqlite3.Connection, concordance: Concordance) -> None:
    """Says on stderr which word no article has, and what is spelled nearly so."""
    from harbincrawl.search.spelling import find_unknown_words

    for word, near in find_unknown_words(connection, [concordance.phrase]):
        hint = f"; did you mean {', '.join(near)}?" if near else ""
        click.echo(clean(f"no article has {word}{hint}"), err=True)
