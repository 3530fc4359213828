"""Related articles, found by the terms that are typical of an article."""

from __future__ import annotations

import math
import re
import sqlite3
from collections import Counter

from harbincrawl.identity import BITS_FOR_NUMBER

from .exact import split_words
from .hits import SCORE
from .operators import STOP_WORDS

_TERMS = 12
"""Number of terms in the query."""
_CANDIDATES = 60
"""How many of its most frequent words are looked up in the index, to choose those that are rare in the archive."""
_DIGITS = re.compile(r"\d+")
_NUMBER = (1 << BITS_FOR_NUMBER) - 1


def find_related(connection: sqlite3.Connection, number: int, limit: int = 5) -> list[int]:
    """Numbers of up to `limit` articles that share typical terms with article `number`, the most similar first.

    The article itself and its copies are left out.
    """
    row = connection.execute("SELECT title, body, captions FROM articles WHERE number = ?", (number,)).fetchone()
    if row is None:
        return []
    terms = find_typical_terms(connection, *row)
    if not terms:
        return []
    (group,) = connection.execute(
        "SELECT coalesce((SELECT original FROM duplicates WHERE number = ?1), ?1)", (number,)
    ).fetchone()
    copies = {number, group} | {
        copy for (copy,) in connection.execute("SELECT number FROM duplicates WHERE original = ?", (group,))
    }
    match = " OR ".join(f'"{term}"' for term in terms)
    related: list[int] = []
    # Originals already in the list: no two copies of one article are listed.
    seen = {group}
    for key, original in connection.execute(
        f"SELECT f.key, d.original FROM (SELECT rowid AS key, {SCORE} AS score FROM articles_fts"
        " WHERE articles_fts MATCH ? ORDER BY score, rowid DESC LIMIT ?) AS f"
        f" LEFT JOIN duplicates AS d ON d.number = f.key & {_NUMBER} ORDER BY f.score, f.key DESC",
        (match, limit * 4 + len(copies)),
    ):
        other = key & _NUMBER
        if other not in copies and (original or other) not in seen:
            seen.add(original or other)
            related.append(other)
    return related[:limit]


def find_typical_terms(
    connection: sqlite3.Connection, title: str | None, body: str | None, captions: str | None
) -> list[str]:
    """The words typical of an article: frequent in it (a word of the title counts three times), rare elsewhere."""
    counts = Counter(split_words(body or "") + split_words(captions or "") + split_words(title or "") * 3)
    words = [
        word
        for word, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        if len(word) > 2 and word not in STOP_WORDS and not _DIGITS.fullmatch(word)
    ][:_CANDIDATES]
    (size,) = connection.execute("SELECT count(*) FROM articles").fetchone()
    weights: list[tuple[float, str]] = []
    for word in words:
        (articles,) = connection.execute(
            "SELECT count(*) FROM articles_fts WHERE articles_fts MATCH ?", (f'"{word}"',)
        ).fetchone()
        # A word of a single article finds no other, and a word of every second article is not typical.
        if 1 < articles <= max(2, size // 2):
            weights.append((counts[word] * math.log(1 + size / articles), word))
    return [word for _, word in sorted(weights, key=lambda each: (-each[0], each[1]))[:_TERMS]]
