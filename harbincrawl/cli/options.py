"""Options that several commands share, the filters that come of them, and what a shell may complete of their values."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from harbincrawl.archive.database.connection import read_archive
from harbincrawl.errors import FilterError, HarbincrawlError, OptionsError
from harbincrawl.fields import KEYS
from harbincrawl.search.days import read_key_range
from harbincrawl.search.filters import BY_NAME, SHARED, Filter, Filters, make_filters

from .output.stream import HEADING
from .parsing import Function, join_options, option

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

_FILTERS = "Filters"
NAMES = tuple(each.option for each in SHARED if each.restricts)
"""The options that leave articles out by themselves."""
_METAVARS = {"names": "NAME", "day": "DATE", "moment": "DATE", "cursor": "CURSOR"}
_MOST = 200
"""Names that a shell is offered at once."""


def complete_sections(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Paths of sections, with their labels."""
    from harbincrawl.archive.origin import read_site
    from harbincrawl.sites import default_site

    def read(connection: sqlite3.Connection) -> list[tuple[str, str]]:
        return [(section.path, section.label) for section in read_site(connection).sections]

    usual = [(section.path, section.label) for section in default_site().sections]
    return _offer(_read_names(ctx, read) or usual, incomplete)


def complete_names(sql: str) -> Callable[[click.Context, click.Parameter, str], list[CompletionItem]]:
    """What completes a value of a filter: what `sql` finds in the archive, in its order."""

    def complete(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
        names = _read_names(ctx, lambda connection: [(name, "") for (name,) in connection.execute(sql)])
        return _offer(names, incomplete)

    return complete


def complete_searches(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Names of saved searches, with their queries."""
    from harbincrawl.archive.user import read_user

    sql = "SELECT name, query FROM saved_searches ORDER BY name"
    return _offer(_read_names(ctx, lambda user: user.execute(sql).fetchall(), read_user), incomplete)


def complete_fields(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Fields of a record, one after the other between commas."""
    from click.shell_completion import CompletionItem

    before, comma, last = incomplete.rpartition(",")
    left = (key for key in KEYS if key not in before.split(","))
    return [CompletionItem(before + comma + key) for key in left if key.startswith(last)]


def _read_names(
    ctx: click.Context,
    read: Callable[[sqlite3.Connection], list[tuple[str, str]]],
    reader: Callable[[Path], AbstractContextManager[sqlite3.Connection]] = read_archive,
) -> list[tuple[str, str]]:
    archive = ctx.find_root().params.get("archive") or Path("archive")
    try:
        with reader(archive) as connection:
            return read(connection)
    except (HarbincrawlError, sqlite3.Error):
        # A shell that completes is no place for messages.
        return []


def _offer(names: list[tuple[str, str]], incomplete: str) -> list[CompletionItem]:
    from click.shell_completion import CompletionItem

    wanted = incomplete.lower()
    found = [CompletionItem(name, help=about) for name, about in names if name.lower().startswith(wanted)]
    return found[:_MOST]


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


filter_options = join_options(*(filter_option(each.name) for each in SHARED))
"""The filters that all commands share, in the order of the table."""
matching_options = join_options(
    option("--copies", is_flag=True, heading=_FILTERS, help="Show copies of an article as hits of their own."),
    filter_option("exact"),
)
"""How a query is matched."""
_make_fields_option = partial(
    option, "--fields", default="", metavar="NAME,...", shell_complete=complete_fields, heading=HEADING
)
fields_option = _make_fields_option(help="In text also these fields (url, author …), in JSON and CSV only these.")
columns_option = _make_fields_option(help="Only these fields (id, updated, title …), in the order that records have.")
site_option = option(
    "--site", "named", metavar="NAME|FILE", help="The site: one of `harbincrawl sites`, or a site file (.toml)."
)


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
    "--workers", "--jobs", "workers", callback=_parse_workers, metavar="N|ADDRESS",
    help="Processes to read with (default: one a core), or those of a Dask scheduler: tcp://HOST:PORT.",
)  # fmt: skip


def take_filters(given: Mapping[str, Any], query: str = "") -> Filters:
    """The filters of a command's values. Raises FilterError, also for days of which the last is before the first."""
    days = read_key_range(given["since"], given["until"])
    if days and days[0] > days[1]:
        raise FilterError(f"--since {given['since']} is after --until {given['until']}.")
    # Several sections may stand in one name, with commas between; a label may have a comma, too.
    named = (part.strip() for name in given["section"] for part in dict.fromkeys((name, *name.split(","))))
    return make_filters({**given, "section": tuple(named)}, query)
