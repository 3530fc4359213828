"""Two parts of the archive: the articles that are compared, and how often each of them has each word."""

from __future__ import annotations

import math
import sqlite3
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from harbincrawl.search.filters import Filters

from .texts import Selection, read_texts, select_texts
from .words import WordCutter

_PROBED = 300
"""Texts by which the length of all is estimated."""
_SCATTERED = "((original * 1103515245 + 12345) >> 16 & 32767)"
"""SQL of a number that looks like chance, and hangs on the text alone: the same texts are in a sample every time."""


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
    one_in: int
    """Of so many texts of each part one was counted."""

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


def count_parts(
    connection: sqlite3.Connection,
    filters: Filters,
    against: Filters | None = None,
    *,
    letters: int | None = None,
    copies: bool = False,
) -> Parts:
    """The words of the articles that `filters` leave, and of those that `against` leaves. Raises FilterError.

    None: of all other articles. Where both parts have more than some `letters` characters, a sample of so many is
    counted. Memory grows with the number of different words, not of articles.
    """
    part = select_texts(connection, filters, copies=copies)
    if against is None:
        every = select_texts(connection, Filters(), copies=copies)
        rest = f"SELECT key, original FROM ({every[0]}) WHERE original NOT IN (SELECT original FROM ({part[0]}))"
        other, whole = (rest, every[1] + part[1]), [every]
    else:
        other = select_texts(connection, against, copies=copies)
        whole = [part, other]
    one_in = 1
    if letters is not None:
        one_in = math.ceil(sum(_estimate_letters(connection, each) for each in whole) / letters) or 1
        part, other = _thin(part, one_in), _thin(other, one_in)
    both = 0
    if against is not None:
        shared = f"SELECT original FROM ({part[0]}) INTERSECT SELECT original FROM ({other[0]})"
        (both,) = connection.execute(f"SELECT count(*) FROM ({shared})", part[1] + other[1]).fetchone()
    cutter = WordCutter()
    size, counts = _count_words(connection, cutter, part)
    other_size, other_counts = _count_words(connection, cutter, other)
    return Parts((part, other), (size, other_size), (counts, other_counts), both, one_in)


def _thin(selection: Selection, one_in: int) -> Selection:
    """One in so many of the selected texts."""
    sql, values = selection
    return (f"SELECT key, original FROM ({sql}) WHERE {_SCATTERED} % {one_in} = 0" if one_in > 1 else sql), values


def _estimate_letters(connection: sqlite3.Connection, selection: Selection) -> float:
    """How many characters the selected texts have, judged by some hundreds of them."""
    (count,) = connection.execute(f"SELECT count(*) FROM ({selection[0]})", selection[1]).fetchone()
    sql, values = _thin(selection, count // _PROBED + 1)
    (mean,) = connection.execute(
        "SELECT avg(coalesce(length(a.body), 0) + coalesce(length(a.captions), 0))"
        f" FROM ({sql}) AS h CROSS JOIN articles AS a ON a.key = h.key",
        values,
    ).fetchone()
    return float(count * (mean or 0))


def _count_words(
    connection: sqlite3.Connection, cutter: WordCutter, selection: Selection
) -> tuple[CorpusPart, Counter[str]]:
    """(size, number of each word) of the selected articles."""
    articles, counts = 0, Counter[str]()
    for batch in read_texts(connection, selection):
        articles += len(batch)
        counts.update(cutter.cut("\n".join(part for text in batch for part in text.list_parts())))
    return CorpusPart(articles, counts.total()), counts
