"""`harbincrawl passages`: what of an article stands in others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from harbincrawl.archive.articles.revisions import diff_words
from harbincrawl.cli.archives import Archives, check_name, open_archives
from harbincrawl.cli.main import GlobalOptions
from harbincrawl.cli.options import filter_options, take_filters
from harbincrawl.cli.output.hints import list_unknown, note_reading
from harbincrawl.cli.output.stream import Output, format_options, note, progress_bar
from harbincrawl.cli.output.style import BOLD, CYAN, DIM, Style, read_style, wrap
from harbincrawl.cli.parsing import Command, option
from harbincrawl.errors import ExitCode, NotFoundError
from harbincrawl.search.choice import make_choice
from harbincrawl.search.passages.finder import LEAST
from harbincrawl.search.passages.rows import Passage, Source, find_passages
from harbincrawl.text import clean, count_text, shorten


@click.command(cls=Command, is_paged=True)
@click.argument("article", metavar="[ID|URL]", required=False)
@option(
    "--least",
    type=click.IntRange(min=6),
    default=LEAST,
    show_default=True,
    metavar="WORDS",
    help="Words of a passage at least.",
)
@option("--query", default="", metavar="QUERY", help="Only articles that a search for this finds.")
@filter_options
@option("--copies", is_flag=True, heading="Filters", help="Compare copies of an article, too.")
@option("--limit", type=click.IntRange(min=0), default=0, help="Print only so many passages; 0, as usual: all.")
@format_options()
@click.pass_obj
def command(
    options: GlobalOptions, /, article: str | None, least: int, query: str, copies: bool, limit: int, output: Output,
    **given: Any,
) -> int:  # fmt: skip
    """List passages that stand in two articles: at least 12 words in a row, a few of them edited.

    \b
    harbincrawl passages 3506
    harbincrawl passages --since 2020 --format csv > passages.csv
    harbincrawl --archive mine --archive theirs passages
    """
    filters = take_filters(given, query)
    with open_archives(options.folders) as archives:
        sources = [Source(each.connection, each.site) for each in archives.opened]
        wanted = find_wanted(archives, article) if article else None
        with progress_bar("passages") as progress:
            found = find_passages(sources, filters, wanted, least=least, copies=copies, progress=progress)
        shown = found[: limit or None]
        if not output.is_text:
            output.print_values(shown, Passage._fields)
        else:
            output.print_lines(text_lines(shown, read_style()))
        note_reading(make_choice(filters))
        if not found:
            note("no passages")
            note(
                *(
                    line
                    for each in archives.opened
                    for line in list_unknown(each.connection, make_choice(filters), filters)
                )
            )
        else:
            pairs = len({(each.article, each.other) for each in found})
            some = f"{limit:,} of " if limit and len(found) > limit else ""
            note(f"{some}{count_text(len(found), 'passage')} of {count_text(pairs, 'pair')} of articles")
        return archives.end(ExitCode.DONE if found else ExitCode.NOTHING_FOUND)


def find_wanted(archives: Archives, text: str) -> tuple[int, int]:
    """The place of the first archive that has the article that `text` names, and its number there."""
    from harbincrawl.archive.naming import find_article
    from harbincrawl.archive.origin import read_mirrored

    for at, each in enumerate(archives.opened):
        check_name(each.connection, text)
        number = find_article(each.connection, text, read_mirrored(each.connection))
        if number is not None:
            return at, number
    raise NotFoundError(f"the archive has no article {clean(text)}.")


def text_lines(found: Sequence[Passage], style: Style) -> list[str]:
    """Each passage: both articles with their days, the earlier one first, and its words with what differs marked."""
    lines: list[str] = []
    for each in found:
        sides = [
            (each.article, each.date, each.source, each.title, each.text),
            (each.other, each.other_date, each.other_source, each.other_title, each.other_text),
        ]
        if each.earlier != "article":
            sides.reverse()
        lines += [""] if lines else []
        for id, date, source, title, _ in sides:
            about = " · ".join(clean(part) for part in (date or "no date", source) if part)
            lines.append(
                f"{style.paint(id, CYAN)}  {style.paint(about, DIM)}  {style.paint(shorten(clean(title or '(no title)'), 60), BOLD)}"
            )
        pieces = diff_words(sides[0][4], sides[1][4])
        marks = {"same": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}
        text = clean("".join(marks[piece.change].format(piece.text) for piece in pieces))
        lines += [f"  {line}" for line in wrap(text, style.width - 2)]
        lines.append(
            style.paint(f"  {count_text(each.words, 'word')} on both sides, similarity {each.similarity:.2f}", DIM)
        )
    return lines
