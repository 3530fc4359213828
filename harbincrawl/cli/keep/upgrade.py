"""`harbincrawl upgrade`: bring an older archive up to date."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from harbincrawl.cli.main import GlobalOptions


@click.command("upgrade")
@click.help_option("-h", "--help")
@click.pass_obj
def command(options: GlobalOptions) -> None:
    """Bring an archive of an older harbincrawl up to date.

    The database is copied first, beside itself; delete the copy when you no longer need it.

    \b
    harbincrawl upgrade
    """
    from harbincrawl.archive.upgrade import upgrade

    done = upgrade(options.archive, datetime.now(UTC))
    if options.quiet:
        return
    if done.before == done.after:
        click.echo(f"{options.archive} is of version {done.after}, the newest one: nothing to do", err=True)
    else:
        copy = f"; the copy is {done.copy}" if done.copy else ""
        click.echo(f"{options.archive}: version {done.before} is {done.after} now{copy}", err=True)
