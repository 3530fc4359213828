"""Finding passages: seeds gathered into clusters, each cluster aligned, and what is long and telling enough kept."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .alignment import align_words
from .grams import SHORTEST, Grams, Seeds
from .sieve import judge_seeds
from .words import Numbers, Texts

LEAST = 12
"""Words of a passage, unless asked otherwise."""
_ALIKE = 0.6
"""The least part of a passage's words that stands on both sides."""
_SHARE = 0.62
"""x"""
_GAP = 8
"""A passage ends where more words than these follow each other that only one side has."""
_DRIFT = 8
"""How far the seeds of one passage may be off each other by words that were put in or left out between them."""
_APART = 24
"""Words between two seeds of one passage at most."""
_FEWEST = 3
"""Seeds of three words that a passage has at least; a longer one counts for several."""
_SHELF = 32
"""Diagonals whose seeds are counted together, before any are sorted."""
_BUCKETS = 1 << 22
_WIDEST = 128
"""Diagonals of an alignment at most: a text that repeats itself has seeds on all."""
_LONGEST_ROWS = 4096
"""Words of an alignment at most."""
_SEEDS = 1 << 23
"""Seeds that are gathered at once, about."""


class Match(NamedTuple):
    """A passage of two texts, as places of words; the ends are exclusive."""

    one: int
    """The number of the text, the lower one."""
    other: int
    start: int
    """Where it begins in `one`, counted from that text's first word."""
    end: int
    other_start: int
    other_end: int
    shared: int
    """Words that stand on both sides, in the same order."""

    @property
    def similarity(self) -> float:
        """Twice the shared words through the words of both sides: 1.0 is word for word."""
        return 2 * self.shared / (self.end - self.start + self.other_end - self.other_start)


def find_matches(
    texts: Texts,
    *,
    wanted: int | None = None,
    least: int = LEAST,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> list[Match]:
    """The passages of any two texts of different articles, by texts and places; with `wanted`, only of that article.

    `progress` gets how many articles of how many are done.
    """
    finder = _Finder(texts, wanted, least)
    total = int(texts.owners[-1]) + 1 if len(texts.owners) else 0
    found: list[Match] = []
    for first, last in finder.list_blocks(total):
        for cluster in finder.gather(finder.grams.list_seeds(first, last)):
            found += finder.align(cluster)
        progress(last, total)
    return sorted(_drop_repeated(found))


class _Cluster(NamedTuple):
    """Seeds of two texts that may be of one passage."""

    one: Numbers
    other: Numbers
    words: Numbers


class _Finder:
    def __init__(self, texts: Texts, wanted: int | None, least: int) -> None:
        self.texts = texts
        self.grams = Grams(texts, wanted)
        self.wanted = wanted
        self.least = least
        self.telling = 2 * math.log2(max(2, len(texts.words)))
        """Bits that the shared words of a passage say at least: by chance so many meet less than once in all texts."""

    def list_blocks(self, total: int) -> Iterator[tuple[int, int]]:
        """Ranges of articles that have some _SEEDS seeds each."""
        places = sum(len(level.places) for level in self.grams.levels)
        count = math.ceil(places * 4 / _SEEDS) or 1
        if self.wanted is not None or count == 1:
            yield 0, total
            return
        step = math.ceil(total / count)
        yield from ((first, min(first + step, total)) for first in range(0, total, step))

    def gather(self, seeds: Seeds) -> Iterator[_Cluster]:
        """The seeds that lie near each other on near diagonals of two texts, where they are enough for a passage."""
        one, other, words = self._sift(seeds)
        if not len(one):
            return
        text_of = self.grams.text_of
        pairs = text_of[one].astype(np.int64) << 32 | text_of[other]
        diagonals = other - one
        order = np.lexsort((one, diagonals, pairs))
        one, other, words, pairs, diagonals = (each[order] for each in (one, other, words, pairs, diagonals))
        bands = np.cumsum(_differs(pairs) | (np.diff(diagonals, prepend=diagonals[0]) > _DRIFT))
        order = np.lexsort((one, bands))
        one, other, words, bands = (each[order] for each in (one, other, words, bands))
        firsts = np.flatnonzero(_differs(bands) | (np.diff(one, prepend=one[0]) > _APART))
        counts = np.add.reduceat(words - SHORTEST + 1, firsts)
        lasts = np.append(firsts[1:], len(one))
        for at in np.flatnonzero(counts >= _FEWEST):
            part = slice(firsts[at], lasts[at])
            yield _Cluster(one[part], other[part], words[part])

    def _sift(self, seeds: Seeds) -> Seeds:
        """The seeds that may be of a passage."""
        near = _is_near_others(self.grams, seeds)
        one, other, words = (each[near] for each in seeds)
        # Seeds that are all but the same are judged by one of them.
        keys = (other - one) // 4 << 32 | one // 4
        _, firsts, inverse = np.unique(keys, return_index=True, return_inverse=True)
        kept = judge_seeds(
            self.grams, one[firsts], other[firsts],
            words=self.least * 3 // 4, bits=self.telling * 0.8, share=_SHARE - 0.1,
        )[inverse]  # fmt: skip
        return Seeds(one[kept], other[kept], words[kept])

    def align(self, cluster: _Cluster) -> Iterator[Match]:
        """The passages around the seeds of a cluster."""
        bounds = self.texts.bounds
        one, other = int(self.grams.text_of[cluster.one[0]]), int(self.grams.text_of[cluster.other[0]])
        base, other_base = int(bounds[one]), int(bounds[other])
        rest = [(cluster, base, int(bounds[one + 1]))]
        while rest:
            part, begin, end = rest.pop()
            diagonals = part.other - part.one
            middle = int(np.median(diagonals))
            low = max(int(diagonals.min()), middle - _WIDEST // 2) - _DRIFT
            high = min(int(diagonals.max()), middle + _WIDEST // 2) + _DRIFT
            first = max(begin, int(part.one.min()) - _APART)
            last = min(end, int((part.one + part.words).max()) + _APART, first + _LONGEST_ROWS)
            other_first = max(other_base, first + low)
            other_last = max(other_first, min(int(bounds[other + 1]), last + high))
            shift = first - other_first
            pairs, others = align_words(
                self.texts.words[first:last], self.texts.words[other_first:other_last], low + shift, high + shift
            )
            if not len(pairs):
                continue
            pairs, others = pairs + first, others + other_first
            yield from self._divide(one, other, pairs, others)
            # What is before it and behind it may be another passage.
            for left, begin, end in (
                (part.one + part.words <= pairs[0], begin, int(pairs[0])),
                (part.one > pairs[-1], int(pairs[-1]) + 1, end),
            ):
                fewer = _Cluster(part.one[left], part.other[left], part.words[left])
                if _count_seeds(fewer.words) >= _FEWEST:
                    rest.append((fewer, begin, end))

    def _divide(self, one: int, other: int, pairs: Numbers, others: Numbers) -> Iterator[Match]:
        """The passages of an alignment: it is divided where too many words are on one side alone."""
        base, other_base = int(self.texts.bounds[one]), int(self.texts.bounds[other])
        cuts = np.flatnonzero(np.maximum(np.diff(pairs), np.diff(others)) - 1 > _GAP) + 1
        for part, other_part in zip(np.split(pairs, cuts), np.split(others, cuts), strict=True):
            start, end, other_start, other_end = (
                int(each) for each in (part[0], part[-1], other_part[0], other_part[-1])
            )
            longer = max(end - start, other_end - other_start) + 1
            if longer < self.least or len(part) < _ALIKE * longer:
                continue
            if not self._is_telling(part, other_part):
                continue
            yield Match(
                one,
                other,
                start - base,
                end + 1 - base,
                other_start - other_base,
                other_end + 1 - other_base,
                len(part),
            )

    def _is_telling(self, pairs: Numbers, others: Numbers) -> bool:
        """Whether the shared words say enough, and most of what the words on one side say."""
        follows = (np.diff(pairs) == 1) & (np.diff(others) == 1)
        run = np.zeros(len(pairs), np.int64)
        run[1:] = follows
        run[2:] += follows[1:] & follows[:-1]
        alone, pair, triple = self.grams.bits
        if np.choose(run, (alone[pairs], pair[pairs], triple[pairs])).sum() < self.telling:
            return False
        shares = [triple[each].sum() / triple[each[0] : each[-1] + 1].sum() for each in (pairs, others)]
        return max(shares) >= _SHARE


def _count_seeds(words: Numbers) -> int:
    return int((words - SHORTEST + 1).sum())


def _differs(values: Numbers) -> NDArray[np.bool_]:
    marks = np.ones(len(values), np.bool_)
    marks[1:] = values[1:] != values[:-1]
    return marks


def _is_near_others(grams: Grams, seeds: Seeds) -> NDArray[np.bool_]:
    """Which seeds have others on diagonals near theirs, of the same two texts: counted in buckets, some by mistake."""
    texts = grams.text_of[seeds.one].astype(np.uint64)
    texts *= np.uint64(0x9E3779B97F4A7C15)
    texts ^= grams.text_of[seeds.other].astype(np.uint64) * np.uint64(0xBF58476D1CE4E5B9)
    diagonals = seeds.other - seeds.one
    near = np.zeros(len(texts), np.bool_)
    weights = seeds.words - SHORTEST + 1
    for shift in (0, _SHELF // 2):
        shelves = ((diagonals + shift) // _SHELF).astype(np.uint64) * np.uint64(0x94D049BB133111EB)
        buckets = ((texts + shelves) * np.uint64(0xD1342543DE82EF95) >> np.uint64(42)).astype(np.int64)
        counts = np.bincount(buckets, weights, _BUCKETS)
        near |= counts[buckets] >= _FEWEST
    return near


def _drop_repeated(matches: list[Match]) -> Iterator[Match]:
    """Of passages of the same two texts that overlap on both sides, the one with more shared words."""
    by_pair: dict[tuple[int, int], list[Match]] = {}
    for match in sorted(matches, key=lambda each: (-each.shared, each)):
        kept = by_pair.setdefault((match.one, match.other), [])
        if not any(
            match.start < each.end and each.start < match.end
            and match.other_start < each.other_end and each.other_start < match.other_end
            for each in kept
        ):  # fmt: skip
            kept.append(match)
            yield match
