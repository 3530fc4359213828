"""`harbincrawl duplicates`: which articles are copies of which, and all links made anew."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import asdict
from itertools import chain, groupby
from pathlib import Path
from typing import Any

import click

from harbincrawl.archive.articles.store import Store
from harbincrawl.archive.database.connection import check_archive, read_archive
from harbincrawl.archive.database.lock import write_archive
from harbincrawl.archive.runs.log import open_log
from harbincrawl.cli.main import GlobalOptions
from harbincrawl.cli.output.stream import Output, format_options, note, progress_bar
from harbincrawl.cli.output.style import BOLD, CYAN, DIM, Style, read_style
from harbincrawl.cli.parsing import Command, option
from harbincrawl.duplicates.links import Copy, Member, read_copies
from harbincrawl.duplicates.rebuild import Counts, rebuild
from harbincrawl.text import clean, count_text, shorten

KEYS = (
    "id", "url", "title", "section", "date", "duplicate_of", "similarity", "kind", "original_url", "original_title",
    "original_section", "original_date",
)  # fmt: skip
_INDENT = " " * 12


@click.command(name="duplicates", cls=Command, is_paged=True)
@option("--kind", type=click.Choice(["exact", "near"]), help="Only exact copies, or only near ones.")
@option("--rebuild", "anew", is_flag=True, help="Compare all articles again and print the result.")
@format_options()
@click.pass_obj
def command(options: GlobalOptions, kind: str | None, anew: bool, output: Output) -> int:
    """List articles that are copies of an earlier one, grouped by original.

    exact: the same title, text, captions, author, source and date under another number. near: of all runs of two
    words in the two texts and their captions, 78% or more stand in both. Every crawl keeps the links up to date;
    --rebuild is for archives whose links were made by other rules or by none.

    \b
    harbincrawl duplicates
    harbincrawl duplicates --kind near --format csv > near.csv
    harbincrawl duplicates --rebuild
    """
    if anew:
        if kind or output.form in ("jsonl", "csv"):
            raise click.UsageError("--rebuild goes with --format json only: it prints counts, not copies.")
        counts = rebuild_links(options.archive)
        output.conclude(
            asdict(counts),
            f"{count_text(counts.articles, 'article')}: {count_text(counts.exact, 'exact copy', 'exact copies')},"
            f" {count_text(counts.near, 'near copy', 'near copies')}, {count_text(counts.changed, 'link')} changed",
        )
        return 0
    with read_archive(options.archive) as connection:
        copies = read_copies(connection, kind)
        first = next(copies, None)
        copies = chain([first], copies) if first else copies
        if output.is_text:
            print_families(copies, read_style())
        else:
            output.print_values(map(list_values, copies), KEYS)
    if first is None:
        note("no copies")
    return 0


def rebuild_links(folder: Path) -> Counts:
    """Makes all links of the archive in `folder` anew, in one transaction.

    Raises NoArchiveError, HeldError where another command writes, DatabaseError, NoSpaceError.
    """
    check_archive(folder)
    with write_archive(folder, "duplicates --rebuild") as connection, ExitStack() as stack:
        log = stack.enter_context(closing(open_log(folder, connection, "duplicates")))
        stack.enter_context(log.transaction())
        with progress_bar("compare") as progress:
            return rebuild(connection, progress, Store(connection, run=0).next_change)


def print_families(copies: Iterator[Copy], style: Style) -> None:
    """Prints each original with its copies below."""
    for place, (original, family) in enumerate(groupby(copies, key=lambda each: each.original)):
        if place:
            print()
        print(style.paint(shorten(clean(original.title or "(no title)"), style.width), BOLD))
        print(member_line(original, "original", style))
        for each in family:
            print(member_line(each.copy, "exact" if each.kind == "exact" else f"{each.similarity:.4g}", style))
            if each.copy.title != original.title:
                print(_INDENT + shorten(clean(each.copy.title or "(no title)"), style.width - len(_INDENT)))


def member_line(member: Member, what: str, style: Style) -> str:
    """`  original  5370  2020-09-23 · Photo Gallery`."""
    number = member.id.rpartition(":")[2]
    about = shorten(clean(f"{member.date or 'no date'} · {member.section}"), style.width - len(number) - 14)
    return f"  {what:<8}  {style.paint(number, CYAN)}  {style.paint(about, DIM)}"


def list_values(copy: Copy) -> tuple[Any, ...]:
    """A copy as the values of KEYS; what articles have, too, is called as there."""
    own, other = copy.copy, copy.original
    return (
        own.id, own.url, own.title, own.section, own.date, other.id, copy.similarity, copy.kind, other.url, other.title,
        other.section, other.date,
    )  # fmt: skip
