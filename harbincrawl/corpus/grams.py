"""Words that follow each other (n-grams): cut out of the texts of an article, and counted for many of them."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Literal, Self

from .words import DROPPED, WordCutter, has_letter

LONGEST = 5
"""Words of an n-gram, at most."""
Order = Literal["frequency", "articles", "word"]
_ORDERS: dict[Order, str] = {
    "frequency": "times DESC, gram",
    "articles": "articles DESC, times DESC, gram",
    "word": "gram",
}
"""SQL of what lists are sorted by; of equal ones the alphabet decides."""
ORDERS = tuple(_ORDERS)
_HELD = 200_000
"""Different n-grams that are counted in memory; those of 20,000 articles would take gigabytes."""


def cut_lines(cutter: WordCutter, parts: Iterable[str]) -> Iterator[list[str]]:
    """The words of each line of the texts: title, paragraphs and captions are lines, and no words cross their ends."""
    for part in parts:
        # Once for all its lines: an aligned text has each letter at its place.
        aligned, start = cutter.align(part), 0
        for line in part.split("\n"):
            if words := aligned[start : start + len(line)].replace(DROPPED, "").split():
                yield words
            start += len(line) + 1


def cut_grams(cutter: WordCutter, parts: Sequence[str], size: int) -> tuple[int, list[str]]:
    """(number of words, every run of `size` of them in a line, with a blank between) of the texts of an article."""
    if size == 1:
        words = cutter.cut("\n".join(parts))
        return len(words), words
    count = 0
    grams: list[str] = []
    for words in cut_lines(cutter, parts):
        count += len(words)
        grams += map(" ".join, zip(*(islice(words, start, None) for start in range(size)), strict=False))
    return count, grams


def has_bare_number(gram: str) -> bool:
    """Whether a word of it has no letter: such words are left out of lists, and so is what holds one."""
    return not all(map(has_letter, gram.split(" ")))


class GramCounts:
    """How often each n-gram is, and in how many articles: in memory, and on the disk where they are too many."""

    def __init__(self, takes: Callable[[str], bool]) -> None:
        """`takes`: whether an n-gram is one of those to count."""
        self._takes = takes
        self._times: Counter[str] = Counter()
        self._articles: Counter[str] = Counter()
        # Of its own, without a name: on the disk as far as it is large, and gone when it is closed.
        self._connection = sqlite3.connect("", isolation_level=None)
        self._connection.execute("CREATE TABLE counts (gram TEXT, times INTEGER, articles INTEGER)")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def add(self, grams: Sequence[str]) -> None:
        """Counts those of one article."""
        self._times.update(grams)
        self._articles.update(set(grams))
        if len(self._times) > _HELD:
            self._put_away()

    def sum_up(self, least: int) -> int:
        """Adds up what was counted, once; returns how many different n-grams are there at least `least` times."""
        self._put_away()
        self._connection.execute(
            "CREATE TABLE sums AS SELECT gram, sum(times) AS times, sum(articles) AS articles FROM counts"
            " GROUP BY gram HAVING sum(times) >= ?",
            (least,),
        )
        (different,) = self._connection.execute("SELECT count(*) FROM sums").fetchone()
        return int(different)

    def list_first(self, order: Order, most: int) -> list[tuple[str, int]]:
        """The first `most` of those that were added up, each (n-gram, times)."""
        rows = self._connection.execute(f"SELECT gram, times FROM sums ORDER BY {_ORDERS[order]} LIMIT ?", (most,))
        return rows.fetchall()

    def _put_away(self) -> None:
        rows = ((gram, times, self._articles[gram]) for gram, times in self._times.items() if self._takes(gram))
        self._connection.execute("BEGIN")
        self._connection.executemany("INSERT INTO counts VALUES (?, ?, ?)", rows)
        self._connection.execute("COMMIT")
        self._times.clear()
        self._articles.clear()
