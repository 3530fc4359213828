"""`harbincrawl collocations`: the words that stand beside a word more often than by chance."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import click

from harbincrawl.archive.database.connection import read_archive
from harbincrawl.charts.drawings import draw_bars
from harbincrawl.charts.shapes import WIDTH
from harbincrawl.cli.main import GlobalOptions
from harbincrawl.cli.options import draw_plot, filter_options, plot_option, take_filters
from harbincrawl.cli.output.hints import list_unknown, list_unknown_words, note_reading
from harbincrawl.cli.output.stream import Output, format_options, note, progress_bar
from harbincrawl.cli.output.style import BOLD, read_style, table_lines
from harbincrawl.cli.parsing import WordsCommand, option
from harbincrawl.errors import ExitCode
from harbincrawl.search.choice import make_choice
from harbincrawl.search.corpus.collocations import (
    LEAST,
    MOST_WINDOW,
    SORTS,
    WINDOW,
    Collocate,
    Collocations,
    find_collocations,
    take_measure,
)
from harbincrawl.search.corpus.words import WordCutter, read_words
from harbincrawl.search.query.tree import Phrase
from harbincrawl.text import clean, count_text, shorten

_MOST_BARS = 55
"""More bars than this fit no page."""
_LONGEST = 40
"""Columns of a word in a table."""
_HEADS = ("word", "beside", "articles", "times", "expected", "log-likelihood", "MI", "logDice")
_WINDOW = re.compile(r"(\d{1,3})(?:,(\d{1,3}))?", re.ASCII)


class WindowType(click.ParamType[Any]):
    """`5`, or `3,0`: words to the left and right."""

    name = "window"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, int]:
        if isinstance(value, tuple):
            return value
        match = _WINDOW.fullmatch(value.replace(" ", ""))
        if match is None:
            self.fail(f"{value!r}: expected a number of words, or two: 5, or 3,0 for three to the left.", param, ctx)
        return int(match[1]), int(match[2] or match[1])


@click.command(cls=WordsCommand, is_paged=True)
@click.argument("word", nargs=-1, type=click.UNPROCESSED, metavar="WORD...")
@option(
    "--window",
    type=WindowType(),
    default=WINDOW,
    metavar="N|LEFT,RIGHT",
    help=f"Words on either side, 0 to {MOST_WINDOW}; default: {WINDOW[0]}.",
)
@option("--sort", type=click.Choice(SORTS), default=SORTS[0], show_default=True, help="By which measure.")
@option(
    "--least", type=click.IntRange(min=1), default=LEAST, show_default=True, help="Times that a word stands beside it."
)
@option("--limit", type=click.IntRange(min=0), default=30, show_default=True, help="Words (0 = all).")
@option("--query", default="", metavar="QUERY", help="Only in articles that a search for this finds.")
@filter_options
@format_options()
@plot_option
@click.pass_context
def command(
    ctx: click.Context, /, word: tuple[str, ...], window: tuple[int, int], sort: Any, least: int, limit: int,
    query: str, output: Output, plot: Path | None, **given: Any,
) -> int:  # fmt: skip
    """List the words that stand beside a word (collocates), with how much more often than by chance.

    WORD is one, several that follow each other, or a beginning: met*. Beside it are five words on either side, in the
    same title, paragraph or caption. A log-likelihood with a minus is of a word that stands there less often than
    expected. Case and accents are ignored, nothing is stemmed. Copies are folded, gone articles count. Exit code 9 if
    no word stands beside it so often.

    \b
    harbincrawl collocations lantern
    harbincrawl collocations 'ice fair' --window 3 --sort logdice
    harbincrawl collocations metro --window 0,1 --section news --csv
    harbincrawl collocations lantern --plot lantern.svg
    """
    options: GlobalOptions = ctx.obj
    if not word:
        raise click.UsageError("Which word? For example: harbincrawl collocations lantern", ctx)
    filters = take_filters(given, query)
    with read_archive(options.archive) as connection:
        with progress_bar("read articles") as progress:
            found = find_collocations(
                connection, " ".join(word), filters, window=window, sort=sort, least=least,
                advance=lambda read: progress(advance=read),
            )  # fmt: skip
        understood = make_choice(filters)
        note_reading(understood)
        if not found.frequency:
            words, is_prefix = read_words(WordCutter(), " ".join(word))
            note("nothing found")
            note(*list_unknown_words(connection, [Phrase(" ".join(words), prefix=is_prefix)]))
            note(*(() if found.articles else list_unknown(connection, understood, filters)))
    shown = found.rows[: limit or None]
    if found.frequency:
        note_collocations(found, len(shown), least)
    if plot and shown:
        title = f"Words beside {found.node} ({found.window[0]} to the left, {found.window[1]} to the right): {sort}"
        bars = [(each.word, max(take_measure(each, sort), 0)) for each in shown[:_MOST_BARS]]
        draw_plot(plot, draw_bars(title, bars, WIDTH))
    if output.form == "json":
        output.print_document(found.as_object(len(shown)))
    elif not output.is_text:
        output.print_values(shown, Collocate._fields)
    elif shown and not plot:
        heads, *lines = table_lines(_HEADS, [(shorten(clean(row.word), _LONGEST), *row[1:]) for row in shown])
        output.print_lines([read_style().paint(heads, BOLD), *lines])
    return ExitCode.DONE if shown else ExitCode.NOTHING_FOUND


def note_collocations(found: Collocations, shown: int, least: int) -> None:
    """Notes how often the word is there, in what, and how many words are shown of how many."""
    where = f"{count_text(found.node_articles, 'article')} of {found.articles:,}"
    note(f"{clean(found.node)}: {count_text(found.frequency, 'time')} in {where}")
    if not found.rows:
        note(f"no word stands beside it {f'{least:,} times; --least 1 lists all' if least > 1 else ''}".strip())
    elif shown < len(found.rows):
        note(f"{shown:,} of {count_text(len(found.rows), 'word')} beside it")
