"""What a simulated site published, and what a source comes to know of it."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


class History:
    """What was published when, where, and how much it was linked."""

    def __init__(
        self,
        dice: np.random.Generator,
        *,
        articles: tuple[int, int],
        gaps: tuple[float, float],
        strength: float,
        loss: float,
    ) -> None:
        """`articles`: the fewest and most; `gaps`: the least and greatest share of the numbers that are articles."""
        self.dice = dice
        self.strength = strength
        """By which differences between articles are multiplied."""
        self.loss = loss
        """By which the losses of the lists are multiplied."""
        size = round(float(np.exp(dice.uniform(*np.log(articles)))))
        self.numbers, self.others = _draw_numbers(dice, size, gaps)
        """Of the articles; all others below the last one."""
        self.size = len(self.numbers)
        self.begin = date(int(dice.integers(2008, 2019)), int(dice.integers(1, 13)), 1)
        self.years = int(dice.integers(2, 15))
        paces = np.cumsum(np.exp(dice.normal(0, 0.5, self.years)))
        top = int(self.numbers[-1])
        self._knots = np.concatenate(([0.0], paces / paces[-1] * top)), np.arange(self.years + 1) * 365.25
        self.age = np.interp(self.numbers, *self._knots) / self._knots[1][-1]
        """Of each article: 0 the first day, 1 the last."""
        self.year = np.minimum((self.age * self.years).astype(int), self.years - 1)
        self.section = dice.choice(int(dice.integers(3, 9)), self.size)
        self.popular = dice.normal(0, 1, self.size)
        """How much an article is linked, as all archives see it."""

    def find_day(self, number: int) -> date:
        return self.begin + timedelta(days=int(np.interp(number, *self._knots)))

    def draw(self, rate: float, effect: Floats | float = 0.0) -> Mask:
        """Which articles a source knows: that share of them, with `effect` on the logit of each one's probability."""
        spread = np.zeros(self.size) + effect
        low, high = -30.0, 30.0
        for _ in range(50):
            middle = (low + high) / 2
            low, high = (middle, high) if _expit(spread + middle).mean() < rate else (low, middle)
        return np.asarray(self.dice.random(self.size) < _expit(spread + low))

    def draw_range(self, low: float, high: float) -> float:
        return float(self.dice.uniform(low, high))

    def draw_years(self, spread: float) -> Floats:
        """An effect by year: how often an archive came by in it."""
        return np.asarray(self.dice.normal(0, spread, self.years)[self.year])

    def draw_sections(self, spread: float) -> Floats:
        """An effect by section."""
        return np.asarray(self.dice.normal(0, spread, int(self.section.max()) + 1)[self.section])

    def draw_archives(self, archives: tuple[str, ...], low: float, high: float, *effects: Floats) -> dict[str, Mask]:
        """Archives of some rate each, all with the same effects."""
        return {name: self.draw(self.draw_range(low, high), sum(effects, np.zeros(self.size))) for name in archives}

    def draw_lists(self, low: float, high: float, effect: Floats | float = 0.0) -> Mask:
        """Lists that lost articles by chance, some more of one section, and by `effect` on what they kept."""
        lost = (1 - self.draw_range(low, high)) * self.loss
        of_section = self.section == self.dice.integers(0, self.section.max() + 1)
        return self.draw(max(0.05, 1 - lost), effect - self.draw_range(0, 1.5) * of_section)


def _draw_numbers(
    dice: np.random.Generator, articles: int, gaps: tuple[float, float]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(numbers of the articles, other numbers below the last one): a share that changes over time, gaps in blocks."""
    low, high = gaps
    own = dice.uniform(low, high) if dice.random() < 0.7 else dice.uniform(high - 0.05, high)
    phases = int(dice.integers(1, 7))
    spread = dice.choice([0.0, 0.1, 0.25])
    shares = np.clip(own + dice.normal(0, spread, phases), low, high) if spread else np.full(phases, own)
    bounds = np.sort(dice.uniform(0, 1, phases - 1))
    share_of = shares[np.searchsorted(bounds, np.arange(articles) / articles)]
    # Each article is so many numbers behind the one before it; a block of other things stands between some.
    steps = dice.geometric(np.minimum(share_of, 1.0))
    for _ in range(int(dice.integers(0, 4))):
        steps[dice.integers(0, articles)] += round(articles * dice.uniform(0.005, 0.08))
    numbers = np.cumsum(steps)
    return numbers, np.setdiff1d(np.arange(1, numbers[-1]), numbers)


def _expit(values: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(values, -50, 50))))
