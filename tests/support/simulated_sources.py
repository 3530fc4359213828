"""News sites as a counter, the articles that were ever published, and which of them several sources still know.

What is known of a real one: its lists still show most articles; the Wayback Machine and Common Crawl keep a part that
is biased to what was linked most, in the years in which they came by; someone may have crawled it once. Each family
takes one thing that goes wrong with counting by capture and recapture, `usual` a little of several.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import numpy as np

from tests.support.simulated_publishing import History, Mask


class Manner(NamedTuple):
    """How strong the effects are, and how often each family comes."""

    weights: Mapping[str, float]
    strength: float = 1.0
    """By which differences between articles are multiplied."""
    gaps: tuple[float, float] = (0.2, 1.0)
    """Share of the counter's numbers that are articles."""
    articles: tuple[int, int] = (200, 20_000)
    loss: float = 1.0
    """By which the losses of the lists are multiplied."""
    strays: float = 0.01
    """The most numbers of a source that are no articles, as a share, on a site in four."""


REASONS = {
    "usual": (0.20, "the lists lost little, by chance and in one section; archives keep a biased part, by years"),
    "independent": (0.05, "the textbook: a control, which no real site is"),
    "popular": (0.10, "what is linked more is archived more, in all archives alike, a little"),
    "very popular": (0.08, "the same, strongly: a long tail that archives hardly ever saw"),
    "uneven": (0.06, "capture probabilities from a beta distribution, some articles nearly sure, some nearly never"),
    "front page": (0.08, "archives follow the front page: its sections, and what was new when they came by"),
    "copied": (0.08, "an archive took a part over from another one: seeds shared, or a collection handed on"),
    "old lost": (0.10, "lists of a fixed depth had dropped the oldest before the first crawl"),
    "late archives": (0.08, "archives began late, or were absent for years"),
    "complement": (0.04, "an archive was asked mostly for what the lists lack"),
    "sparse": (0.04, "a young archive: each source knows about 5%"),
    "dense": (0.05, "a small, well kept site: each source knows nearly all"),
    "strays": (0.04, "a source counts pages that are no articles: pictures, lists, redirects"),
    "halves": (0.0, "two archives of different times, which hardly overlap"),
    "section lost": (0.0, "the lists of a whole section were taken off"),
    "withdrawn": (0.0, "a few articles were gone within hours, and nobody can have them"),
}
"""By family its share of the sites of `USUAL`, and why it is there."""
USUAL = Manner({family: weight for family, (weight, _) in REASONS.items() if weight})
OTHER = Manner(
    {"usual": 0.1, "popular": 0.1, "very popular": 0.12, "uneven": 0.08, "front page": 0.1, "copied": 0.1,
     "old lost": 0.1, "late archives": 0.08, "complement": 0.03, "sparse": 0.03, "dense": 0.03, "strays": 0.03,
     "halves": 0.04, "section lost": 0.04, "withdrawn": 0.02},
    strength=1.4, gaps=(0.12, 0.9), articles=(150, 40_000), loss=1.6, strays=0.02,
)  # fmt: skip
"""Stronger effects, more families, other sizes."""
ARCHIVES = ("wayback", "commoncrawl", "ingest")


@dataclass(frozen=True)
class SimulatedSite:
    """What an estimate is made of, and the truth."""

    family: str
    highest: int
    """The highest number that any source knows."""
    published: frozenset[int]
    """The truth: the numbers of all articles ever published."""
    sources: dict[str, frozenset[int]]
    """2 to 4 of `lists`, `wayback`, `commoncrawl`, `ingest`, by what each knows; some numbers may be no articles."""
    days: dict[int, date]
    """The days of the numbers that any source knows, which rise with them."""

    @property
    def known(self) -> frozenset[int]:
        return frozenset().union(*self.sources.values())


def simulate_sites(count: int, seed: int, manner: Manner = USUAL) -> Iterator[SimulatedSite]:
    """`count` sites, families mixed by their weights; the same for the same arguments."""
    families, weights = zip(*manner.weights.items(), strict=True)
    shares = np.array(weights) / sum(weights)
    for number in range(count):
        dice = np.random.default_rng([seed, number])
        yield simulate_site(str(dice.choice(families, p=shares)), dice, manner)


def simulate_site(family: str, dice: np.random.Generator, manner: Manner = USUAL) -> SimulatedSite:
    """A site of that family."""
    while True:
        history = History(dice, articles=manner.articles, gaps=manner.gaps, strength=manner.strength, loss=manner.loss)
        number = int(dice.choice([1, 2, 3], p=[0.3, 0.5, 0.2]))
        archives = ("wayback", *sorted(dice.choice(ARCHIVES[1:], number - 1, replace=False)))
        masks = FAMILIES[family](history, archives)
        if all(mask.any() for mask in masks.values()):
            break
    strays = manner.strays if dice.random() < 0.25 else 0.0
    if family == "strays":
        strays = dice.uniform(0.01, 0.05)
    sources = {}
    for name, mask in masks.items():
        known = history.numbers[mask]
        others = history.others
        # The lists' own lines are read by the site's patterns, and are articles.
        wrong = 0 if name == "lists" else min(len(others), dice.binomial(len(known), strays * dice.random()))
        sources[name] = frozenset(map(int, known)) | frozenset(map(int, dice.choice(others, wrong, replace=False)))
    every = sorted(frozenset().union(*sources.values()))
    days = {number: history.find_day(number) for number in every}
    return SimulatedSite(family, every[-1], frozenset(map(int, history.numbers)), sources, days)


def _usual(site: History, archives: tuple[str, ...]) -> dict[str, Mask]:
    linked = site.popular * site.draw_range(0.3, 1.2) * site.strength + site.draw_sections(0.5)
    found = {"lists": site.draw_lists(0.85, 0.99)}
    for name in archives:
        found[name] = site.draw(site.draw_range(0.05, 0.6), linked + site.draw_years(0.8))
    if "ingest" in archives:
        # Someone crawled all that the lists showed one day, and missed a little.
        found["ingest"] = (
            site.draw(site.draw_range(0.9, 1.0)) & found["lists"] & (site.age < site.draw_range(0.3, 0.95))
        )
    return found


def _independent(site: History, archives: tuple[str, ...]) -> dict[str, Mask]:
    return {name: site.draw(site.draw_range(0.15, 0.95)) for name in ("lists", *archives)}


def _popular(site: History, archives: tuple[str, ...]) -> dict[str, Mask]:
    linked = site.popular * site.draw_range(0.4, 1.0) * site.strength
    # Now and then a paper takes off what few read, too.
    found = {"lists": site.draw_lists(0.35, 0.97, linked * site.draw_range(-0.2, 1))}
    return found | site.draw_archives(archives, 0.1, 0.6, linked)


def _very_popular(site: History, archives: tuple[str, ...]) -> dict[str, Mask]:
    linked = site.popular * site.draw_range(1.5, 2.5) * site.strength
    lists = site.draw(site.draw_range(0.4, 0.95), linked * site.draw_range(0, 0.4))
    return {"lists": lists} | site.draw_archives(archives, 0.1, 0.6, linked)


def _uneven(site: History, archives: tuple[str, ...]) -> dict[str, Mask]:
    one, other = (site.draw_range(0.4, 2.0) / site.strength for _ in range(2))
    chance = np.clip(site.dice.beta(one, other, site.size), 1e-6, 1 - 1e-6)
    effect = np.log(chance / (1 - chance))
    found = {"lists": site.draw_lists(0.35, 0.97, effect * site.draw_range(-0.1, 0.3))}
    return found | site.draw_archives(archives, 0.15, 0.6, effect)


def _front_page(site: History, archives: tuple[str, ...]) -> dict[str, Mask]:
    front = site.draw_sections(1.5 * site.strength)
    # Archives came by in bursts; what was new then is kept.
    days = np.floor(site.age * site.years * 12).astype(int)
    bursts = site.dice.normal(0, 1.0 * site.strength, days.max() + 1)[days]
    return {"lists": site.draw_lists(0.7, 0.98)} | site.draw_archives(archives, 0.1, 0.5, front, bursts)


def _copied(site: History, archives: tuple[str, ...]) -> dict[str, Mask]:
    found = {"lists": site.draw_lists(0.4, 0.97)}
    found |= site.draw_archives(archives, 0.1, 0.5, site.popular * 0.5 * site.strength)
    copy = archives[-1] if len(archives) > 1 else "wayback"
    # Where there is but one archive, it was seeded by an earlier state of the lists.
    of = "wayback" if copy != "wayback" else "lists"
    found[copy] = found[copy] | (found[of] & (site.dice.random(site.size) < site.draw_range(0.3, 0.8)))
    return found


def _old_lost(site: History, archives: tuple[str, ...]) -> dict[str, Mask]:
    lists = site.draw_lists(0.93, 1.0)
    # Each section's list has its own depth.
    depth = np.array([site.draw_range(0.05, 0.5) for _ in range(int(site.section.max()) + 1)]) * site.loss
    lists &= (site.age > depth[site.section]) | (site.dice.random(site.size) < site.draw_range(0, 0.1))
    linked = site.popular * site.draw_range(0.2, 1.0) * site.strength
    # Archives, too, know less of the first years.
    aged = site.age * site.draw_range(0, 1.5)
    return {"lists": lists} | site.draw_archives(archives, 0.2, 0.7, linked, aged, site.draw_years(0.4))


def _late_archives(site: History, archives: tuple[str, ...]) -> dict[str, Mask]:
    found = {"lists": site.draw_lists(0.75, 0.98)}
    linked = site.popular * site.draw_range(0.2, 0.8) * site.strength
    for name in archives:
        present = site.age > site.draw_range(0.1, 0.5)
        begin = site.draw_range(0.3, 0.9)
        present &= (site.age < begin) | (site.age > begin + site.draw_range(0, 0.3))
        found[name] = site.draw(site.draw_range(0.2, 0.7), linked) & present
    return found


def _complement(site: History, archives: tuple[str, ...]) -> dict[str, Mask]:
    lists = site.draw_lists(0.4, 0.85)
    found = {"lists": lists} | site.draw_archives(archives, 0.15, 0.6)
    asked = np.where(lists, site.draw_range(0.05, 0.3), site.draw_range(0.5, 0.9))
    found[archives[-1]] = np.asarray(site.dice.random(site.size) < asked)
    return found


def _sparse(site: History, archives: tuple[str, ...]) -> dict[str, Mask]:
    linked = site.popular * site.draw_range(0, 0.6) * site.strength
    return {name: site.draw(site.draw_range(0.03, 0.08), linked) for name in ("lists", *archives)}


def _dense(site: History, archives: tuple[str, ...]) -> dict[str, Mask]:
    linked = site.popular * site.draw_range(0, 0.8) * site.strength
    return {name: site.draw(site.draw_range(0.9, 0.98), linked) for name in ("lists", *archives)}


def _halves(site: History, archives: tuple[str, ...]) -> dict[str, Mask]:
    found = {"lists": site.draw_lists(0.7, 0.98)}
    middle = site.draw_range(0.35, 0.65)
    for at, name in enumerate(archives):
        mine = site.age < middle if at % 2 == 0 else site.age > middle - 0.03
        found[name] = site.draw(site.draw_range(0.3, 0.8), site.popular * 0.5) & mine
    return found


def _section_lost(site: History, archives: tuple[str, ...]) -> dict[str, Mask]:
    found = _usual(site, archives)
    lost = site.section == site.dice.integers(0, site.section.max() + 1)
    return {name: mask & ~lost if name in ("lists", "ingest") else mask for name, mask in found.items()}


def _withdrawn(site: History, archives: tuple[str, ...]) -> dict[str, Mask]:
    left = site.dice.random(site.size) > site.draw_range(0.01, 0.06)
    return {name: mask & left for name, mask in _usual(site, archives).items()}


FAMILIES: dict[str, Callable[[History, tuple[str, ...]], dict[str, Mask]]] = {
    "usual": _usual,
    "independent": _independent,
    "popular": _popular,
    "very popular": _very_popular,
    "uneven": _uneven,
    "front page": _front_page,
    "copied": _copied,
    "old lost": _old_lost,
    "late archives": _late_archives,
    "complement": _complement,
    "sparse": _sparse,
    "dense": _dense,
    "strays": _popular,
    "halves": _halves,
    "section lost": _section_lost,
    "withdrawn": _withdrawn,
}
