"""Verify raises no false alarm: after random honest histories nothing is damaged, whatever was killed or purged."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.families import sample
from tests.support.honest_histories import History, check


@pytest.mark.parametrize("seed", sample(range(3)))
def test_an_honest_history_leaves_nothing_damaged(seed: int, tmp_path: Path) -> None:
    history = History(tmp_path, seed)
    done = list(history.run(6))
    assert check(history.archive).problems == [], done
