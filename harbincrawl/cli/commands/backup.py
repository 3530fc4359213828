"""`harbincrawl backup`: a consistent copy of the archive, also while a crawl runs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from harbincrawl.cli.main import GlobalOptions
from harbincrawl.cli.output.stream import Output, json_option, progress_bar
from harbincrawl.cli.parsing import Command, PlaceType, option
from harbincrawl.operations.backup import back_up
from harbincrawl.text import count_text
from harbincrawl.warc.salvage import salvage

_MAX_NAMED = 10


@click.command("backup", cls=Command)
@click.argument("destination", metavar="DIR", type=PlaceType(path_type=Path, file_okay=False))
@option("--offloaded", is_flag=True, help="Also the WARC files that `offload` moved into a bucket.")
@json_option
@click.pass_obj
def command(options: GlobalOptions, destination: Path | str, offloaded: bool, output: Output) -> None:
    """Copy the archive into the folder DIR: one moment of it, also while a crawl runs.

    An earlier backup of this archive in DIR is brought up to date; any other folder with files in it is refused.
    Nothing is linked: name a folder of another disk to be safe from the loss of this one, or keep DIR with restic or
    rclone. WARC files that `offload` moved into a bucket are named and stay there without --offloaded. Settings are
    copied, secrets in them too.

    \b
    harbincrawl backup /mnt/backup/harbin
    harbincrawl --archive restored restore /mnt/backup/harbin
    """
    if isinstance(destination, str):
        raise click.UsageError(f"{destination} is no folder of this machine: name one, then copy it with rclone.")
    with progress_bar("backup") as progress:
        done = back_up(
            options.archive, destination, datetime.now(UTC), salvage=salvage, progress=progress, offloaded=offloaded
        )
    parts = [count_text(done.articles, "article"), count_text(done.files, "file")]
    parts += [f"{done.kept:,} there before"] if done.kept else []
    output.conclude(done._asdict(), f"{destination}: {', '.join(parts)}", *left_lines(done.left))


def left_lines(left: Sequence[str]) -> list[str]:
    """The offloaded files that no backup has."""
    named = [f"left in the bucket: {address}" for address in left[:_MAX_NAMED]]
    more = len(left) - _MAX_NAMED
    return [*named, f"left in the bucket: {count_text(more, 'more file')}"] if more > 0 else named
