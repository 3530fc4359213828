"""Ranges of days within which many hits are ranked, the newest days first: to score a hit takes a microsecond."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from harbincrawl.identity import BITS_FOR_NUMBER

MOST_RANKED = 5_000
"""Articles that match in the newest range, and those of one day more; each range has twice as many as the one before.
Of a million articles 60,000 may have a word of the site's own name in their titles: to score them all takes 80 ms."""
Keys = tuple[int, int]
"""First and last key."""
_ALL: Keys = (0, 2**63 - 1)


def list_ranges(
    connection: sqlite3.Connection, match: str, keys: Keys | None = None, most: int = MOST_RANKED
) -> Iterator[Keys | None]:
    """The ranges of the articles that match an FTS5 expression, of whole days, within `keys` (None: all).

    It is `keys` alone where at most `most` articles match.
    """
    first, last = keys or _ALL
    end = last
    while (key := _find_key(connection, match, (first, end), most)) is not None:
        begin = max(first, key >> BITS_FOR_NUMBER << BITS_FOR_NUMBER)
        yield begin, end
        if begin == first:
            return
        end, most = begin - 1, 2 * most
    yield (first, end) if end != last else keys


def _find_key(connection: sqlite3.Connection, match: str, keys: Keys, offset: int) -> int | None:
    """The key of the match that has `offset` newer ones within `keys`; None if there is none."""
    row = connection.execute(
        "SELECT rowid FROM articles_fts WHERE articles_fts MATCH ? AND rowid BETWEEN ? AND ?"
        " ORDER BY rowid DESC LIMIT 1 OFFSET ?",
        (match, *keys, offset),
    ).fetchone()
    return int(row[0]) if row else None


def find_side(keys: Keys | None, place: int | str) -> int:
    """Where the day of a hit's place is: 0 within the range, 1 in a newer one, -1 in an older one.

    See `ArticleCondition.place`.
    """
    first, last = (key >> BITS_FOR_NUMBER for key in keys or _ALL)
    day = place >> BITS_FOR_NUMBER if isinstance(place, int) else int(place.partition("/")[0])
    return (day > last) - (day < first)
