"""Which words two texts share in a row, edits allowed: a plain local alignment of all with all, slow and sure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.int32]
_NO_WORD = -1


class AlignmentEnd(NamedTuple):
    """Where the best alignment of an article with another one ends."""

    one: int
    other: int
    score: int
    """Equal words, less words that are replaced, inserted or deleted between them."""
    end: int
    """Of its words in `one`, exclusive."""
    other_end: int


def number_words(texts: Sequence[Sequence[str]]) -> list[Words]:
    """The words of each text as numbers, the same for the same words."""
    known: dict[str, int] = {}
    return [np.array([known.setdefault(word, len(known)) for word in text], dtype=np.int32) for text in texts]


def list_alignments(
    texts: Sequence[Words], least: int, masked: dict[tuple[int, int], list[tuple[int, int]]]
) -> Iterator[AlignmentEnd]:
    """Of each two texts whose best alignment scores at least `least`, where that ends.

    `masked` says for (one, other), one < other, which words (start, end) of the other one count as no words. This is
    the algorithm of Smith and Waterman: 1 for equal words, -1 for each that differs, is left out or put in.
    """
    for one, words in enumerate(texts[:-1]):
        rest: list[Words] = []
        for other in range(one + 1, len(texts)):
            copy = texts[other].copy()
            for start, end in masked.get((one, other), ()):
                copy[start:end] = _NO_WORD
            rest += [copy, np.array([_NO_WORD], dtype=np.int32)]
        sizes = np.cumsum([0] + [len(texts[other]) + 1 for other in range(one + 1, len(texts))])
        row, best, where = _score_rows(words, np.concatenate(rest), sizes[1:] - 1)
        for at, other in enumerate(range(one + 1, len(texts))):
            part = best[sizes[at] : sizes[at + 1]]
            top = int(part.argmax())
            if part[top] >= least:
                yield AlignmentEnd(one, other, int(part[top]), int(where[sizes[at] + top]) + 1, top + 1)
        del row


def _score_rows(words: Words, others: Words, fences: NDArray[np.int64]) -> tuple[Words, Words, Words]:
    """(last row, best score that ends at each of `others`, at which of `words`); nothing goes across `fences`."""
    steps = np.arange(len(others), dtype=np.int32)
    # Beyond a fence the cost of what is before it is more than any score.
    steps = steps + np.cumsum(np.isin(steps, fences), dtype=np.int32) * 100_000
    row = np.zeros(len(others), dtype=np.int32)
    best, where = row.copy(), row.copy()
    for at, word in enumerate(words):
        before = np.concatenate(([np.int32(0)], row[:-1]))
        new = before + np.where(others == word, np.int32(1), np.int32(-1))
        np.maximum(new, row - 1, out=new)
        np.maximum(new, 0, out=new)
        # Words put in: the best of all to the left, less one for each step.
        new = np.maximum.accumulate(new + steps) - steps
        new[fences] = 0
        better = new > best
        best[better] = new[better]
        where[better] = at
        row = new
    return row, best, where


def count_common(one: Sequence[str], other: Sequence[str]) -> int:
    """Words in the longest common subsequence."""
    row = [0] * (len(other) + 1)
    for word in one:
        before = 0
        for at, found in enumerate(other, 1):
            before, row[at] = row[at], before + 1 if word == found else max(row[at], row[at - 1])
    return row[-1]
