"""Keywords: the words that one part of the archive has more often than another, by their log-likelihood."""

from __future__ import annotations

import math
import sqlite3
from collections import Counter
from typing import Any, NamedTuple

from harbincrawl.search.filters import Filters

from .texts import Selection, read_texts, select_texts
from .words import WordCutter

_PROBED = 300
"""Texts by which the length of all is estimated."""
_SCATTERED = "((original * 1103515245 + 12345) >> 16 & 32767)"
"""SQL of a number that looks like chance, and hangs on the text alone: the same texts are in a sample every time."""


class Keyword(NamedTuple):
    """A word with its numbers in both parts."""

    word: str
    """Lower case, without accents."""
    log_likelihood: float
    """How unlikely the difference is by chance, to two decimals: above 3.84 at 5%, above 10.83 at 0.1% of all words."""
    frequency: int
    """How often it is in the part."""
    per_million: float
    """Per 1,000,000 words of the part, to two decimals."""
    against_frequency: int
    """How often it is in the other part."""
    against_per_million: float
    """Per 1,000,000 words of the other part."""


class CorpusPart(NamedTuple):
    """A part of the archive."""

    articles: int
    words: int
    """All words of title, body and captions."""


class Keywords(NamedTuple):
    """What one part of the archive speaks of more than another."""

    part: CorpusPart
    against: CorpusPart
    both: int
    """Texts that are in both parts."""
    words: tuple[Keyword, ...]
    """Every word that the part has more often, the highest log-likelihood first; of equal ones, by the alphabet."""
    one_in: int = 1
    """Of so many texts of each part one was counted, and all numbers here are of these; 1: of all."""

    def as_object(self, most: int | None = None) -> dict[str, Any]:
        """For JSON, with the first `most` words, or all; `one_in` is there where it is a sample."""
        return ({"one_in": self.one_in} if self.one_in > 1 else {}) | {
            "part": self.part._asdict(),
            "against": self.against._asdict(),
            "both": self.both,
            "keywords": [each._asdict() for each in self.words[:most]],
        }


def find_keywords(
    connection: sqlite3.Connection,
    filters: Filters,
    against: Filters | None = None,
    *,
    least: int = 1,
    letters: int | None = None,
    copies: bool = False,
) -> Keywords:
    """The keywords of the articles that `filters` leave, beside those that `against` leaves. Raises FilterError.

    None: beside all other articles. A keyword is at least `least` times in the part. Where both parts have more than
    some `letters` characters, a sample of so many is counted. Copies are folded, or with `copies` count as articles of
    their own; gone articles count. Memory grows with the number of different words, not of articles.
    """
    return compare_parts(connection, filters, against, least=least, letters=letters, copies=copies)[0]


def compare_parts(
    connection: sqlite3.Connection,
    filters: Filters,
    against: Filters | None = None,
    *,
    least: int = 1,
    letters: int | None = None,
    copies: bool = False,
) -> tuple[Keywords, Keywords]:
    """What `find_keywords` returns, and the same the other way round, out of one count. Raises FilterError."""
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
    is_whole = size.articles and other_size.articles
    words = _compare(counts, size.words, other_counts, other_size.words, least) if is_whole else []
    others = _compare(other_counts, other_size.words, counts, size.words, least) if is_whole else []
    return (
        Keywords(size, other_size, both, tuple(words), one_in),
        Keywords(other_size, size, both, tuple(others), one_in),
    )


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


def _compare(counts: Counter[str], words: int, others: Counter[str], other_words: int, least: int) -> list[Keyword]:
    found = [
        Keyword(
            word,
            round(measure_log_likelihood(count, words, others[word], other_words), 2),
            count,
            round(1e6 * count / words, 2),
            others[word],
            round(1e6 * others[word] / other_words, 2) if other_words else 0.0,
        )
        for word, count in counts.items()
        if count >= least and count * other_words > others[word] * words
    ]
    return sorted(found, key=lambda each: (-each.log_likelihood, each.word))


def measure_log_likelihood(count: int, words: int, other: int, other_words: int) -> float:
    """Dunning's log-likelihood of `count` in `words` words beside `other` in `other_words` words."""
    expected = words * (count + other) / (words + other_words)
    other_expected = other_words * (count + other) / (words + other_words)
    return 2 * sum(seen * math.log(seen / due) for seen, due in ((count, expected), (other, other_expected)) if seen)
