"""`harbincrawl schedule`: crawls by themselves, from a systemd timer or the crontab."""

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

from harbincrawl.archive.database.connection import FILE, raise_typed_os, read_archive
from harbincrawl.archive.origin import load_site, read_mirrored
from harbincrawl.archive.runs.history import find_lists
from harbincrawl.cli.main import GlobalOptions
from harbincrawl.cli.output.stream import note, sum_up
from harbincrawl.cli.parsing import Command, Group, join_options, option
from harbincrawl.config import FILE as SETTINGS
from harbincrawl.config.reader import read_config
from harbincrawl.config.schema import Notify
from harbincrawl.errors import ScheduleError
from harbincrawl.operations.schedule.install import (
    has_systemd,
    install_cron,
    install_site,
    install_units,
    remove_cron,
    remove_units,
    unit_folder,
)
from harbincrawl.operations.schedule.texts import (
    Schedule,
    cron_text,
    every_text,
    is_even,
    read_every,
    write_unit,
)
from harbincrawl.sites import Site
from harbincrawl.spiders.options import find_sections, is_section_path

schedule_options = join_options(
    option("--every", default="6h", show_default=True, metavar="TIME", help="From 15min to 4w: 6h, 1d."),
    option(
        "--section",
        "--sections",
        "sections",
        multiple=True,
        metavar="NAME",
        help="Sections to walk; repeatable; default: all that the archive has walked, else news.",
    ),
    option("--all", "all_sections", is_flag=True, help="Walk all known sections."),
    option("--user", is_flag=True, help="For your own service manager, not the machine's."),
    option(
        "--serve",
        is_flag=False,
        flag_value="",
        metavar="[ARGUMENTS]",
        help="The web site's service in place of crawls; with arguments of `serve`: --serve='--port 8400'.",
    ),
)
"""What is to run."""


class _ServeCommand(Command):
    """A command with `--serve`, whose value may begin with a dash: it is the arguments of `serve`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        # Click takes such a value for an option, even behind `=`.
        return super().parse_args(
            ctx, [f"--serve= {each[8:]}" if each.startswith("--serve=-") else each for each in args]
        )


@click.group("schedule", cls=Group)
def command() -> None:
    """Crawl by a timer: systemd's where it runs, else cron's.

    \b
    harbincrawl --archive /srv/harbin schedule print
    harbincrawl --archive /srv/harbin schedule install --every 6h --section news
    harbincrawl --archive /srv/harbin schedule install --serve
    harbincrawl --archive /srv/harbin schedule remove
    """


@command.command("print", cls=_ServeCommand)
@schedule_options
@option("--systemd", "form", flag_value="systemd", help="The units.")
@option("--cron", "form", flag_value="cron", help="The crontab line.")
@click.pass_obj
def print_command(options: GlobalOptions, /, form: str | None, serve: str | None, **told: Any) -> None:
    """Show what `install` would install; changes nothing."""
    schedule = make_schedule(options, **told)
    if not is_even(told["every"]):
        note(f"{told['every']} is no even part of a day or a week: every {every_text(schedule.minutes)}")
    if serve is not None:
        path = unit_folder(user=schedule.user) / f"{schedule.site_name}.service"
        click.echo(f"# {path}\n{write_unit('serve.service', schedule, read_arguments(serve))}", nl=False)
        return
    if (form or ("systemd" if has_systemd(user=schedule.user) else "cron")) == "cron":
        click.echo(cron_text(schedule), nl=False)
        return
    folder = unit_folder(user=schedule.user)
    click.echo(f"# {folder / schedule.name}.service\n{write_unit('crawl.service', schedule)}")
    click.echo(f"# {folder / schedule.name}.timer\n{write_unit('crawl.timer', schedule)}", nl=False)


@command.command("install", cls=_ServeCommand)
@schedule_options
@click.pass_obj
def install_command(options: GlobalOptions, /, serve: str | None, **told: Any) -> None:
    """Install the schedule and start it. Doing it again replaces it."""
    schedule = make_schedule(options, **told)
    try:
        # A unit may only be given what exists.
        schedule.archive.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise_typed_os(error, schedule.archive)
    if serve is not None:
        if not has_systemd(user=schedule.user):
            elsewhere = "elsewhere start `harbincrawl serve` as your system starts others"
            raise ScheduleError(f"--serve needs systemd: {elsewhere}.")
        path = install_site(schedule, unit_folder(user=schedule.user), read_arguments(serve))
        sum_up(f"{schedule.archive} is shown as a web site: {path}")
        return
    if has_systemd(user=schedule.user):
        paths = install_units(schedule, unit_folder(user=schedule.user))
        place = " and ".join(map(str, paths))
    else:
        install_cron(schedule)
        place = "the crontab"
    what = schedule.name_sections()
    sum_up(f"{schedule.archive} ({what}) is crawled every {every_text(schedule.minutes)}: {place}")
    if not read_config(options.archive).fill(Notify()).urls:
        note(
            f"nobody is told when a crawl goes wrong: set notify.urls in {schedule.archive / SETTINGS}, try it with"
            " `harbincrawl notify --test`; or let a monitor run `harbincrawl -q status --max-age 2d`"
        )


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


@command.command("remove")
@option("--user", is_flag=True, help="From your own service manager, not the machine's.")
@click.pass_obj
def remove_command(options: GlobalOptions, /, user: bool) -> int:
    """Remove the archive's schedule; exit code 9 if there is none."""
    # Its name hangs on the archive's path alone, whatever it crawls.
    schedule = Schedule(find_command(), options.archive.absolute(), minutes=read_every("6h"), user=user)
    gone = [str(path) for path in remove_units(schedule, unit_folder(user=user))]
    if remove_cron(schedule):
        gone.append("its line of the crontab")
    if gone:
        sum_up(f"removed: {', '.join(gone)}")
    else:
        note(f"{schedule.archive} has no schedule")
    return 0 if gone else 9


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
