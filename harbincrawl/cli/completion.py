"""What a shell may complete: names out of the archive that the command line is about; nothing where there is none."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from harbincrawl.errors import HarbincrawlError

if TYPE_CHECKING:
    import sqlite3

    from click.shell_completion import CompletionItem

_MOST = 200
"""Names that are offered at once."""


def complete_sections(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Paths of sections, with their labels."""
    del param

    def read(connection: sqlite3.Connection) -> list[tuple[str, str]]:
        from harbincrawl.archive.origin import read_site

        return [(section.path, section.label) for section in read_site(connection).sections]

    return _offer(_read_names(ctx, read) or _list_usual_sections(), incomplete)


def complete_names(sql: str) -> Callable[[click.Context, click.Parameter, str], list[CompletionItem]]:
    """What completes a value of a filter: what `sql` finds in the archive, in its order."""

    def complete(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        del param
        names = _read_names(ctx, lambda connection: [(name, "") for (name,) in connection.execute(sql)])
        return _offer(names, incomplete)

    return complete


def complete_searches(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Names of saved searches, with their queries."""
    del param
    from harbincrawl.archive.user import read_user

    sql = "SELECT name, query FROM saved_searches ORDER BY name"
    return _offer(_read_names(ctx, lambda user: user.execute(sql).fetchall(), read_user), incomplete)


def complete_fields(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Fields of a record, one after the other between commas."""
    del ctx, param
    from click.shell_completion import CompletionItem

    from harbincrawl.fields import KEYS

    before, comma, last = incomplete.rpartition(",")
    taken = before.split(",")
    return [CompletionItem(before + comma + key) for key in KEYS if key.startswith(last) and key not in taken]


def _read_names(
    ctx: click.Context,
    read: Callable[[sqlite3.Connection], list[tuple[str, str]]],
    reader: Callable[[Path], AbstractContextManager[sqlite3.Connection]] | None = None,
) -> list[tuple[str, str]]:
    import sqlite3

    from harbincrawl.archive.database.connection import read_archive

    (archive, *_) = ctx.find_root().params.get("archives") or (Path("archive"),)
    try:
        with (reader or read_archive)(archive) as connection:
            return read(connection)
    except (HarbincrawlError, sqlite3.Error):
        # A shell that completes is no place for messages.
        return []


def _list_usual_sections() -> list[tuple[str, str]]:
    from harbincrawl.sites import default_site

    return [(section.path, section.label) for section in default_site().sections]


def _offer(names: list[tuple[str, str]], incomplete: str) -> list[CompletionItem]:
    from click.shell_completion import CompletionItem

    wanted = incomplete.lower()
    found = [CompletionItem(name, help=about) for name, about in names if name.lower().startswith(wanted)]
    return found[:_MOST]
