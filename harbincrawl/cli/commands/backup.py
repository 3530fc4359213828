"""`harbincrawl backup`: a consistent copy of the archive, also while a crawl runs."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from harbincrawl.cli.main import GlobalOptions
from harbincrawl.cli.output.stream import Output, format_options, progress_bar
from harbincrawl.cli.parsing import Command, PlaceType
from harbincrawl.operations.backup import back_up
from harbincrawl.text import count_text
from harbincrawl.warc.salvage import salvage


@click.command("backup", cls=Command)
@click.argument("destination", metavar="DEST", type=PlaceType(path_type=Path, file_okay=False))
@format_options(is_list=False)
@click.pass_obj
def command(options: GlobalOptions, destination: Path | str, output: Output) -> None:
    """Copy the archive into DEST, a folder or s3://BUCKET/PREFIX: one moment of it, also while a crawl runs.

    An earlier backup in DEST is brought up to date, if this archive has all its runs: a backup of another archive, or
    of a later state of this one, is never replaced. On the same disk, WARC files and pictures are hard links; name a
    folder of another disk, or a bucket, to be safe from the loss of this one. What is uploaded is read back and
    compared. WARC files that `offload` moved into a bucket stay there. Settings are copied, secrets in them too.

    \b
    harbincrawl backup /mnt/backup/harbin
    harbincrawl backup s3://my-bucket/backup
    harbincrawl --archive restored restore /mnt/backup/harbin
    """
    with progress_bar("backup") as progress:
        done = back_up(options.archive, destination, datetime.now(UTC), salvage=salvage, progress=progress)
    parts = [count_text(done.articles, "article"), count_text(done.files, "file")]
    parts += [f"{done.linked:,} of them linked"] if done.linked else []
    parts += [f"{done.kept:,} there before"] if done.kept else []
    parts += [f"{count_text(done.placed, 'more file')} in a bucket and not copied"] if done.placed else []
    output.conclude(done._asdict(), f"{destination}: {', '.join(parts)}")
