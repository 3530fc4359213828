"""The option `--workers` of all commands that read pages again, and what is said of workers that are refused."""

from __future__ import annotations

import click

from harbincrawl.errors import OptionsError
from harbincrawl.text import clean


def _read_value(context: click.Context, parameter: click.Parameter, value: str | None) -> int | str | None:
    from harbincrawl.reread.workers.choice import read_workers

    try:
        return None if value is None else read_workers(value)
    except OptionsError as error:
        raise click.BadParameter(str(error), context, parameter) from None


workers_option = click.option(
    "--workers", "--jobs", "workers", callback=_read_value, metavar="N|ADDRESS",
    help="Processes to read with (default: one a core), or those of a Dask scheduler: tcp://HOST:PORT.",
)  # fmt: skip


def warn(sentence: str) -> None:
    """Says on stderr which worker is refused, and why."""
    click.echo(f"harbincrawl: {clean(sentence)}", err=True)
