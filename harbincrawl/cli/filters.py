"""The filters of articles, as the options of the commands that ask for some."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import click

from harbincrawl.api.questions import FILTERS, SEARCH_FILTERS, is_backwards
from harbincrawl.errors import FilterError

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
