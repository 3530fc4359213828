"""Options that several commands share, and the filters that come of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import click

from harbincrawl.api.questions import FILTERS, SEARCH_FILTERS, is_backwards
from harbincrawl.errors import FilterError, OptionsError

from .parsing import Function, join_options, option

_METAVARS = {"names": "NAME", "day": "DATE", "moment": "DATE", "cursor": "CURSOR"}


def filter_option(name: str) -> Callable[[Function], Function]:
    """The option of a filter."""
    each = FILTERS[name]
    settings: dict[str, Any] = {"help": each.help, "metavar": _METAVARS.get(each.kind)}
    if each.kind == "names":
        settings |= {"multiple": True}
    elif each.kind == "choice":
        settings |= {"type": click.Choice(list(each.choices)), "default": each.default}
        settings |= {"show_default": each.default is not None}
    elif each.kind == "cursor":
        settings |= {"type": click.IntRange(0)}
    elif each.kind == "flag":
        settings |= {"is_flag": True}
    return option(each.option, name, **settings)


filter_options = join_options(*(filter_option(each.name) for each in SEARCH_FILTERS))
"""The filters that all commands share, in the order of the table."""
matching_options = join_options(
    option("--copies", is_flag=True, help="Show copies, too."),
    filter_option("exact"),
)
"""How a query is matched."""
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


def take_filters(given: Mapping[str, Any]) -> dict[str, Any]:
    """The filters of a command's values that are given, by name.

    Raises FilterError, also for days of which the last is before the first.
    """
    if is_backwards(given["since"], given["until"]):
        raise FilterError(f"--since {given['since']} is after --until {given['until']}.")
    # Several sections may stand in one name, with commas between; a label may have a comma, too.
    named = (part.strip() for name in given["section"] for part in dict.fromkeys((name, *name.split(","))))
    values = {**given, "section": tuple(named)}
    return {
        name: values[name] for name in FILTERS if values.get(name) not in (None, "", ()) and values[name] is not False
    }
