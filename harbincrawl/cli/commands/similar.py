"""`harbincrawl similar`: the articles that are like one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from harbincrawl.archive.database.connection import read_archive
from harbincrawl.cli.main import GlobalOptions
from harbincrawl.cli.names import find_number
from harbincrawl.cli.output.stream import Output, format_options
from harbincrawl.cli.output.style import BOLD, CYAN, DIM, Style, read_style, wrap
from harbincrawl.cli.parsing import Command, option
from harbincrawl.errors import NotFoundError
from harbincrawl.fields import SITE_NAME
from harbincrawl.search.related import find_similar
from harbincrawl.text import clean, shorten

_COLUMNS = ("id", "url", "title", "date", "section", "score", "words")


@click.command(cls=Command, is_paged=True)
@click.argument("article", metavar="ID|URL")
@option("--limit", type=click.IntRange(min=1, max=1000), default=10, show_default=True, help="Articles at most.")
@format_options("ids", "urls")
@click.pass_obj
def command(options: GlobalOptions, article: str, limit: int, output: Output) -> None:
    """List the articles that share the most typical words with one: words that are frequent in it and rare elsewhere.

    The score says which part of these words an article has, by weight (TF-IDF): 1.00 is all of them. Copies of the
    article are left out (`duplicates` lists them), copies of the others are folded. Exit code 9 if there is no such
    article, or none like it.

    \b
    harbincrawl similar 3506
    harbincrawl similar harbin-today:3506 --limit 5 --format ids
    """
    select = (
        f"SELECT {SITE_NAME} || ':' || id, url, title, coalesce(updated, created), section"
        " FROM articles WHERE number = ?"
    )
    with read_archive(options.archive) as connection:
        found = [
            (*connection.execute(select, (each.number,)).fetchone(), round(each.score, 3), list(each.words))
            for each in find_similar(connection, find_number(connection, article), limit)
        ]
    if not found:
        raise NotFoundError(f"no article in the archive is like {clean(article)}.")
    if output.is_text:
        output.print_lines(text_lines(found, read_style()))
    elif output.form in ("ids", "urls"):
        output.print_lines(clean(each[_COLUMNS.index(output.form[:-1])]) for each in found)
    elif output.form == "csv":
        output.print_values(((*each, " ".join(words)) for *each, words in found), _COLUMNS)
    else:
        output.print_values(found, _COLUMNS)


def text_lines(found: Sequence[tuple[Any, ...]], style: Style) -> list[str]:
    """Two lines each article: id, score, day and title; the words that it shares."""
    lines = []
    for name, _, title, day, _, score, words in found:
        id, date = name.rpartition(":")[2], day or "no date"
        title = shorten(clean(title or "(no title)"), max(20, style.width - len(f"{id}  0.00  {date}  ")))
        lines.append(f"{style.paint(id, CYAN)}  {score:.2f}  {style.paint(date, DIM)}  {style.paint(title, BOLD)}")
        lines += [f"  {style.paint(line, DIM)}" for line in wrap(clean(", ".join(words)), style.width - 2)]
    return lines
