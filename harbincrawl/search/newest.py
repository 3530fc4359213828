"""What is new, what was printed on one day of many years, and the newest headlines of a section: numbers, no texts."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

from harbincrawl.identity import BITS_FOR_NUMBER

from .folding import NUMBER_MASK

_IS_COPY = "EXISTS (SELECT 1 FROM duplicates AS d WHERE d.number = a.number)"
_PICTURE = (
    "(SELECT json_array(i.media, nullif(i.caption, ''), nullif(i.credit, '')) FROM images AS i"
    " WHERE i.number = a.number AND i.media IS NOT NULL ORDER BY i.position LIMIT 1)"
)


class NewArticle(NamedTuple):
    """What is to be known of an article before it is shown in front."""

    number: int
    """Internal number."""
    day: int
    """Its day as Python counts them (1: 0001-01-01); 0: it has no date."""
    words: int
    """Of its body."""
    is_gone: bool
    is_copy: bool
    media: str | None
    """The file in `media/` of its first kept picture; None: there is none."""
    caption: str | None
    credit: str | None

    @property
    def year(self) -> int:
        """The year of its day, if it has one. Raises ValueError otherwise."""
        return date.fromordinal(self.day).year


def list_newest(connection: sqlite3.Connection, until: date, most: int) -> list[NewArticle]:
    """The newest articles up to the day `until`, the newest first; those without a date come last.

    What is dated later has a wrong date, and would stand in front for years.
    """
    chosen = "SELECT key, number, word_count, status FROM articles WHERE key < ? ORDER BY key DESC LIMIT ?"
    return _read(connection, chosen, [(until.toordinal() + 1) << BITS_FOR_NUMBER, most])


def list_of_days(connection: sqlite3.Connection, days: Iterable[date]) -> list[NewArticle]:
    """The articles of some days, the newest first."""
    chosen = (
        "SELECT b.key, b.number, b.word_count, b.status FROM json_each(?) AS j CROSS JOIN articles AS b"
        f" ON b.key BETWEEN j.value << {BITS_FOR_NUMBER} AND ((j.value + 1) << {BITS_FOR_NUMBER}) - 1"
    )
    return _read(connection, chosen, [json.dumps([day.toordinal() for day in days])])


def list_headlines(connection: sqlite3.Connection, path: str, most: int) -> list[int]:
    """The numbers of the newest articles of the section `path`, the newest first, without copies."""
    rows = connection.execute(
        f"SELECT a.number FROM articles AS a WHERE a.section_path = ? AND NOT {_IS_COPY} ORDER BY a.key DESC LIMIT ?",
        (path, most),
    )
    return [number for (number,) in rows]


def count_sections(connection: sqlite3.Connection) -> dict[str, int]:
    """The number of articles of each section by its path, the largest first; copies within a section are folded."""
    number = f"(a.key & {NUMBER_MASK})"
    rows = connection.execute(
        # The index of sections has all of it.
        f"SELECT a.section_path, count(DISTINCT coalesce((SELECT d.original FROM duplicates AS d WHERE d.number ="
        f" {number}), {number})) AS articles FROM articles AS a"
        " WHERE a.section_path <> '' GROUP BY a.section_path ORDER BY articles DESC, a.section_path"
    )
    return dict(rows.fetchall())


def _read(connection: sqlite3.Connection, chosen: str, values: list[Any]) -> list[NewArticle]:
    """What is to be known of the articles of a SELECT, the newest first."""
    rows = connection.execute(
        f"SELECT a.number, a.key >> {BITS_FOR_NUMBER}, a.word_count, a.status = 'gone', {_IS_COPY}, {_PICTURE}"
        f" FROM ({chosen}) AS a ORDER BY a.key DESC",
        values,
    )
    found = []
    for number, day, words, is_gone, is_copy, text in rows:
        picture = json.loads(text) if text else (None, None, None)
        found.append(NewArticle(number, day, words, bool(is_gone), bool(is_copy), *picture))
    return found
