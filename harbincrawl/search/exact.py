"""Words as they are written, for `--exact`: the index knows stems, so the texts themselves are read."""

from __future__ import annotations

import re
import sqlite3
import unicodedata
from collections.abc import Sequence

from .tree import Near, Words

_TOKEN = re.compile(r"[^\W_]+")
_COLUMNS = ("title", "body", "captions", "author", "source")


def add_function(connection: sqlite3.Connection, parts: Sequence[Words | Near]) -> None:
    """Gives `connection` the SQL function `holds(number of the part, title, body, captions, author, source)`."""

    def holds(number: int, *texts: str | None) -> bool:
        part = parts[number]
        return any(
            is_in(part, tokens(text))
            for column, text in zip(_COLUMNS, texts, strict=True)
            if text and (part.field is None or part.field == column)
        )

    connection.create_function("holds", 1 + len(_COLUMNS), holds, deterministic=True)


def tokens(text: str) -> list[str]:
    """The words of `text`, folded as the index folds them, but whole."""
    plain = "".join(mark for mark in unicodedata.normalize("NFKD", text) if not unicodedata.combining(mark))
    return _TOKEN.findall(plain.casefold())


def is_in(part: Words | Near, text: list[str]) -> bool:
    """True where the words, in their order, or the words near each other, stand in `text`."""
    if isinstance(part, Words):
        return bool(places(part, text))
    found = [places(each, text) for each in part.parts]
    # Each place of each part is tried as the first one of the group.
    for first, starts in enumerate(found):
        length = len(tokens(part.parts[first].text))
        for start in starts:
            nexts = [next((place for place in group if place >= start), None) for group in found]
            if all(place is not None and place - (start + length) <= part.distance for place in nexts):
                return True
    return False


def places(part: Words, text: list[str]) -> list[int]:
    """Where `part` begins in `text`, counted in words."""
    wanted = tokens(part.text)
    if not wanted:
        return []
    *whole, last = wanted
    size = len(wanted)
    return [
        at
        for at in range(len(text) - size + 1)
        if text[at : at + size - 1] == whole
        and (text[at + size - 1].startswith(last) if part.prefix else text[at + size - 1] == last)
    ]
