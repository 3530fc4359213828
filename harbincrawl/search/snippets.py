"""The title and a piece of the text of a hit, with the words that were found marked."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .choice import ArticleCondition
    from .hits import Hit

OPEN, CLOSE = "\x01", "\x02"
"""Around a word that was found, on its way from SQLite; `clean` takes such characters out of everything else."""


def read_snippet(
    connection: sqlite3.Connection, choice: ArticleCondition, hit: Hit, words: int, longest: int | None = None
) -> tuple[str | None, str]:
    """(title, snippet of some `words`, at most 64) with marked words; without any in the text, it is its beginning.

    The title is None where the query has no words. Of a text of more than `longest` characters it is the beginning,
    too: SQLite takes a time that grows with the square of its hits, and no deadline ends it.
    """
    match = choice.matching.match
    title = None
    if match is not None and choice.matching.ranked and not (longest and _is_longer(connection, hit, longest)):
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
    ).fetchone() or (None, None, None)  # purged meanwhile
    return title, body or captions or summary or ""


def _is_longer(connection: sqlite3.Connection, hit: Hit, longest: int) -> bool:
    row = connection.execute(
        "SELECT length(body) > ?1 OR length(captions) > ?1 FROM articles WHERE key = ?2", (longest, hit.key)
    ).fetchone()
    return bool(row and row[0])
