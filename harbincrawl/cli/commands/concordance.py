"""`harbincrawl concordance`: every place of a word, with the text around it."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import click

from harbincrawl.archive.database.connection import read_archive
from harbincrawl.charts.drawings import draw_columns
from harbincrawl.cli.main import GlobalOptions
from harbincrawl.cli.options import draw_plot, filter_options, plot_option, take_filters
from harbincrawl.cli.output.hints import list_unknown_names, list_unknown_words, note_reading
from harbincrawl.cli.output.stream import Output, format_options, note
from harbincrawl.cli.output.style import CYAN, DIM, YELLOW, Style, read_style
from harbincrawl.cli.parsing import WordsCommand, option
from harbincrawl.errors import ExitCode
from harbincrawl.search.choice import make_choice
from harbincrawl.search.corpus.concordance import CONTEXT, SORTS, Concordance, ConcordanceLine
from harbincrawl.text import clean, count_text, display_width


@click.command(cls=WordsCommand, is_paged=True)
@click.argument("word", nargs=-1, type=click.UNPROCESSED, metavar="WORD...")
@option(
    "--sort",
    type=click.Choice(SORTS),
    default="newest",
    show_default=True,
    help="By date, or by the words to the left or right, the nearest first.",
)
@option("--query", default="", metavar="QUERY", help="Only in articles that a search for this finds.")
@filter_options
@option("--limit", type=click.IntRange(min=0), default=0, help="Print only so many lines; 0, as usual: all.")
@option(
    "--context",
    type=click.IntRange(1, 1000),
    default=CONTEXT,
    show_default=True,
    metavar="CHARACTERS",
    help="On either side; on a terminal at most what fits.",
)
@format_options()
@plot_option
@click.pass_context
def command(
    ctx: click.Context, /, word: tuple[str, ...], sort: Any, query: str, limit: int, context: int,
    output: Output, plot: Path | None, **given: Any,
) -> int:  # fmt: skip
    """List every place of a word in titles, texts and captions, with the words around it (keyword in context).

    The word is matched as it is, without stemming: case and accents are ignored. `met*` matches words that begin
    with met, several words match where they follow each other. Copies are folded, gone articles count. Exit code 9 if
    nothing is found.

    \b
    harbincrawl concordance lantern
    harbincrawl concordance 'ice fair' --sort right --since 2018
    harbincrawl concordance 'met*' --section news --format csv
    harbincrawl concordance lantern --plot lantern.svg
    """
    options: GlobalOptions = ctx.obj
    if not word:
        raise click.UsageError("Which word? For example: harbincrawl concordance lantern", ctx)
    filters = take_filters(given, query)
    with read_archive(options.archive) as connection:
        concordance = Concordance(connection, " ".join(word), filters, sort=sort, context=context)
        months: Counter[str] = Counter()
        lines = _count_months(concordance, months)
        shown = islice(lines, limit or None)
        if not output.is_text:
            output.print_values(shown, ConcordanceLine._fields)
        elif not plot:
            style = read_style()
            for line in shown:
                print(align_line(line, style))
        for _ in lines:  # the rest is counted
            pass
        if plot and months:
            draw_plot(plot, draw_columns(f"Places of {' '.join(word)} by month", "places", months, 260))
        sys.stdout.flush()  # the lines stand before what is noted of them
        note_reading(make_choice(filters))
        if concordance.lines:
            some = f"{limit:,} of " if limit and concordance.lines > limit else ""
            note(f"{some}{count_text(concordance.lines, 'line')} in {count_text(concordance.articles, 'article')}")
        else:
            note("nothing found")
            note(*list_unknown_words(connection, [concordance.phrase]))
            note(*list_unknown_names(connection, filters))
    return ExitCode.DONE if concordance.lines else ExitCode.NOTHING_FOUND


def _count_months(lines: Iterable[ConcordanceLine], months: Counter[str]) -> Iterator[ConcordanceLine]:
    """The lines, each counted in its month as it passes."""
    for line in lines:
        if line.date:
            months[line.date[:7]] += 1
        yield line


def align_line(line: ConcordanceLine, style: Style) -> str:
    """Day and id, then the line, its word in the middle of what is left of the width."""
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
