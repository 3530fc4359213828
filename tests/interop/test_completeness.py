"""The estimate of all articles is what scipy makes of the same counts: the mode, and an exact interval of two."""

from __future__ import annotations

import math
from itertools import combinations, pairwise
from typing import Any

import numpy as np
import pytest

from harbincrawl.archive.completeness import model
from harbincrawl.archive.completeness.model import Stretch, draw_unseen

pytestmark = pytest.mark.interop

STRETCHES = [
    Stretch((0, 1, 2), (0, 120, 80, 60, 40, 35, 22, 30), 1e6),
    Stretch((0, 1, 2), (0, 150, 60, 90, 30, 44, 18, 41), 1e6),
    Stretch((0, 2), (0, 210, 55, 70), 1e6),
]


def write_posterior(terms: Any) -> float:
    """The negative logarithm of the posterior, term by term as docs/completeness.md says it."""
    stretches, sources, groups = terms[:3], terms[3:12].reshape(3, 3), dict(zip(GROUPS, terms[12:], strict=True))
    total = 0.5 / 3 * float(stretches.sum()) - 0.5 * 1e-3 * float((sources**2).sum())
    for at, stretch in enumerate(STRETCHES):
        for pattern in range(1, len(stretch.counts)):
            shown = [source for bit, source in enumerate(stretch.active) if pattern & 1 << bit]
            log = stretches[at] + sum(sources[at][source] for source in shown)
            log += sum(value for group, value in groups.items() if set(group) <= set(shown))
            total += stretch.counts[pattern] * log - math.exp(log)
    for source in range(3):
        active = [at for at, stretch in enumerate(STRETCHES) if source in stretch.active]
        for before, after in pairwise(active):
            variance = model.STEP_SD**2 * (after - before)
            total -= (sources[after][source] - sources[before][source]) ** 2 / (2 * variance)
    for group, value in groups.items():
        if len(group) == 2:
            total -= (value - model.PAIR_MEAN) ** 2 / (2 * model.PAIR_SD**2)
        else:
            total -= value**2 / (2 * model.MORE_SD**2)
    return -total


GROUPS = [*combinations(range(3), 2), (0, 1, 2)]


def test_the_mode_is_where_an_optimizer_finds_it(monkeypatch: pytest.MonkeyPatch) -> None:
    optimize = pytest.importorskip("scipy.optimize")
    monkeypatch.setattr(model, "MORE_PER_PAIR", 0.0)
    start = np.zeros(16)
    start[:3] = 3
    found = optimize.minimize(write_posterior, start, method="BFGS", options={"gtol": 1e-5, "maxiter": 5000})
    drawn, _ = draw_unseen(STRETCHES, 3)
    assert np.median(drawn, axis=0) == pytest.approx(np.exp(found.x[:3]), rel=0.08)
    # The inverse of the curvature there is the covariance of what is drawn.
    curve = np.array(
        [optimize.approx_fprime(found.x, lambda x, at=at: slope(optimize, x)[at], 1e-4) for at in range(16)]
    )
    spread = np.sqrt(np.diag(np.linalg.inv((curve + curve.T) / 2)))[:3]
    assert np.std(np.log(np.maximum(drawn, 1)), axis=0) == pytest.approx(spread, rel=0.15)


def slope(optimize: Any, terms: Any) -> Any:
    return optimize.approx_fprime(terms, write_posterior, 1e-5)


def test_two_independent_sources_have_nearly_the_exact_interval(monkeypatch: pytest.MonkeyPatch) -> None:
    stats = pytest.importorskip("scipy.stats")
    monkeypatch.setattr(model, "PAIR_MEAN", 0.0)
    monkeypatch.setattr(model, "ONLY_PAIR_SD", 1e-3)
    both, first, second = 120, 280, 130
    known = both + first + second
    low, high = np.quantile(draw_unseen([Stretch((0, 1), (0, first, second, both), 1e9)], 2)[0], [0.025, 0.975])
    # Of all totals those at which so many in common are neither too few nor too many, for samples of these sizes.
    kept = [
        total
        for total in range(known, 3 * known)
        if stats.hypergeom.cdf(both, total, first + both, second + both) > 0.025
        and stats.hypergeom.sf(both - 1, total, first + both, second + both) > 0.025
    ]
    assert known + low == pytest.approx(kept[0], rel=0.02)
    assert known + high == pytest.approx(kept[-1], rel=0.02)
