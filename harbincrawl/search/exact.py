"""Matching exact words for `--exact`: the index holds only stems, so the article texts are compared."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from .matching import read_part
from .tree import WORD, Near, Phrase

_COLUMNS = ("title", "body", "captions", "author", "source")
_read_part = lru_cache(read_part)


def holds(written: str, *texts: str | None) -> bool:
    """The SQL function of that name: whether one of the texts has the part that `write_part` wrote."""
    part = _read_part(written)
    return any(
        contains(part, split_words(text))
        for column, text in zip(_COLUMNS, texts, strict=True)
        if text and (part.field is None or part.field == column)
    )


def split_words(text: str) -> list[str]:
    """The words of `text`, without case and accents as in the index, but not stemmed."""
    plain = "".join(mark for mark in unicodedata.normalize("NFKD", text) if not unicodedata.combining(mark))
    return WORD.findall(plain.casefold())


def contains(part: Phrase | Near, text: list[str]) -> bool:
    """True if `text` contains the words in their order, or the words of a NEAR group near each other."""
    if isinstance(part, Phrase):
        return bool(find_starts(part, text))
    places_by_part = [find_starts(each, text) for each in part.parts]
    # Try each place of each part as the beginning of the group.
    for first, starts in enumerate(places_by_part):
        length = len(split_words(part.parts[first].text))
        for start in starts:
            nexts = [next((place for place in group if place >= start), None) for group in places_by_part]
            if all(place is not None and place - (start + length) <= part.distance for place in nexts):
                return True
    return False


def find_starts(part: Phrase, text: list[str]) -> list[int]:
    """The positions in `text`, in words, where `part` begins."""
    wanted = split_words(part.text)
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
