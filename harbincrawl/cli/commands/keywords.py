"""`harbincrawl keywords`: what one part of the archive speaks of more than another."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import click

from harbincrawl.archive.database.connection import read_archive
from harbincrawl.charts.drawings import draw_bars
from harbincrawl.charts.shapes import WIDTH
from harbincrawl.cli.main import GlobalOptions
from harbincrawl.cli.options import NAMES, draw_plot, filter_options, plot_option, take_filters
from harbincrawl.cli.output.hints import list_unknown, note_reading
from harbincrawl.cli.output.stream import Output, format_options, note, progress_bar
from harbincrawl.cli.output.style import BOLD, read_style, table_lines
from harbincrawl.cli.parsing import WordsCommand, option
from harbincrawl.errors import ExitCode, FilterError
from harbincrawl.search.choice import make_choice
from harbincrawl.search.corpus.chance import CHANCE
from harbincrawl.search.corpus.keywords import LEAST, Keyword, Keywords, find_keywords
from harbincrawl.search.corpus.parts import CorpusPart
from harbincrawl.search.filters import Filters
from harbincrawl.search.query.grammar import read_days
from harbincrawl.text import clean, count_text, shorten

AGAINST = "--against"
_MOST_BARS = 55
"""More bars than this fit no page."""
_HEADS = ("word", "log-likelihood", "log ratio", "p", "times", "articles", "against", "articles")
_NUMBERS = 68
"""Columns that a table has beside its words, at most."""


class TwoPartsCommand(WordsCommand):
    """Takes words and filters behind `--against` for those of the other part; `ctx.meta[AGAINST]` has their values."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if AGAINST not in args:
            return super().parse_args(ctx, args)
        at = args.index(AGAINST)
        before, after = args[:at], args[at + 1 :]
        options, words = self.split_words(ctx, after)
        filters = [option for option in options if option[0].partition("=")[0] in NAMES]
        if not filters and not words:
            raise click.UsageError("--against needs filters or words; without it, the rest of the archive counts.", ctx)
        if len(words) == 1 and is_date(words[0]):
            words = [f"date:{words[0]}"]
        other = click.Context(self, parent=ctx, info_name=AGAINST)
        super().parse_args(other, [*(text for option in filters for text in option), "--", *words])
        ctx.meta[AGAINST] = other.params
        # What is no filter, --format for one, is meant for both.
        both = [text for option in options if option not in filters for text in option]
        return super().parse_args(ctx, [*both, *before, AGAINST])


def is_date(text: str) -> bool:
    """Whether a text is a day, a month, a year, or a range of them: `2015..2019`."""
    try:
        read_days(text)
    except FilterError:
        return False
    return True


@click.command(cls=TwoPartsCommand, is_paged=True)
@click.argument("query", nargs=-1, type=click.UNPROCESSED)
@filter_options
@option(
    AGAINST,
    is_flag=True,
    help="Filters, words or a date behind it choose what the part is compared with; without it, all other articles.",
)
@option(
    "--least",
    type=click.IntRange(min=1),
    default=LEAST,
    show_default=True,
    help="Times that a word is there, in both parts together.",
)
@option("--limit", type=click.IntRange(min=0), default=30, show_default=True, help="Words (0 = all).")
@format_options()
@plot_option
@click.pass_context
def command(
    ctx: click.Context, /, query: tuple[str, ...], against: bool, least: int, limit: int, output: Output,
    plot: Path | None, **given: Any,
) -> int:  # fmt: skip
    """List the words that one part of the archive has more often than another, by their log-likelihood.

    Filters, and words as in `search`, choose the part. Words are counted in title, text and captions, lower case,
    without stemming; copies are folded, gone articles count. Numbers are left out.

    The log-likelihood, by which they are sorted, is the evidence if each word stood in a text of its own. But words
    cluster in texts: of random halves of an archive, far more than 5% of words exceed the usual 3.84. p is right there,
    a permutation test: articles are assigned at random to parts of the same sizes, and p is the share of permutations
    with as large a difference, among those with one in the same direction. Of words that differ by chance, 5% have a p
    of at most 0.05.
    The log ratio is the size of the difference: 1 is twice as often, 2 four times, 3 eight times.

    Exit code 9 if either part is empty, or nothing is more frequent.

    \b
    harbincrawl keywords --since 2020
    harbincrawl keywords --since 2020 --against --since 2015 --until 2019
    harbincrawl keywords --section news --since 2020 --against 2015..2019
    harbincrawl keywords --section news snow --against --section culture --limit 50 --format csv
    harbincrawl keywords --since 2023 --plot words.svg
    """
    options: GlobalOptions = ctx.obj
    filters = take_filters(given, " ".join(query))
    behind = ctx.meta[AGAINST] | {"date": filters.date} if against else {}
    other = take_filters(behind, " ".join(behind["query"])) if against else None
    if not filters.restricts():
        raise click.UsageError("Which part? For example: harbincrawl keywords --since 2020", ctx)
    with read_archive(options.archive) as connection:
        with progress_bar("test words") as show:
            keywords = find_keywords(connection, filters, other, least=least, limit=limit or None, progress=show)
        note_part(connection, keywords.part, filters)
        if other is not None:
            note_part(connection, keywords.against, other)
    shown = keywords.words
    note_parts(keywords, least)
    if plot and shown:
        title = f"Log-likelihood of words: {_part_text(keywords.part)}, against {_part_text(keywords.against)}"
        draw_plot(plot, draw_bars(title, [(each.word, each.log_likelihood) for each in shown[:_MOST_BARS]], WIDTH))
    if output.form == "json":
        output.print_document(keywords.as_object())
    elif not output.is_text:
        output.print_values(shown, Keyword._fields)
    elif shown and not plot:
        style = read_style()
        heads, *lines = table_lines(_HEADS, [_make_row(each, style.width - _NUMBERS) for each in shown], style.width)
        output.print_lines([style.paint(heads, BOLD), *lines])
    return ExitCode.DONE if shown else ExitCode.NOTHING_FOUND


def note_part(connection: sqlite3.Connection, part: CorpusPart, filters: Filters) -> None:
    """Notes how the query of a part was read, where that was not obvious; of an empty part, what is near."""
    understood = make_choice(filters)
    note_reading(understood)
    if not part.articles:
        note("nothing found")
        note(*list_unknown(connection, understood, filters))


def _make_row(word: Keyword, room: int) -> tuple[object, ...]:
    numbers = word.frequency, word.articles, word.against_frequency, word.against_articles
    return (
        shorten(clean(word.word), room),
        word.log_likelihood,
        word.log_ratio,
        None if word.p is None else f"{word.p:.4f}",
        *numbers,
    )


def note_parts(keywords: Keywords, least: int) -> None:
    """Notes what was compared, how many words are shown of how many, and what chance alone would give."""
    note(f"{_part_text(keywords.part)}, against {_part_text(keywords.against)}")
    if keywords.both:
        note(f"{count_text(keywords.both, 'article')} in both parts")
    if not keywords.words and keywords.part.articles and keywords.against.articles:
        rare = f", of those that are there {least:,} times (--least)" if least > 1 else ""
        note(f"no word is more frequent in the first part{rare}")
    elif len(keywords.words) < keywords.more_frequent:
        words = f"{len(keywords.words):,} of {count_text(keywords.more_frequent, 'word')}"
        note(
            f"{words} that the first part has more often;"
            f" by chance alone up to {CHANCE * keywords.more_frequent:,.0f} would have a p of {CHANCE} or less"
        )
    elif keywords.words:
        tested = [each.p for each in keywords.words if each.p is not None]
        note(
            f"{count_text(keywords.more_frequent, 'word')} that the first part has more often, {len(tested):,} of them"
            f" tested: p is {CHANCE} or less for {sum(p <= CHANCE for p in tested):,}, by chance alone it would be for"
            f" {CHANCE * len(tested):,.0f}"
        )


def _part_text(part: CorpusPart) -> str:
    return f"{count_text(part.articles, 'article')} of {count_text(part.words, 'word')}"
