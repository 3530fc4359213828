"""Two parts of the archive: the articles that are compared, and how often each of them has each word."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from harbincrawl.search.filters import Filters

from .texts import Selection, read_texts, select_texts
from .words import WordCutter


class CorpusPart(NamedTuple):
    """A part of the archive."""

    articles: int
    words: int
    """All words of title, body and captions, numbers included."""


class Share(NamedTuple):
    """Some articles of a part: those that are in it alone, or those of which the other part has a copy or the same."""

    selection: Selection
    is_other: bool
    """Whether they are of the other part."""
    in_part: bool
    in_other: bool

    @property
    def is_new(self) -> bool:
        """Whether their texts were not there before: those that both parts share are read for each of them."""
        return not (self.is_other and self.in_part)


class Parts(NamedTuple):
    """Two parts with what they have."""

    selections: tuple[Selection, Selection]
    sizes: tuple[CorpusPart, CorpusPart]
    counts: tuple[Counter[str], Counter[str]]
    """How often each word is in each part."""
    both: int
    """Texts that are in both parts."""

    def list_shares(self) -> Iterator[Share]:
        """The articles of both parts, those of each apart that are in both."""
        for at, (one, other) in enumerate((self.selections, self.selections[::-1])):
            if not self.both:
                yield Share(one, at == 1, at == 0, at == 1)
                continue
            for is_shared in (False, True):
                sql, values = one
                condition = f"original {'' if is_shared else 'NOT '}IN (SELECT original FROM ({other[0]}))"
                some = f"SELECT key, original FROM ({sql}) WHERE {condition}", [*values, *other[1]]
                yield Share(some, at == 1, is_shared or at == 0, is_shared or at == 1)


def count_parts(connection: sqlite3.Connection, filters: Filters, against: Filters | None = None) -> Parts:
    """The words of the articles that `filters` leave, and of those that `against` leaves. Raises FilterError.

    None: of all other articles. Memory grows with the number of different words, not of articles.
    """
    part = select_texts(connection, filters)
    if against is None:
        every = select_texts(connection, Filters())
        rest = f"SELECT key, original FROM ({every[0]}) WHERE original NOT IN (SELECT original FROM ({part[0]}))"
        other = rest, every[1] + part[1]
    else:
        other = select_texts(connection, against)
    both = 0
    if against is not None:
        shared = f"SELECT original FROM ({part[0]}) INTERSECT SELECT original FROM ({other[0]})"
        (both,) = connection.execute(f"SELECT count(*) FROM ({shared})", part[1] + other[1]).fetchone()
    cutter = WordCutter()
    size, counts = _count_words(connection, cutter, part)
    other_size, other_counts = _count_words(connection, cutter, other)
    return Parts((part, other), (size, other_size), (counts, other_counts), both)


def _count_words(
    connection: sqlite3.Connection, cutter: WordCutter, selection: Selection
) -> tuple[CorpusPart, Counter[str]]:
    """(size, number of each word) of the selected articles."""
    articles, counts = 0, Counter[str]()
    for batch in read_texts(connection, selection):
        articles += len(batch)
        counts.update(cutter.cut("\n".join(part for text in batch for part in text.list_parts())))
    return CorpusPart(articles, counts.total()), counts
