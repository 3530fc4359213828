"""Collocations: the words that stand beside a word more often than by chance."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from math import log, log2
from typing import Literal, NamedTuple

from harbincrawl.errors import FilterError
from harbincrawl.search.filters import Filters

from .grams import cut_lines
from .texts import read_texts, select_texts
from .words import WordCutter, has_letter, read_words

Sort = Literal["log-likelihood", "mi", "logdice", "frequency"]
_SORTS = {"log-likelihood": "log_likelihood", "mi": "mi", "logdice": "log_dice", "frequency": "beside"}
SORTS = tuple(_SORTS)
WINDOW = (5, 5)
"""Words to the left and right, unless asked otherwise."""
MOST_WINDOW = 50
"""On either side."""
LEAST = 5
"""Times beside the word, unless asked otherwise: of fewer, no measure says much."""


class Association(NamedTuple):
    """The measures of a word beside another."""

    expected: float
    """How often it would stand there by chance."""
    log_likelihood: float
    """Of the table of four cells; with a minus where it stands there less often than expected."""
    mi: float
    """Mutual information: how many times it doubles what is expected."""
    log_dice: float
    """Like it, but of the times that either word is there at all, so that it does not grow with the archive."""


def measure_association(beside: int, room: int, word: int, words: int, node: int) -> Association:
    """The measures of a word that is `beside` the node so many times, at least once.

    `room` words stand beside the node at all, `word` times this one is anywhere, out of `words`; the node is there
    `node` times. The table of two rows (beside, elsewhere) and columns (the word, others) is

        beside          room - beside
        word - beside   words - room - word + beside

    and the expected times are room * word / words. Log-likelihood: twice the sum of O * ln(O / E) over its four cells
    (Dunning, T. (1993), Accurate methods for the statistics of surprise and coincidence, Computational Linguistics
    19(1), 61-74). MI: log2(beside / expected) (Church, K. W. and Hanks, P. (1990), Word association norms, mutual
    information, and lexicography, ibid. 16(1), 22-29). logDice: 14 + log2(2 * beside / (node + word)) (Rychlý, P.
    (2008), A lexicographer-friendly association score, RASLAN, 6-9); above 14 where the word is beside the node more
    than once at a time.
    """
    expected = room * word / words
    cells = (
        (beside, expected),
        (room - beside, room * (words - word) / words),
        (word - beside, (words - room) * word / words),
        (words - room - word + beside, (words - room) * (words - word) / words),
    )
    likelihood = max(2 * sum(seen * log(seen / due) for seen, due in cells if seen), 0.0)
    return Association(
        expected,
        likelihood if beside >= expected else -likelihood,
        log2(beside / expected),
        14 + log2(2 * beside / (node + word)),
    )


class Collocate(NamedTuple):
    """A word that stands beside another; the measures are those of `measure_association`."""

    word: str
    """Lower case, without accents."""
    beside: int
    """How often it stands in a window. What stands in two windows counts once."""
    articles: int
    """Articles in which it does."""
    frequency: int
    """How often it is anywhere in the part, but within the node itself."""
    expected: float
    """How often it would stand there by chance, to two decimals."""
    log_likelihood: float
    """To two decimals; with a minus where it stands there less often than expected."""
    mi: float
    """To two decimals."""
    log_dice: float
    """To two decimals."""


class Collocations(NamedTuple):
    """The words beside a word, which is called the node."""

    node: str
    """As it was read: `metro`, `met*`, `ice fair`."""
    articles: int
    """Articles of the part."""
    words: int
    """All their words."""
    frequency: int
    """How often the node is there."""
    node_articles: int
    """Articles that have it."""
    room: int
    """Words that stand beside it at all."""
    rows: tuple[Collocate, ...]
    """Those that are beside it often enough, in the order asked for; of equal ones, by the alphabet."""


def find_collocations(
    connection: sqlite3.Connection,
    word: str,
    filters: Filters,
    *,
    window: tuple[int, int] = WINDOW,
    sort: Sort = "log-likelihood",
    least: int = LEAST,
) -> Collocations:
    """The words beside `word` in the articles that `filters` leave. Raises FilterError.

    `word` is one, several that follow each other, or a beginning (`met*`): the node. Beside it are the words of the
    `window`, so many to its left and right, within the title, paragraph or caption that it stands in. A word in two
    windows counts once, and words of the node itself are no collocates of it, in the windows of another one either:
    these are left out of all four cells, and its words are not listed where they stand alone. Bare numbers take their
    place in a window and are not listed. Copies are folded, gone articles count. Memory grows with the number of
    different words, not of articles.
    """
    left, right = window
    if not (0 <= left <= MOST_WINDOW and 0 <= right <= MOST_WINDOW and left + right):
        raise FilterError(f"a window of {left},{right} words: expected 0 to {MOST_WINDOW} on either side, not 0,0.")
    if sort not in _SORTS:
        raise FilterError(f"there is no order {sort!r}: expected {', '.join(SORTS)}.")
    cutter = WordCutter()
    node, is_prefix = read_words(cutter, word)
    articles = node_articles = frequency = 0
    every, inside = Counter[str](), Counter[str]()
    beside, beside_articles = Counter[str](), Counter[str]()
    for batch in read_texts(connection, select_texts(connection, filters)):
        for text in batch:
            articles += 1
            parts = text.list_parts()
            words = cutter.cut("\n".join(parts))
            every.update(words)
            if next(find_nodes(words, node[-1:], is_prefix=is_prefix), None) is None:
                continue
            found: set[str] = set()
            before = frequency
            for line in cut_lines(cutter, parts):
                if places := list(find_nodes(line, node, is_prefix=is_prefix)):
                    frequency += len(places)
                    own, around = find_around(places, len(node), len(line), window)
                    inside.update(line[at] for at in own)
                    near = [line[at] for at in around]
                    beside.update(near)
                    found.update(near)
            beside_articles.update(found)
            node_articles += frequency > before
    room, rest = beside.total(), every.total() - inside.total()
    rows = [
        Collocate(each, times, beside_articles[each], anywhere, *(round(value, 2) for value in measures))
        for each, times in beside.items()
        if times >= least and has_letter(each) and not is_of_node(each, node, is_prefix=is_prefix)
        for anywhere in (every[each] - inside[each],)
        for measures in (measure_association(times, room, anywhere, rest, frequency),)
    ]
    rows.sort(key=lambda row: (-take_measure(row, sort), row.word))
    read = " ".join(node) + ("*" if is_prefix else "")
    return Collocations(read, articles, every.total(), frequency, node_articles, room, tuple(rows))


def is_of_node(word: str, node: Sequence[str], *, is_prefix: bool) -> bool:
    """Whether a word is one of those that the node consists of: it is no news that these stand beside each other."""
    return word in node or (is_prefix and word.startswith(node[-1]))


def take_measure(row: Collocate, sort: Sort) -> float:
    """What a row is sorted by."""
    return float(getattr(row, _SORTS[sort]))


def find_nodes(line: Sequence[str], node: Sequence[str], *, is_prefix: bool) -> Iterator[int]:
    """Where the words of the node follow each other in a line; they may overlap."""
    *first, last = node
    for at in range(len(line) - len(node) + 1):
        word = line[at + len(first)]
        if (word.startswith(last) if is_prefix else word == last) and [*line[at : at + len(first)]] == first:
            yield at


def find_around(places: Sequence[int], size: int, length: int, window: tuple[int, int]) -> tuple[set[int], set[int]]:
    """(places of the nodes' own words, places beside them) in a line of `length` words, each node `size` words long."""
    left, right = window
    own = {at + step for at in places for step in range(size)}
    around: set[int] = set()
    done = 0
    for at in places:
        end = min(at + size + right, length)
        around.update(range(max(at - left, done), end))
        done = end
    return own, around - own
