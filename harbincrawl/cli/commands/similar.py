"""`harbincrawl similar`: the articles that are like one."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Sequence
from typing import Any

import click

from harbincrawl.archive.database.connection import read_archive
from harbincrawl.cli.archives import find_number
from harbincrawl.cli.main import GlobalOptions
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
@click.pass_context
def command(ctx: click.Context, article: str, limit: int, output: Output) -> None:
    """List the articles that share the most typical words with one: words that are frequent in it and rare elsewhere.

    The score says which part of these words an article has, by weight (TF-IDF): 1.00 is all of them. Copies of the
    article are left out (`duplicates` lists them), copies of the others are folded. Exit code 9 if there is no such
    article, or none like it.

    \b
    harbincrawl similar 5370
    harbincrawl similar harbin-today:5370 --limit 5 --format ids
    """
    options: GlobalOptions = ctx.obj
    with read_archive(options.archive) as connection:
        found = read_similar(connection, article, limit)
    if not found:
        raise NotFoundError(f"no article in the archive is like {clean(article)}.")
    if output.is_text:
        output.print_lines(text_lines(found, read_style()))
    elif output.form in ("ids", "urls"):
        output.print_lines(clean(each[output.form[:-1]]) for each in found)
    elif output.form == "csv":
        output.print_rows((each | {"words": " ".join(each["words"])} for each in found), _COLUMNS)
    else:
        output.print_rows(found, _COLUMNS)
    sys.stdout.flush()


def read_similar(connection: sqlite3.Connection, article: str, limit: int) -> list[dict[str, Any]]:
    """The articles like the one that `article` names, as objects. Raises NotFoundError, click.BadParameter."""
    number = find_number(connection, article)
    select = (
        f"SELECT {SITE_NAME} || ':' || id, url, title, coalesce(updated, created), section"
        " FROM articles WHERE number = ?"
    )
    return [
        dict(
            zip(
                _COLUMNS, (*connection.execute(select, (each.number,)).fetchone(), score, list(each.words)), strict=True
            )
        )
        for each in find_similar(connection, number, limit)
        for score in (round(each.score, 3),)
    ]


def text_lines(found: Sequence[dict[str, Any]], style: Style) -> list[str]:
    """Two lines each article: id, score, day and title; the words that it shares."""
    lines = []
    for each in found:
        id, date = each["id"].rpartition(":")[2], each["date"] or "no date"
        title = shorten(clean(each["title"] or "(no title)"), max(20, style.width - len(f"{id}  0.00  {date}  ")))
        lines.append(
            f"{style.paint(id, CYAN)}  {each['score']:.2f}  {style.paint(date, DIM)}  {style.paint(title, BOLD)}"
        )
        lines += [f"  {style.paint(line, DIM)}" for line in wrap(clean(", ".join(each["words"])), style.width - 2)]
    return lines
