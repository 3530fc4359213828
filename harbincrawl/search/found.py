"""Where the words of a query stand in an article: in its title, its text and its captions."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from harbincrawl.text import CLOSE, OPEN

from .choice import ArticleCondition
from .exact import contains, find_starts, split_words
from .matching import match_any_word
from .tree import WORD, Near, Phrase

Span = tuple[int, int]
"""Where a place begins and ends, in letters."""

LONGEST = 40_000
"""Letters of a text in which places are looked for: SQLite takes a time that grows with the square of them."""
_MOST_STEPS = 2_000_000
"""Words of the texts times words of the query that are compared as they are written."""
_COLUMNS = ("title", "body", "captions")
_TEXTS = "SELECT title, body, captions FROM articles WHERE key = ?"
_MARKED = (
    f"SELECT {', '.join(f'highlight(articles_fts, {at}, ?1, ?2)' for at in range(len(_COLUMNS)))}"
    " FROM articles_fts WHERE articles_fts MATCH ?3 AND rowid = ?4"
)
# A letter and the signs that belong to it, in a text in which these are signs of their own.
_WORD = re.compile(rf"(?:{WORD.pattern}[\u0300-\u036f]*)+")


class Found(NamedTuple):
    """The places in the texts of an article; each in their order, none overlaps another."""

    title: list[Span]
    body: list[Span]
    captions: list[Span]
    """In `articles.captions`: a line a picture."""


NOTHING = Found([], [], [])


def find_places(connection: sqlite3.Connection, key: int, choice: ArticleCondition, *, exact: bool) -> Found | None:
    """The places of the words and phrases that `choice` asks for; None where a text is too long to be looked through.

    `exact` says that words are matched as they are written, not by their stems. Words after NOT are left out.
    """
    leaves = choice.matching.leaves
    texts = connection.execute(_TEXTS, (key,)).fetchone()
    if not leaves or texts is None:
        return NOTHING
    if any(len(text or "") > LONGEST for text in texts):
        return None
    if exact:
        words = sum(len((text or "").split()) for text in texts)
        if words * len(leaves) > _MOST_STEPS:
            return None
        return Found(*(_find_written(text or "", leaves, name) for name, text in zip(_COLUMNS, texts, strict=True)))
    match = match_any_word(choice.parsed.tree)
    row = connection.execute(_MARKED, (OPEN, CLOSE, match, key)).fetchone()
    if row is None:
        return NOTHING
    return Found(*(_read_marks(marked or "", text or "") for marked, text in zip(row, texts, strict=True)))


def _read_marks(marked: str, text: str) -> list[Span]:
    """The places between OPEN and CLOSE; none where `text` itself has such signs."""
    pieces = marked.replace(CLOSE, OPEN).split(OPEN)
    if "".join(pieces) != text:
        return []
    spans, at = [], 0
    for number, piece in enumerate(pieces):
        if number % 2 and piece:
            spans.append((at, at + len(piece)))
        at += len(piece)
    return spans


def _find_written(text: str, leaves: Sequence[Phrase | Near], field: str) -> list[Span]:
    """The places of words as they are written."""
    tokens = [(match.span(), "".join(split_words(match[0]))) for match in _WORD.finditer(text)]
    words = [word for _, word in tokens]
    spans = sorted(
        (tokens[first][0][0], tokens[last][0][1])
        for leaf in leaves
        if leaf.field in (None, field) and contains(leaf, words)
        for first, last in _list_runs(leaf, words)
    )
    merged: list[Span] = []
    for begin, end in spans:
        if merged and begin < merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((begin, end))
    return merged


def _list_runs(leaf: Phrase | Near, words: list[str]) -> Iterator[tuple[int, int]]:
    """The first and the last word of each place."""
    for part in leaf.parts if isinstance(leaf, Near) else (leaf,):
        size = len(split_words(part.text))
        yield from ((start, start + size - 1) for start in find_starts(part, words))
