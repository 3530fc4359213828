"""Simulated sites are what their families say, measured on the truth; and the judge of estimates can count."""

from __future__ import annotations

from datetime import date
from functools import cache
from itertools import combinations, pairwise

import numpy as np
import pytest

from tests.support.estimates_judge import Answer, EstimatesVerdict, Interval, judge_estimates
from tests.support.families import sample
from tests.support.simulated_sources import (
    ARCHIVES,
    FAMILIES,
    OTHER,
    REASONS,
    USUAL,
    SimulatedSite,
    simulate_site,
    simulate_sites,
)

MANNERS = {"usual": USUAL, "other": OTHER}


@cache
def make(family: str, count: int = 12) -> list[SimulatedSite]:
    middling = USUAL._replace(articles=(1000, 3000))
    return [simulate_site(family, np.random.default_rng([40, number]), middling) for number in range(count)]


def share(site: SimulatedSite, source: str) -> float:
    return len(site.sources[source] & site.published) / len(site.published)


def odds_ratio(site: SimulatedSite, one: str, other: str) -> float:
    """How much more often two sources know the same than if neither knew of the other; 1: independent."""
    first, second = (site.sources[name] & site.published for name in (one, other))
    both, left, right = len(first & second), len(first - second), len(second - first)
    return (both + 0.5) * (len(site.published - first - second) + 0.5) / ((left + 0.5) * (right + 0.5))


def middle(values: list[float]) -> float:
    return float(np.median(values))


@pytest.mark.parametrize("manner", MANNERS)
def test_a_seed_gives_the_same_sites_and_another_one_others(manner: str) -> None:
    one, other = (list(simulate_sites(3, 9, MANNERS[manner])) for _ in range(2))
    assert one == other
    assert one != list(simulate_sites(3, 10, MANNERS[manner]))


@pytest.mark.parametrize("family", sample(FAMILIES, 4))
def test_numbers_rise_with_the_days_and_sources_are_two_to_four(family: str) -> None:
    for site in make(family):
        assert site.family == family
        assert {"lists", "wayback"} <= site.sources.keys() <= {"lists", *ARCHIVES}
        assert all(site.sources.values())
        assert site.days.keys() == site.known
        assert all(one <= other for (_, one), (_, other) in pairwise(sorted(site.days.items())))
        assert min(site.known) >= 1
        assert site.highest == max(site.known)
        assert date(2007, 12, 31) < min(site.days.values())
        assert 1000 <= len(site.published) <= 3000
        assert site.sources["lists"] <= site.published


def test_the_mixture_has_all_families_by_their_weights() -> None:
    assert sum(USUAL.weights.values()) == pytest.approx(1)
    assert sum(OTHER.weights.values()) == pytest.approx(1)
    assert set(FAMILIES) == set(REASONS) == {*USUAL.weights, *OTHER.weights}
    small = USUAL._replace(articles=(200, 220))
    sites = list(simulate_sites(300, 3, small))
    found = [site.family for site in sites]
    for family, weight in USUAL.weights.items():
        assert abs(found.count(family) / 300 - weight) < 4 * (weight / 300) ** 0.5
    shares = sorted(len(site.published) / max(site.published) for site in sites)
    assert shares[20] < 0.3
    assert shares[-20] > 0.95
    assert {len(site.sources) for site in sites} == {2, 3, 4}


def test_an_independent_site_is_so_and_others_are_not() -> None:
    assert 0.85 < middle([odds_ratio(site, "lists", "wayback") for site in make("independent", 20)]) < 1.18
    both = {
        family: middle(
            [odds_ratio(site, "wayback", "commoncrawl") for site in make(family, 20) if "commoncrawl" in site.sources]
        )
        for family in ("popular", "very popular", "uneven", "front page")
    }
    assert 1.1 < both["popular"] < both["very popular"]
    assert both["very popular"] > 2.5
    assert both["uneven"] > 1.5
    assert both["front page"] > 1.5
    asked = [
        min(odds_ratio(site, "lists", name) for name in site.sources if name != "lists")
        for site in make("complement", 20)
    ]
    assert middle(asked) < 0.3


def test_a_copy_holds_much_of_what_it_was_made_of() -> None:
    ratios = [max(odds_ratio(site, a, b) for a, b in combinations(site.sources, 2)) for site in make("copied", 20)]
    assert middle(ratios) > 2.5


def test_lists_lost_the_old_and_archives_began_late() -> None:
    for family, source in (("old lost", "lists"), ("late archives", "wayback")):
        early, late = [], []
        for site in make(family):
            order = sorted(site.published)
            fifth = len(order) // 5
            early.append(len(site.sources[source].intersection(order[:fifth])) / fifth)
            late.append(len(site.sources[source].intersection(order[-fifth:])) / fifth)
        assert middle(early) < 0.7 * middle(late)


def test_sparse_and_dense_sources_know_little_and_nearly_all() -> None:
    assert all(share(site, source) < 0.12 for site in make("sparse") for source in site.sources)
    assert all(share(site, source) > 0.85 for site in make("dense") for source in site.sources)
    assert middle([share(site, "lists") for site in make("usual")]) > 0.85
    assert middle([share(site, "wayback") for site in make("usual")]) < 0.6


def test_strays_are_no_articles() -> None:
    wrong = [len(site.known - site.published) / len(site.known) for site in make("strays")]
    assert sum(each > 0 for each in wrong) > 6
    assert max(wrong) < 0.06


def test_what_was_withdrawn_is_nowhere() -> None:
    for site in make("withdrawn"):
        assert 1 - len(site.known & site.published) / len(site.published) > 0.01


def judge(*answers: Answer, family: str = "usual") -> EstimatesVerdict:
    site = SimulatedSite(family, 200, frozenset(range(100)), {}, {})
    return judge_estimates((site, answer) for answer in answers)


def test_the_judge_counts_as_one_does_by_hand() -> None:
    given = Interval(90, 95, 110), Interval(101, 105, 109), Interval(80, 85, 99)
    verdict = judge(*given, "too few sources", "too few sources")
    whole = verdict.whole
    assert (whole.sites, whole.answered) == (5, 0.6)
    assert whole.covered == pytest.approx(1 / 3)
    assert whole.width == pytest.approx(0.19)
    assert whole.above == pytest.approx(1 / 3)
    assert whole.below == pytest.approx(1 / 3)
    assert whole.error == pytest.approx(-0.05)
    assert verdict.reasons == {"too few sources": 2}
    assert not verdict.meets_demands()
    assert "33.3%" in str(verdict)
    assert judge(Interval(100, 100, 119), "no").meets_demands()
    assert not judge(Interval(100, 100, 121), "no").meets_demands()
    assert not judge(Interval(100, 100, 119), "no", "no").meets_demands()
    assert not judge("no").meets_demands()


@pytest.mark.parametrize("wrong", [Interval(2, 1, 3), Interval(1, 2, float("inf")), Interval(1, float("nan"), 3), " "])
def test_what_is_no_estimate_is_refused(wrong: Answer) -> None:
    with pytest.raises(ValueError, match=r"expected|reason"):
        judge(wrong)


def ask_chapman(site: SimulatedSite) -> Interval:
    """Two sources, as if they knew nothing of each other."""
    one, other = site.sources["lists"], site.sources["wayback"]
    both, known = len(one & other), len(site.known)
    point = (len(one) + 1) * (len(other) + 1) / (both + 1) - 1
    left = (len(one) - both) * (len(other) - both)
    spread = 1.96 * ((len(one) + 1) * (len(other) + 1) * left / ((both + 1) ** 2 * (both + 2))) ** 0.5
    return Interval(max(known, point - spread), max(known, point), max(known, point + spread))


def ask_nobody(site: SimulatedSite) -> Interval:
    """As wide as is allowed, above what is known."""
    known = len(site.known)
    return Interval(known, 1.1 * known, 1.19 * known)


def test_what_is_simple_does_not_meet_the_demands() -> None:
    sites = list(simulate_sites(150, 12, USUAL._replace(articles=(200, 2000))))
    for ask in (ask_chapman, ask_nobody):
        whole = judge_estimates((site, ask(site)) for site in sites).whole
        assert whole.covered is not None
        assert 0.4 < whole.covered < 0.85
