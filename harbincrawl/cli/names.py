"""Names of articles on a command line: ids, addresses, and `-` for those on standard input."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence

import click

from harbincrawl.api import Archive
from harbincrawl.errors import NotFoundError
from harbincrawl.text import clean


def read_names(given: Sequence[str]) -> Iterator[str]:
    """The names that were given, - replaced by those that come in on standard input."""
    for name in given:
        if name != "-":
            yield name
            continue
        for line in sys.stdin.buffer:
            yield from line.decode("utf-8", "replace").split()


def check_name(archive: Archive, text: str) -> None:
    """Raises click.BadParameter for what names no article; in an archive with ids of other shapes any word may."""
    if not archive.is_name(text):
        raise click.BadParameter(
            f"{clean(text)!r} names no article: expected a number, an id such as harbin-today:5370, or an address."
        )


def find_number(archive: Archive, text: str) -> int:
    """The internal number of the stored article that `text` names. Raises NotFoundError, click.BadParameter."""
    check_name(archive, text)
    try:
        return archive.find_number(text)
    except KeyError:
        raise NotFoundError(f"the archive has no article {clean(text)}.") from None
