"""The estimate of all articles ever published: formulas by hand, simulated sites of known truth, nothing to find."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harbincrawl.archive.completeness import model
from harbincrawl.archive.completeness.estimate import (
    STRAYS,
    WIDEST,
    Estimate,
    NoEstimate,
    cut_stretches,
    estimate_articles,
    join_copies,
)
from harbincrawl.archive.completeness.model import Stretch, draw_unseen
from tests.support.families import examples
from tests.support.incomplete_sites import FAMILIES, make_site


def draw(numbers: Iterable[int], share: float, seed: int) -> frozenset[int]:
    dice = random.Random(seed)
    return frozenset(number for number in numbers if dice.random() < share)


def reason_of(found: Estimate | NoEstimate) -> str:
    assert isinstance(found, NoEstimate), found
    return found.reason


def check_sites(sites: Iterable[tuple[str, int]]) -> tuple[float, float, float]:
    """The shares of sites with a number, of the truths that the intervals cover, and the median width by the truth."""
    answered, covered, widths = [], [], []
    for family, seed in sites:
        site = make_site(family, seed)
        found = estimate_articles(site.highest, site.sources, site.days)
        answered.append(isinstance(found, Estimate))
        if isinstance(found, NoEstimate):
            assert found.reason
            continue
        truth = len(site.published)
        assert found.low <= found.articles <= found.high <= site.highest
        assert len(site.sources.get("lists", ())) <= found.low
        covered.append(found.low <= truth <= found.high)
        widths.append((found.high - found.low) / truth)
    return float(np.mean(answered)), float(np.mean(covered)), float(np.median(widths))


def test_eighty_simulated_sites_are_covered() -> None:
    answered, covered, width = check_sites((FAMILIES[seed % len(FAMILIES)], 5000 + seed) for seed in range(80))
    assert answered >= 0.5
    assert covered >= 0.93
    assert width < 0.2


@pytest.mark.attack
def test_a_thousand_simulated_sites_are_covered() -> None:
    answered, covered, width = check_sites((FAMILIES[seed % len(FAMILIES)], 7000 + seed) for seed in range(1000))
    assert answered >= 0.6
    assert covered >= 0.95
    assert width < 0.15


def test_taken_for_independent_the_sources_of_these_sites_miss_the_truth(monkeypatch: pytest.MonkeyPatch) -> None:
    """Or else a method that knows nothing of dependence would pass, too."""
    pin(monkeypatch, PAIR_MEAN=0.0, PAIR_SD=0.01, ONLY_PAIR_SD=0.01, MORE_SD=0.01)
    sites = [(family, 5000 + seed) for seed in range(8) for family in ("removed", "popular", "copies")]
    _, covered, _ = check_sites(sites)
    assert covered < 0.8


# Formulas


def pin(monkeypatch: pytest.MonkeyPatch, **constants: float) -> None:
    """Sets priors so that a textbook's assumption holds."""
    for name, value in constants.items():
        monkeypatch.setattr(model, name, value)


def test_two_independent_sources_give_what_lincoln_petersen_and_chapman_do(monkeypatch: pytest.MonkeyPatch) -> None:
    pin(monkeypatch, PAIR_MEAN=0.0, ONLY_PAIR_SD=1e-3)
    both, first, second = 400, 600, 300
    drawn = draw_unseen([Stretch((0, 1), (0, first, second, both), 1e9)], 2)[0].sum(axis=1)
    petersen = first * second / both
    chapman = (first + both + 1) * (second + both + 1) / (both + 1) - 1 - (first + second + both)
    assert abs(petersen - chapman) < 2
    assert np.median(drawn) == pytest.approx(chapman, rel=0.01)
    # Sekar and Deming's variance of the total, which is that of the unseen.
    spread = ((first + both + 1) * (second + both + 1) * first * second / ((both + 1) ** 2 * (both + 2))) ** 0.5
    assert np.std(drawn) == pytest.approx(spread, rel=0.08)


def test_an_odds_ratio_multiplies_what_two_sources_leave(monkeypatch: pytest.MonkeyPatch) -> None:
    pin(monkeypatch, PAIR_MEAN=float(np.log(3)), ONLY_PAIR_SD=1e-3)
    drawn = draw_unseen([Stretch((0, 1), (0, 600, 300, 400), 1e9)], 2)[0].sum(axis=1)
    assert np.median(drawn) == pytest.approx(3 * 600 * 300 / 400, rel=0.01)


def test_three_sources_without_a_term_of_all_three_give_the_closed_form(monkeypatch: pytest.MonkeyPatch) -> None:
    pin(monkeypatch, PAIR_SD=100.0, MORE_SD=1e-3, MORE_PER_PAIR=0.0)
    counts = (0, 900, 700, 350, 500, 260, 420, 610)
    drawn = draw_unseen([Stretch((0, 1, 2), counts, 1e9)], 3)[0].sum(axis=1)
    _, one, two, one_two, three, one_three, two_three, all_three = counts
    assert np.median(drawn) == pytest.approx(
        one * two * three * all_three / (one_two * one_three * two_three), rel=0.02
    )
    # By the delta method the variance of its logarithm is the sum of 1 / count.
    assert np.std(np.log(drawn)) == pytest.approx(sum(1 / count for count in counts[1:]) ** 0.5, rel=0.1)


def test_three_independent_sources_give_the_root_of_the_likelihood(monkeypatch: pytest.MonkeyPatch) -> None:
    pin(monkeypatch, PAIR_MEAN=0.0, PAIR_SD=1e-3, MORE_SD=1e-3)
    sources = {str(at): draw(range(1, 4001), share, at) for at, share in enumerate((0.6, 0.45, 0.3))}
    known = sorted(frozenset().union(*sources.values()))
    stretches, _ = cut_stretches(list(sources.values()), known[:], None)
    joined = Stretch(
        (0, 1, 2), tuple(map(sum, zip(*(stretch.counts for stretch in stretches), strict=True))), float("inf")
    )
    drawn = draw_unseen([joined], 3)[0].sum(axis=1)
    # The total at which as many are unseen as independent sources of these sizes leave.
    low, high = len(known), 100_000
    while high - low > 1:
        total = (low + high) // 2
        left = total * np.prod([1 - len(source) / total for source in sources.values()])
        low, high = (total, high) if total - left < len(known) else (low, total)
    assert len(known) + np.median(drawn) == pytest.approx(high, rel=0.002)


# By hand


def test_where_every_number_is_known_the_interval_has_no_width() -> None:
    found = estimate_articles(500, {"lists": frozenset(range(1, 501))})
    assert isinstance(found, Estimate)
    assert (found.articles, found.low, found.high, found.method) == (500, 500, 500, "counter")


def test_the_counter_alone_bounds_what_is_nearly_known() -> None:
    found = estimate_articles(1000, {"lists": frozenset(range(1, 981))})
    assert isinstance(found, Estimate)
    assert (found.low, found.high, found.articles) == (980, 1000, 990)


def test_three_independent_sources_are_counted_well() -> None:
    truth = draw(range(1, 8001), 0.5, 1)
    sources = {name: draw(sorted(truth), share, at) for at, (name, share) in enumerate(
        {"lists": 0.8, "wayback": 0.6, "commoncrawl": 0.5}.items()
    )}  # fmt: skip
    found = estimate_articles(8000, sources)
    assert isinstance(found, Estimate)
    assert found.low <= len(truth) <= found.high
    assert (found.high - found.low) / len(truth) < 0.2
    assert found.sources == {name: len(numbers) for name, numbers in sources.items()}
    assert found.as_dict().keys() == {"articles", "low", "high", "level", "known", "sources", "ignored", "method"}


def test_what_one_archive_copied_from_another_is_no_second_source() -> None:
    truth = sorted(draw(range(1, 9001), 0.4, 2))
    wayback = draw(truth, 0.5, 3)
    copy = draw(sorted(wayback), 0.99, 4)
    two = estimate_articles(9000, {"wayback": wayback, "commoncrawl": copy})
    assert "commoncrawl and wayback one shows all but 0 of the other's" in reason_of(two).replace("of ", "", 1)
    lists = draw(truth, 0.7, 5)
    joined = join_copies({"lists": lists, "wayback": wayback, "commoncrawl": copy})
    assert joined == {"lists": lists, "wayback with commoncrawl": wayback}


def test_a_third_source_tells_how_two_depend_on_each_other() -> None:
    truth = sorted(draw(range(1, 30_001), 0.5, 6))
    popular = draw(truth, 0.3, 7)
    kept = {at: draw(sorted(popular), 0.9, 8 + at) | draw(truth, 0.35, 18 + at) for at in range(2)}
    lists = draw(truth, 0.9, 30)
    found = estimate_articles(30_000, {"lists": lists, "wayback": kept[0], "commoncrawl": kept[1]})
    assert isinstance(found, Estimate)
    assert found.low <= len(truth) <= found.high
    # Taken for independent, the two archives together lack hundreds.
    alone = len(kept[0]) * len(kept[1]) / len(kept[0] & kept[1])
    assert alone < found.low


def test_where_one_source_stands_alone_for_years_the_counter_bounds_them() -> None:
    truth = sorted(draw(range(1, 12_001), 0.5, 9))
    early = [number for number in truth if number <= 6000]
    late = [number for number in truth if number > 6000]
    sources = {"lists": draw(truth, 0.9, 10), "wayback": draw(late, 0.7, 11), "commoncrawl": draw(late, 0.6, 12)}
    stretches, unknown = cut_stretches(list(sources.values()), sorted(frozenset().union(*sources.values())), 12_000)
    assert all(stretch.active == (0, 1, 2) for stretch in stretches)
    assert unknown == pytest.approx(6000 - len(sources["lists"].intersection(early)), rel=0.25)
    assert "too little" in reason_of(estimate_articles(12_000, sources))


def test_without_a_counter_the_sources_alone_are_counted() -> None:
    begin = date(2015, 1, 1)
    truth = range(1 << 31, (1 << 31) + 3000)
    days = {number: begin + timedelta(days=number % 997) for number in truth}
    sources = {name: draw(truth, share, at) for at, (name, share) in enumerate(
        {"lists": 0.85, "wayback": 0.7, "commoncrawl": 0.6}.items()
    )}  # fmt: skip
    for known_days in (days, {}):
        found = estimate_articles(None, sources, known_days)
        assert isinstance(found, Estimate)
        assert found.low <= 3000 <= found.high
    alone = {"lists": sources["lists"], "wayback": frozenset(n for n in sources["wayback"] if days[n].year > 2015)}
    assert "one source" in reason_of(estimate_articles(None, alone, days))


# Numbers that are no articles


def test_what_one_archive_alone_showed_may_be_no_article() -> None:
    lists = frozenset(range(1, 901))
    strays = frozenset(range(981, 1001))
    sources = {"lists": lists, "wayback": frozenset(range(500, 951)) | strays}
    found = estimate_articles(1000, sources)
    assert isinstance(found, Estimate)
    assert (found.known, found.high, found.method) == (970, 1000, "counter")
    # 3% of 471 numbers, though 70 are nobody else's.
    assert found.low == math.floor(970 - 0.03 * 471)
    for certain in (lists | sources["wayback"], frozenset(range(1, 2000))):
        sure = estimate_articles(1000, sources, certain=certain)
        assert isinstance(sure, Estimate)
        assert sure.low == 970
    # What two show is certain.
    ingest = frozenset(range(901, 946)) | frozenset(range(951, 961)) | strays
    twice = estimate_articles(1000, sources | {"ingest": ingest})
    assert isinstance(twice, Estimate)
    assert twice.low == math.floor(980 - 5 - 0.03 * len(ingest))


def test_archives_that_list_pictures_do_not_raise_the_lower_bound_above_the_truth() -> None:
    truth = draw(range(1, 10_001), 0.6, 1)
    others = sorted(set(range(1, 10_001)) - truth)
    honest = {"lists": draw(truth, 0.97, 2), "wayback": draw(truth, 0.6, 3), "commoncrawl": draw(truth, 0.5, 4)}
    sources = {
        name: numbers | (frozenset() if name == "lists" else draw(others, 0.01, at))
        for at, (name, numbers) in enumerate(honest.items())
    }
    found = estimate_articles(10_000, sources)
    assert isinstance(found, Estimate)
    assert found.low <= len(truth) <= found.high
    believed = estimate_articles(10_000, sources, certain=truth | frozenset(others))
    assert isinstance(believed, Estimate)
    assert believed.low > len(truth)


# Nothing to be found


def test_sources_that_say_nothing_give_a_reason() -> None:
    some = draw(range(1, 3001), 0.4, 1)
    others = draw(sorted(set(range(1, 3001)) - some), 0.5, 2)
    nothing: frozenset[int] = frozenset()
    assert reason_of(estimate_articles(3000, {})) == "no source showed an article yet"
    assert reason_of(estimate_articles(0, {"lists": nothing})) == "no source showed an article yet"
    only = reason_of(estimate_articles(3000, {"lists": some, "wayback": nothing}))
    assert only.startswith("only lists showed articles") and only.endswith(f"leaves {len(some):,} to 3,000")
    same = reason_of(estimate_articles(3000, {"lists": some, "wayback": some}))
    assert same.startswith(f"lists with wayback show the same {len(some):,} articles")
    apart = reason_of(estimate_articles(9000, {"lists": some, "wayback": others}))
    assert apart.startswith("lists and wayback have 0 articles in common")
    two = {"lists": draw(range(1, 3001), 0.4, 4), "wayback": draw(range(1, 3001), 0.3, 5)}
    assert "cannot tell how they depend" in reason_of(estimate_articles(30_000, two))


def test_a_source_that_lists_numbers_beyond_the_counter_changes_nothing() -> None:
    sources = {name: draw(range(1, 4001), share, at) for at, (name, share) in enumerate(
        {"lists": 0.8, "wayback": 0.7, "commoncrawl": 0.6}.items()
    )}  # fmt: skip
    honest = estimate_articles(9000, sources)
    lying = estimate_articles(9000, sources | {"wayback": sources["wayback"] | {0, -4, 9001, 10**9}})
    assert isinstance(honest, Estimate) and isinstance(lying, Estimate)
    assert (honest.ignored, lying.ignored) == (0, 4)
    assert (lying.articles, lying.low, lying.high) == (honest.articles, honest.low, honest.high)


@examples(60, deadline=None)
@given(st.lists(st.frozensets(st.integers(-3, 400)), max_size=6), st.one_of(st.none(), st.integers(0, 500)))
def test_any_sources_give_an_interval_within_the_bounds_or_a_reason(
    sets: list[frozenset[int]], highest: int | None
) -> None:
    sources = {f"source {at}": numbers for at, numbers in enumerate(sets)}
    found = estimate_articles(highest, sources)
    if isinstance(found, NoEstimate):
        assert found.reason
        return
    known = {number for numbers in sets for number in numbers if number > 0 and (highest is None or number <= highest)}
    assert found.known == len(known)
    shown = Counter(number for numbers in sets for number in numbers & known)
    # What one source alone showed is not certain, but for 3% of what that source showed.
    strays = sum(
        min(sum(shown[number] == 1 for number in numbers & known), STRAYS * len(numbers & known)) for numbers in sets
    )
    assert len(known) - strays - 1 <= found.low <= found.articles <= found.high
    assert highest is None or found.high <= highest
    assert found.high - found.low <= WIDEST * (found.low + found.high) / 2 + 1
    assert estimate_articles(highest, dict(reversed(sources.items()))) == found
