"""`harbincrawl schedule`: prints systemd units or a crontab line for crawls by themselves."""

from __future__ import annotations

import getpass
import shlex
import shutil
import sqlite3
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from harbincrawl.archive.database.connection import FILE, read_archive
from harbincrawl.archive.origin import load_site, read_mirrored
from harbincrawl.archive.runs.history import find_lists
from harbincrawl.cli.main import GlobalOptions
from harbincrawl.cli.output.stream import note
from harbincrawl.cli.parsing import Command, option
from harbincrawl.errors import ScheduleError
from harbincrawl.operations.schedule.texts import (
    Schedule,
    cron_text,
    every_text,
    find_unit_folder,
    has_systemd,
    is_even,
    read_every,
    write_unit,
)
from harbincrawl.sites import Site
from harbincrawl.spiders.options import find_sections, is_section_path


class _ServeCommand(Command):
    """A command with `--serve`, whose value may begin with a dash: it is the arguments of `serve`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        # Click takes such a value for an option, even behind `=`.
        return super().parse_args(
            ctx, [f"--serve= {each[8:]}" if each.startswith("--serve=-") else each for each in args]
        )


@click.command("schedule", cls=_ServeCommand)
@option("--every", default="6h", show_default=True, metavar="TIME", help="From 15min to 4w: 6h, 1d.")
@option(
    "--section",
    "--sections",
    "sections",
    multiple=True,
    metavar="NAME",
    help="Sections to walk; repeatable; default: all that the archive has walked, else news.",
)
@option("--all", "all_sections", is_flag=True, help="Walk all known sections.")
@option("--user", is_flag=True, help="For your own service manager, not the machine's.")
@option(
    "--serve",
    is_flag=False,
    flag_value="",
    metavar="[ARGUMENTS]",
    help="The web site's service in place of crawls; with arguments of `serve`: --serve='--port 8400'.",
)
@option("--systemd", "form", flag_value="systemd", help="The units.")
@option("--cron", "form", flag_value="cron", help="The crontab line.")
@click.pass_obj
def command(options: GlobalOptions, /, form: str | None, serve: str | None, **told: Any) -> None:
    """Print systemd units for a timer, or a crontab line; installs nothing.

    Units where systemd runs, else the line. The comment above each unit names its file, into which awk writes it.

    \b
    harbincrawl --archive /srv/harbin schedule --every 6h --section news
    harbincrawl --archive /srv/harbin schedule | sudo awk '/^# \\//{f=substr($0,3)} {print > f}'
    (crontab -l; harbincrawl --archive /srv/harbin schedule --cron) | crontab -
    harbincrawl --archive /srv/harbin schedule --serve='--port 8400'
    """
    schedule = make_schedule(options, **told)
    if not is_even(told["every"]):
        note(f"{told['every']} is no even part of a day or a week: every {every_text(schedule.minutes)}")
    folder = find_unit_folder(user=schedule.user)
    if serve is not None:
        path = folder / f"{schedule.site_name}.service"
        click.echo(f"# {path}\n{write_unit('serve.service', schedule, read_arguments(serve))}", nl=False)
        return
    if (form or ("systemd" if has_systemd(user=schedule.user) else "cron")) == "cron":
        click.echo(cron_text(schedule), nl=False)
        return
    click.echo(f"# {folder / schedule.name}.service\n{write_unit('crawl.service', schedule)}")
    click.echo(f"# {folder / schedule.name}.timer\n{write_unit('crawl.timer', schedule)}", nl=False)


def read_arguments(text: str) -> list[str]:
    """The arguments of `serve`, split as a shell does and tried. Raises ScheduleError, click.UsageError."""
    from harbincrawl.cli.commands.serve import command as serve_command

    try:
        words = shlex.split(text)
    except ValueError as error:
        raise ScheduleError(f"--serve {text}: {error}.") from None
    if not all(word.isprintable() for word in words):
        raise ScheduleError(f"{text!r} cannot be written into a unit.")
    serve_command.make_context("serve", list(words), resilient_parsing=False)
    return words


def make_schedule(
    options: GlobalOptions, *, every: str, sections: Sequence[str], all_sections: bool, user: bool
) -> Schedule:
    """The schedule that the options name. Raises ScheduleError, OptionsError, DatabaseError."""
    site = load_site(options.archive)
    chosen = find_sections(sections, site)
    others: tuple[str, ...] = ()
    mirror = None
    if (options.archive / FILE).exists():
        with read_archive(options.archive) as connection:
            mirror = read_mirrored(connection).mirror
            if not chosen and not all_sections:
                chosen, others = find_walked(connection, site)
    return Schedule(
        command=find_command(),
        site=site,
        archive=options.archive.absolute(),
        minutes=read_every(every),
        sections=chosen,
        section_paths=others,
        all_sections=all_sections,
        site_url=mirror,
        user=user,
        account=None if user else find_account(options.archive),
    )


def find_walked(connection: sqlite3.Connection, site: Site) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The sections whose lists the archive has walked: those that the site's table has, and others."""
    walked = {path for path, exists in find_lists(connection).items() if exists and is_section_path(path)}
    known = [section.path for section in site.sections]
    return tuple(path for path in known if path in walked), tuple(sorted(walked.difference(known)))


def find_account(archive: Path) -> str:
    """Who owns the archive, else who asks: under sudo the two differ."""
    try:
        return archive.owner()
    except (OSError, KeyError):
        return getpass.getuser()


def find_command() -> tuple[str, ...]:
    """How to call this very harbincrawl by absolute paths: a timer knows no PATH of ours."""
    beside = Path(sys.executable).with_name("harbincrawl")
    if beside.is_file():
        return (str(beside),)
    found = shutil.which("harbincrawl")
    return (str(Path(found).absolute()),) if found else (sys.executable, "-m", "harbincrawl")
