"""Finding passages: clusters of seeds are aligned, and what is long, alike and telling enough is kept."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

import numpy as np

from .alignment import Window, align_windows
from .clusters import APART, DRIFT, Cluster, gather_clusters, sift_seeds
from .grams import Grams, Standing
from .lengths import LEAST
from .words import Numbers, Texts, Words

_ALIKE = 0.6
"""The least part of a passage's words that stands on both sides."""
_EDITED = 1
"""Words of a passage of the least length that may be others."""
_GAP = 8
"""A passage ends where more words than these follow each other that only one side has."""
_WIDEST = 128
"""Diagonals of an alignment at most: a text that repeats itself has seeds on all."""
_ROWS = 4096
"""Words of an alignment at most."""
_SEEDS = 1 << 22
"""Seeds that are gathered at once, about."""
_AT_ONCE = 2000
"""Clusters that are aligned at once."""


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
    def length(self) -> int:
        """The words of the longer side."""
        return max(self.end - self.start, self.other_end - self.other_start)

    @property
    def similarity(self) -> float:
        """Twice the shared words through the words of both sides: 1.0 is word for word."""
        return 2 * self.shared / (self.end - self.start + self.other_end - self.other_start)


class Found(NamedTuple):
    """What is in more than one article."""

    matches: list[Match]
    """Of any two articles, by texts and places."""
    standing: list[Standing]
    """Lines of so many articles that no match is made of them, those of most first."""


class _Part(NamedTuple):
    """A cluster, and the words of `one` within which it is aligned."""

    cluster: Cluster
    begin: int
    end: int


def find_matches(
    texts: Texts,
    *,
    wanted: int | None = None,
    least: int = LEAST,
    progress: Callable[[int, int], None] = lambda *_: None,
) -> Found:
    """The passages of any two texts of different articles; with `wanted`, only those of the article of this number.

    `progress` gets how many articles of how many are done.
    """
    # Whoever wants long ones alone wants them out of the same passages.
    finder = _Finder(texts, wanted, min(least, LEAST))
    total = int(texts.owners[-1]) + 1 if len(texts.owners) else 0
    found: list[Match] = []
    for first, last in finder.list_blocks(total):
        found += finder.find(first, last)
        progress(last, total)
    matches = [each for each in _join(sorted(_drop_repeated(found))) if each.length >= least]
    return Found(matches, finder.grams.list_standing(least))


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
        count = 1 if self.wanted is not None else math.ceil(places * 4 / _SEEDS) or 1
        step = math.ceil(total / count) or 1
        yield from ((first, min(first + step, total)) for first in range(0, total, step))

    def find(self, first: int, last: int) -> Iterator[Match]:
        """The passages of articles from `first` to before `last` with later ones."""
        grams = self.grams
        seeds = sift_seeds(grams, grams.list_seeds(first, last), words=self.least * 3 // 4, bits=self.telling * 0.8)
        for pairs, others in self._align(gather_clusters(grams, seeds)):
            yield from self._divide(pairs, others)
        # Here it is the number of articles that says whether words are a passage, not how usual they are.
        hubs = list(self._align(gather_clusters(grams, grams.list_hubs(first, last))))
        for pairs, others in hubs:
            yield from self._divide(pairs, others, is_usual=True)
        if self.wanted is None:
            for pairs, others in _meet_over_hubs(hubs, self.grams, self.least - _EDITED):
                yield from self._divide(pairs, others, is_usual=True)

    def _align(self, clusters: Iterable[Cluster]) -> Iterator[tuple[Numbers, Numbers]]:
        """The words that stand on both sides, as places in all texts, of each alignment."""
        bounds = self.texts.bounds
        rest = [
            _Part(each, int(bounds[one]), int(bounds[one + 1]))
            for each in clusters
            for one in (int(self.grams.text_of[each.one[0]]),)
        ]
        while rest:
            some, rest = rest[-_AT_ONCE:], rest[:-_AT_ONCE]
            placed = [self._place_window(part) for part in some]
            alignments = align_windows([window for window, _, _ in placed])
            for part, (_, first, other_first), (pairs, others) in zip(some, placed, alignments, strict=True):
                if len(pairs):
                    yield pairs + first, others + other_first
                    rest += _list_left(part, int(pairs[0]) + first, int(pairs[-1]) + first)

    def _place_window(self, part: _Part) -> tuple[Window, int, int]:
        """(what is aligned around a cluster, where it begins in the words of all texts, on either side)."""
        (one, other, sizes), begin, end = part
        text = int(self.grams.text_of[other[0]])
        other_begin, other_end = (int(each) for each in self.texts.bounds[text : text + 2])
        diagonals = other - one
        middle = int(np.median(diagonals))
        low = max(int(diagonals.min()), middle - _WIDEST // 2) - DRIFT
        high = min(int(diagonals.max()), middle + _WIDEST // 2) + DRIFT
        first = max(begin, int(one.min()) - APART)
        last = min(end, int((one + sizes).max()) + APART, first + _ROWS)
        other_first = max(other_begin, first + low)
        other_last = max(other_first, min(other_end, last + high))
        shift = first - other_first
        words = self.texts.words
        return Window(words[first:last], words[other_first:other_last], low + shift, high + shift), first, other_first

    def _divide(self, pairs: Numbers, others: Numbers, *, is_usual: bool = False) -> Iterator[Match]:
        """The passages of an alignment: it is divided where too many words are on one side alone.

        What `is_usual` need not say much.
        """
        bounds, text_of = self.texts.bounds, self.grams.text_of
        one, other = int(text_of[pairs[0]]), int(text_of[others[0]])
        cuts = np.flatnonzero(np.maximum(np.diff(pairs), np.diff(others)) - 1 > _GAP) + 1
        for own, opposite in zip(np.split(pairs, cuts), np.split(others, cuts), strict=True):
            start, end = int(own[0] - bounds[one]), int(own[-1] - bounds[one]) + 1
            other_start, other_end = int(opposite[0] - bounds[other]), int(opposite[-1] - bounds[other]) + 1
            longer = max(end - start, other_end - other_start)
            if (
                longer >= self.least
                and len(own) >= max(self.least - _EDITED, _ALIKE * longer)
                and (is_usual or self._is_telling(own, opposite))
            ):
                yield Match(one, other, start, end, other_start, other_end, len(own))

    def _is_telling(self, pairs: Numbers, others: Numbers) -> bool:
        """Whether the shared words say enough; one that follows its neighbour on both sides, by how usual that is."""
        follows = (np.diff(pairs) == 1) & (np.diff(others) == 1)
        run = np.zeros(len(pairs), np.int64)
        run[1:] = follows
        run[2:] += follows[1:] & follows[:-1]
        alone, pair, triple = self.grams.bits
        return float(np.choose(run, (alone[pairs], pair[pairs], triple[pairs])).sum()) >= self.telling


def _meet_over_hubs(
    hubs: Iterable[tuple[Numbers, Numbers]], grams: Grams, least: int
) -> Iterator[tuple[Numbers, Numbers]]:
    """What any two articles share with the same words of a third one, `least` words and more, without an alignment."""
    sides = sorted(hubs, key=lambda each: int(each[0][0]))
    near: list[tuple[Numbers, Numbers]] = []
    for side in sides:
        begin = int(side[0][0])
        near = [each for each in near if each[0][-1] >= begin + least - 1]
        for other in near:
            one, two = (side, other) if side[1][0] < other[1][0] else (other, side)
            if grams.owner_of(one[1][:1]) != grams.owner_of(two[1][:1]):
                _, own, opposite = np.intersect1d(one[0], two[0], assume_unique=True, return_indices=True)
                if len(own) >= least:
                    yield _fill_gaps(grams.texts.words, one[1][own], two[1][opposite])
        near.append(side)


def _fill_gaps(words: Words, pairs: Numbers, others: Numbers) -> tuple[Numbers, Numbers]:
    """`pairs` and `others` with the words between that stand on both sides, where as many were put in their place."""
    steps = np.diff(pairs)
    for at in np.flatnonzero((steps > 1) & (steps == np.diff(others))).tolist():
        between = np.arange(1, steps[at])
        between = between[words[pairs[at] + between] == words[others[at] + between]]
        pairs, others = np.append(pairs, pairs[at] + between), np.append(others, others[at] + between)
    return np.sort(pairs), np.sort(others)


def _list_left(part: _Part, start: int, end: int) -> Iterator[_Part]:
    """What of a cluster is before or behind the words that were aligned, and may be another passage."""
    (one, _, sizes), first, last = part
    before, behind = part.cluster.keep(one + sizes <= start), part.cluster.keep(one > end)
    if before.is_enough():
        yield _Part(before, first, start)
    if behind.is_enough():
        yield _Part(behind, end + 1, last)


def _join(matches: list[Match]) -> Iterator[Match]:
    """The matches, those in one that were aligned in several parts."""
    before: Match | None = None
    for match in matches:
        if (
            before is not None
            and (before.one, before.other) == (match.one, match.other)
            and 0 <= match.start - before.end <= _GAP
            and 0 <= match.other_start - before.other_end <= _GAP
        ):
            match = before._replace(end=match.end, other_end=match.other_end, shared=before.shared + match.shared)
        elif before is not None:
            yield before
        before = match
    if before is not None:
        yield before


def _drop_repeated(matches: list[Match]) -> Iterator[Match]:
    """Of passages of the same two texts that overlap on both sides, the one with more shared words."""
    by_pair: dict[tuple[int, int], list[Match]] = {}
    for match in sorted(matches, key=lambda each: (-each.shared, each)):
        kept = by_pair.setdefault((match.one, match.other), [])
        if not any(
            match.start < each.end
            and each.start < match.end
            and match.other_start < each.other_end
            and each.other_start < match.other_end
            for each in kept
        ):
            kept.append(match)
            yield match
