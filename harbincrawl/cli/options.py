"""Options that several commands share, and the filters that come of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from harbincrawl.errors import FilterError, OptionsError
from harbincrawl.identity import STATUSES
from harbincrawl.search.days import DATES as DATE_NAMES
from harbincrawl.search.days import read_key_range

from .completion import complete_authors, complete_fields, complete_sections, complete_sources
from .output.stream import HEADING, note
from .parsing import option

if TYPE_CHECKING:
    import sqlite3

    from harbincrawl.charts.shapes import Drawing
    from harbincrawl.search.filters import Filters

Function = TypeVar("Function", bound=Callable[..., Any])

DATES = "2019, 2019-05, 2019-05-30, 7d (2w, 3m, 1y), today, yesterday"
_FILTERS = "Filters"
_OPTIONS = (
    option(
        "--section", multiple=True, metavar="NAME", shell_complete=complete_sections, heading=_FILTERS,
        help="Path prefix (news, culture) or label; repeatable.",
    ),
    option(
        "--source", multiple=True, metavar="NAME", shell_complete=complete_sources, heading=_FILTERS,
        help="Whole source, such as Xinhua; repeatable.",
    ),
    option(
        "--author", multiple=True, metavar="NAME", shell_complete=complete_authors, heading=_FILTERS,
        help="Whole name; repeatable.",
    ),
    option("--since", metavar="DATE", heading=_FILTERS, help=f"First day: {DATES}."),
    option("--until", metavar="DATE", heading=_FILTERS, help="Last day; a year or a month is meant whole."),
    option(
        "--date", type=click.Choice(DATE_NAMES), default="updated", show_default=True, heading=_FILTERS,
        help="What days and counts go by: the printed date or that in the address; the other where it is missing.",
    ),
    option(
        "--status", type=click.Choice(STATUSES), heading=_FILTERS,
        help="Only articles that are on the site, gone from it, or known only from other archives.",
    ),
)  # fmt: skip
NAMES = ("--section", "--source", "--author", "--since", "--until", "--status")

seen_since_option = option(
    "--seen-since", metavar="DATE", heading=_FILTERS, help="First seen, or seen changed, on this day or later (UTC)."
)
exact_option = option("--exact", is_flag=True, heading=_FILTERS, help="Match exact words, without stemming.")
_MATCHING = (
    option("--copies", is_flag=True, heading=_FILTERS, help="Show copies of an article as hits of their own."),
    exact_option,
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
    """Adds the filters of `search` to a command."""
    for each in reversed(_OPTIONS):
        function = each(function)
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
    from harbincrawl.search.filters import Filters

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
