"""What pages of words show where nobody has asked for anything yet: words of this archive's own titles."""

from __future__ import annotations

from collections import Counter

from harbincrawl.identity import BITS_FOR_NUMBER
from harbincrawl.search.corpus.words import WordCutter
from harbincrawl.search.filters import Filters
from harbincrawl.search.query.tree import STOP_WORDS
from harbincrawl.serve.links import Parameters
from harbincrawl.serve.readers import Reader

_TITLES = 1000
"""The newest titles, of which at most a year's are read."""
_LEAST = 4
"""Letters of a word that says something by itself."""
_WORDS = 3


def find_frequent_words(reader: Reader) -> tuple[str, ...]:
    """The words that most titles of the archive's last year have, the most frequent first; none of an empty archive."""
    return reader.remember("example", lambda: _count_words(reader))


def _count_words(reader: Reader) -> tuple[str, ...]:
    rows = reader.connection.execute(
        "WITH newest AS (SELECT key, title FROM articles ORDER BY key DESC LIMIT ?)"
        f" SELECT title FROM newest WHERE key > (SELECT max(key) FROM newest) - (366 << {BITS_FOR_NUMBER})",
        (_TITLES,),
    )
    cutter, counts = WordCutter(), Counter[str]()
    for (title,) in rows:
        counts.update({each for each in cutter.cut(title or "") if len(each) >= _LEAST and each.isalpha()})
    words = sorted(counts.keys() - STOP_WORDS, key=lambda each: (-counts[each], each))
    return tuple(words[:_WORDS])


def make_example(reader: Reader, tab: str, asked: Parameters) -> Parameters | None:
    """The search that a page shows as an example, within the filters that were chosen; None where there is none."""
    words = find_frequent_words(reader)
    if not words:
        return None
    first, *others = words
    if tab == "trends":
        return asked.change(q=first, others=tuple(others))
    if tab == "compare" and others:
        return asked.change(q=first)._replace(against=Filters(query=others[0]))
    return asked.change(q=first)
