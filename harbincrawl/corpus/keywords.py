"""Keywords: the words that one part of the archive has more often than another, and what chance alone would do."""

from __future__ import annotations

import math
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import NamedTuple

from harbincrawl.search.filters import Filters

from .chance import Permutations
from .parts import CorpusPart, Parts, count_parts
from .texts import read_texts
from .words import WordCutter, has_letter

LEAST = 5
"""Times that a word is there, in both parts together, unless asked otherwise."""
_MOST_TESTED = 5_000
"""Words that are tested at once, in some 160 MB; of more, texts are read again."""
_HALF = 0.5
"""Times that stand for none in a log ratio (Hardie 2014), which would be infinite."""


class Keyword(NamedTuple):
    """A word with its numbers in both parts."""

    word: str
    """Lower case, without accents."""
    log_likelihood: float
    """How much evidence its occurrences are, as if each stood in a text of its own; to two decimals."""
    frequency: int
    """How often it is in the part."""
    per_million: float
    """Per 1,000,000 words of the part, to two decimals."""
    against_frequency: int
    """How often it is in the other part."""
    against_per_million: float
    """Per 1,000,000 words of the other part."""
    articles: int
    """Articles of the part that have it."""
    against_articles: int
    """Articles of the other part that have it."""
    log_ratio: float
    """How large the difference is: 1 is twice as often, 2 four times; to two decimals. 0 times count as 0.5."""
    p: float | None
    """How likely so large a difference of its mean frequency in an article is by chance, to four decimals.

    Of words that differ by chance alone, 5% have 0.05 or less. None: too few articles have it to tell.
    """


class Keywords(NamedTuple):
    """What one part of the archive speaks of more than another."""

    part: CorpusPart
    against: CorpusPart
    both: int
    """Texts that are in both parts."""
    more_frequent: int
    """Words with a letter, often enough in both parts together, that the part has more often."""
    words: tuple[Keyword, ...]
    """These, or the first of them: the highest log-likelihood first; of equal ones, by the alphabet."""


def find_keywords(
    connection: sqlite3.Connection,
    filters: Filters,
    against: Filters | None = None,
    *,
    least: int = LEAST,
    limit: int | None = None,
) -> Keywords:
    """The keywords of the articles that `filters` leave, beside those that `against` leaves. Raises FilterError.

    None: beside all other articles. A keyword is at least `least` times in both parts together. Copies are folded,
    gone articles count. With `limit` the first keywords are returned, and only these are tested, each with the p that
    it has among all. Memory grows with the number of different words, not of articles.
    """
    parts = count_parts(connection, filters, against)
    ranked = rank_words(parts, least)
    shown = ranked[:limit]
    size, other = parts.sizes
    return Keywords(size, other, parts.both, len(ranked), tuple(_test_words(connection, parts, shown)))


def rank_words(parts: Parts, least: int = LEAST) -> list[Keyword]:
    """The words that the part has more often than the other one, the highest log-likelihood first; not tested yet.

    Whether a word is often enough hangs on both parts together: were it judged by the part alone, most rare words
    would be there because they are many in it by chance, and no test could tell. Numbers are left out.
    """
    (counts, others), (size, other) = parts.counts, parts.sizes
    if not (size.articles and other.articles):
        return []
    words, other_words = size.words, other.words
    found = [
        Keyword(
            word,
            round(measure_log_likelihood(count, words, others[word], other_words), 2),
            count,
            round(1e6 * count / words, 2),
            others[word],
            round(1e6 * others[word] / other_words, 2),
            0,
            0,
            round(measure_log_ratio(count, words, others[word], other_words), 2),
            None,
        )
        for word, count in counts.items()
        if count + others[word] >= least and count * other_words > others[word] * words and has_letter(word)
    ]
    return sorted(found, key=lambda each: (-each.log_likelihood, each.word))


def measure_log_likelihood(count: int, words: int, other: int, other_words: int) -> float:
    """The log-likelihood of `count` in `words` words beside `other` in `other_words` words.

    Dunning's ratio (1993) as Rayson and Garside (2000) have it for words: over the two counts and what they would be if
    both parts had the word equally often.
    """
    expected = words * (count + other) / (words + other_words)
    other_expected = other_words * (count + other) / (words + other_words)
    return 2 * sum(seen * math.log(seen / due) for seen, due in ((count, expected), (other, other_expected)) if seen)


def measure_log_ratio(count: int, words: int, other: int, other_words: int) -> float:
    """The binary logarithm of the ratio of both relative frequencies; a count of 0 is taken as 0.5 (Hardie 2014)."""
    return math.log2((count or _HALF) * other_words / ((other or _HALF) * words))


def _test_words(connection: sqlite3.Connection, parts: Parts, words: Sequence[Keyword]) -> Iterator[Keyword]:
    """The words with their articles and their p: reads the texts once more, and article by article."""
    for at in range(0, len(words), _MOST_TESTED):
        yield from _test_some(connection, parts, words[at : at + _MOST_TESTED])


def _test_some(connection: sqlite3.Connection, parts: Parts, words: Sequence[Keyword]) -> Iterator[Keyword]:
    cutter, numbers = WordCutter(), {each.word: at for at, each in enumerate(words)}
    sizes = [each.articles for each in parts.sizes]
    permutations = Permutations(sizes[0], sizes[1], parts.both, len(words))
    articles: tuple[Counter[int], Counter[int]] = Counter(), Counter()
    for share in parts.list_shares():
        for batch in read_texts(connection, share.selection):
            cut = [cutter.cut("\n".join(text.list_parts())) for text in batch]
            times = [Counter(numbers[word] for word in each if word in numbers) for each in cut]
            articles[share.is_other].update(chain.from_iterable(times))
            if share.is_new:
                permutations.add(times, list(map(len, cut)), in_part=share.in_part, in_other=share.in_other)
    one, other = articles
    for at, (each, p) in enumerate(zip(words, permutations.measure(), strict=True)):
        p = None if p is None else round(p, 4)
        yield each._replace(articles=one[at], against_articles=other[at], p=p)
