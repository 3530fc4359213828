"""Clusters: seeds of two texts that lie so near each other that they may be of one passage."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .grams import SHORTEST, Grams, Seeds
from .sieve import judge_seeds
from .words import Numbers

DRIFT = 8
"""How far the seeds of a passage may be off each other by words that were put in or left out between two of them."""
APART = 24
"""Words between two seeds of a passage at most."""
_FEWEST = 3
"""Seeds of three words that a passage has at least; a longer one counts for several."""
_SHELF = 32
"""Diagonals whose seeds are counted together, before any are sorted."""
_BUCKETS = 22
"""Bits of the number of buckets that they are counted in."""


class Cluster(NamedTuple):
    """Seeds of two texts."""

    one: Numbers
    """Where each begins, in the words of all texts."""
    other: Numbers
    words: NDArray[np.int8]

    def is_enough(self) -> bool:
        """Whether they may be of a passage."""
        return bool((self.words - SHORTEST + 1).sum() >= _FEWEST)

    def keep(self, which: NDArray[np.bool_]) -> Cluster:
        """Some of them."""
        return Cluster(self.one[which], self.other[which], self.words[which])


def sift_seeds(grams: Grams, seeds: Seeds, *, words: int, bits: float) -> Seeds:
    """The seeds that may be of a passage: those with others near them, of which `judge_seeds` keeps some."""
    seeds = _take(seeds, _is_near_others(grams, seeds))
    # Seeds that are all but the same are judged by one of them.
    _, firsts, inverse = np.unique(
        (seeds.other - seeds.one) // 4 << 32 | seeds.one // 4, return_index=True, return_inverse=True
    )
    return _take(seeds, judge_seeds(grams, seeds.one[firsts], seeds.other[firsts], words=words, bits=bits)[inverse])


def _take(seeds: Seeds, which: NDArray[np.bool_]) -> Seeds:
    return Seeds(seeds.one[which], seeds.other[which], seeds.words[which])


def gather_clusters(grams: Grams, seeds: Seeds) -> Iterator[Cluster]:
    """The clusters of `seeds`."""
    one, other, sizes = seeds
    if not len(one):
        return
    pairs = grams.text_of[one].astype(np.int64) << 32 | grams.text_of[other]
    diagonals = other - one
    order = np.lexsort((one, diagonals, pairs))
    far = np.diff(diagonals[order], prepend=0) > DRIFT
    bands = np.empty(len(order), np.int64)
    bands[order] = np.cumsum((np.diff(pairs[order], prepend=-1) != 0) | far)
    order = np.lexsort((one, bands))
    one, other, sizes, bands = one[order], other[order], sizes[order], bands[order]
    firsts = np.flatnonzero((np.diff(bands, prepend=-1) != 0) | (np.diff(one, prepend=0) > APART))
    for first, last in zip(firsts, np.append(firsts[1:], len(one)), strict=True):
        cluster = Cluster(one[first:last], other[first:last], sizes[first:last])
        if cluster.is_enough():
            yield cluster


def _is_near_others(grams: Grams, seeds: Seeds) -> NDArray[np.bool_]:
    """Which seeds have others on diagonals near theirs, of the same two texts: counted in buckets, some by mistake."""
    texts = grams.text_of[seeds.one].astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    texts ^= grams.text_of[seeds.other].astype(np.uint64) * np.uint64(0xBF58476D1CE4E5B9)
    diagonals = seeds.other - seeds.one
    near = np.zeros(len(texts), np.bool_)
    for shift in (0, _SHELF // 2):
        shelves = ((diagonals + shift) // _SHELF).astype(np.uint64) * np.uint64(0x94D049BB133111EB)
        buckets = ((texts + shelves) * np.uint64(0xD1342543DE82EF95) >> np.uint64(64 - _BUCKETS)).astype(np.int64)
        counts = np.bincount(buckets, seeds.words - SHORTEST + 1, 1 << _BUCKETS)
        near |= counts[buckets] >= _FEWEST
    return near
