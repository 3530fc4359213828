"""Names of articles on the command line: a number, an id such as harbin-today:5370, an address."""

from __future__ import annotations

import sqlite3

import click

from harbincrawl.archive.naming import is_name, list_ids, mirrored
from harbincrawl.errors import NotFoundError
from harbincrawl.search.choice import has_counted
from harbincrawl.text import clean


def check_name(connection: sqlite3.Connection, text: str) -> None:
    """Raises click.BadParameter for what names no article; in an archive with ids of other shapes any word may."""
    if not is_name(text) and not has_counted(connection):
        raise click.BadParameter(
            f"{clean(text)!r} names no article: expected a number, an id such as harbin-today:5370, or an address."
        )


def find_number(connection: sqlite3.Connection, text: str) -> int:
    """The internal number of the stored article that `text` names. Raises NotFoundError, click.BadParameter."""
    from harbincrawl.archive.origin import read_origin, read_site

    check_name(connection, text)
    for id in list_ids(text, mirrored(read_site(connection), read_origin(connection))):
        row = connection.execute("SELECT number FROM articles WHERE id = ?", (id,)).fetchone()
        if row:
            return int(row[0])
    raise NotFoundError(f"the archive has no article {clean(text)}.")
