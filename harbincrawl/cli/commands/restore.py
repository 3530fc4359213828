"""`harbincrawl restore`: an archive out of a backup, proved whole."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import click

from harbincrawl.archive.origin import load_site
from harbincrawl.cli.main import GlobalOptions
from harbincrawl.cli.options import workers_option
from harbincrawl.cli.output import Output, json_option, progress_bar, warn
from harbincrawl.cli.parsing import Command
from harbincrawl.errors import BucketError
from harbincrawl.operations.backup import restore
from harbincrawl.operations.verify import Findings, verify
from harbincrawl.text import clean, count_text

from .backup import left_lines
from .verify import finding_lines, show_step, summary


@click.command("restore", cls=Command, is_writer=True)
@click.argument("source", metavar="BACKUP", type=click.Path(path_type=Path, file_okay=False, exists=True))
@workers_option
@json_option
@click.pass_obj
def command(options: GlobalOptions, source: Path, workers: int | str | None, output: Output) -> int:
    """Make an archive from the folder BACKUP, and verify it. Exit code 7: something is broken.

    The archive's folder must not hold an archive yet; a restore that fails makes none. The command of [notify] is left
    out of config.toml, and printed. Do not run both archives.

    \b
    harbincrawl --archive restored restore /mnt/backup/harbin
    """
    found: list[Findings] = []
    unread: list[BucketError] = []
    with progress_bar("restore") as progress:

        def prove(folder: Path) -> None:
            try:
                show = partial(show_step, progress)
                found.append(verify(folder, load_site(folder), quick=False, progress=show, workers=workers))
            except BucketError as error:
                # What is only there may be gone for good: the rest is worth having.
                unread.append(error)

        copied, command = restore(source, options.archive, progress=progress, prove=prove)
    warn(*command_lines(options.archive, command))
    if not output.is_text:
        output.print_document({
            "articles": copied.articles, "files": copied.files, "left": copied.left, "command": command,
            "verify": found[0].as_dict() if found else None,
        })  # fmt: skip
    elif found:
        output.print_lines(finding_lines(found[0], options.archive, quiet=options.quiet))
    output.sum_up(
        f"{options.archive}: {count_text(copied.articles, 'article')}, {count_text(copied.files, 'file')}",
        *left_lines(copied.left),
        *map(summary, found),
    )
    for error in unread:
        warn(f"copied, and not verified: {error}")
    return found[0].exit_code if found else unread[0].exit_code


def command_lines(archive: Path, command: str | None) -> list[str]:
    """The command of `[notify]` that was left out, and where it can be put back."""
    return [f"left out of [notify] in {archive / 'config.toml'}: {clean(command)}"] if command is not None else []
