"""Options that commands share which do not ask the archive."""

from __future__ import annotations

import re

import click

from harbincrawl.errors import OptionsError

from .parsing import option

site_option = option("--site", "named", metavar="NAME|FILE", help="One of `harbincrawl sites`, or a site file.")


def read_seal(context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    """What was given as a seal, in small letters: the callback of options that take one."""
    if value is not None and re.fullmatch(r"[0-9a-fA-F]{64}", value) is None:
        raise click.BadParameter("a seal has 64 hexadecimal digits.", context, parameter)
    return value and value.lower()


def _parse_workers(context: click.Context, parameter: click.Parameter, value: str | None) -> int | str | None:
    from harbincrawl.reread.executor import parse_workers

    try:
        return None if value is None else parse_workers(value)
    except OptionsError as error:
        raise click.BadParameter(str(error), context, parameter) from None


workers_option = option(
    "--workers", callback=_parse_workers, metavar="N|ADDRESS",
    help="Processes, or a Dask scheduler: tcp://HOST:PORT.",
)  # fmt: skip
