"""The guarantees of the walk over random histories of a simulated site; HISTORIES (environment) sets their number."""

from __future__ import annotations

import os

import pytest

from tests.support.simulated_histories import ALL, PROFILES, Findings, lines_lost_under_walk, run_history

COUNT = int(os.environ.get("HISTORIES", "16"))
CALM = ("growth", "growth under walks", "crashes and limits")
"""Profiles without a deep change that leaves the total: two ordinary runs must find all."""


@pytest.fixture(scope="module", params=sorted(PROFILES))
def histories(request: pytest.FixtureRequest) -> tuple[str, list[Findings]]:
    return request.param, [run_history(seed, PROFILES[request.param]) for seed in range(COUNT)]


def test_random_histories_keep_the_promises(histories: tuple[str, list[Findings]]) -> None:
    name, findings = histories
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
    assert sum(bool(finding.missed) for finding in findings) <= 0.3 * COUNT


@pytest.mark.parametrize("printed", [True, False])
@pytest.mark.parametrize("changes", [("remove",), ("down",), ("up",), ("move",), ALL])
def test_a_first_walk_under_one_change_loses_no_line(changes: tuple[str, ...], printed: bool) -> None:
    for seed in range(COUNT):
        assert not lines_lost_under_walk(seed, changes, 1, printed), seed


def test_bursts_of_three_changes_lose_a_line_hardly_ever() -> None:
    lost = sum(bool(lines_lost_under_walk(seed, ALL, 3)) for seed in range(10 * COUNT))
    assert lost <= 0.03 * 10 * COUNT
