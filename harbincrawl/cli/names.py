"""Names of articles on a command line: ids, addresses, and `-` for those on standard input."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterator, Sequence

import click

from harbincrawl.errors import NotFoundError
from harbincrawl.search.choice import has_counted
from harbincrawl.text import clean


def read_names(given: Sequence[str]) -> Iterator[str]:
    """The names that were given, - replaced by those that come in on standard input."""
    for name in given:
        if name != "-":
            yield name
            continue
        for line in sys.stdin.buffer:
            yield from line.decode("utf-8", "replace").split()


def check_name(connection: sqlite3.Connection, text: str) -> None:
    """Raises click.BadParameter for what names no article; in an archive with ids of other shapes any word may."""
    from harbincrawl.archive.naming import is_name  # no search needs it

    if not is_name(text) and not has_counted(connection):
        raise click.BadParameter(
            f"{clean(text)!r} names no article: expected a number, an id such as harbin-today:5370, or an address."
        )


def find_number(connection: sqlite3.Connection, text: str) -> int:
    """The internal number of the stored article that `text` names. Raises NotFoundError, click.BadParameter."""
    from harbincrawl.archive.naming import find_article
    from harbincrawl.archive.origin import read_mirrored

    check_name(connection, text)
    number = find_article(connection, text, read_mirrored(connection))
    if number is not None:
        return number
    raise NotFoundError(f"the archive has no article {clean(text)}.")
