"""`harbincrawl words`: the word list of the articles that filters leave, or their n-grams."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from harbincrawl.archive.database.connection import read_archive
from harbincrawl.charts.drawings import draw_bars, draw_trends
from harbincrawl.charts.shapes import WIDTH, Drawing
from harbincrawl.cli.main import GlobalOptions
from harbincrawl.cli.options import draw_plot, filter_options, plot_option, take_filters
from harbincrawl.cli.output.facets import NO_VALUE, name_facet
from harbincrawl.cli.output.hints import list_unknown, list_unknown_words, note_reading
from harbincrawl.cli.output.stream import Output, format_options, note, progress_bar
from harbincrawl.cli.output.style import BOLD, read_style, table_lines
from harbincrawl.cli.parsing import WordsCommand, option
from harbincrawl.errors import ExitCode
from harbincrawl.search.choice import make_choice
from harbincrawl.search.corpus.grams import LONGEST, ORDERS
from harbincrawl.search.corpus.lists import WordList, count_words, read_asked
from harbincrawl.search.corpus.texts import LABELS
from harbincrawl.text import clean, count_text, shorten

_MOST_BARS = 55
"""More bars than this fit no page."""
_LONGEST_SHOWN = 40
"""Columns of a word in a table."""


@click.command(cls=WordsCommand, is_paged=True)
@click.argument("words", nargs=-1, type=click.UNPROCESSED, metavar="[WORD]...")
@option(
    "--size",
    type=click.IntRange(1, LONGEST),
    default=1,
    show_default=True,
    help=f"Words that follow each other (n-grams): 2 lists pairs; up to {LONGEST}.",
)
@option("--by", type=click.Choice(LABELS), help="A row a word and section, source, author or year.")
@option("--sort", type=click.Choice(ORDERS), default="frequency", show_default=True)
@option("--least", type=click.IntRange(min=1), default=1, show_default=True, help="Times that a word is there.")
@option("--limit", type=click.IntRange(min=0), default=30, show_default=True, help="Words (0 = all).")
@option("--query", default="", metavar="QUERY", help="Only in articles that a search for this finds.")
@filter_options
@format_options()
@plot_option
@click.pass_context
def command(
    ctx: click.Context, /, words: tuple[str, ...], size: int, by: Any, sort: Any, least: int, limit: int, query: str,
    output: Output, plot: Path | None, **given: Any,
) -> int:  # fmt: skip
    """List words by how often they are, per million words, in how many articles, and how evenly spread.

    Words are those of title, text and captions, lower case, without stemming; bare numbers are not listed, nor n-grams
    with one. WORD (metro, `met*`) lists these alone, in n-grams all that hold it. DP is Gries' deviation of proportions
    over the articles (0: even, near 1: in a few; not normalised), D is Juilland's (1: even). Copies are folded, gone
    articles count. Exit code 9 if there is no word.

    \b
    harbincrawl words --section news --limit 100
    harbincrawl words --size 2 --least 5 --csv
    harbincrawl words metro 'tram*' --by year
    harbincrawl words metro tram --by year --plot words.svg
    """
    options: GlobalOptions = ctx.obj
    filters = take_filters(given, query)
    asked = read_asked(words, size)
    with read_archive(options.archive) as connection:
        with progress_bar("count words") as progress:
            found = count_words(
                connection, words, filters, size=size, by=by, least=least, sort=sort, limit=limit or None,
                advance=lambda read: progress(advance=read),
            )  # fmt: skip
        understood = make_choice(filters)
        note_reading(understood)
        if not found.rows:
            note("nothing found")
            note(*(list_unknown_words(connection, asked.phrases) if found.whole.articles else ()))
            note(*list_unknown(connection, understood, filters))
    shown = min(limit or found.different, found.different)
    kinds = count_text(found.different, "word" if size == 1 else "n-gram")
    counted = f"{count_text(found.whole.articles, 'article')} of {count_text(found.whole.words, 'word')}"
    note(f"{counted}; {f'{shown:,} of ' if shown < found.different else ''}{kinds}")
    if plot and found.rows:
        draw_plot(plot, draw_words(found))
    names, rows = found.list_table()
    if output.form == "json":
        output.print_document(found.as_object())
    elif not output.is_text:
        output.print_values(rows, names)
    elif rows and not plot:
        heads, *lines = word_lines(found)
        output.print_lines([read_style().paint(heads, BOLD), *lines])
    return ExitCode.DONE if found.rows else ExitCode.NOTHING_FOUND


def word_lines(found: WordList) -> list[str]:
    """The list as a table."""
    by = (name_facet(found.by, found.date),) if found.by else ()
    heads = ("word", *by, "times", "per million", "articles", "DP", "D")
    rows = [
        (
            shorten(clean(row.word), _LONGEST_SHOWN),
            *((shorten(clean(row.group or NO_VALUE), _LONGEST_SHOWN),) if found.by else ()),
            row.frequency,
            row.per_million,
            row.articles,
            *(None if each is None else f"{each:.3f}" for each in (row.dp, row.juilland)),
        )
        for row in found.rows
    ]
    return table_lines(heads, rows)


def draw_words(found: WordList) -> Drawing:
    """Bars of how often the first words are; by year, lines per million words."""
    about = f"{count_text(found.whole.articles, 'article')} of {count_text(found.whole.words, 'word')}"
    if found.by == "year":
        series: dict[str, dict[str, float | None]] = {}
        for row in found.rows:
            if row.group:
                series.setdefault(row.word, {})[row.group] = row.per_million
        return draw_trends(f"Words of {about}", f"per 1,000,000 words of the year, by {found.date}", series)
    if found.by:
        named = [(f"{row.word}, {row.group or NO_VALUE}", row.per_million or 0) for row in found.rows]
        return draw_bars(f"Words per million by {found.by}: {about}", named[:_MOST_BARS], WIDTH)
    return draw_bars(f"Words of {about}", [(row.word, row.frequency) for row in found.rows[:_MOST_BARS]], WIDTH)
