"""`harbincrawl rebuild`: the database anew from the WARC files alone."""

from __future__ import annotations

from functools import partial

import click

from harbincrawl.cli.main import GlobalOptions
from harbincrawl.cli.options import workers_option
from harbincrawl.cli.output.stream import Output, json_option, note, progress_bar
from harbincrawl.cli.parsing import Command, option
from harbincrawl.operations.rebuild import Rebuilt, rebuild
from harbincrawl.text import clean, count_text

from .verify import show_step

_MOST_NAMED = 20
"""Things that cannot be read, a line each; of further ones the number."""


@click.command("rebuild", cls=Command, is_writer=True)
@option("--give-up", is_flag=True, help="Leave out what no record says any more, and have the next crawl ask for it.")
@workers_option
@json_option
@click.pass_obj
def command(options: GlobalOptions, give_up: bool, workers: int | str | None, output: Output) -> int:
    """Make articles.db anew from the WARC files alone, and the pictures that are missing.

    Where the database is lost, damaged, or of another day than the WARC files. What was decided is put in as the log
    tells it, the words are read from the captured pages. Readers see the old database or the new one. Saved searches
    are taken from the old one. Where something cannot be read, the old one stays, and it ends with 7.

    With --give-up that is left out, once and for all: notices take the place of damaged records, what the old database
    still has of their pages is kept, and the next crawl asks for them again. This is a run of its own.

    \b
    harbincrawl rebuild
    harbincrawl rebuild --give-up
    """
    with progress_bar("rebuild") as show:
        done = rebuild(
            options.archive,
            give_up=give_up,
            progress=partial(show_step, show),
            workers=workers,
        )
    if output.is_text:
        output.print_lines(map(clean, describe(done)))
    else:
        output.print_document(done.as_dict())
        note(*describe(done))
    return done.exit_code


def describe(done: Rebuilt) -> list[str]:
    """What was made, or why nothing was."""
    lines = [f"lost: {each}" for each in done.unread[:_MOST_NAMED]]
    if len(done.unread) > _MOST_NAMED:
        lines.append(f"lost: {len(done.unread) - _MOST_NAMED:,} more")
    if not done.is_placed:
        return [*lines, "nothing was changed: restore the WARC files from a backup, or give --give-up."]
    nouns = {
        "articles": "article",
        "revisions": "revision",
        "captures": "capture",
        "listed": "list line",
        "runs": "run",
    }
    made = ", ".join(count_text(count, nouns[name]) for name, count in done.counts.items())
    return [*lines, f"made anew: {made}"]
