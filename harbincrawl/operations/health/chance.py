"""Statistics for the health rules: shares of bad pages now and before, binomial tails, deciles of several runs."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import NamedTuple

from harbincrawl.config.schema import Thresholds

from .runs import Past, ReportedRun

CHANCE = ("pages", "chance")
"""The settings below [health] that `judge_share` reads."""
_RARE = 0.02
"""The least expected share: rare pages often come in pairs."""


class Share(NamedTuple):
    """A share in earlier runs."""

    hits: int
    tries: int
    least: int
    """So many tries are enough to compare with."""
    fallback: float = 0.0
    """The share if there are fewer."""

    @property
    def known(self) -> bool:
        """Whether there are enough tries to compare with."""
        return self.tries >= self.least

    @property
    def usual(self) -> float:
        """The share in earlier runs."""
        return self.hits / self.tries if self.known else self.fallback

    @property
    def expected(self) -> float:
        """The share to expect; never 0, because what has not happened yet may still happen."""
        return min(1.0, max(_RARE, (self.hits + 1) / (self.tries + 2))) if self.known else self.fallback


def find_share(past: Past, count: Callable[[ReportedRun], tuple[int, int]], least: int, fallback: float = 0.0) -> Share:
    """The share in the last good runs, each of which has (hits, tries) by `count`."""
    counts = [count(run) for run in past.good]
    return Share(sum(hits for hits, _ in counts), sum(tries for _, tries in counts), least, fallback)


def judge_share(hits: int, tries: int, expected: float, margin: float, bounds: Thresholds) -> bool | None:
    """Whether the share of bad pages is as expected; None if there are too few pages to decide."""
    if hits / tries <= expected + margin / 2:
        return True
    above = hits / tries > expected + margin
    chance = tail_probability(hits, tries, expected)
    if tries >= bounds.pages:
        # Many pages: a share above the margin breaks the rule, unless it may be chance.
        return not (above and chance < 1e-4)
    return False if above and chance < bounds.chance else None


def tail_probability(hits: int, tries: int, share: float) -> float:
    """The probability of at least `hits` hits in `tries` tries with the probability `share` each."""
    if hits <= 0:
        return 1.0
    if hits > tries or share <= 0:
        return 0.0
    if hits <= tries * share or share >= 1:
        # Not more hits than expected: no exact value is needed, and the sum would have thousands of terms.
        return 1.0
    logs = math.log(share), math.log1p(-share)
    total = 0.0
    for count in range(hits, tries + 1):
        ways = math.lgamma(tries + 1) - math.lgamma(count + 1) - math.lgamma(tries - count + 1)
        term = math.exp(ways + count * logs[0] + (tries - count) * logs[1])
        total += term
        if term < total * 1e-9:
            break
    return min(1.0, total)


def deciles(values: Sequence[int]) -> list[int] | None:
    """Eleven numbers: minimum, deciles (the sixth is the median) and maximum of `values`; None without values."""
    if not values:
        return None
    ordered = sorted(values)
    return [ordered[round(step * (len(ordered) - 1) / 10)] for step in range(11)]


def pool(many: Sequence[tuple[Sequence[int], int]]) -> list[float] | None:
    """The deciles of several runs together, from (deciles, number of values) of each."""
    points = sorted((value, count / 11) for each, count in many for value in each)
    whole = sum(weight for _, weight in points)
    if not whole:
        return None
    passed = list(accumulate(weight for _, weight in points))
    places = [min(bisect_left(passed, step / 10 * whole), len(points) - 1) for step in range(10)]
    return [float(points[place][0]) for place in (*places, -1)]
