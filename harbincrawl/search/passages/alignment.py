"""The best alignments of texts by words, each in a band of diagonals: local, as by Smith and Waterman."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .words import Numbers, Words

MATCH, EDIT = 64, 63
"""What a word on both sides counts, and what one that was replaced, put in or left out takes away.

By the difference of one, a single word beyond an edit still belongs to what is around it.
"""
_CELLS = 1 << 21
"""Places of words that are looked at in one go, some four bytes each."""


class Window(NamedTuple):
    """Two texts, and how far what belongs together may be shifted."""

    one: Words
    other: Words
    low: int
    """The least place in `other` less the place in `one`."""
    high: int


class Alignment(NamedTuple):
    """The words that stand on both sides, in their order."""

    one: Numbers
    """The place of each in `one`."""
    other: Numbers


def align_windows(windows: Sequence[Window]) -> list[Alignment]:
    """The best alignment of each window; empty where no word is on both sides. Of best ones that with the last end.

    Takes time and memory by the words of `one` times the width of the band.
    """
    found: list[Alignment | None] = [None] * len(windows)
    for some in _list_batches(windows):
        for at, alignment in zip(some, _align([windows[at] for at in some]), strict=True):
            found[at] = alignment
    return [each for each in found if each is not None]


def _list_batches(windows: Sequence[Window]) -> Iterator[list[int]]:
    """Places of windows of like size, so many that they fit in memory."""
    batch: list[int] = []
    width = 0
    # The longest ones first: none that follows needs more rows.
    for at in sorted(range(len(windows)), key=lambda at: (-len(windows[at].one), at)):
        width = max(width, windows[at].high - windows[at].low + 3)
        if batch and (len(windows[batch[0]].one) + 1) * width * (len(batch) + 1) > _CELLS:
            yield batch
            batch, width = [], windows[at].high - windows[at].low + 3
        batch.append(at)
    if batch:
        yield batch


def _align(windows: Sequence[Window]) -> Iterator[Alignment]:
    """The alignments of some windows, a word of all of them at a time: what differs in size is filled up."""
    count, rows = len(windows), max(len(each.one) for each in windows)
    width = max(each.high - each.low + 1 for each in windows)
    ones = np.full((rows, count), -2, np.int64)
    others = np.full((count, rows + width), -1, np.int64)
    for at, (one, other, low, _) in enumerate(windows):
        ones[: len(one), at] = one
        first, last = max(0, -low), min(rows + width, len(other) - low)
        if last > first:
            others[at, first:last] = other[first + low : last + low]
    bands = np.arange(width) <= np.array([[each.high - each.low] for each in windows])
    scores = np.zeros((rows + 1, count, width + 2), np.int32)
    slope = np.arange(width, dtype=np.int32) * np.int32(EDIT)
    for row in range(rows):
        opposite = others[:, row : row + width]
        best = scores[row, :, 1:-1] + np.where(opposite == ones[row][:, None], np.int32(MATCH), np.int32(-EDIT))
        np.maximum(best, scores[row, :, 2:] - EDIT, out=best)
        np.maximum(best, 0, out=best)
        # A word that only `other` has: each place may be reached from all before it, at a price that grows evenly.
        best += slope
        np.maximum.accumulate(best, axis=1, out=best)
        best -= slope
        best *= bands & (opposite >= 0)
        scores[row + 1, :, 1:-1] = best
    for at, window in enumerate(windows):
        yield _trace(window, scores[: len(window.one) + 1, at])


def _trace(window: Window, scores: NDArray[np.int32]) -> Alignment:
    """The way back from the last of the highest scores to where it began."""
    row, at = divmod(scores.size - 1 - int(scores[::-1, ::-1].argmax()), scores.shape[1])
    # Rows of Python's integers are read faster than an array's single ones.
    table, one, other = scores[: row + 1].tolist(), window.one.tolist(), window.other.tolist()
    pairs: list[tuple[int, int]] = []
    while score := table[row][at]:
        place, opposite = row - 1, row + at - 2 + window.low
        before = table[row - 1][at]
        same = one[place] == other[opposite]
        if before == score + (-MATCH if same else EDIT):
            if same:
                pairs.append((place, opposite))
            row -= 1
        elif table[row - 1][at + 1] == score + EDIT:
            row, at = row - 1, at + 1
        else:
            at -= 1
    found = np.array(pairs[::-1], np.int64).reshape(-1, 2)
    return Alignment(found[:, 0], found[:, 1])
