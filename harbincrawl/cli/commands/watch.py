"""`harbincrawl watch`: saved searches, which tell what is new under them."""

from __future__ import annotations

import io
from collections.abc import Sequence
from contextlib import AbstractContextManager, redirect_stdout
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from harbincrawl import fields
from harbincrawl.api import open_archive
from harbincrawl.api.article import News
from harbincrawl.archive import saved as saved_file
from harbincrawl.archive.database.connection import check_archive
from harbincrawl.archive.database.lock import hold
from harbincrawl.archive.saved import MATCHING, SavedSearch, read_saved
from harbincrawl.archive.user import change_user, read_user
from harbincrawl.cli.commands.search import MORE_FORMATS, print_hits
from harbincrawl.cli.filters import matching_options
from harbincrawl.cli.main import GlobalOptions
from harbincrawl.cli.output import Output, Style, format_options, json_option, note, read_style, sum_up
from harbincrawl.cli.parsing import Group, WordsCommand
from harbincrawl.errors import ExitCode
from harbincrawl.text import count_text

KEYS = ("event", "search")
"""What an article has as JSON beside the keys of a record."""


@click.group("watch", cls=Group)
def command() -> None:
    """Keep searches under names, and hear what is new under each: from `run`, and in notices after each crawl.

    \b
    harbincrawl watch add metro 'metro OR tram' section:news
    harbincrawl watch run
    harbincrawl watch run metro --format jsonl
    harbincrawl watch list
    harbincrawl watch remove metro
    """


@command.command("add", cls=WordsCommand, is_writer=True)
@click.argument("name")
@click.argument("query", nargs=-1, type=click.UNPROCESSED)
@matching_options
@click.pass_obj
def add_command(options: GlobalOptions, /, name: str, query: tuple[str, ...], **given: Any) -> None:
    """Save a search under NAME; what is new, changed, gone or back from now on is new under it.

    \b
    harbincrawl watch add metro 'metro OR tram'
    harbincrawl watch add gallery section:gallery status:live
    """
    text = " ".join(query)
    if not text.strip():
        raise click.UsageError("What is to be watched? Give a query.")
    kept = {key: True for key in MATCHING if given[key]}
    with open_archive(options.archive) as archive:
        note(*archive.read_query(text, is_found=False, exact=given["exact"]))
    with _hold(options.archive, "watch add"):
        with open_archive(options.archive) as archive, archive.reading() as connection:
            saved = saved_file.make_search(connection, name, text, kept, datetime.now(UTC))
        with change_user(options.archive) as user:
            saved_file.save_search(user, saved)
    sum_up(f"watching {name}: what changes from now on is new under it")


@command.command("remove", is_writer=True)
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@click.pass_obj
def remove_command(options: GlobalOptions, /, names: tuple[str, ...]) -> None:
    """Forget saved searches.

    \b
    harbincrawl watch remove metro
    """
    with _hold(options.archive, "watch remove"), change_user(options.archive) as user:
        for name in dict.fromkeys(names):
            saved_file.remove_search(user, name)


@command.command("list")
@json_option
@click.pass_obj
def list_command(options: GlobalOptions, /, output: Output) -> int:
    """List saved searches, and how much is new under each.

    \b
    harbincrawl watch list
    """
    with open_archive(options.archive) as archive, archive.one_state():
        with read_user(options.archive) as user:
            searches = read_saved(user)
        found = [(saved, len(archive.news(saved, saved.printed))) for saved in searches]
    if not output.is_text:
        output.print_document(
            [
                {"name": saved.name, "query": saved.query, **saved.options, "saved": saved.saved, "new": new}
                for saved, new in found
            ]
        )
    elif found:
        width = max(len(saved.name) for saved, _ in found)
        output.print_lines(f"{saved.name:<{width}}  {new:>5,} new  {saved.describe()}" for saved, new in found)
    else:
        _note_none()
    return ExitCode.DONE if found or not output.is_text else ExitCode.NOTHING_FOUND


@command.command("run", is_writer=True)
@click.argument("names", nargs=-1, metavar="[NAME]...")
@format_options("json", "jsonl", *MORE_FORMATS)
@click.pass_obj
def run_command(options: GlobalOptions, /, names: tuple[str, ...], output: Output) -> int:
    """Print what is new under saved searches since the last run, each change once. Exit code 9: nothing is new.

    What was printed is not printed again; a run that was ended before its end prints all of it again. In JSON each
    article has its `event`, NAME:ARTICLE:CHANGE, by which doubles are known.

    \b
    harbincrawl watch run
    harbincrawl watch run metro --format jsonl >> metro.jsonl
    harbincrawl watch run --format ids | harbincrawl show -
    """
    folder = options.archive
    check_archive(folder)  # where there is no archive, nothing is made
    style = read_style()
    with saved_file.hold_printing(folder):
        with open_archive(folder) as archive, archive.one_state():
            with read_user(folder) as user:
                searches = [saved_file.find_saved(user, name) for name in dict.fromkeys(names)] or read_saved(user)
            counter = archive.last_change
            found = [(saved, archive.news(saved, saved.printed)) for saved in searches]
            with redirect_stdout(io.StringIO()) as buffer:
                print_news(found, output, style)
        # Neither the archive nor a state of it is held while a reader waits.
        print(buffer.getvalue(), end="", flush=True)
        if any(news for _, news in found):
            _note_printed(folder, searches, counter)
    note(*(f"{saved.name}: {len(news):,} new" for saved, news in found))
    if not searches:
        _note_none()
    return ExitCode.DONE if any(news for _, news in found) else ExitCode.NOTHING_FOUND


def _note_printed(folder: Path, searches: Sequence[SavedSearch], counter: int) -> None:
    with change_user(folder) as user:
        for saved in searches:
            saved_file.move_position(user, saved.name, "printed", counter)


def print_news(found: Sequence[tuple[SavedSearch, Sequence[News]]], output: Output, style: Style) -> None:
    """Prints what is new under each search."""
    if output.form in ("json", "jsonl"):
        records = [each.to_dict() | {"event": each.event, "search": each.search} for _, news in found for each in news]
        if output.form == "json" or records:
            output.print_rows(records, (*fields.KEYS, *KEYS))
        return
    shown = [(saved, news) for saved, news in found if news]
    for place, (saved, news) in enumerate(shown):
        if output.is_text:
            print(("\n" if place else "") + f"{saved.name}: {count_text(len(news), 'article')}\n")
        print_hits(news, output, style)


def _hold(folder: Path, words: str) -> AbstractContextManager[None]:
    """Holds the archive in `folder`.

    Raises NoArchiveError, HeldError where another command writes for longer than PATIENCE, DatabaseError, NoSpaceError.
    """
    check_archive(folder)  # where there is no archive, nothing is made
    return hold(folder, words, saved_file.PATIENCE)


def _note_none() -> None:
    note("no saved searches: `harbincrawl watch add NAME QUERY` saves one")
