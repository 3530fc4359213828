"""The words that one month has more often than a sample of all others: at a cost that no archive's size raises."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

from harbincrawl.search.days import read_key_range
from harbincrawl.search.filters import Filters

from .keywords import Frequencies, rank_words
from .parts import count_parts

_PART = 200
"""Articles of the month that are counted, the newest."""
_OTHERS = 500
"""Articles of all other months that are counted: from each month its share."""
_LETTERS = 2500
"""Of an article on average, beyond which fewer are counted: what is long takes long."""
_KEYS = """SELECT number FROM (SELECT number, sum(letters) OVER (ORDER BY key DESC) - letters AS before FROM (
 SELECT number, key, coalesce(length(body), 0) AS letters FROM articles WHERE key BETWEEN ? AND ?
 ORDER BY key DESC LIMIT ?)) WHERE before <= ?"""


def find_month_words(
    connection: sqlite3.Connection, month: str, months: Mapping[str, int], least: int = 2
) -> tuple[Frequencies, ...]:
    """The words that `month` has more often, the highest log-likelihood first; a word is there at least `least` times.

    Nothing is tested: these lead to articles and prove nothing. `months` are the numbers of all articles by month,
    `2024-05`. Of a larger month its newest articles are counted, and
    of all others some hundreds: always the same ones as long as the archive is the same.
    """
    part = _list_numbers(connection, month, _PART)
    others = {each: number for each, number in months.items() if each and each != month}
    total = sum(others.values())
    sample: list[int] = []
    if total > _OTHERS:
        due = 0.0
        for each in sorted(others):
            # What months of a few articles are due adds up until it makes one.
            due += _OTHERS * others[each] / total
            if due >= 1:
                sample += _list_numbers(connection, each, int(due))
                due -= int(due)
    else:
        sample = [number for each in others for number in _list_numbers(connection, each, total)]
    if not part or not sample:
        return ()
    against = Filters(numbers=tuple(sample))
    return tuple(rank_words(count_parts(connection, Filters(numbers=tuple(part)), against), least))


def _list_numbers(connection: sqlite3.Connection, month: str, most: int) -> list[int]:
    """The internal numbers of the newest articles of a month, as long as their texts are not too much to count."""
    keys = read_key_range(month, month)
    assert keys is not None  # noqa: S101 - both ends are given
    return [number for (number,) in connection.execute(_KEYS, (*keys, most, most * _LETTERS))]
