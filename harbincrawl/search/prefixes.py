"""Beginnings of words in an index of stems: `festiva*` must find festival, which the index keeps as `festiv`."""

from __future__ import annotations

import re

_SUFFIXES = (
    "al als able ably ance ances ant ate ated ates ating ation ational ations ed ement ence ences ent er ers es ful"
    " ible ic ical ically ied ies ing ings ion ions ism ist ity ities ive ization ize ized izing ly ment ments ness"
    " ous y"
).split(" ")
"""What Porter's stemmer takes off, as words are spelled."""
_LAST_WORD = re.compile(r"[^\W_]+(?=[\W_]*$)")
_DOUBLED = re.compile(r"([bdfgklmnprstvz])\1$")
_SHORTEST = 4
"""A shorter beginning is the beginning of its stem, too."""


def completions(text: str) -> list[str]:
    """Words (or phrases, ending so) that `text` may be cut from, each with another end that stemming takes off.

    FTS5 compares a beginning with stems; where it reaches into a suffix, only a whole word has the right stem.
    """
    match = _LAST_WORD.search(text)
    if match is None or len(match[0]) < _SHORTEST or not match[0].isascii():
        return []
    head, word = text[: match.start()], match[0].lower()
    found = [
        word + suffix[cut:]
        for suffix in _SUFFIXES
        for cut in range(1, len(suffix))
        if word.endswith(suffix[:cut]) and len(word) - cut >= 3
    ]
    if _DOUBLED.search(word):
        found.append(word + "ing")
    return [head + each for each in dict.fromkeys(found)]


def broadened(text: str) -> str:
    """A shorter beginning that the stem of every word beginning with the last word of `text` has."""
    match = _LAST_WORD.search(text)
    # Porter's stemmer leaves the first two letters of any word alone.
    return text[: match.start()] + match[0][:2] if match else text
