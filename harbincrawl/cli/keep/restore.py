"""`harbincrawl restore`: an archive out of a backup, proved whole."""

from __future__ import annotations

from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

import click

from harbincrawl.cli.arguments import PlaceType
from harbincrawl.cli.output.progress import progress_bar
from harbincrawl.cli.workers import warn, workers_option
from harbincrawl.errors import ExitCode
from harbincrawl.text import clean, count_text, write_json

if TYPE_CHECKING:
    from harbincrawl.cli.main import GlobalOptions
    from harbincrawl.operations.backup.settings import RestoredSettings
    from harbincrawl.operations.buckets.successors import Followed


@click.command("restore")
@click.argument("source", metavar="BACKUP", type=PlaceType(path_type=Path, file_okay=False, exists=True))
@click.option("--with-settings", is_flag=True, help="Also settings that act: contact, [notify], [smtp].")
@workers_option
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.help_option("-h", "--help")
@click.pass_obj
def command(
    options: GlobalOptions, source: Path | str, with_settings: bool, workers: int | str | None, as_json: bool
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
    from harbincrawl.archive.origin import load_site
    from harbincrawl.operations.backup import restore
    from harbincrawl.operations.verify import Findings, verify
    from harbincrawl.warc.salvage import salvage

    from .verify import finding_lines, summary, unreachable_lines

    found: list[Findings] = []

    with progress_bar("restore", options.quiet) as progress:

        def prove(folder: Path) -> None:
            site = load_site(folder)
            found.append(
                verify(
                    folder, site, quick=False, progress=lambda _, *counts: progress(*counts), workers=workers, warn=warn
                )
            )

        done = restore(source, options.archive, salvage=salvage, progress=progress, prove=prove,
                       with_settings=with_settings)  # fmt: skip
    (findings,) = found
    if as_json:
        settings = done.settings._asdict()
        click.echo(write_json({"articles": done.articles, "files": done.files, "settings": settings,
                               "verify": findings.as_dict()}, indent=2))  # fmt: skip
    else:
        for line in finding_lines(findings, quiet=options.quiet):
            click.echo(line)
    if not options.quiet:
        click.echo(
            f"{options.archive}: {count_text(done.articles, 'article')}, {count_text(done.files, 'file')}", err=True
        )
        click.echo(summary(findings), err=True)
    for line in settings_lines(options.archive, done.settings):
        click.echo(line, err=True)
    for line in unreachable_lines(findings):
        click.echo(line, err=True)
    for line in followed_lines(options.archive, done.followed, missing=bool(findings.damaged["warc"])):
        click.echo(line, err=True)
    if done.unannounced:
        said = "a purge of the archive that was backed up deletes what both read, for the bucket could not be told"
        click.echo(clean(f"harbincrawl: {said}: {done.unannounced}"), err=True)
    is_amiss = done.unannounced or done.followed.records
    return findings.exit_code or (ExitCode.AMISS if is_amiss else ExitCode.DONE)


def settings_lines(archive: Path, settings: RestoredSettings) -> list[str]:
    """Which settings of the backup act, and how those that are left off come back."""
    place, left = archive / "config.toml", archive / "config.toml.from-backup"
    named = ", ".join(f"{key} = {value}" for key, value in settings.acting.items())
    if settings.problem:
        said = f"the settings of the backup cannot be used, so all have their defaults: {settings.problem}"
        return [clean(f"harbincrawl: {said}; they are in {left}")]
    if settings.are_off:
        how = f"to have them, read {left} and put it in the place of {place}, or restore --with-settings"
        return [clean(f"harbincrawl: settings of the backup that act are left off: {named}; {how}")]
    return [clean(f"harbincrawl: settings of the backup that act: {named}")] if named else []


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
    return [clean(f"harbincrawl: {line}") for line in lines]
