"""Which of several archives has an article: an id with its site finds it, a bare number must be clear."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from harbincrawl.cli.archives import Archives, OpenArchive, open_archives
from harbincrawl.cli.names import find_number
from harbincrawl.errors import HarbincrawlError, NotFoundError
from harbincrawl.text import clean


def choose_archive(folders: Sequence[Path], names: Sequence[str]) -> Path | None:
    """The archive that all of `names` are in; None where they are in several, or one of them in none.

    Raises NotFoundError for a single article that no archive has, click.UsageError for a number of several sites.
    """
    with open_archives(folders) as archives:
        found = {each.folder if (each := find_holder(archives, name)) else None for name in names}
        if len(names) == 1 and found == {None}:
            raise NotFoundError(f"none of the {len(archives.opened)} archives has an article {clean(names[0])}.")
    return found.pop() if len(found) == 1 else None


def find_holder(archives: Archives, name: str) -> OpenArchive | None:
    """The first archive that has the article; of a number that articles of several sites have, none.

    Raises click.UsageError for such a number.
    """
    holding = []
    for each in archives.opened:
        try:
            find_number(each.connection, name)
        except (HarbincrawlError, click.BadParameter):
            continue
        holding.append(each)
    sites = sorted({each.site for each in holding})
    if len(sites) > 1:
        raise click.UsageError(f"{clean(name)} is an article of {len(sites)} sites: write {sites[0]}:{clean(name)}.")
    return holding[0] if holding else None
