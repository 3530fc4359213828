"""Articles on the same matter, by the terms of the index itself."""

from __future__ import annotations

import math
import re
import sqlite3
from collections import Counter

from harbincrawl.identity import BITS_FOR_NUMBER

from .exact import tokens
from .hits import SCORE
from .operators import STOP_WORDS

_TERMS = 12
"""Terms that an article is asked for by."""
_CANDIDATES = 60
"""Its most frequent words, of which the rarest in the archive are chosen: each costs a look into the index."""
_DIGITS = re.compile(r"\d+")
_NUMBER = (1 << BITS_FOR_NUMBER) - 1


def related_numbers(connection: sqlite3.Connection, number: int, limit: int = 5) -> list[int]:
    """Numbers of up to `limit` articles that share the telling terms of article `number`, the nearest first.

    The article itself and its copies are none of them.
    """
    row = connection.execute("SELECT title, body, captions FROM articles WHERE number = ?", (number,)).fetchone()
    if row is None:
        return []
    terms = telling_terms(connection, *row)
    if not terms:
        return []
    (group,) = connection.execute(
        "SELECT coalesce((SELECT original FROM duplicates WHERE number = ?1), ?1)", (number,)
    ).fetchone()
    copies = {number, group} | {
        copy for (copy,) in connection.execute("SELECT number FROM duplicates WHERE original = ?", (group,))
    }
    match = " OR ".join(f'"{term}"' for term in terms)
    found: list[int] = []
    # Copies of what is shown already are one article told twice.
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
            found.append(other)
    return found[:limit]


def telling_terms(
    connection: sqlite3.Connection, title: str | None, body: str | None, captions: str | None
) -> list[str]:
    """The words that tell this article from others: frequent in it (thrice in a title), rare elsewhere."""
    counts = Counter(tokens(body or "") + tokens(captions or "") + tokens(title or "") * 3)
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
        # A word of one article leads nowhere, a word of every second says nothing.
        if 1 < articles <= max(2, size // 2):
            weights.append((counts[word] * math.log(1 + size / articles), word))
    return [word for _, word in sorted(weights, key=lambda each: (-each[0], each[1]))[:_TERMS]]
