"""Simulated sites of which several sources saw a part each: how many articles there really were is known.

Each family is one way in which sources differ from independent samples; strengths, sizes, shares of articles among the
numbers and the number of sources are drawn for each site. On two sites of five, archives of others list numbers that
are no articles.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

FAMILIES = (
    "independent", "popular", "two classes", "copies", "absent", "removed", "negative", "sparse", "dense", "mixed",
    "hard", "two sources", "two copies",
)  # fmt: skip
NAMES = ("wayback", "commoncrawl", "ingest")
BEGIN = date(2010, 1, 1)

Dice = np.random.Generator
Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class IncompleteSite:
    """What is known of a site, and the truth."""

    highest: int
    sources: dict[str, frozenset[int]]
    days: dict[int, date]
    published: frozenset[int]


@dataclass(frozen=True)
class _Traits:
    """What a family does to a site."""

    popular: bool
    copies: bool
    absent: bool
    removed: bool
    negative: bool
    sources: int
    listed: tuple[float, float]
    kept: tuple[float, float]
    """Bounds of the shares that archives of others keep."""


def make_site(family: str, seed: int) -> IncompleteSite:
    """A site of a family; equal arguments give equal sites."""
    dice = np.random.default_rng([seed, FAMILIES.index(family)])
    size = int(np.exp(dice.uniform(np.log(200), np.log(20_000))))
    when = (np.arange(size) + 0.5) / size
    numbers = np.cumsum(dice.geometric(_draw_shares(family, dice, when)))
    traits = _draw_traits(family, dice)
    strength = dice.uniform(0.4, 2.2 if family in ("hard", "popular") else 1.6) if traits.popular else 0.0
    liked = dice.normal(size=size)
    if family == "two classes":
        liked = np.where(dice.random(size) < dice.uniform(0.1, 0.5), 1.0, -1.0) * dice.uniform(0.5, 1.2)
    elif dice.random() < 0.3:
        liked = np.where(dice.random(size) < 0.15, 2.2, -0.4) + 0.3 * dice.normal(size=size)
    sections = int(dice.integers(2, 9))
    section = dice.choice(sections, size=size, p=dice.dirichlet(np.full(sections, 1.5)))
    gone = np.zeros(size, dtype=bool)
    if traits.removed:
        edge, most, steep = dice.uniform(0.2, 0.8), dice.uniform(0.1, 0.8), dice.uniform(0.3, 1)
        gone = dice.random(size) < np.where(when < edge, most * (1 - when / edge * steep), 0)
    odds = np.full(size, _logit(dice.uniform(*traits.listed))) + 0.6 * strength * liked
    if dice.random() < 0.3:
        odds = odds + dice.normal(0, 0.6, sections)[section]
    shown = {"lists": (dice.random(size) < _share(odds)) & ~gone}
    names = NAMES[: traits.sources - 1]
    for name in names:
        share = _share(_draw_odds(traits, dice, when, strength * liked, section, sections))
        share = np.where(gone, share * dice.uniform(0.1, 1), share)
        kept = dice.random(size) < (_leave_out(share, when, dice) if traits.absent else share)
        if name == "commoncrawl" and traits.copies:
            own, copied = dice.uniform(0, 0.7), dice.uniform(0.5, 1)
            kept = (kept & (dice.random(size) < own)) | (shown["wayback"] & (dice.random(size) < copied))
        if name == names[-1] and traits.negative:
            kept &= ~shown["lists"] | (dice.random(size) < dice.uniform(0, 0.5))
        shown[name] = kept
    if family == "two copies":
        del shown["lists"]
    sources = {name: frozenset(numbers[flags].tolist()) for name, flags in shown.items()}
    highest = int(numbers[-1] + dice.integers(0, 3))
    if dice.random() < 0.4:
        others = np.setdiff1d(np.arange(1, highest + 1), numbers)
        for name in names:
            count = min(len(others), int(dice.uniform(0, 0.025) * len(sources[name])))
            sources[name] |= frozenset(dice.choice(others, count, replace=False).tolist())
    known = frozenset().union(*sources.values())
    length = float(dice.uniform(2, 14) * 365)
    days = {
        number: BEGIN + timedelta(days=int(at * length))
        for number, at in zip(numbers.tolist(), when.tolist(), strict=True)
        if number in known
    }
    return IncompleteSite(highest, sources, days, frozenset(numbers.tolist()))


def _draw_traits(family: str, dice: Dice) -> _Traits:
    is_mixed = family in ("mixed", "hard")

    def draw(name: str, chance: float = 0.5) -> bool:
        return family == name or (is_mixed and dice.random() < chance)

    popular = draw("popular") or family == "two classes"
    copies, absent, removed, negative = draw("copies", 0.35), draw("absent"), draw("removed"), draw("negative", 0.15)
    sources = int(dice.integers(3 if copies or negative or family == "two classes" else 2, 5))
    if family == "two sources":
        popular, removed, absent, sources = dice.random() < 0.6, dice.random() < 0.5, dice.random() < 0.3, 2
    if family == "two copies":
        copies, sources = True, 3
    listed = (0.4, 0.9) if family in ("sparse", "hard") else (0.9, 0.999) if dice.random() < 0.7 else (0.5, 0.95)
    kept = {"sparse": (0.05, 0.4), "hard": (0.1, 0.6), "dense": (0.4, 0.95)}.get(family, (0.15, 0.9))
    return _Traits(bool(popular), copies, bool(absent), bool(removed), negative, sources, listed, kept)


def _draw_shares(family: str, dice: Dice, when: Numbers) -> Numbers:
    """Of the numbers, the share of articles over time: the same, slowly another, or another from some day on."""
    bounds = {"dense": (0.85, 1), "sparse": (0.2, 0.5)}.get(family, (0.2, 1))
    first, last = dice.uniform(*bounds, 2)
    if dice.random() < 0.15:
        first = last = 1.0
    forms = (
        np.full(len(when), first),
        first + (last - first) * when,
        np.where(when < dice.uniform(0.2, 0.8), first, last),
    )
    return forms[int(dice.integers(3))]


def _draw_odds(
    traits: _Traits, dice: Dice, when: Numbers, liked: Numbers, section: NDArray[np.int64], sections: int
) -> Numbers:
    """Logits of the share that an archive keeps: of popular articles, some sections and some times more."""
    odds = np.full(len(when), _logit(dice.uniform(*traits.kept))) + liked * dice.uniform(0.6, 1.2)
    if traits.popular and dice.random() < 0.6:
        odds = odds + dice.normal(0, 0.7, sections)[section]
    if dice.random() < 0.7:
        waves = np.sin(2 * np.pi * (when * dice.uniform(1, 4) + dice.random()))
        odds = odds + dice.uniform(-1.5, 1.5) * (when - 0.5) + 0.4 * waves
    if traits.popular and dice.random() < 0.5:
        odds = odds + 2 * (when - 0.5)
    return odds


def _leave_out(share: Numbers, when: Numbers, dice: Dice) -> Numbers:
    """The share with years in which the archive was not there: the first ones, some in between, or both."""
    turn = dice.random()
    if turn < 0.5:
        share = np.where(when < dice.uniform(0, 0.5), 0, share)
    if turn > 0.3:
        middle, half = dice.uniform(0.2, 0.8), dice.uniform(0.05, 0.25)
        share = np.where(abs(when - middle) < half, 0, share)
    return share


def _logit(share: float) -> float:
    return float(np.log(share / (1 - share)))


def _share(odds: Numbers) -> Numbers:
    result: Numbers = 1 / (1 + np.exp(-odds))
    return result
