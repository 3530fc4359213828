"""`harbincrawl passages`: what of an article stands in others."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import Any

import click

from harbincrawl.archive.articles.revisions import diff_words
from harbincrawl.cli.archives import Archives, check_name, open_archives
from harbincrawl.cli.main import GlobalOptions
from harbincrawl.cli.options import filter_options, take_filters
from harbincrawl.cli.output.hints import list_unknown, note_reading
from harbincrawl.cli.output.revisions import paint_piece, wrap_pieces
from harbincrawl.cli.output.stream import Output, format_options, note, progress_bar
from harbincrawl.cli.output.style import BOLD, CYAN, DIM, Style, read_style, wrap
from harbincrawl.cli.parsing import Command, option
from harbincrawl.errors import ExitCode, NotFoundError
from harbincrawl.search.choice import make_choice
from harbincrawl.search.passages.lengths import LEAST, LEAST_ASKED
from harbincrawl.search.passages.rows import Passage, Source, StandingLine, find_passages
from harbincrawl.text import clean, count_text, display_width, shorten

_INDENT = "  "


@click.command(cls=Command, is_paged=True)
@click.argument("article", metavar="[ID|URL]", required=False)
@option(
    "--least",
    type=click.IntRange(LEAST_ASKED, 1000),
    default=LEAST,
    show_default=True,
    metavar="WORDS",
    help="Words of a passage at least.",
)
@option("--standing", is_flag=True, help="List the lines that stand in very many articles, instead.")
@option("--query", default="", metavar="QUERY", help="Only articles that a search for this finds.")
@filter_options
@option("--copies", is_flag=True, heading="Filters", help="Compare copies of an article, too.")
@option("--limit", type=click.IntRange(min=0), default=0, help="Print only so many; 0, as usual: all.")
@format_options()
@click.pass_obj
def command(
    options: GlobalOptions, /, article: str | None, least: int, standing: bool, query: str, copies: bool, limit: int,
    output: Output, **given: Any,
) -> int:  # fmt: skip
    """List passages that stand in two articles: at least 12 words in a row, some of them edited.

    With an ID, those that this article shares with others; without, those of any two articles. Filters choose the
    articles that are compared. Text shows the earlier article first, and what the later one has otherwise. Copies are
    folded (`duplicates` lists them), gone articles are compared. A line that stands in more than 100 articles, or one
    in 64, is in no table of all: --standing lists such lines, each once. Exit code 9 if nothing is found.

    \b
    harbincrawl passages 3506
    harbincrawl passages --since 2020 --least 30
    harbincrawl passages --section news --format csv > passages.csv
    harbincrawl --archive ours --archive theirs passages
    """
    filters = take_filters(given, query)
    with open_archives(options.folders) as archives:
        wanted = find_wanted(archives, article) if article else None
        sources = [Source(each.connection, each.site) for each in archives.opened]
        with progress_bar("passages") as progress:
            found = find_passages(sources, filters, wanted, least=least, copies=copies, progress=progress)
        if not output.is_text:
            rows: Sequence[tuple[Any, ...]] = found.standing if standing else found.passages
            output.print_values(rows[: limit or None], (StandingLine if standing else Passage)._fields)
        else:
            style = read_style()
            blocks = (
                (standing_lines(each, style) for each in found.standing)
                if standing
                else (passage_lines(each, style) for each in found.passages)
            )
            for place, lines in enumerate(islice(blocks, limit or None)):
                output.print_lines([""] * bool(place) + lines)
        count = len(found.standing if standing else found.passages)
        understood = make_choice(filters)
        note_reading(understood)
        some = f"{limit:,} of " if limit and count > limit else ""
        if not count:
            note("no line stands in so many articles" if standing else "no passages")
            note(*(line for each in archives.opened for line in list_unknown(each.connection, understood, filters)))
        elif standing:
            note(f"{some}{count_text(count, 'line')}")
        else:
            pairs = len({(each.article, each.other) for each in found.passages})
            note(f"{some}{count_text(count, 'passage')} of {count_text(pairs, 'pair')} of articles")
        if found.standing and not standing and article is None:
            note(f"{count_text(len(found.standing), 'line')} of very many articles left out: --standing")
        return archives.end(ExitCode.DONE if count else ExitCode.NOTHING_FOUND)


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


def passage_lines(passage: Passage, style: Style) -> list[str]:
    """Both articles, the earlier one first, and the words of that one with what the other one has otherwise."""
    sides = [
        (passage.article, passage.date, passage.source, passage.title, passage.text),
        (passage.other, passage.other_date, passage.other_source, passage.other_title, passage.other_text),
    ]
    if passage.earlier != "article":
        sides.reverse()
    heads = [line for id, date, source, title, _ in sides for line in head_lines(id, date, source, title, style)]
    # A mark of a change has no room for the ends of paragraphs.
    old, new = (" ".join(side[-1].split()) for side in sides)
    pieces = wrap_pieces(diff_words(old, new), style.width - len(_INDENT))
    similar = f"{count_text(passage.words, 'word')} in both, similarity {passage.similarity:.2f}"
    return [
        *heads,
        *(_INDENT + "".join(paint_piece(piece, style) for piece in line) for line in pieces),
        _INDENT + style.paint(similar, DIM),
    ]


def standing_lines(line: StandingLine, style: Style) -> list[str]:
    """In how many articles it stands, which is the first one, and its words."""
    id = line.article.rpartition(":")[2]
    about = f"{count_text(line.articles, 'article')}, first {line.date or 'no date'} in {id}"
    text = wrap(clean(" ".join(line.text.split())), style.width - len(_INDENT))
    return [style.paint(about, BOLD), *(_INDENT + each for each in text)]


def head_lines(id: str, date: str | None, source: str | None, title: str | None, style: Style) -> list[str]:
    """Day, id, title and source of an article."""
    about = " · ".join(clean(part) for part in (date or "no date", source) if part)
    room = max(20, style.width - display_width(f"{id}  {about}  "))
    named = shorten(clean(title or "(no title)"), room)
    return [f"{style.paint(id, CYAN)}  {style.paint(about, DIM)}  {style.paint(named, BOLD)}"]
