"""Rebuilding all links at once: the articles are linked anew, the earliest first."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from .candidates import PLACE, number_at, rank_place
from .links import CopyLink, link_copies

_PAGE = 5_000
"""Articles that are linked at once: texts are compared from memory within them."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Counts of a rebuild."""

    articles: int
    exact: int
    near: int
    changed: int
    """Articles whose link changed."""


def rebuild(
    connection: sqlite3.Connection, progress: Callable[[int, int], None], next_change: Callable[[], int]
) -> Counts:
    """Rebuilds all signatures and links in the caller's transaction; `progress` gets (articles done, total).

    Articles whose link changes get a new `change` from `next_change`.
    """
    before = _read_links(connection)
    for table in ("duplicates", "_bands", "_signatures"):
        connection.execute(f"DELETE FROM {table}")
    places = [place for (place,) in connection.execute(f"SELECT {PLACE} FROM articles AS a")]
    # A link depends only on earlier articles, so none of those that are linked changes again.
    numbers = [number_at(place) for place in sorted(places, key=partial(rank_place, connection))]
    for at in range(0, len(numbers), _PAGE):
        progress(at, len(numbers))
        link_copies(connection, numbers[at : at + _PAGE], next_change)
    after = _read_links(connection)
    changed = sorted(number for number in before.keys() | after.keys() if before.get(number) != after.get(number))
    connection.executemany(
        "UPDATE articles SET change = ? WHERE number = ?", ((next_change(), number) for number in changed)
    )
    exact = sum(link.kind == "exact" for link in after.values())
    progress(len(numbers), len(numbers))
    return Counts(len(numbers), exact, len(after) - exact, len(changed))


def _read_links(connection: sqlite3.Connection) -> dict[int, CopyLink]:
    rows = connection.execute("SELECT number, original, similarity, kind FROM duplicates")
    return {number: CopyLink(*link) for number, *link in rows}
