"""Places: integers that say which of two articles is the earlier one, by the day in the address, then by the id."""

from __future__ import annotations

import sqlite3
from datetime import date

from harbincrawl.identity import BITS_FOR_NUMBER, FIRST_COUNTED, precedence

UNDATED = 4_000_000
"""The day of an article without one: later than all others, for nothing says that it was first."""
PLACE = f"(coalesce(CAST(julianday(a.created) - 1721424.5 AS INTEGER), {UNDATED}) << {BITS_FOR_NUMBER}) + a.number"
"""SQL of the place of `articles AS a`: the day of `created` x 2^32 + internal number."""
_NUMBER = (1 << BITS_FOR_NUMBER) - 1

Rank = tuple[int, bool, int, str]
"""Day, then the id as a number, else as text: the lower is the earlier."""


def place_article(created: str | None, number: int) -> int:
    """As PLACE."""
    return ((date.fromisoformat(created).toordinal() if created else UNDATED) << BITS_FOR_NUMBER) + number


def number_at(place: int) -> int:
    """The internal number in a place."""
    return place & _NUMBER


def day_of(place: int) -> str | None:
    """The day of a place, as `articles.created` has it."""
    day = place >> BITS_FOR_NUMBER
    return None if day == UNDATED else date.fromordinal(day).isoformat()


def day_after(place: int) -> int:
    """The first place of the next day."""
    return ((place >> BITS_FOR_NUMBER) + 1) << BITS_FOR_NUMBER


def is_after_all(place: int, last: int) -> bool:
    """Whether `place` is later than `last` and all before it: internal numbers that were counted out tell no order."""
    return place >= day_after(last) or (place > last and number_at(place) < FIRST_COUNTED)


def rank_place(connection: sqlite3.Connection, place: int) -> Rank:
    """The rank of an article: within a day, internal numbers are in order only where they are the ids themselves."""
    day, number = place >> BITS_FOR_NUMBER, number_at(place)
    if number < FIRST_COUNTED:
        return day, False, number, str(number)
    row = connection.execute("SELECT id FROM _ids WHERE internal = ?", (number,)).fetchone()
    return day, *precedence(row[0] if row else str(number))
