"""`harbincrawl restore`: an archive out of a backup, proved whole."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from shlex import quote

import click

from harbincrawl.archive.origin import load_site
from harbincrawl.archive.runs.table import OpenRun
from harbincrawl.cli.main import GlobalOptions
from harbincrawl.cli.options import workers_option
from harbincrawl.cli.output.stream import Output, format_options, progress_bar, warn
from harbincrawl.cli.parsing import Command, PlaceType, option
from harbincrawl.errors import ExitCode
from harbincrawl.operations.backup import restore
from harbincrawl.operations.backup.settings import RestoredSettings
from harbincrawl.operations.buckets.successors import Followed
from harbincrawl.operations.verify import Findings, verify
from harbincrawl.text import count_text
from harbincrawl.warc.salvage import salvage

from .verify import finding_lines, show_step, summary, unreachable_lines


@click.command("restore", cls=Command)
@click.argument("source", metavar="BACKUP", type=PlaceType(path_type=Path, file_okay=False, exists=True))
@option("--with-settings", is_flag=True, help="Also settings that act: contact, [notify], [smtp].")
@workers_option
@format_options(is_list=False)
@click.pass_obj
def command(
    options: GlobalOptions, source: Path | str, with_settings: bool, workers: int | str | None, output: Output
) -> int:
    """Make an archive from BACKUP, a folder or s3://BUCKET/PREFIX, and check it with `verify`.

    Exit code 7 if something is broken. If a purge has replaced files in a bucket since, it takes what the purge made of
    them, says what to purge here, too, and ends with 3. The archive's folder must not hold an archive yet. A restore
    that fails or is killed makes none.

    Settings of the backup that act, for they name you to the site or send something to others, are shown and left off:
    config.toml has the rest of them, config.toml.from-backup all.

    \b
    harbincrawl --archive restored restore /mnt/backup/harbin
    harbincrawl --archive restored restore s3://my-bucket/backup
    """
    found: list[Findings] = []

    with progress_bar("restore") as progress:

        def prove(folder: Path) -> None:
            site = load_site(folder)
            found.append(verify(folder, site, quick=False, progress=partial(show_step, progress), workers=workers))

        done = restore(source, options.archive, salvage=salvage, progress=progress, prove=prove,
                       with_settings=with_settings)  # fmt: skip
    (findings,) = found
    if output.is_text:
        output.print_lines(finding_lines(findings, options.archive, quiet=options.quiet))
    else:
        output.print_document({
            "articles": done.articles, "files": done.files, "settings": done.settings._asdict(),
            "open_run": done.open_run and done.open_run._asdict(), "verify": findings.as_dict(),
        })  # fmt: skip
    output.sum_up(
        f"{options.archive}: {count_text(done.articles, 'article')}, {count_text(done.files, 'file')}",
        summary(findings),
        *open_lines(done.open_run),
    )
    warn(*settings_lines(options.archive, done.settings), *unreachable_lines(findings))
    warn(*followed_lines(options.archive, done.followed, missing=bool(findings.damaged["warc"])))
    if done.unannounced:
        said = "a purge of the archive that was backed up deletes what both read, for the bucket could not be told"
        warn(f"{said}: {done.unannounced}")
    is_amiss = done.unannounced or done.followed.records
    return findings.exit_code or (ExitCode.AMISS if is_amiss else ExitCode.DONE)


def open_lines(run: OpenRun | None) -> list[str]:
    """Which run had not ended when the backup was made, and what goes on with it."""
    if run is None:
        return []
    how = "the next crawl goes on" if run.kind == "crawl" else "do it again where it is wanted here"
    return [f"run {run.run} ({run.kind}) had not ended when the backup was made: {how}"]


def settings_lines(archive: Path, settings: RestoredSettings) -> list[str]:
    """Which settings of the backup act, and how those that are left off come back."""
    place, left = archive / "config.toml", archive / "config.toml.from-backup"
    named = ", ".join(f"{key} = {value}" for key, value in settings.acting.items())
    if settings.problem:
        said = f"the settings of the backup cannot be used, so all have their defaults: {settings.problem}"
        return [f"{said}; they are in {left}"]
    if settings.are_off:
        how = f"to have them, read {left} and put it in the place of {place}, or restore --with-settings"
        return [f"settings of the backup that act are left off: {named}; {how}"]
    return [f"settings of the backup that act: {named}"] if named else []


def followed_lines(archive: Path, followed: Followed, *, missing: bool) -> list[str]:
    """What was purged since the backup was made, and the command that purges it here; `missing`: files are."""
    lines = []
    if followed.records:
        said = f"a purge after this backup took {count_text(followed.records, 'captured record')} out of the bucket"
        if followed.articles:
            names = " ".join(map(quote, followed.articles))
            said += f"; what it purged is stored here again: harbincrawl --archive {quote(str(archive))} purge {names}"
        lines.append(said)
    if followed.unasked and missing:
        lines.append(f"whether a purge has replaced what is missing could not be asked: {followed.unasked}")
    return lines
