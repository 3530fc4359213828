"""The sums of a run."""

from __future__ import annotations

import pytest

from harbincrawl.records import Listed
from harbincrawl.walk import count_sums


def line(key: str) -> Listed:
    return Listed(key, f"http://site/{key}", key if key.isdigit() else None, "title")


def test_each_article_counts_once_however_many_lists_show_it() -> None:
    active_lines = [line("1"), line("2"), line("2"), line("3"), line("http://else/"), line("http://else/")]
    sums = count_sums(active_lines, {"2": "changed", "9": "gone", "3": "failed"}, ["1", "3", "8"])
    assert (sums.listed, sums.known, sums.wanted, sums.elsewhere) == (5, 1, 3, 1)
    assert (sums.changed, sums.gone, sums.failed, sums.new, sums.same, sums.duplicate) == (1, 1, 1, 0, 0, 0)
    assert sums.left == 1


def test_an_unknown_outcome_is_an_error() -> None:
    with pytest.raises(ValueError, match="lost"):
        count_sums([], {1: "lost"}, [])
