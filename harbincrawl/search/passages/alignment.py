"""The best alignment of two texts by words, in a band of diagonals: local, as by Smith and Waterman."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .words import Numbers, Words

MATCH, EDIT = 64, 63
"""What a word on both sides counts, and what one that was replaced, put in or left out takes away.

By the difference of one, a single word beyond an edit still belongs to what is around it.
"""


class Alignment(NamedTuple):
    """The words that stand on both sides, in their order."""

    one: Numbers
    other: Numbers
    """The place of each on either side."""


def align_words(one: Words, other: Words, low: int, high: int) -> Alignment:
    """The best alignment, of places whose difference (in `other` less in `one`) is from `low` to `high`.

    Of several best ones that with the last end. Empty if they share no word. Takes time and memory by the words of `one` times the width of the band.
    """
    rows, width = len(one), high - low + 1
    padded = np.full(rows + width + 1, -1, np.int64)
    first, last = max(0, -low), min(len(padded), len(other) - low)
    if last > first:
        padded[first:last] = other[first + low : last + low]
    inside = np.zeros(len(padded), np.bool_)
    inside[first:last] = True
    scores = np.zeros((rows + 1, width + 2), np.int32)
    slope = np.arange(width, dtype=np.int32) * np.int32(EDIT)
    for row in range(rows):
        same = padded[row : row + width] == one[row]
        best = scores[row, 1:-1] + np.where(same, np.int32(MATCH), np.int32(-EDIT))
        np.maximum(best, scores[row, 2:] - EDIT, out=best)
        np.maximum(best, 0, out=best)
        # A word that only `other` has: each place may be reached from all before it, at a price that grows evenly.
        best += slope
        np.maximum.accumulate(best, out=best)
        best -= slope
        best[~inside[row : row + width]] = 0
        scores[row + 1, 1:-1] = best
    row, at = divmod(scores.size - 1 - int(scores.ravel()[::-1].argmax()), width + 2)
    pairs: list[tuple[int, int]] = []
    while score := int(scores[row, at]):
        same = padded[row + at - 2] == one[row - 1]
        before = int(scores[row - 1, at])
        if same and before == score - MATCH:
            pairs.append((row - 1, row + at - 2 + low))
            row -= 1
        elif not same and before == score + EDIT:
            row -= 1
        elif int(scores[row - 1, at + 1]) == score + EDIT:
            row, at = row - 1, at + 1
        else:
            at -= 1
    pairs.reverse()
    found = np.array(pairs, np.int64).reshape(-1, 2)
    return Alignment(found[:, 0], found[:, 1])
