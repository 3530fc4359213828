"""The guarantees of the walk over random histories of a simulated site."""

from __future__ import annotations

import pytest

from tests.support.simulated_histories import ALL, PROFILES, lines_lost_under_walk, run_history

each_count = pytest.mark.parametrize("count", [12, pytest.param(60, marks=pytest.mark.attack)])
"""Of histories; other seeds are other ones."""
CALM = ("growth", "growth under walks", "crashes and limits")
"""Profiles without a deep change that leaves the total: two ordinary runs must find all."""


@each_count
@pytest.mark.parametrize("name", sorted(PROFILES))
def test_random_histories_keep_the_promises(name: str, count: int) -> None:
    findings = [run_history(seed, PROFILES[name]) for seed in range(count)]
    for seed, finding in enumerate(findings):
        where = f"{name}, seed {seed}"
        if name in CALM:
            assert not finding.missed, where
        assert not finding.missed_after_full, where
        assert not finding.falsely_gone, where
        assert not finding.wrong_rows, where
        assert not finding.deep, where
        assert not finding.refetched, where
        assert not finding.wrong_sums, where
        assert finding.costliest <= 4, where
    assert sum(bool(finding.missed) for finding in findings) <= 0.3 * count


@each_count
@pytest.mark.parametrize("printed", [True, False])
@pytest.mark.parametrize("changes", [("remove",), ("down",), ("up",), ("move",), ALL])
def test_a_first_walk_under_one_change_loses_no_line(changes: tuple[str, ...], printed: bool, count: int) -> None:
    for seed in range(count):
        assert not lines_lost_under_walk(seed, changes, 1, printed), seed


@each_count
def test_bursts_of_three_changes_lose_a_line_hardly_ever(count: int) -> None:
    lost = sum(bool(lines_lost_under_walk(seed, ALL, 3)) for seed in range(10 * count))
    assert lost <= 0.03 * 10 * count
