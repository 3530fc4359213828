"""Keywords: the words that one part of the archive has more often than another, by their log-likelihood."""

from __future__ import annotations

import math
import sqlite3
from collections import Counter
from typing import Any, NamedTuple

from harbincrawl.search.filters import Filters
from harbincrawl.search.folding import select_folded
from harbincrawl.search.hits import understand_search
from harbincrawl.search.query.matching import Value

from .words import WordCutter

_BATCH = 100
"""Articles that are cut into words at once."""

Selection = tuple[str, list[Value]]
"""SQL of the `key` and `original` of articles, and its parameters."""


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

    def as_object(self, most: int | None = None) -> dict[str, Any]:
        """For JSON, with the first `most` words, or all."""
        return {
            "part": self.part._asdict(),
            "against": self.against._asdict(),
            "both": self.both,
            "keywords": [each._asdict() for each in self.words[:most]],
        }


def find_keywords(
    connection: sqlite3.Connection, filters: Filters, against: Filters | None = None, *, least: int = 1
) -> Keywords:
    """The keywords of the articles that `filters` leave, beside those that `against` leaves. Raises FilterError.

    None: beside all other articles. A keyword is at least `least` times in the part. Copies are folded, gone articles
    count. Memory grows with the number of different words, not of articles.
    """
    part = select_folded(connection, understand_search(connection, filters).choice)
    cutter = WordCutter()
    size, counts = _count_words(connection, cutter, part)
    both = 0
    if against is None:
        every, values = select_folded(connection, understand_search(connection, Filters()).choice)
        rest = f"SELECT key, original FROM ({every}) WHERE original NOT IN (SELECT original FROM ({part[0]}))"
        other: Selection = rest, values + part[1]
    else:
        other = select_folded(connection, understand_search(connection, against).choice)
        shared = f"SELECT original FROM ({part[0]}) INTERSECT SELECT original FROM ({other[0]})"
        (both,) = connection.execute(f"SELECT count(*) FROM ({shared})", part[1] + other[1]).fetchone()
    other_size, other_counts = _count_words(connection, cutter, other)
    words = _compare(counts, size.words, other_counts, other_size.words, least) if other_size.articles else []
    return Keywords(size, other_size, both, tuple(words))


def _count_words(
    connection: sqlite3.Connection, cutter: WordCutter, selection: Selection
) -> tuple[CorpusPart, Counter[str]]:
    """(size, number of each word) of the selected articles."""
    sql, values = selection
    rows = connection.execute(
        f"WITH chosen AS MATERIALIZED (SELECT key FROM ({sql}) ORDER BY key)"
        " SELECT a.title, a.body, a.captions FROM chosen CROSS JOIN articles AS a ON a.key = chosen.key",
        values,
    )
    articles, counts = 0, Counter[str]()
    while batch := rows.fetchmany(_BATCH):
        articles += len(batch)
        counts.update(cutter.cut("\n".join(text for row in batch for text in row if text)))
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
