"""`harbincrawl rebuild`: the database anew from the WARC files alone."""

from __future__ import annotations

from functools import partial

import click

from harbincrawl.cli.main import GlobalOptions
from harbincrawl.cli.options import workers_option
from harbincrawl.cli.output import Output, json_option, note, progress_bar, warn_amiss
from harbincrawl.cli.parsing import Command, option
from harbincrawl.operations.rebuild import Rebuilt, rebuild
from harbincrawl.text import clean, count_text

from .verify import show_step

_MOST_NAMED = 20
"""Things that cannot be read, a line each; of further ones the number."""


@click.command("rebuild", cls=Command, is_writer=True)
@option("--give-up", is_flag=True, help="Leave out what cannot be read.")
@workers_option
@json_option
@click.pass_obj
def command(options: GlobalOptions, give_up: bool, workers: int | str | None, output: Output) -> int:
    """Make articles.db anew from the WARC files alone, and missing pictures. Readers see the old database or the new
    one.

    Where something cannot be read, the old database stays: exit code 7. With --give-up it is left out for good (exit
    code 3): notices take the place of damaged records, and the next crawl asks for their pages again.

    \b
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
    if done.is_placed:
        warn_amiss(*(f"lost: {each}" for each in done.unread), is_printed=output.is_text)
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
