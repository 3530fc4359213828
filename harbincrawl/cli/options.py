"""Options that several commands share, and the filters that come of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from harbincrawl.errors import FilterError, OptionsError
from harbincrawl.search.days import read_key_range
from harbincrawl.search.filters import BY_NAME, SHARED, Filter, Filters, make_filters

from .completion import complete_fields, complete_names, complete_sections
from .output.stream import HEADING, note
from .parsing import option

if TYPE_CHECKING:
    import sqlite3

    from harbincrawl.charts.shapes import Drawing

Function = TypeVar("Function", bound=Callable[..., Any])

_FILTERS = "Filters"
NAMES = tuple(each.option for each in SHARED if each.restricts)
"""The options that leave articles out by themselves."""
_METAVARS = {"names": "NAME", "day": "DATE", "moment": "DATE", "cursor": "CURSOR"}


def filter_option(name: str) -> Callable[[Function], Function]:
    """The option of a filter."""
    each = BY_NAME[name]
    settings: dict[str, Any] = {"help": each.help, "metavar": _METAVARS.get(each.kind), "heading": _FILTERS}
    if each.kind == "names":
        settings |= {"multiple": True, "shell_complete": _find_completion(each)}
    elif each.kind == "choice":
        settings |= {"type": click.Choice(list(each.choices)), "default": each.default}
        settings |= {"show_default": each.default is not None}
    elif each.kind == "cursor":
        settings |= {"type": click.IntRange(0)}
    elif each.kind == "flag":
        settings |= {"is_flag": True}
    return option(each.option, name, **settings)


def _find_completion(each: Filter) -> Callable[..., Any]:
    # Sections are known before there is an article.
    return complete_sections if each.name == "section" else complete_names(each.known)


_MATCHING = (
    option("--copies", is_flag=True, heading=_FILTERS, help="Show copies of an article as hits of their own."),
    filter_option("exact"),
    option("--raw", is_flag=True, heading=_FILTERS, help="Pass the query to SQLite's FTS5 unchanged."),
)
fields_option = option(
    "--fields", default="", metavar="NAME,...", shell_complete=complete_fields, heading=HEADING,
    help="In text also these fields (url, author …), in JSON and CSV only these.",
)  # fmt: skip
plot_option = option(
    "--plot", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", heading=HEADING,
    help="Draw it into a .svg or .png file.",
)  # fmt: skip
site_option = option(
    "--site", "named", metavar="NAME|FILE", help="The site: one of `harbincrawl sites`, or a site file (.toml)."
)


def filter_options(function: Function) -> Function:
    """Adds the filters that all commands share, in the order of the table."""
    for each in reversed(SHARED):
        function = filter_option(each.name)(function)
    return function


def matching_options(function: Function) -> Function:
    """Adds the options that say how a query is matched."""
    for each in reversed(_MATCHING):
        function = each(function)
    return function


def _read_workers(context: click.Context, parameter: click.Parameter, value: str | None) -> int | str | None:
    from harbincrawl.reread.workers.choice import read_workers

    try:
        return None if value is None else read_workers(value)
    except OptionsError as error:
        raise click.BadParameter(str(error), context, parameter) from None


workers_option = option(
    "--workers", "--jobs", "workers", callback=_read_workers, metavar="N|ADDRESS",
    help="Processes to read with (default: one a core), or those of a Dask scheduler: tcp://HOST:PORT.",
)  # fmt: skip


def take_filters(given: Mapping[str, Any], query: str = "") -> Filters:
    """The filters of a command's values. Raises FilterError, also for days of which the last is before the first."""
    days = read_key_range(given["since"], given["until"])
    if days and days[0] > days[1]:
        raise FilterError(f"--since {given['since']} is after --until {given['until']}.")
    return make_filters(given, query)


def note_unknown_names(connection: sqlite3.Connection, filters: Filters) -> None:
    """Notes which section, source or author of `filters` no article has, and the nearest that some have."""
    from harbincrawl.search.spelling import find_unknown_names

    for kind, name, near in find_unknown_names(connection, filters):
        hint = f'; did you mean "{near}"?' if near else ""
        note(f'no article has the {kind} "{name}"{hint}')


def draw_plot(path: Path, drawing: Drawing) -> None:
    """Writes a drawing, and says so. Raises PlotError, DestinationError."""
    from harbincrawl.charts.files import write_plot

    write_plot(path, drawing)
    note(f"drawn: {path}")
