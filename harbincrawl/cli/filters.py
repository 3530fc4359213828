"""The filters of `search` as options that several commands share, and what is said where they leave nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from harbincrawl.errors import FilterError
from harbincrawl.search.days import read_key_range
from harbincrawl.search.filters import BY_NAME, SHARED, Filter, Filters, make_filters
from harbincrawl.text import clean

from .completion import complete_names, complete_sections

if TYPE_CHECKING:
    import sqlite3

    from harbincrawl.charts.shapes import Drawing

Command = TypeVar("Command", bound=Callable[..., Any])

NAMES = tuple(each.option for each in SHARED if each.restricts)
"""The options that leave articles out by themselves."""
_METAVARS = {"names": "NAME", "day": "DATE", "moment": "DATE", "cursor": "CURSOR"}


def filter_option(name: str) -> Callable[[Command], Command]:
    """The option of a filter."""
    each = BY_NAME[name]
    settings: dict[str, Any] = {"help": each.help, "metavar": _METAVARS.get(each.kind)}
    if each.kind == "names":
        settings |= {"multiple": True, "shell_complete": _find_completion(each)}
    elif each.kind == "choice":
        settings |= {"type": click.Choice(list(each.choices)), "default": each.default}
        settings |= {"show_default": each.default is not None}
    elif each.kind == "cursor":
        settings |= {"type": click.IntRange(0)}
    elif each.kind == "flag":
        settings |= {"is_flag": True}
    return click.option(each.option, name, **settings)


def _find_completion(each: Filter) -> Callable[..., Any]:
    # Sections are known before there is an article.
    return complete_sections if each.name == "section" else complete_names(each.known)


def filter_options(command: Command) -> Command:
    """Adds the options that all commands share to a command, in the order of the table."""
    for each in reversed(SHARED):
        command = filter_option(each.name)(command)
    return command


_MATCHING = (
    click.option("--copies", is_flag=True, help="Show copies of an article as hits of their own."),
    filter_option("exact"),
    click.option("--raw", is_flag=True, help="Pass the query to SQLite's FTS5 unchanged."),
)


def matching_options(command: Command) -> Command:
    """Adds the options that say how a query is matched."""
    for option in reversed(_MATCHING):
        command = option(command)
    return command


plot_option = click.option(
    "--plot",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Draw it into a .svg or .png file.",
)


def draw_plot(path: Path, drawing: Drawing, *, is_quiet: bool) -> None:
    """Writes a drawing, and says so on stderr. Raises PlotError, DestinationError."""
    from harbincrawl.charts.files import write_plot

    write_plot(path, drawing)
    if not is_quiet:
        click.echo(clean(f"drawn: {path}"), err=True)


def take_filters(given: Mapping[str, Any], query: str = "") -> Filters:
    """The filters of a command's values. Raises FilterError, also for days of which the last is before the first."""
    days = read_key_range(given["since"], given["until"])
    if days and days[0] > days[1]:
        raise FilterError(f"--since {given['since']} is after --until {given['until']}.")
    return make_filters(given, query)


def tell_unknown_names(connection: sqlite3.Connection, filters: Filters) -> None:
    """Says on stderr which section, source or author of `filters` no article has, and the nearest that some have."""
    from harbincrawl.search.spelling import find_unknown_names

    for kind, name, near in find_unknown_names(connection, filters):
        hint = f'; did you mean "{near}"?' if near else ""
        click.echo(clean(f'no article has the {kind} "{name}"{hint}'), err=True)
