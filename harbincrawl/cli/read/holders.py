"""`harbincrawl show` of several archives: an id with its site finds its archive, a bare number must be clear."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import click

from harbincrawl.cli.archives import Archives, OpenArchive, open_archives
from harbincrawl.cli.names import find_number
from harbincrawl.errors import ExitCode, NotFoundError
from harbincrawl.text import clean

Show = Callable[[Path], int]
"""Shows what was asked for out of one archive; the exit code."""
Print = Callable[[Archives, Sequence[OpenArchive | None]], None]
"""Prints each of the names out of its archive."""


def show_of_many(folders: Sequence[Path], names: Sequence[str], show: Show, print_each: Print) -> int:
    """`show` of the archive that all of `names` are in, `print_each` where they are in several; the exit code.

    Raises NotFoundError where no name is given, and for a single one that no archive has, click.UsageError for a number
    of several sites.
    """
    if not names:
        raise NotFoundError("no article was named on standard input.")
    with open_archives(folders) as archives:
        holders = [find_holder(archives, name) for name in names]
        chosen = {each.folder for each in holders if each is not None}
        if None not in holders and len(chosen) == 1:
            return archives.end(show(chosen.pop()))
        missing = [name for name, each in zip(names, holders, strict=True) if each is None]
        said = [f"none of the {len(folders)} archives has an article {clean(name)}." for name in missing]
        if len(names) == 1 and not archives.failed:
            raise NotFoundError(said[0])
        for line in said:
            click.echo(f"harbincrawl: {line}", err=True)
        print_each(archives, holders)
        sys.stdout.flush()
        return archives.end(ExitCode.NOTHING_FOUND if missing else ExitCode.DONE)


def find_holder(archives: Archives, name: str) -> OpenArchive | None:
    """The first archive that has the article; of a number that articles of several sites have, none.

    Raises click.UsageError for such a number.
    """
    holding = [each for each, number in archives.ask(lambda each: _find(each, name)) if number is not None]
    sites = sorted({each.site for each in holding})
    if len(sites) > 1:
        raise click.UsageError(f"{clean(name)} is an article of {len(sites)} sites: write {sites[0]}:{clean(name)}.")
    return holding[0] if holding else None


def _find(each: OpenArchive, name: str) -> int | None:
    with suppress(NotFoundError, click.BadParameter):
        return find_number(each.connection, name)
    return None
