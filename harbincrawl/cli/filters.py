"""The filters of `search` as options that several commands share, and what is said where they leave nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from harbincrawl.errors import FilterError
from harbincrawl.identity import STATUSES
from harbincrawl.search.days import DATES as DATE_NAMES
from harbincrawl.search.days import read_key_range
from harbincrawl.search.filters import Filters
from harbincrawl.text import clean

from .completion import complete_authors, complete_sections, complete_sources

if TYPE_CHECKING:
    from harbincrawl.charts.shapes import Drawing

Command = TypeVar("Command", bound=Callable[..., Any])

DATES = "2019, 2019-05, 2019-05-30, 7d (2w, 3m, 1y), today, yesterday"
_OPTIONS = (
    click.option(
        "--section",
        multiple=True,
        metavar="NAME",
        shell_complete=complete_sections,
        help="Path prefix (news, culture) or label; repeatable.",
    ),
    click.option(
        "--source",
        multiple=True,
        metavar="NAME",
        shell_complete=complete_sources,
        help="Whole source, such as Xinhua; repeatable.",
    ),
    click.option(
        "--author", multiple=True, metavar="NAME", shell_complete=complete_authors, help="Whole name; repeatable."
    ),
    click.option("--since", metavar="DATE", help=f"First day: {DATES}."),
    click.option("--until", metavar="DATE", help="Last day; a year or a month is meant whole."),
    click.option(
        "--date",
        type=click.Choice(DATE_NAMES),
        default="updated",
        show_default=True,
        help="What days and counts go by: the printed date or that in the address; the other where it is missing.",
    ),
    click.option(
        "--status",
        type=click.Choice(STATUSES),
        help="Only articles that are on the site, gone from it, or known only from other archives.",
    ),
)
NAMES = ("--section", "--source", "--author", "--since", "--until", "--status")


def filter_options(command: Command) -> Command:
    """Adds the options to a command; they are in the order of `search`."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


exact_option = click.option("--exact", is_flag=True, help="Match exact words, without stemming.")
_MATCHING = (
    click.option("--copies", is_flag=True, help="Show copies of an article as hits of their own."),
    exact_option,
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
    return Filters(
        sections=given["section"],
        sources=given["source"],
        authors=given["author"],
        since=given["since"],
        until=given["until"],
        status=given["status"],
        seen_since=given.get("seen_since"),
        query=query,
        exact=given.get("exact", False),
        date=given.get("date", "updated"),
    )


def tell_unknown_names(connection: sqlite3.Connection, filters: Filters) -> None:
    """Says on stderr which section, source or author of `filters` no article has, and the nearest that some have."""
    from harbincrawl.search.spelling import find_unknown_names

    for kind, name, near in find_unknown_names(connection, filters):
        hint = f'; did you mean "{near}"?' if near else ""
        click.echo(clean(f'no article has the {kind} "{name}"{hint}'), err=True)
