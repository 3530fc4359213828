"""`harbincrawl watch`: saved searches, which tell what is new under them."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from harbincrawl.archive.database.connection import open_reader, read_archive
from harbincrawl.archive.user import change_user, read_user
from harbincrawl.cli.arguments import WordsCommand
from harbincrawl.cli.completion import complete_fields, complete_searches
from harbincrawl.cli.everywhere import HintingGroup
from harbincrawl.cli.filters import filter_options, matching_options, take_filters, tell_unknown_names
from harbincrawl.cli.output.hits import FORMATS, Form, print_hits, print_records, read_form
from harbincrawl.errors import ExitCode
from harbincrawl.search.filters import list_given
from harbincrawl.search.hits import read_search
from harbincrawl.search.records import read_records
from harbincrawl.search.saved import (
    MATCHING,
    Change,
    SavedSearch,
    read_changes,
    read_counter,
    read_saved,
    understand_saved,
)
from harbincrawl.text import clean, count_text, write_json

if TYPE_CHECKING:
    from harbincrawl.cli.main import GlobalOptions

KEYS = ("event", "search")
"""What an article has as JSON and CSV beside the keys of a record."""


@click.group("watch", cls=HintingGroup, context_settings={"help_option_names": ["-h", "--help"]})
def command() -> None:
    """Keep searches under names, and hear what is new under each: in notices of every crawl, by `run`, as a feed.

    New is what was stored, changed, gone or back since the last time. `watch run` tells each change once; notices and
    feeds have positions of their own.

    \b
    harbincrawl watch add metro 'metro OR tram' --section news
    harbincrawl watch run
    harbincrawl watch run metro --format jsonl
    harbincrawl watch list
    harbincrawl watch remove metro
    """


@command.command("add", cls=WordsCommand)
@click.argument("name")
@click.argument("query", nargs=-1, type=click.UNPROCESSED)
@filter_options
@matching_options
@click.pass_obj
def add_command(options: GlobalOptions, /, name: str, query: tuple[str, ...], **given: Any) -> None:
    """Save a search under NAME: QUERY and filters as in `search`. What changes from now on is new under it.

    A day such as 7d is counted from the day of each run.

    \b
    harbincrawl watch add metro 'metro OR tram'
    harbincrawl watch add gallery --section gallery --status live
    """
    from harbincrawl.archive.saved import make_search, save_search

    text = " ".join(query)
    filters = take_filters(given, text)
    kept = {key: True for key in MATCHING if given[key]} | list_given(filters)
    parsed = read_search(filters, raw=given["raw"]).parsed
    if not filters._replace(query=text.strip()).restricts():
        raise click.UsageError("What is to be watched? Give a query, a filter, or both.")
    with read_archive(options.archive) as connection:
        if given["raw"]:
            from harbincrawl.search.query.raw import check_raw

            check_raw(connection, text)
        if not options.quiet:
            tell_unknown_names(connection, filters)
    with _hold(options.archive, "watch add"):
        with read_archive(options.archive) as connection:
            saved = make_search(connection, name, text, kept, datetime.now(UTC))
        with change_user(options.archive) as user:
            save_search(user, saved)
    if not options.quiet:
        if parsed and (parsed.notes or (parsed.tree is None and not parsed.blank)):
            from .search import print_reading

            print_reading(parsed)
        click.echo(clean(f"watching {name}: what changes from now on is new under it"), err=True)


@command.command("remove")
@click.argument("names", nargs=-1, required=True, metavar="NAME...", shell_complete=complete_searches)
@click.pass_obj
def remove_command(options: GlobalOptions, /, names: tuple[str, ...]) -> None:
    """Forget saved searches.

    \b
    harbincrawl watch remove metro
    """
    from harbincrawl.archive.saved import remove_search

    with _hold(options.archive, "watch remove"), change_user(options.archive) as user:
        for name in dict.fromkeys(names):
            remove_search(user, name)


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.pass_obj
def list_command(options: GlobalOptions, /, as_json: bool) -> int:
    """List saved searches, and how much is new under each for the next `watch run`.

    \b
    harbincrawl watch list
    """
    if options.many:
        if as_json:
            raise click.UsageError("--json takes one --archive.")
        return _run_each(options, lambda one: _list(one, as_json=False))
    return _list(options, as_json=as_json)


def _list(options: GlobalOptions, *, as_json: bool) -> int:
    """Prints the saved searches of one archive; the exit code."""
    with read_archive(options.archive) as connection:
        with read_user(options.archive) as user:
            searches = read_saved(user)
        found = [(saved, len(read_changes(connection, saved, saved.printed))) for saved in searches]
    if as_json:
        click.echo(
            write_json(
                [
                    {"name": saved.name, "query": saved.query, **saved.options, "saved": saved.saved, "new": new}
                    for saved, new in found
                ],
                indent=2,
            )
        )
    elif found:
        width = max(len(saved.name) for saved, _ in found)
        for saved, new in found:
            click.echo(f"{saved.name:<{width}}  {new:>5,} new  {saved.describe()}")
    elif not options.quiet:
        _say_none()
    return ExitCode.DONE if found or as_json else ExitCode.NOTHING_FOUND


@command.command("run")
@click.argument("names", nargs=-1, metavar="[NAME]...", shell_complete=complete_searches)
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option(
    "--fields",
    default="",
    metavar="NAME,...",
    shell_complete=complete_fields,
    help="In text also these fields (url, author …), in JSON and CSV only these and `event`.",
)
@click.pass_obj
def run_command(options: GlobalOptions, /, names: tuple[str, ...], form: str, fields: str) -> int:
    """Print what is new under the saved searches since the last run, each change once. Exit code 9: nothing is new.

    What was printed counts as told once all of it was written. A run that ends before that (an interrupt, a reader that
    is gone, a full disk) tells it again. In JSON and CSV each article has its `event`, NAME:ARTICLE:CHANGE: after
    `kill -9` in the moment between the last byte and the note of it the same events come again.

    \b
    harbincrawl watch run
    harbincrawl watch run metro --format jsonl >> metro.jsonl
    harbincrawl watch run --format ids | harbincrawl show -
    """

    chosen = read_form(form, fields)
    if options.many:
        if form not in ("text", "jsonl", "ids", "urls"):
            raise click.UsageError(f"--format {form} takes one --archive.")
        return _run_each(options, lambda one: _run(one, names, chosen))
    return _run(options, names, chosen)


def _run_each(options: GlobalOptions, run: Callable[[GlobalOptions], int]) -> int:
    from harbincrawl.cli.archives import run_each

    def run_named(folder: Path, name: str) -> int:
        if not options.quiet:
            click.echo(f"{name}:", err=True)
        return run(options.of(folder))

    return run_each(options.many, run_named)


def _run(options: GlobalOptions, names: Sequence[str], chosen: Form) -> int:
    """Prints what is new in one archive; the exit code."""
    from harbincrawl.archive.saved import find_saved, hold_printing
    from harbincrawl.cli.output.whole import keep_output, write_whole

    open_reader(options.archive).close()  # where there is no archive, nothing is made
    with hold_printing(options.archive):
        with read_archive(options.archive) as connection:
            with read_user(options.archive) as user:
                searches = [find_saved(user, name) for name in dict.fromkeys(names)] or read_saved(user)
            counter = read_counter(connection)
            found = [(saved, read_changes(connection, saved, saved.printed)) for saved in searches]
            with keep_output() as buffer:
                print_news(connection, found, chosen)
        # Neither the archive nor a state of it is held while a pager waits.
        if any(changes for _, changes in found):
            with write_whole(buffer.getvalue()):
                _note_printed(options.archive, searches, counter)
        else:
            print(buffer.getvalue(), end="")
    if not options.quiet:
        for saved, changes in found:
            click.echo(f"{saved.name}: {len(changes):,} new", err=True)
        if not searches:
            _say_none()
    return ExitCode.DONE if any(changes for _, changes in found) else ExitCode.NOTHING_FOUND


def _note_printed(folder: Path, searches: Sequence[SavedSearch], counter: int) -> None:
    from harbincrawl.archive.saved import move_position

    with change_user(folder) as user:
        for saved in searches:
            move_position(user, saved.name, "printed", counter)


def print_news(
    connection: sqlite3.Connection, found: Sequence[tuple[SavedSearch, Sequence[Change]]], form: Form
) -> None:
    """Prints what is new under each search."""
    if form.name in ("json", "jsonl", "csv"):
        records = (record for _, changes in found for record in _read_events(connection, changes))
        if form.name == "json" or any(changes for _, changes in found):
            print_records(records, form, *KEYS)
        return
    shown = [(saved, changes) for saved, changes in found if changes]
    for place, (saved, changes) in enumerate(shown):
        if form.name == "text":
            print(("\n" if place else "") + f"{saved.name}: {count_text(len(changes), 'article')}\n")
        choice = understand_saved(connection, saved).choice
        print_hits(connection, choice, [change.hit for change in changes], form)


def _read_events(connection: sqlite3.Connection, changes: Sequence[Change]) -> Iterator[dict[str, Any]]:
    """The records, each with its event."""
    records = read_records(connection, [change.hit for change in changes])
    for record, change in zip(records, changes, strict=True):
        yield record | {"event": change.write_event(record["id"]), "search": change.search}


def _hold(folder: Path, words: str) -> AbstractContextManager[None]:
    """Holds the archive in `folder`.

    Raises NoArchiveError, HeldError where another command writes for longer than PATIENCE, DatabaseError, NoSpaceError.
    """
    from harbincrawl.archive.database.lock import hold
    from harbincrawl.archive.saved import PATIENCE

    open_reader(folder).close()  # where there is no archive, nothing is made
    return hold(folder, words, PATIENCE)


def _say_none() -> None:
    click.echo("no saved searches: `harbincrawl watch add NAME QUERY` saves one", err=True)
