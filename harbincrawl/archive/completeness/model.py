"""A log-linear model of what several sources showed, for the number of articles that none of them did. Pure.

The numbers of a site are cut into stretches. In each, an article has a pattern: which sources showed it. The count of
each pattern is taken for a Poisson variable; the logarithm of its mean is the sum of

- a term of the stretch, which is the logarithm of the mean number of articles that no source showed,
- a term of each source in each stretch: sources see more at some times than at others, and change slowly,
- a term of each pair of sources, the logarithm of their odds ratio: a popular article may be in both, one source may
  copy another, or ask for just what the other lacks,
- a term of each three and of all four.

Some of what one source alone showed may be no articles: each draw takes some of these strays out.

What the counts cannot tell is bounded by a prior alone, and so widens the interval: with two sources nothing tells how
they depend on each other, with three nothing tells the term of all three.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

PAIR_MEAN = 0.3
"""Prior of the logarithm of the odds ratio of two sources: rather positive, for what is popular is kept by many."""
PAIR_SD = 1.4
"""Of the same: an odds ratio from 1/12 to 21 is likely at 95%."""
ONLY_PAIR_SD = 2.5
"""The same where there are but two sources, and no count says anything of their odds ratio: from 1/100 to 180."""
MORE_SD = 0.45
"""Prior of the terms of three and four sources, around 0, where no pair depends on each other."""
MORE_PER_PAIR = 0.45
"""What strong terms of pairs add to that: where pairs depend on each other, three are likely to."""
STRAYS_POWER = 2
"""Of a number evenly drawn from 0 to 1: the prior of strays, as a share of the most. Few are likelier than many."""
STEP_SD = 0.7
"""Prior of the change of a source's term from one stretch to the next."""
_FLAT = 1e-3
"""Precision of a prior that says next to nothing."""
_HALF = 0.5
"""Articles that no source showed, as the prior for all stretches counts them: no count is then infinitely unlikely."""
_MOST_STEPS = 60
_MOST_LOG = 18.0
_DRAWS = 1000


@dataclass(frozen=True, slots=True)
class Stretch:
    """A range of numbers, or of days, of which the sources' patterns are counted together."""

    active: tuple[int, ...]
    """Indexes of the sources that saw anything of it to speak of, at least two."""
    counts: tuple[float, ...]
    """By pattern, articles: bit i of a pattern is set where `active[i]` showed them. That of pattern 0 is not known."""
    unseen: float
    """Numbers that no source showed: at most so many articles are missing. Infinite where the site has no counter."""
    strays: tuple[float, ...] = ()
    """By active source, how many of those that it alone showed are no articles at the most; none where it is empty."""

    def take_strays(self) -> Stretch:
        """The stretch without the most strays."""
        counts = list(self.counts)
        for bit, strays in enumerate(self.strays):
            counts[1 << bit] -= strays
        return replace(self, counts=tuple(counts), strays=())


def draw_unseen(stretches: Sequence[Stretch], sources: int, seed: int = 0) -> tuple[Numbers, Numbers]:
    """Draws of the articles that no source showed, from their posterior; and of each draw the share of strays in it.

    The first is an array of draws x stretches, not below 0; the second one of draws, from 0 to 1 (the most strays).
    `sources` is their number, 2 to 4. The draws are normal on the scale of logarithms, around the mode, which lies
    between that of the counts and that of the counts without the most strays.
    """
    import numpy as np

    mode, covariance = _fit(stretches, sources)
    less = mode
    if any(any(stretch.strays) for stretch in stretches):
        less, _ = _fit([stretch.take_strays() for stretch in stretches], sources)
    # Not numpy's own generator, whose numbers may change between its versions.
    dice = random.Random(seed)  # noqa: S311
    rates = np.array([dice.random() ** STRAYS_POWER for _ in range(_DRAWS)])
    shape = (_DRAWS, len(stretches))
    normal = np.array([dice.gauss() for _ in range(2 * math.prod(shape))]).reshape(2, *shape)
    logs = mode + np.outer(rates, less - mode) + normal[0] @ np.linalg.cholesky(covariance).T
    means = np.exp(np.clip(logs, -_MOST_LOG, _MOST_LOG))
    drawn: Numbers = np.maximum(means + np.sqrt(means) * normal[1], 0.0)
    return drawn, rates


def _fit(stretches: Sequence[Stretch], sources: int) -> tuple[Numbers, Numbers]:
    """The mode and the covariance of the stretches' terms."""
    design = _Design(stretches, sources)
    mode, covariance, strength = design.fit(MORE_SD)
    if sources > 2:
        mode, covariance, _ = design.fit(MORE_SD * (1 + MORE_PER_PAIR * strength))
    return mode, covariance


class _Design:
    """The model's matrix: a row for each stretch and pattern, a column for each term."""

    def __init__(self, stretches: Sequence[Stretch], sources: int) -> None:
        import numpy as np

        groups = [group for size in range(2, sources + 1) for group in combinations(range(sources), size)]
        self.size = len(stretches)
        self.first_group = self.size * (1 + sources)
        self.pairs = slice(self.first_group, self.first_group + math.comb(sources, 2))
        self.more = slice(self.pairs.stop, self.first_group + len(groups))
        self.sources = sources
        columns = self.first_group + len(groups)
        rows: list[Numbers] = []
        counts: list[float] = []
        self.start = np.zeros(columns)
        for at, stretch in enumerate(stretches):
            for pattern, count in enumerate(stretch.counts):
                if pattern:
                    shown = {source for bit, source in enumerate(stretch.active) if pattern >> bit & 1}
                    row = np.zeros(columns)
                    row[at] = 1
                    row[[self._source(at, source) for source in shown]] = 1
                    row[self.first_group :] = [shown.issuperset(group) for group in groups]
                    rows.append(row)
                    counts.append(count)
            known = sum(stretch.counts[1:])
            self.start[at] = math.log(0.1 * known + 1)
            for bit, source in enumerate(stretch.active):
                share = sum(count for pattern, count in enumerate(stretch.counts) if pattern >> bit & 1) / known
                self.start[self._source(at, source)] = math.log((share + 0.02) / (1.02 - share))
        self.matrix = np.array(rows)
        self.counts = np.array(counts, dtype=float)
        self.precision, self.centre = np.eye(columns) * _FLAT, np.zeros(columns)
        self.precision[range(self.size), range(self.size)] = 0
        for source in range(sources):
            self._join_steps([at for at, stretch in enumerate(stretches) if source in stretch.active], source)
        self.precision[self.pairs, self.pairs] = np.eye(math.comb(sources, 2)) / (
            (PAIR_SD if sources > 2 else ONLY_PAIR_SD) ** 2
        )
        self.centre[self.pairs] = self.start[self.pairs] = PAIR_MEAN

    def _source(self, at: int, source: int) -> int:
        return self.size + at * self.sources + source

    def _join_steps(self, places: Iterable[int], source: int) -> None:
        """Puts the prior of a source's steps between the stretches where it is active."""
        active = list(places)
        for before, after in pairwise(active):
            both = [self._source(before, source), self._source(after, source)]
            weight = 1 / (STEP_SD**2 * (after - before))
            for one in both:
                for other in both:
                    self.precision[one, other] += weight if one == other else -weight

    def fit(self, more_sd: float) -> tuple[Numbers, Numbers, float]:
        """By Newton's method, of the terms of the stretches the mode and the covariance; the strength of the pairs."""
        import numpy as np

        precision = self.precision.copy()
        more = range(self.more.start, self.more.stop)
        precision[more, more] = 1 / more_sd**2
        half = np.zeros(len(self.start))
        half[: self.size] = _HALF / self.size

        def judge(terms: Numbers) -> float:
            logs = np.minimum(self.matrix @ terms, _MOST_LOG)
            away = terms - self.centre
            return float(self.counts @ logs - np.exp(logs).sum() + half @ terms - away @ precision @ away / 2)

        terms, value = self.start, judge(self.start)
        for _ in range(_MOST_STEPS):
            means = np.exp(np.minimum(self.matrix @ terms, _MOST_LOG))
            slope = self.matrix.T @ (self.counts - means) + half - precision @ (terms - self.centre)
            curve = (self.matrix.T * means) @ self.matrix + precision
            step = np.linalg.solve(curve, slope)
            scale = 1.0
            while (found := judge(terms + scale * step)) < value and scale > 1e-4:
                scale /= 2
            if found <= value + 1e-9:
                break
            terms, value = terms + scale * step, found
        covariance: Numbers = np.linalg.inv(curve)[: self.size, : self.size].astype(float)
        return terms[: self.size], covariance, float(np.sqrt((terms[self.pairs] ** 2).sum()))
