"""The title and a piece of the text of a hit, with the words that were found marked."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .hits import Hit
    from .matching import Choice

OPEN, CLOSE = "\x01", "\x02"
"""Around a word that was found, on its way from SQLite; `clean` takes such characters out of everything else."""


def read_snippet(connection: sqlite3.Connection, choice: Choice, hit: Hit, words: int) -> tuple[str | None, str]:
    """(title, snippet of some `words`, at most 64) with marked words; without any in the text, it is its beginning.

    The title is None where the query has no words.
    """
    match = choice.matching.match
    title = None
    if match is not None and choice.matching.ranked:
        row = connection.execute(
            "SELECT highlight(articles_fts, 0, ?1, ?2), snippet(articles_fts, 1, ?1, ?2, '…', ?3),"
            " snippet(articles_fts, 2, ?1, ?2, '…', ?3) FROM articles_fts WHERE articles_fts MATCH ?4 AND rowid = ?5",
            (OPEN, CLOSE, words, match, hit.key),
        ).fetchone()
        if row:
            title = row[0]
            for text in row[1:]:
                if text and OPEN in text:
                    return title, text
    body, captions, summary = connection.execute(
        "SELECT substr(body, 1, 1000), substr(captions, 1, 1000), summary FROM articles WHERE key = ?", (hit.key,)
    ).fetchone()
    return title, body or captions or summary or ""
