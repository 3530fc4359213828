"""`harbincrawl schedule`: prints systemd units or a crontab line for crawls by themselves."""

from __future__ import annotations

import getpass
import shutil
import sqlite3
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from harbincrawl.archive.database.connection import FILE, read_archive
from harbincrawl.archive.origin import find_named_site, read_mirrored
from harbincrawl.archive.runs.history import find_lists
from harbincrawl.cli.commands.crawl import command as crawl_command
from harbincrawl.cli.commands.serve import command as serve_command
from harbincrawl.cli.main import GlobalOptions
from harbincrawl.cli.output import note
from harbincrawl.cli.parsing import Command, option
from harbincrawl.errors import OptionsError
from harbincrawl.operations.schedule.texts import (
    Schedule,
    cron_text,
    find_unit_folder,
    has_systemd,
    write_unit,
)
from harbincrawl.sites import Site
from harbincrawl.spiders.options import find_sections, is_section_path


@click.command("schedule", cls=Command, context_settings={"ignore_unknown_options": True})
@option("--every", default="6h", show_default=True, metavar="TIME", help="From 15min to 4w: 6h, 1d.")
@option("--user", is_flag=True, help="For your own service manager, not the machine's.")
@option("--serve", is_flag=True, help="The web site's service in place of crawls.")
@option("--systemd", "form", flag_value="systemd", help="The units.")
@option("--cron", "form", flag_value="cron", help="The crontab line.")
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED, metavar="[ARGUMENT]...")
@click.pass_obj
def command(
    options: GlobalOptions, /, every: str, user: bool, serve: bool, form: str | None, arguments: tuple[str, ...]
) -> None:
    """Print systemd units for a timer where systemd runs, else a crontab line; installs nothing.

    What `crawl` takes may follow; without a section it walks all that the archive has walked, else news.

    \b
    harbincrawl --archive /srv/harbin schedule --every 6h news culture --images
    harbincrawl --archive /srv/harbin schedule | sudo awk '/^# \\//{f=substr($0,3)} {print > f}'
    (crontab -l; harbincrawl --archive /srv/harbin schedule --cron) | crontab -
    harbincrawl --archive /srv/harbin schedule --serve --port 8400
    """
    schedule = make_schedule(options, every, () if serve else arguments, user=user)
    folder = find_unit_folder(user=schedule.user)
    if serve:
        read_arguments(serve_command, arguments)
        path = folder / f"{schedule.site_name}.service"
        click.echo(f"# {path}\n{write_unit('serve.service', schedule, arguments)}", nl=False)
        return
    if form is None and not has_systemd(user=schedule.user):
        note("no systemd runs here: the line for a crontab; --systemd prints units")
        form = "cron"
    if form == "cron":
        click.echo(cron_text(schedule), nl=False)
        return
    click.echo(f"# {folder / schedule.name}.service\n{write_unit('crawl.service', schedule)}")
    click.echo(f"# {folder / schedule.name}.timer\n{write_unit('crawl.timer', schedule)}", nl=False)


def read_arguments(called: click.Command, arguments: Sequence[str]) -> dict[str, Any]:
    """The values of the arguments of `called`, which takes them. Raises click.UsageError, OptionsError."""
    values = called.make_context(f"harbincrawl {called.name}", list(arguments)).params
    for name, value in values.items():
        if isinstance(value, Path) and not value.is_absolute():
            raise OptionsError(
                f"--{name.replace('_', '-')} {value}: a timer starts in no folder of yours; name it from the root on."
            )
    return values


def make_schedule(options: GlobalOptions, every: str, arguments: Sequence[str], *, user: bool) -> Schedule:
    """A crawl with the `arguments`, as often as `every` says. Raises click.UsageError, HarbincrawlError."""
    values = read_arguments(crawl_command, arguments)
    site = find_named_site(options.archive, values["named"])
    named = find_sections(values["sections"], site)
    added: tuple[str, ...] = ()
    if (options.archive / FILE).exists():
        with read_archive(options.archive) as connection:
            mirror = read_mirrored(connection).mirror
            if not named and not values["section_paths"] and not values["all_sections"]:
                added = find_walked(connection, site)
        if mirror and not values["site_url"]:
            added = (*added, "--site-url", mirror)
    return Schedule(
        command=find_command(),
        site=site,
        archive=options.archive.absolute(),
        every=every,
        arguments=(*arguments, *added),
        written=(values["metrics"].parent,) if values["metrics"] else (),
        user=user,
        account=None if user else find_account(options.archive),
    )


def find_walked(connection: sqlite3.Connection, site: Site) -> tuple[str, ...]:
    """The arguments that name the sections whose lists the archive has walked."""
    walked = {path for path, exists in find_lists(connection).items() if exists and is_section_path(path)}
    known = [section.path for section in site.sections]
    others = (word for path in sorted(walked.difference(known)) for word in ("--section-path", path))
    return (*(path for path in known if path in walked), *others)


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
