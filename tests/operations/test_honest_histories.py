"""After random honest histories, whatever was killed or purged: `verify` names nothing, and the log gives all again."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.families import sample
from tests.support.honest_histories import History
from tests.support.purging import check
from tests.support.rebuilding import find_differences
from tests.support.shown_wordings import find_misshown


@pytest.mark.parametrize("seed", sample(range(3)))
def test_an_honest_history_leaves_nothing_damaged(seed: int, tmp_path: Path) -> None:
    history = History(tmp_path, seed)
    done = list(history.run(6))
    assert check(history.archive).problems == [], done
    assert find_differences(history.archive, tmp_path / "made") == [], done
    assert find_misshown(history.archive) == [], done
