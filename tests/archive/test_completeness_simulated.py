"""Estimates of all articles cover the truth of simulated sites, made without a look at the model."""

from __future__ import annotations

import re

import pytest

from harbincrawl.archive.completeness.estimate import Estimate, estimate_articles
from harbincrawl.archive.completeness.sources import find_highest
from tests.support.estimates_judge import Answer, EstimatesVerdict, Interval, judge_estimates
from tests.support.simulated_sources import OTHER, USUAL, Manner, SimulatedSite, simulate_sites


def ask(site: SimulatedSite) -> Answer:
    found = estimate_articles(find_highest(site.sources, set()), site.sources)
    if isinstance(found, Estimate):
        return Interval(found.low, found.articles, found.high)
    return re.sub(r"[\d.,]+", "#", found.reason)


def judge(count: int, seed: int, manner: Manner) -> EstimatesVerdict:
    return judge_estimates((site, ask(site)) for site in simulate_sites(count, seed, manner))


def test_a_sample_of_simulated_sites_is_covered() -> None:
    verdict = judge(80, 700, USUAL._replace(articles=(800, 4000)))
    assert verdict.whole.answered >= 0.5, str(verdict)
    assert verdict.whole.covered is not None and verdict.whole.covered >= 0.9, str(verdict)
    assert verdict.whole.width is not None and verdict.whole.width < 0.22, str(verdict)


@pytest.mark.attack
def test_a_thousand_simulated_sites_meet_the_demands() -> None:
    verdict = judge(1000, 701, USUAL)
    assert verdict.meets_demands(), str(verdict)


@pytest.mark.attack
def test_stronger_effects_cost_answers_and_width_but_not_coverage() -> None:
    verdict = judge(200, 702, OTHER)
    assert verdict.whole.covered is not None and verdict.whole.covered >= 0.9, str(verdict)
    assert verdict.whole.answered >= 0.25, str(verdict)
