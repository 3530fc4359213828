"""The articles similar to one, found by the words that are typical of it."""

from __future__ import annotations

import math
import re
import sqlite3
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from harbincrawl.search.choice import NUMBER_MASK, SCORE
from harbincrawl.search.tree import STOP_WORDS

from .words import WordCutter

_TERMS = 12
"""Number of words in the query."""
_CANDIDATES = 60
"""How many of its most frequent words are looked up in the index, to choose those that are rare in the archive."""
_MORE = 4
"""Candidates for each article that is asked for."""
_DIGITS = re.compile(r"\d+")


class Similar(NamedTuple):
    """An article that shares typical words with another."""

    number: int
    words: tuple[str, ...]
    """The shared ones, the most typical first."""
    score: float
    """Which part of all typical words they are, by weight: above 0, at most 1."""


def find_similar(connection: sqlite3.Connection, number: int, limit: int) -> list[Similar]:
    """Up to `limit` articles that share typical words with article `number`, those with the highest score first.

    Of equal scores the one that bm25 ranks higher is first; the candidates are the best by bm25. The article itself and
    its copies are left out, and so are copies of an article that is in the list.
    """
    row = connection.execute("SELECT title, body, captions FROM articles WHERE number = ?", (number,)).fetchone()
    if row is None:
        return []
    cutter = WordCutter()
    words = find_typical_words(connection, cutter, *row)
    if not words:
        return []
    (group,) = connection.execute(
        "SELECT coalesce((SELECT original FROM duplicates WHERE number = ?1), ?1)", (number,)
    ).fetchone()
    copies = {number, group} | {
        copy for (copy,) in connection.execute("SELECT number FROM duplicates WHERE original = ?", (group,))
    }
    rows = connection.execute(
        f"SELECT f.key, d.original FROM (SELECT rowid AS key, {SCORE} AS score FROM articles_fts"
        " WHERE articles_fts MATCH ? ORDER BY score, rowid DESC LIMIT ?) AS f"
        f" LEFT JOIN duplicates AS d ON d.number = f.key & {NUMBER_MASK} ORDER BY f.score, f.key DESC",
        (_match_any(words), limit * _MORE + len(copies)),
    ).fetchall()
    # Originals already in the list: no two copies of one article are listed.
    seen = {group}
    found: list[Similar] = []
    for key, original in rows:
        other = key & NUMBER_MASK
        if other in copies or (original or other) in seen:
            continue
        texts = connection.execute("SELECT title, body, captions FROM articles WHERE key = ?", (key,)).fetchone()
        seen.add(original or other)
        own = set(cutter.cut("\n".join(text for text in texts if text)))
        shared = tuple(word for word in words if word in own)
        found.append(Similar(other, shared, sum(words[word] for word in shared) / sum(words.values())))
    return sorted(found, key=lambda each: -each.score)[:limit]


def _match_any(words: Iterable[str]) -> str:
    return "{title body captions} : (" + " OR ".join(f'"{word}"' for word in words) + ")"


def find_typical_words(
    connection: sqlite3.Connection,
    cutter: WordCutter,
    title: str | None,
    body: str | None,
    captions: str | None,
) -> dict[str, float]:
    """The words typical of an article with their weights, the heaviest first: TF-IDF; the title counts three times.

    Words of the names of sources are left out: a picture's credit makes no two articles alike.
    """
    counts = Counter(cutter.cut(body or "") + cutter.cut(captions or "") + cutter.cut(title or "") * 3)
    words = [
        word
        for word, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        if len(word) > 2 and word not in STOP_WORDS and not _DIGITS.fullmatch(word)
    ][:_CANDIDATES]
    (size,) = connection.execute("SELECT count(*) FROM articles").fetchone()
    weights: list[tuple[float, str]] = []
    for word in words:
        (articles,) = connection.execute(
            "SELECT count(*) FROM articles_fts WHERE articles_fts MATCH ?1 AND NOT EXISTS"
            " (SELECT 1 FROM articles_fts WHERE articles_fts MATCH ?2)",
            (_match_any([word]), f'source : "{word}"'),
        ).fetchone()
        # A word of a single article finds no other, and a word of every second article is not typical.
        if 1 < articles <= max(2, size // 2):
            weights.append((counts[word] * math.log(1 + size / articles), word))
    return {word: weight for weight, word in sorted(weights, key=lambda each: (-each[0], each[1]))[:_TERMS]}
