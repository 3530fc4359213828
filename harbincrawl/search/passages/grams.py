"""Runs of a few words: in how many articles each stands, how much it says, and which places share a rare one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .words import Numbers, Texts, Words, finish_hash

Mask = NDArray[np.bool_]
Bits = NDArray[np.float32]

COMMON = 20
"""What stands in more articles is common: it leads to no passage, and says little of two texts that share it."""
SHORTEST, LONGEST = 3, 8
"""Words of a seed: three where they are rare, more where three or more of them are common."""
_MOST_PLACES = 2
"""Places of a run in one article that are looked at: a text may repeat a line for ever."""
_BLOCK = 1 << 20
_MIX = np.uint64(0xD1342543DE82EF95)


class Seeds(NamedTuple):
    """Places that share a run of words that is not common; `one` is before `other`, in another article."""

    one: Numbers
    """Where the run begins, in the words of all texts."""
    other: Numbers
    words: Numbers
    """How many words it has."""


class Level(NamedTuple):
    """The places of all runs of so many words, by hash."""

    size: int
    places: Numbers
    """Equal runs beside each other, each by place."""
    groups: Numbers
    """The number of the run of each place."""
    articles: Numbers
    """How many articles have the run of each place."""
    times: Numbers
    """How many places have it."""


class Grams:
    """The runs of all texts, of one word up to LONGEST."""

    def __init__(self, texts: Texts, wanted: int | None = None) -> None:
        """With `wanted`, only of runs that stand in the article of this number."""
        self.texts = texts
        lengths = np.diff(texts.bounds)
        self.text_of = np.repeat(np.arange(len(lengths), dtype=np.int32), lengths)
        self._wanted = wanted
        self.levels: list[Level] = []
        """Those from SHORTEST on, of places whose shorter runs are common."""
        self.common: Numbers = np.empty(0, np.int64)
        """Where runs of LONGEST words begin that are common."""
        self.bits = self._weigh()

    def owner_of(self, places: Numbers) -> Numbers:
        """The article of each place."""
        return self.texts.owners[self.text_of[places]]

    def _weigh(self) -> tuple[Bits, Bits, Bits]:
        """How much each word says, in bits: alone, after the word before it, and after both before it.

        A word that follows the ones before it in many articles says little; where that is no habit, it says what it
        says alone.
        """
        total = len(self.texts.words)
        alone, pair, triple = (np.zeros(total, np.float32) for _ in range(3))
        ones = self._count(1, self._all_places())
        articles = np.zeros(total, np.int32)
        articles[ones.places] = ones.articles
        alone[ones.places] = np.log2(total / ones.times)
        pair[:] = alone
        twos = self._count(2, ones.places)
        _lower(pair, twos, articles, 1)
        articles[:] = 0
        articles[twos.places] = twos.articles
        triple[:] = pair
        level = self._count(3, twos.places)
        _lower(triple, level, articles, 2)
        self.levels.append(level)
        while level.size < LONGEST:
            level = self._count(level.size + 1, level.places[level.articles > COMMON])
            self.levels.append(level)
        self.common = np.sort(level.places[level.articles > COMMON])
        return alone, pair, triple

    def _all_places(self) -> Numbers:
        return np.arange(len(self.texts.words))

    def _count(self, size: int, places: Numbers) -> Level:
        """The runs of `size` words that begin at `places` and end within their text."""
        packed = np.concatenate([np.empty(0, np.uint64), *self._pack(size, places)])
        packed.sort()
        places = (packed & np.uint64(0xFFFFFFFF)).astype(np.int64)
        is_new = _mark_changes(packed >> np.uint64(32))
        is_other = is_new | _mark_changes(self.owner_of(places))
        groups = np.cumsum(is_new) - 1
        firsts = np.flatnonzero(is_new)
        articles = np.add.reduceat(is_other, firsts, dtype=np.int64) if len(firsts) else firsts
        times = np.diff(firsts, append=len(places))
        return Level(size, places, groups, articles[groups], times[groups])

    def _pack(self, size: int, places: Numbers) -> Iterator[NDArray[np.uint64]]:
        """Hash and place of each run, in one number; a block at a time, so that memory does not grow with hashes."""
        ends = self.texts.bounds[1:]
        own = None
        if self._wanted is not None:
            mine = self._own_places()
            own = np.unique(_hash_runs(self.texts.words, mine[mine + size <= ends[self.text_of[mine]]], size))
        for at in range(0, len(places), _BLOCK):
            some = places[at : at + _BLOCK]
            some = some[some + size <= ends[self.text_of[some]]]
            hashes = _hash_runs(self.texts.words, some, size)
            if own is not None:
                is_own = np.isin(hashes, own)
                some, hashes = some[is_own], hashes[is_own]
            yield hashes.astype(np.uint64) << np.uint64(32) | some.astype(np.uint64)

    def _own_places(self) -> Numbers:
        of_article = np.flatnonzero(self.texts.owners == self._wanted)
        bounds = self.texts.bounds
        return np.concatenate([np.empty(0, np.int64), *(np.arange(bounds[at], bounds[at + 1]) for at in of_article)])

    def list_seeds(self, first: int, last: int) -> Seeds:
        """The seeds of which `one` is in an article from `first` to before `last`; with `wanted`, those of it alone."""
        found: list[Seeds] = []
        for level in self.levels:
            rare = (level.articles > 1) & (level.articles <= COMMON)
            places, groups = level.places[rare], level.groups[rare]
            owners = self.owner_of(places)
            rank = _count_on(_mark_changes(groups) | _mark_changes(owners))
            few = rank < _MOST_PLACES
            places, groups, owners = places[few], groups[few], owners[few]
            begins = np.flatnonzero((owners >= first) & (owners < last))
            for step in range(1, COMMON * _MOST_PLACES):
                begins = begins[begins + step < len(places)]
                begins = begins[groups[begins] == groups[begins + step]]
                if not len(begins):
                    break
                ends = begins + step
                are_two = owners[begins] != owners[ends]
                if self._wanted is not None:
                    are_two &= (owners[begins] == self._wanted) | (owners[ends] == self._wanted)
                one, other = places[begins[are_two]], places[ends[are_two]]
                found.append(Seeds(one, other, np.full(len(one), level.size)))
        return (
            Seeds(*(np.concatenate([np.empty(0, np.int64), *parts]) for parts in zip(*found, strict=True)))
            if found
            else Seeds(*(np.empty(0, np.int64),) * 3)
        )


def _hash_runs(words: Words, places: Numbers, size: int) -> Words:
    """The hash of `size` words from each place on."""
    hashes = words[places].astype(np.uint64)
    for step in range(1, size):
        hashes *= _MIX
        hashes += words[places + step]
    return finish_hash(hashes)


def _mark_changes(values: NDArray[np.generic]) -> Mask:
    """Where a value is another than the one before; the first one is."""
    marks = np.ones(len(values), np.bool_)
    marks[1:] = values[1:] != values[:-1]
    return marks


def _count_on(begins: Mask) -> Numbers:
    """How many places behind the last of `begins` each is."""
    at = np.arange(len(begins))
    return at - np.maximum.accumulate(np.where(begins, at, 0))


def _lower(bits: Bits, level: Level, before: NDArray[np.int32], step: int) -> None:
    """Lowers the bits of words that end a common run, of which the first words are in `before` articles."""
    common = level.articles > COMMON
    places = level.places[common]
    likely = np.log2(before[places] / level.articles[common]).astype(np.float32)
    bits[places + step] = np.minimum(bits[places + step], likely)
