"""Words that no article has, and what the index has that is spelled nearly so."""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Iterable, Iterator

from .matching import expression
from .tree import Near, Words

_WORD = re.compile(r"[^\W_]+")
_MOST_SECONDS = 0.5
"""A large index has many words, and a hint is not worth a longer wait."""
_MOST_HINTS = 3
_MARKS = ("\x01", "\x02")


def unknown_words(connection: sqlite3.Connection, leaves: Iterable[Words | Near]) -> Iterator[tuple[str, list[str]]]:
    """(word, near spellings, the most frequent of the nearest first) of each word in `leaves` that no article has."""
    words: dict[str, None] = {}
    for leaf in leaves:
        for part in leaf.parts if isinstance(leaf, Near) else (leaf,):
            words.update(dict.fromkeys(_WORD.findall(part.text)[: None if not part.prefix else -1]))
    for word in words:
        # FTS5 has no query for "this word anywhere" but the word itself; quotes keep operators words.
        sql = "SELECT 1 FROM articles_fts WHERE articles_fts MATCH ? LIMIT 1"
        if connection.execute(sql, (expression(Words(word)),)).fetchone() is None:
            yield word, near_words(connection, word)


def near_words(connection: sqlite3.Connection, word: str) -> list[str]:
    """Up to three words of the index with the first letter of `word` and few other letters, as articles spell them."""
    wanted = stem(connection, word)
    if len(wanted) < 3:
        return []
    most = 1 if len(wanted) < 5 else 2
    deadline = time.monotonic() + _MOST_SECONDS
    connection.execute("CREATE VIRTUAL TABLE IF NOT EXISTS temp.terms USING fts5vocab('main', 'articles_fts', 'row')")
    found: list[tuple[int, int, str]] = []
    first = wanted[0]
    terms = connection.execute("SELECT term, doc FROM terms WHERE term >= ? AND term < ?", (first, chr(ord(first) + 1)))
    for term, articles in terms:
        if abs(len(term) - len(wanted)) <= most and (steps := distance(wanted, term, most)) <= most:
            found.append((steps, -articles, term))
        if time.monotonic() > deadline:
            break
    found.sort()
    return [whole_word(connection, term) for _, _, term in found[:_MOST_HINTS]]


def stem(connection: sqlite3.Connection, word: str) -> str:
    """`word` as the index keeps it, asked of FTS5's own tokenizer."""
    connection.execute(
        "CREATE VIRTUAL TABLE IF NOT EXISTS temp.one_word USING "
        "fts5(word, tokenize='porter unicode61 remove_diacritics 2')"
    )
    connection.execute("CREATE VIRTUAL TABLE IF NOT EXISTS temp.one_stem USING fts5vocab('temp', 'one_word', 'row')")
    connection.execute("DELETE FROM one_word")
    connection.execute("INSERT INTO one_word VALUES (?)", (word,))
    row = connection.execute("SELECT term FROM one_stem").fetchone()
    return str(row[0]) if row else ""


def whole_word(connection: sqlite3.Connection, term: str) -> str:
    """A word as an article writes it whose stem is `term`: nobody wants to be told of `festiv`."""
    row = connection.execute(
        "SELECT highlight(articles_fts, 0, ?1, ?2) || ' ' || coalesce(snippet(articles_fts, -1, ?1, ?2, '', 5), '')"
        " FROM articles_fts WHERE articles_fts MATCH ?3 LIMIT 1",
        (*_MARKS, expression(Words(term))),
    ).fetchone()
    match = re.search("{}([^{}]+){}".format(_MARKS[0], *(_MARKS[1] * 2)), row[0] or "") if row else None
    return match[1].lower() if match else term


def distance(one: str, other: str, most: int) -> int:
    """How many letters must be changed, added, taken out or swapped with the next; `most` + 1 where that is more."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        line = [row]
        for column, against in enumerate(other, 1):
            steps = min(last[column] + 1, line[-1] + 1, last[column - 1] + (letter != against))
            if before and column > 1 and letter == other[column - 2] and one[row - 2] == against:
                steps = min(steps, before[column - 2] + 1)
            line.append(steps)
        if min(line) > most:
            return most + 1
        before, last = last, line
    return last[-1]
