"""The newest articles, with their pictures."""

from __future__ import annotations

import sqlite3
from datetime import date
from typing import NamedTuple

from harbincrawl.identity import BITS_FOR_NUMBER


class NewArticle(NamedTuple):
    """An article and its picture."""

    number: int
    """Internal number."""
    media: str | None
    """The file in `media/` of its first kept picture; None: there is none."""


def list_newest(connection: sqlite3.Connection, until: date, most: int) -> list[NewArticle]:
    """The newest articles up to the day `until`, without copies, the newest first; those without a date come last.

    What is dated later has a wrong date, and would stand in front for years.
    """
    rows = connection.execute(
        "SELECT a.number, (SELECT i.media FROM images AS i WHERE i.number = a.number AND i.media IS NOT NULL"
        " ORDER BY i.position LIMIT 1) FROM articles AS a WHERE a.key < ?"
        " AND NOT EXISTS (SELECT 1 FROM duplicates AS d WHERE d.number = a.number) ORDER BY a.key DESC LIMIT ?",
        ((until.toordinal() + 1) << BITS_FOR_NUMBER, most),
    )
    return [NewArticle(*row) for row in rows]
