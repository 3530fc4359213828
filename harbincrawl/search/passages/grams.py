"""Runs of a few words: in how many articles each stands, how much it says, and which places share a rare one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .words import Numbers, Texts, Words, finish_hash

Mask = NDArray[np.bool_]
Bits = NDArray[np.float32]

LEAST_COMMON, MOST_COMMON = 10, 20
"""What stands in more articles is common: it says little of two texts that share it, and of its runs only long ones are
looked at. The limit is an eighth of all articles, within these."""
MOST_LISTED, PART_LISTED = 100, 64
"""What stands in more articles than this, or than one of so many, is a standing line: no two are named for it."""
MOST_PAIRS = 50_000
"""Pairs of articles at most, about, that are named for what is common: the limit above is lower where need be."""
SHORTEST, LONGEST = 3, 6
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
    words: NDArray[np.int8]
    """How many words it has."""


_NONE = Seeds(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.int8))


class Standing(NamedTuple):
    """A line that stands in many articles."""

    place: int
    """Where it begins in the first of them, in the words of all texts."""
    words: int
    articles: int
    """How many have it."""


class Level(NamedTuple):
    """The places of all runs of so many words, by hash."""

    size: int
    places: Numbers
    """Equal runs beside each other, each by place."""
    groups: NDArray[np.int32]
    """The number of the run of each place."""
    articles: NDArray[np.int32]
    """How many articles have the run of each place."""


class Grams:
    """The runs of all texts, of one word up to LONGEST."""

    def __init__(self, texts: Texts, wanted: int | None = None) -> None:
        """With `wanted`, only of runs that stand in the article of this number."""
        self.texts = texts
        lengths = np.diff(texts.bounds)
        self.text_of = np.repeat(np.arange(len(lengths), dtype=np.int32), lengths)
        self._wanted = wanted
        total = int(texts.owners[-1]) + 1 if len(texts.owners) else 0
        self.limit = min(MOST_COMMON, max(LEAST_COMMON, total // 8))
        """What stands in more articles is common."""
        self.most = max(MOST_LISTED, total // PART_LISTED)
        """What stands in more articles is a standing line."""
        self.levels: list[Level] = []
        """Those from SHORTEST on, of places whose shorter runs are common."""
        self.common: Numbers = np.empty(0, np.int64)
        """Where runs of LONGEST words begin that are of standing lines."""
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
        ones = self._count(1)
        articles = np.zeros(total, np.int32)
        articles[ones.places] = ones.articles
        alone[ones.places] = np.log2(total / np.bincount(ones.groups)[ones.groups])
        # Places that are not looked at are never written to, so that they take no memory.
        pair[ones.places] = alone[ones.places]
        twos = self._count(2, ones.places)
        self._lower(pair, twos, articles, 1)
        articles[twos.places] = twos.articles
        triple[ones.places] = pair[ones.places]
        level = self._count(3, twos.places)
        self._lower(triple, level, articles, 2)
        self.levels.append(level)
        while level.size < LONGEST:
            level = self._count(level.size + 1, level.places[level.articles > self.limit])
            self.levels.append(level)
        self.most = self._bound_pairs(level)
        self.common = np.sort(level.places[level.articles > self.most])
        return alone, pair, triple

    def _bound_pairs(self, level: Level) -> int:
        """The number of articles up to which all common lines together have no more than MOST_PAIRS pairs of them."""
        firsts = np.flatnonzero(_mark_changes(level.groups) & (level.articles > self.limit))
        # Of the runs of a line the first one counts.
        begins = firsts[~np.isin(level.places[firsts] - 1, level.places[level.articles > self.limit])]
        articles = np.sort(level.articles[begins].astype(np.int64))
        over = articles[np.cumsum(articles * (articles - 1) // 2) > MOST_PAIRS]
        return max(self.limit, min(self.most, int(over[0]) - 1)) if len(over) else self.most

    def _lower(self, bits: Bits, level: Level, before: NDArray[np.int32], step: int) -> None:
        """Lowers the bits of words that end a common run, of which the first words are in `before` articles."""
        common = level.articles > self.limit
        places = level.places[common]
        likely = np.log2(before[places] / level.articles[common]).astype(np.float32)
        bits[places + step] = np.minimum(bits[places + step], likely)

    def _count(self, size: int, among: Numbers | None = None) -> Level:
        """The runs of `size` words that begin at any place, or at one `among` some, and end within their text."""
        packed = np.concatenate([np.empty(0, np.uint64), *self._pack(size, among)])
        packed.sort()
        places = (packed & np.uint64(0xFFFFFFFF)).astype(np.int64)
        is_new = _mark_changes(packed >> np.uint64(32))
        is_other = is_new | _mark_changes(self.owner_of(places))
        groups = (np.cumsum(is_new) - 1).astype(np.int32)
        firsts = np.flatnonzero(is_new)
        articles = np.add.reduceat(is_other, firsts, dtype=np.int32) if len(firsts) else np.empty(0, np.int32)
        return Level(size, places, groups, articles[groups])

    def _pack(self, size: int, among: Numbers | None) -> Iterator[NDArray[np.uint64]]:
        """Hash and place of each run, in one number; a block at a time, so that memory does not grow with hashes."""
        ends = self.texts.bounds[1:]
        own = None
        if self._wanted is not None:
            mine = self._own_places()
            own = np.unique(_hash_runs(self.texts.words, mine[mine + size <= ends[self.text_of[mine]]], size))
        total = len(self.texts.words) if among is None else len(among)
        for at in range(0, total, _BLOCK):
            some = np.arange(at, min(at + _BLOCK, total)) if among is None else among[at : at + _BLOCK]
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
            rare = (level.articles > 1) & (level.articles <= self.limit)
            places, groups = level.places[rare], level.groups[rare]
            owners = self.owner_of(places)
            rank = _count_on(_mark_changes(groups) | _mark_changes(owners))
            few = rank < _MOST_PLACES
            places, groups, owners = places[few], groups[few], owners[few]
            begins = np.flatnonzero((owners >= first) & (owners < last))
            for step in range(1, self.limit * _MOST_PLACES):
                begins = begins[begins + step < len(places)]
                begins = begins[groups[begins] == groups[begins + step]]
                if not len(begins):
                    break
                ends = begins + step
                are_two = owners[begins] != owners[ends]
                if self._wanted is not None:
                    are_two &= (owners[begins] == self._wanted) | (owners[ends] == self._wanted)
                one, other = places[begins[are_two]], places[ends[are_two]]
                found.append(Seeds(one, other, np.full(len(one), level.size, np.int8)))
        return Seeds(*map(np.concatenate, zip(_NONE, *found, strict=True)))

    def list_hubs(self, first: int, last: int) -> Seeds:
        """Seeds of common runs of LONGEST words, each from the first place (`one`) to the others: not of each two.

        Of standing lines there are none, but with `wanted`: then all, from its place. `first` and `last` as above.
        """
        level = self.levels[-1]
        owners = self.owner_of(level.places)
        few = level.articles > self.limit // 2
        if self._wanted is None:
            few &= level.articles <= self.most
        few &= _count_on(_mark_changes(level.groups) | _mark_changes(owners)) < _MOST_PLACES
        places, groups, owners = level.places[few], level.groups[few], owners[few]
        may_be_hub = np.ones(len(places), np.bool_) if self._wanted is None else owners == self._wanted
        _, begins = np.unique(groups[may_be_hub], return_index=True)
        hubs = np.flatnonzero(may_be_hub)[begins]
        hub = hubs[np.searchsorted(groups[hubs], groups)] if len(hubs) else np.empty(0, np.int64)
        kept = (owners[hub] >= first) & (owners[hub] < last) & (owners[hub] != owners)
        one, other = places[hub[kept]], places[kept]
        return Seeds(np.minimum(one, other), np.maximum(one, other), np.full(len(one), level.size, np.int8))

    def list_standing(self, least: int) -> list[Standing]:
        """The standing lines of at least `least` words, those in most articles first; with `wanted`, of it."""
        places = self.common
        ends = np.flatnonzero((np.diff(places, append=-2) != 1) | (np.diff(self.text_of[places], append=-1) != 0))
        starts = np.append(0, ends[:-1] + 1)[: len(ends)]
        sizes = places[ends] - places[starts] + LONGEST
        starts, sizes = places[starts][sizes >= least], sizes[sizes >= least]
        order = np.argsort(hashes := _hash_runs(self.texts.words, starts, least), kind="stable")
        found = []
        for some in np.split(order, np.flatnonzero(np.diff(hashes[order])) + 1):
            owners = np.unique(self.owner_of(starts[some]))
            if len(owners) > self.most and (self._wanted is None or self._wanted in owners):
                # As long as it is in most of them: here and there what stands beside it is common, too.
                size = min(int(np.median(sizes[some])), int(sizes[some[0]]))
                found.append(Standing(int(starts[some[0]]), size, len(owners)))
        return sorted(found, key=lambda each: (-each.articles, each.place))


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
