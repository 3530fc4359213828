"""Which seeds are worth an alignment: judged by the words around each, for thousands of seeds at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .grams import Bits, Grams
from .words import Numbers

BEFORE, BEHIND = 20, 28
"""Words that are looked at on either side of where a seed begins."""
_OFF = (0, -1, 1, -2, 2)
"""Diagonals that are looked at, from that of the seed: words may have been put in or left out."""
_SPOT = 8
"""Words of a text that are one place."""
_CLEARLY = 12.0
"""Bits by which a passage is above the usual."""
_ROWS = 1 << 14
"""Seeds that are judged at once."""


def judge_seeds(grams: Grams, one: Numbers, other: Numbers, *, words: int, bits: float) -> NDArray[np.bool_]:
    """Which seeds may be of a passage.

    The best stretch around it has some `words`, and those on both sides say `bits`, and clearly more than the same
    place has in common with very many articles, as a sentence has that is written by a pattern. Generous: what is kept
    may be no passage.
    """
    said = np.zeros(len(one), np.float32)
    for at in range(0, len(one), _ROWS):
        part = slice(at, at + _ROWS)
        said[part] = _measure(grams, one[part], other[part], words)
    kept = said >= bits
    kept[kept] = _stands_out(grams, one[kept], other[kept], said[kept])
    return kept


def _stands_out(grams: Grams, one: Numbers, other: Numbers, said: Bits) -> NDArray[np.bool_]:
    """Which seeds say more than what the places of either text share with more than `grams.limit` articles."""
    stands = np.ones(len(one), np.bool_)
    for own, opposite in ((one, other), (other, one)):
        spots = own // _SPOT
        articles = grams.owner_of(opposite)
        # Of each spot and article the best, then of each spot the best articles first.
        order = np.lexsort((-said, articles, spots))
        is_best = np.ones(len(order), np.bool_)
        is_best[1:] = (spots[order][1:] != spots[order][:-1]) | (articles[order][1:] != articles[order][:-1])
        best = order[is_best]
        best = best[np.lexsort((-said[best], spots[best]))]
        firsts = np.flatnonzero(np.diff(spots[best], prepend=-1))
        ranked = np.arange(len(best)) - np.repeat(firsts, np.diff(firsts, append=len(best)))
        usual = best[ranked == grams.limit]
        level = np.searchsorted(spots[usual], spots)
        level[level == len(usual)] = 0
        if len(usual):
            is_usual = spots[usual][level] == spots
            stands &= ~is_usual | (said >= said[usual][level] + _CLEARLY)
    return stands


def _measure(grams: Grams, one: Numbers, other: Numbers, words: int) -> Bits:
    """What the best stretch around each seed says on both sides, in bits; 0 where that is too short or too little."""
    all_words, text_of = grams.texts.words, grams.text_of
    span = np.arange(-BEFORE, BEHIND)
    places = one[:, None] + span
    np.clip(places, 0, len(all_words) - 1, out=places)
    inside = text_of[places] == text_of[one][:, None]
    own = all_words[places]
    same = np.zeros(places.shape, np.bool_)
    for off in _OFF:
        opposite = other[:, None] + (span + off)
        np.clip(opposite, 0, len(all_words) - 1, out=opposite)
        same |= own == all_words[opposite]
    same &= inside
    # The stretch with the most words on both sides, less the others: sums from its beginning to its end.
    sums = np.zeros((len(one), len(span) + 1), np.int32)
    np.cumsum(np.where(same, 1, -1), axis=1, out=sums[:, 1:])
    gains = sums - np.minimum.accumulate(sums, axis=1)
    ends = gains.argmax(axis=1)
    columns = np.arange(len(span) + 1)
    starts = np.where(columns <= ends[:, None], sums, np.int32(1 << 30)).argmin(axis=1)
    within = (columns[:-1] >= starts[:, None]) & (columns[:-1] < ends[:, None])
    alone, pair, triple = grams.bits
    follows = np.zeros_like(same)
    follows[:, 1:] = same[:, :-1]
    second = np.zeros_like(same)
    second[:, 2:] = same[:, :-2]
    said = np.where(follows, np.where(second, triple[places], pair[places]), alone[places])
    shared = np.where(same & within, said, 0).sum(axis=1)
    return np.where(ends - starts >= words, shared, np.float32(0))
