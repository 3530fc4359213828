"""Prefix queries on an index of stems: `festiva*` must find "festival", which the index holds as `festiv`."""

from __future__ import annotations

import re

_SUFFIXES = (
    "al als able ably ance ances ant ate ated ates ating ation ational ations ed ement ence ences ent er ers es ful"
    " ible ic ical ically ied ies ing ings ion ions ism ist ity ities ive ization ize ized izing ly ment ments ness"
    " ous y"
).split(" ")
"""Suffixes that the Porter stemmer removes."""
_LAST_WORD = re.compile(r"[^\W_]+(?=[\W_]*$)")
_DOUBLED = re.compile(r"([bdfgklmnprstvz])\1$")
_SHORTEST = 4
"""A shorter prefix is also a prefix of the stem."""


def list_completions(text: str) -> list[str]:
    """Possible completions of the last word of `text`, one for each suffix that the stemmer would remove.

    What follows that word is left out: it has no letter and no digit, so the index knows nothing of it. FTS5 compares a
    prefix with stems. If the prefix reaches into a suffix, only a complete word has the right stem.
    """
    match = _LAST_WORD.search(text)
    if match is None or len(match[0]) < _SHORTEST or not match[0].isascii():
        return []
    head, word = text[: match.start()], match[0].lower()
    completed = [
        word + suffix[cut:]
        for suffix in _SUFFIXES
        for cut in range(1, len(suffix))
        if word.endswith(suffix[:cut]) and len(word) - cut >= 3
    ]
    if _DOUBLED.search(word):
        completed.append(word + "ing")
    return [head + each for each in dict.fromkeys(completed)]


def shorten_prefix(text: str) -> str:
    """`text` with the last word shortened to a prefix that the stems of all its completions have."""
    match = _LAST_WORD.search(text)
    # The Porter stemmer does not change the first two letters of a word.
    return text[: match.start()] + match[0][:2] if match else text
