"""`harbincrawl backup`: a consistent copy of the archive, also while a crawl runs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from harbincrawl.cli.main import GlobalOptions
from harbincrawl.cli.output import Output, json_option, progress_bar
from harbincrawl.cli.parsing import Command, PlaceType, option
from harbincrawl.operations.backup import back_up
from harbincrawl.text import count_text

_MAX_NAMED = 10


@click.command("backup", cls=Command)
@click.argument("destination", metavar="DIR", type=PlaceType(path_type=Path, file_okay=False))
@option("--offloaded", is_flag=True, help="Also WARC files that are in a bucket.")
@json_option
@click.pass_obj
def command(options: GlobalOptions, destination: Path | str, offloaded: bool, output: Output) -> None:
    """Copy the archive, as it is at one moment, into the folder DIR, also while a crawl runs; settings and their
    secrets, too.

    An earlier backup of this archive in DIR is brought up to date; any other folder with files in it is refused.

    \b
    harbincrawl backup /mnt/backup/harbin
    """
    if isinstance(destination, str):
        raise click.UsageError(f"{destination} is no folder of this machine: name one, then copy it with rclone.")
    with progress_bar("backup") as progress:
        done = back_up(options.archive, destination, datetime.now(UTC), progress=progress, offloaded=offloaded)
    parts = [count_text(done.articles, "article"), count_text(done.files, "file")]
    parts += [f"{done.kept:,} there before"] if done.kept else []
    output.conclude(done._asdict(), f"{destination}: {', '.join(parts)}", *left_lines(done.left))


def left_lines(left: Sequence[str]) -> list[str]:
    """The offloaded files that no backup has."""
    named = [f"left in the bucket: {address}" for address in left[:_MAX_NAMED]]
    more = len(left) - _MAX_NAMED
    return [*named, f"left in the bucket: {count_text(more, 'more file')}"] if more > 0 else named
