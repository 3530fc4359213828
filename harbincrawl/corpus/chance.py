"""A permutation test of words: the same articles, assigned at random to parts of the same sizes, again and again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Numbers = npt.NDArray[np.int64]
    Marks = npt.NDArray[np.bool_]

CHANCE = 0.05
"""The p that is asked about."""
PERMUTATIONS = 1999
"""How many are drawn. About half of them count for a word: a p of 0.05 has a standard error of 0.007."""
_SEED = 20161130
"""Always the same, so that the same archive has the same figures."""
_SCALE = 10**5
"""Relative frequencies are whole numbers of times per so many words: so sums that are equal are ties."""
_EXACT = 1 << 24
"""Whole numbers up to this are exact in 32 bits of floating point, which take half the time. A hundred articles have
no larger sums of relative frequencies."""
_AT_ONCE = 500
"""Words whose permutations are compared at once, in some 50 MB."""


class Permutations:
    """Random assignments of articles to two parts, and how often some words stand in each part by each of them.

    Whole articles are assigned, for the words of an article hang together: Kilgarriff 2005, Lijffijt et al. 2016
    (doi:10.1093/llc/fqu064), Mildenberger 2023 (arXiv:2308.13383). By each permutation the parts have as many articles
    as they really have, and as many in both. The permutations do not hang on the words, so a word has the same p
    whichever others are tested with it.
    """

    def __init__(self, part: int, other: int, both: int, words: int) -> None:
        """`part` and `other` articles, of which `both` are in both; `add` takes them. Words are numbered from 0."""
        import numpy as np

        self._articles = part, other
        self._draws = np.random.PCG64(_SEED)
        self._waiting = part + other - both
        self._places = np.full(PERMUTATIONS, part, np.uint64)
        self._shared_places = np.full(PERMUTATIONS, both, np.uint64)
        self._has_shared = both > 0
        # By each permutation, of the part and of what is in both; and as it is: of all articles, the part, the other
        # one.
        self._assigned, self._shared = _Sums.start(words, PERMUTATIONS), _Sums.start(words if both else 0, PERMUTATIONS)
        self._every, self._part, self._other = (_Sums.start(words, 1) for _ in range(3))

    def add(
        self, articles: Sequence[Mapping[int, int]], lengths: Sequence[int], *, in_part: bool, in_other: bool
    ) -> None:
        """Takes some articles that are in the same part, or in both: the number of times of each word in each.

        `lengths` are the numbers of all words of each.
        """
        import numpy as np

        texts = _Texts(articles, lengths)
        all_of_them = np.ones((len(articles), 1), np.bool_)
        for sums, is_in in ((self._every, True), (self._part, in_part), (self._other, in_other)):
            if is_in:
                sums.add(texts, all_of_them)
        assigned, shared = self._assign(len(articles))
        self._assigned.add(texts, assigned)
        if self._has_shared:
            self._shared.add(texts, shared)

    def _assign(self, articles: int) -> tuple[Marks, Marks]:
        """For the next articles and each permutation: whether they are in the part, and whether in both.

        An article gets a place in the part with the probability that the places left have among the articles that wait:
        so each permutation fills all places, and all are equally likely. Of those in the part some are in both,
        likewise.
        """
        import numpy as np

        assigned = np.zeros((articles, PERMUTATIONS), np.bool_)
        shared = np.zeros((articles, PERMUTATIONS), np.bool_)
        bits = np.uint64(32)
        for row in range(articles):
            np.less(self._draw() * np.uint64(self._waiting), self._places << bits, out=assigned[row])
            if self._has_shared:
                np.less(self._draw() * self._places, self._shared_places << bits, out=shared[row])
                shared[row] &= assigned[row]
                self._shared_places -= shared[row]
            self._places -= assigned[row]
            self._waiting -= 1
        return assigned, shared

    def _draw(self) -> npt.NDArray[np.uint64]:
        """A number below 2^32 for each permutation."""
        import numpy as np

        # As the generator makes them: what numpy makes of them may be another thing in another version.
        return self._draws.random_raw((PERMUTATIONS + 1) // 2).view(np.uint32)[:PERMUTATIONS].astype(np.uint64)

    def measure(self) -> list[float | None]:
        """The p of each word in the direction in which its relative frequency differs: above 0, at most 1.

        What counts are permutations by which its relative frequency differs in the same direction. p is the share of
        those by which its mean relative frequency in an article (as Lijffijt et al. compare) exceeds that of the other
        part at least as much as it does; ties count half, and what there is counts as one more. So of words that differ
        by chance alone 5% have a p of at most 0.05, however unequal the parts are: a two-sided p, given the direction,
        as Kulinskaya has it (arXiv:0810.2124). None: so few articles have the word that no permutation would give it
        CHANCE.
        """
        found: list[float | None] = []
        for at in range(0, len(self._every.times), _AT_ONCE):
            found += self._measure_some(slice(at, at + _AT_ONCE))
        return found

    def _measure_some(self, words: slice) -> list[float | None]:
        import numpy as np

        every, shared = self._every.take(words), self._shared.take(words if self._has_shared else slice(0))
        assigned = self._assigned.take(words)
        rest = every.less(assigned)
        if self._has_shared:
            rest = rest.plus(shared)
        rate, mean = _compare(self._part.take(words), self._other.take(words), self._articles)
        rates, means = _compare(assigned, rest, self._articles)
        sign = np.sign(rate)
        alike = rates * sign > 0
        mean, means = mean * sign, np.where(alike, means * sign, np.iinfo(np.int64).min)
        most = np.maximum(mean, means.max(axis=1, keepdims=True))

        def place(value: Numbers) -> Any:
            larger, same = (means > value).sum(axis=1), (means == value).sum(axis=1)
            return (1 + larger + same / 2) / (1 + alike.sum(axis=1))

        return [
            p if best <= CHANCE else None for p, best in zip(place(mean).tolist(), place(most).tolist(), strict=True)
        ]


class _Texts:
    """The words of some articles, packed."""

    def __init__(self, articles: Sequence[Mapping[int, int]], lengths: Sequence[int]) -> None:
        import numpy as np

        rows = np.repeat(np.arange(len(articles)), [len(each) for each in articles])
        words = np.fromiter((word for each in articles for word in each), np.intp, len(rows))
        times = np.fromiter((count for each in articles for count in each.values()), np.int64, len(rows))
        self.words, places = np.unique(words, return_inverse=True)
        self.lengths = np.array(lengths, np.float64)
        is_exact = times.sum() < _EXACT and len(articles) * _SCALE < _EXACT
        # A line a word, a column an article: how often it stands there, and by how many words.
        self.times = np.zeros((len(self.words), len(articles)), np.float32 if is_exact else np.float64)
        self.times[places, rows] = times
        self.rates = np.rint(_SCALE * self.times / np.maximum(self.lengths, 1)).astype(self.times.dtype)


class _Sums(NamedTuple):
    """What words have in some articles, by each of several permutations."""

    times: Numbers
    """A line a word, a column a permutation: how often it stands there."""
    rates: Numbers
    """The sum of its relative frequencies in each article."""
    size: Numbers
    """All words, by each permutation."""

    @classmethod
    def start(cls, words: int, permutations: int) -> _Sums:
        import numpy as np

        return cls(
            *(np.zeros(shape, np.int64) for shape in ((words, permutations), (words, permutations), (permutations,)))
        )

    def add(self, texts: _Texts, is_in: Marks) -> None:
        """Adds the articles that are in it, by each permutation."""
        import numpy as np

        taken = is_in.astype(texts.times.dtype)
        self.times[texts.words] += (texts.times @ taken).astype(np.int64)
        self.rates[texts.words] += (texts.rates @ taken).astype(np.int64)
        self.size[:] += (texts.lengths @ is_in).astype(np.int64)

    def take(self, words: slice) -> _Sums:
        return self._replace(times=self.times[words], rates=self.rates[words])

    def less(self, other: _Sums) -> _Sums:
        return _Sums(*(one - two for one, two in zip(self, other, strict=True)))

    def plus(self, other: _Sums) -> _Sums:
        return _Sums(*(one + two for one, two in zip(self, other, strict=True)))


def _compare(part: _Sums, other: _Sums, articles: tuple[int, int]) -> tuple[Numbers, Numbers]:
    """What has the sign of the difference of (relative frequencies, mean relative frequencies in an article).

    Whole numbers: what is equal is equal.
    """
    of_part, of_other = articles
    return part.times * other.size - other.times * part.size, part.rates * of_other - other.rates * of_part
