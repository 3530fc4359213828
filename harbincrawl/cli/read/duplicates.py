"""`harbincrawl duplicates`: which articles are copies of which, and all links made anew."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from harbincrawl.archive.database.connection import open_reader, read_archive
from harbincrawl.cli.output.progress import progress_bar
from harbincrawl.cli.output.style import BOLD, CYAN, DIM, Style, read_style
from harbincrawl.duplicates.links import Copy, Member, read_copies
from harbincrawl.duplicates.rebuild import Counts, rebuild
from harbincrawl.text import clean, count_text, shorten, write_json

if TYPE_CHECKING:
    from harbincrawl.cli.main import GlobalOptions

FORMATS = ("text", "json", "jsonl", "csv")
_INDENT = " " * 12


@click.command(name="duplicates")
@click.option("--kind", type=click.Choice(["exact", "near"]), help="Only exact copies, or only near ones.")
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option("--rebuild", "anew", is_flag=True, help="Compare all articles again and print the result.")
@click.help_option("-h", "--help")
@click.pass_obj
def command(options: GlobalOptions, kind: str | None, form: str, anew: bool) -> int:
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
        if kind or form in ("jsonl", "csv"):
            raise click.UsageError("--rebuild goes with --format json only: it prints counts, not copies.")
        tell_counts(rebuild_links(options.archive, options.quiet), form, options.quiet)
        return 0
    with read_archive(options.archive) as connection:
        any_found = print_copies(read_copies(connection, kind), form)
    if not any_found and not options.quiet:
        click.echo("no copies", err=True)
    sys.stdout.flush()
    return 0


def rebuild_links(folder: Path, quiet: bool) -> Counts:
    """Makes all links of the archive in `folder` anew, in one transaction.

    Raises NoArchiveError, HeldError where another command writes, DatabaseError, NoSpaceError.
    """
    from harbincrawl.archive.articles.store import Store
    from harbincrawl.archive.database.lock import write_archive
    from harbincrawl.archive.runs.log import open_log

    # A reader refuses what is no archive; the writer would make one.
    open_reader(folder).close()
    with write_archive(folder, "duplicates --rebuild") as connection, ExitStack() as stack:
        log = stack.enter_context(closing(open_log(folder, connection, "duplicates")))
        stack.enter_context(log.transaction())
        with progress_bar("compare", quiet) as progress:
            return rebuild(connection, progress, Store(connection, run=0).next_change)


def tell_counts(counts: Counts, form: str, quiet: bool) -> None:
    """Says what a rebuild found: as a sentence on stderr, or as JSON."""
    if form == "json":
        click.echo(write_json(asdict(counts)))
    elif not quiet:
        click.echo(
            f"{count_text(counts.articles, 'article')}: {count_text(counts.exact, 'exact copy', 'exact copies')},"
            f" {count_text(counts.near, 'near copy', 'near copies')}, {count_text(counts.changed, 'link')} changed",
            err=True,
        )


def print_copies(copies: Iterator[Copy], form: str) -> bool:
    """Prints the copies in one of FORMATS; True where there were any."""
    if form == "text":
        return print_families(copies, read_style())
    records = map(copy_record, copies)
    first = next(records, None)
    if form == "csv":
        print_table(first, records)
    elif form == "json":
        print("[", end="")
        if first:
            print(write_json(first), *map(write_json, records), sep=",\n ", end="")
        print("]")
    elif first:
        print(write_json(first))
        for each in records:
            print(write_json(each))
    return first is not None


def print_families(copies: Iterator[Copy], style: Style) -> bool:
    """Prints each original with its copies below."""
    families = 0
    for original, family in groupby(copies, key=lambda each: each.original):
        if families:
            print()
        families += 1
        print(style.paint(shorten(clean(original.title or "(no title)"), style.width), BOLD))
        print(member_line(original, "original", style))
        for each in family:
            print(member_line(each.copy, "exact" if each.kind == "exact" else f"{each.similarity:.4g}", style))
            if each.copy.title != original.title:
                print(_INDENT + shorten(clean(each.copy.title or "(no title)"), style.width - len(_INDENT)))
    return families > 0


def member_line(member: Member, what: str, style: Style) -> str:
    """`  original  5370  2020-09-23 · Photo Gallery`."""
    number = member.id.rpartition(":")[2]
    about = shorten(clean(f"{member.date or 'no date'} · {member.section}"), style.width - len(number) - 14)
    return f"  {what:<8}  {style.paint(number, CYAN)}  {style.paint(about, DIM)}"


def copy_record(copy: Copy) -> dict[str, Any]:
    """A copy as one flat record; the keys that articles have, too, are named as there."""
    return {
        "id": copy.copy.id,
        "url": copy.copy.url,
        "title": copy.copy.title,
        "section": copy.copy.section,
        "date": copy.copy.date,
        "duplicate_of": copy.original.id,
        "similarity": copy.similarity,
        "kind": copy.kind,
        "original_url": copy.original.url,
        "original_title": copy.original.title,
        "original_section": copy.original.section,
        "original_date": copy.original.date,
    }


def print_table(first: dict[str, Any] | None, others: Iterator[dict[str, Any]]) -> None:
    """Prints CSV under a line of names, also where there is no copy; null is an empty cell."""
    import csv

    nobody = Member("", "", None, "", None)
    table = csv.writer(sys.stdout, lineterminator="\n")
    table.writerow(copy_record(Copy(nobody, nobody, 0.0, "near")))
    for each in [first, *others] if first else []:
        table.writerow(clean(cell) if isinstance(cell, str) else cell for cell in each.values())
