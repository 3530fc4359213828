"""`harbincrawl edits`: how articles changed after publication."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

import click

from harbincrawl.archive.articles.revisions import FIELDS
from harbincrawl.archive.database.connection import read_archive
from harbincrawl.archive.edits import BYS, By, read_histories
from harbincrawl.cli.main import GlobalOptions
from harbincrawl.cli.options import filter_option, filter_options, take_filters
from harbincrawl.cli.output.edits import (
    edit_lines,
    group_lines,
    headline,
    make_row,
    note_kind,
    note_left_out,
    summary_lines,
)
from harbincrawl.cli.output.hints import list_unknown, note_reading
from harbincrawl.cli.output.stream import Output, format_options, note, progress_bar
from harbincrawl.cli.output.style import read_style
from harbincrawl.cli.parsing import RARE, WordsCommand, option
from harbincrawl.errors import ExitCode
from harbincrawl.reread.standing import make_judge
from harbincrawl.search.choice import make_choice
from harbincrawl.search.corpus.edits import EDIT_KEYS, Edit, EditGroup, History, sum_up_edits


@click.command(cls=WordsCommand, is_paged=True)
@click.argument("query", nargs=-1, type=click.UNPROCESSED)
@filter_options
@filter_option("exact")
@option("--by", type=click.Choice(BYS), help="A line each of these: articles, those that changed, their share.")
@option("--field", "fields", type=click.Choice(FIELDS), multiple=True, help="Only edits of this field; repeatable.")
@option("--list", "is_list", is_flag=True, help="A line an edit, by article.")
@option(
    "--top",
    type=click.IntRange(min=0),
    default=15,
    show_default=True,
    help="Lines of --by and of words in a summary (0 = all).",
)
@option(
    "--unchecked",
    is_flag=True,
    heading=RARE,
    help="Read no captured pages: lines that pages of both wordings show, read otherwise, then count as edits.",
)
@format_options()
@click.pass_context
def command(
    ctx: click.Context, /, query: tuple[str, ...], by: By | None, fields: tuple[str, ...], is_list: bool, top: int,
    unchecked: bool, output: Output, **given: Any,
) -> int:  # fmt: skip
    """Count how articles changed after publication: how many, how long after, which fields, which words went and came.

    An edit is what one visit shows beside the one before: several between two visits are one. Lines that captured
    pages of both wordings show were only read otherwise, and are left out. Filters, and words as in `search`, choose
    articles by their present wording; copies and gone articles count. --csv has a row an edit, or with --by a row a
    group. Exit code 9 if no article changed.

    \b
    harbincrawl edits
    harbincrawl edits --by section --since 2020
    harbincrawl edits metro --list
    harbincrawl edits --field title --list
    harbincrawl edits --csv > edits.csv
    """
    options: GlobalOptions = ctx.obj
    if by and is_list:
        raise click.UsageError("--by and --list exclude each other.", ctx)
    filters = take_filters(given, " ".join(query))
    choice = make_choice(filters)
    note_reading(choice)
    is_list = is_list or (by is None and output.form in ("csv", "jsonl"))
    left_out = unjudged = 0

    def list_found(histories: Iterable[History]) -> Iterator[Edit]:
        nonlocal left_out, unjudged
        for history in histories:
            left_out, unjudged = left_out + history.left_out, unjudged + history.unjudged
            yield from (each.edit for each in history.edits)

    with read_archive(options.archive) as connection, progress_bar("reading wordings") as move:
        judge = None if unchecked else make_judge(options.archive, connection)
        histories = read_histories(connection, filters, by, move, judge)
        if fields:
            histories = (each.keep_fields(fields) for each in histories)
        if is_list:
            edits = list_found(histories)
            first = next(edits, None)
            shown = edits if first is None else chain((first,), edits)
            if output.is_text:
                output.print_lines(line for each in shown for line in edit_lines(each, read_style()))
            else:
                output.print_rows(map(make_row, shown), EDIT_KEYS)
            if first is None:
                note("no article changed")
            note_left_out(left_out, unjudged)
            return ExitCode.NOTHING_FOUND if first is None else ExitCode.DONE
        summary = sum_up_edits(histories, top)
        if not summary.articles:
            note("nothing found", *list_unknown(connection, choice, filters))
    groups = summary.groups[: top or None]
    if output.form == "json":
        output.print_document(summary._replace(groups=groups).as_object(filters.date, by))
    elif not output.is_text:
        output.print_values(groups, EditGroup._fields)
    else:
        style = read_style()
        more = group_lines(groups, by, filters.date, style) if by else summary_lines(summary, style)
        output.print_lines([*headline(summary, style), *more])
        if by and len(groups) < len(summary.groups):
            note(f"{len(groups):,} of {len(summary.groups):,}: --top 0 lists all")
    if summary.seen_twice:
        note_kind()
    note_left_out(summary.left_out, summary.unjudged)
    return ExitCode.DONE if summary.changed else ExitCode.NOTHING_FOUND
