"""What pages of words show where nobody has asked for anything yet: words of this archive's own titles."""

from __future__ import annotations

from collections import Counter

from harbincrawl.identity import BITS_FOR_NUMBER
from harbincrawl.search.corpus.keywords import measure_log_likelihood
from harbincrawl.search.corpus.words import WordCutter
from harbincrawl.search.filters import Filters
from harbincrawl.search.query.tree import STOP_WORDS
from harbincrawl.serve.links import Parameters
from harbincrawl.serve.pools import Reader

_TITLES = 5000
"""The newest titles, of which those of the last year are compared with the others."""
_LETTERS = 4
"""Of a word that says something by itself, at least."""
_LEAST = 3
"""Titles that have it, where so many have any."""
_WORDS = 3
_LOOKED_AT = 50
"""Words that may be chosen."""


def find_typical_words(reader: Reader) -> tuple[str, ...]:
    """The words that titles of the archive's last year have more than earlier ones; none of an archive without titles.

    Where there are no earlier ones, the most frequent words.
    """
    return reader.remember("example", lambda: _find_words(reader))


def _find_words(reader: Reader) -> tuple[str, ...]:
    rows = reader.connection.execute(
        "WITH newest AS (SELECT key, title FROM articles ORDER BY key DESC LIMIT ?)"
        f" SELECT title, key > (SELECT max(key) FROM newest) - (366 << {BITS_FOR_NUMBER}) FROM newest",
        (_TITLES,),
    )
    cutter, new, old = WordCutter(), Counter[str](), Counter[str]()
    titles: list[set[str]] = []
    for title, is_new in rows:
        words = {each for each in cutter.cut(title or "") if len(each) >= _LETTERS and each.isalpha()} - STOP_WORDS
        (new if is_new else old).update(words)
        titles += [words] if is_new else []
    known, before = new.total(), old.total()

    def weigh(word: str) -> tuple[bool, float, str]:
        rises = new[word] * before >= old[word] * known
        score = measure_log_likelihood(new[word], known, old[word], before) if before and rises else 0.0
        return new[word] < _LEAST, -score if before else -float(new[word]), word

    chosen: list[str] = []
    for word in sorted(new, key=weigh)[:_LOOKED_AT]:
        # Two words of one phrase show the same twice.
        if len(chosen) < _WORDS and all(_count_both(titles, word, each) * 2 < new[word] for each in chosen):
            chosen.append(word)
    return tuple(chosen)


def _count_both(titles: list[set[str]], one: str, other: str) -> int:
    return sum(one in words and other in words for words in titles)


def make_example(reader: Reader, tab: str, asked: Parameters) -> Parameters | None:
    """The search that a page shows as an example, within the filters that were chosen; None where there is none."""
    words = find_typical_words(reader)
    if not words:
        return None
    first, *others = words
    if tab == "trends":
        return asked.change(q=first, others=tuple(others))
    if tab == "compare" and others:
        return asked.change(q=first)._replace(against=Filters(query=others[0]))
    return asked.change(q=first)
