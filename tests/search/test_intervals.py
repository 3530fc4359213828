"""Intervals of shares: their ends solve Wilson's equation, and they hold what they promise on simulated counts."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harbincrawl.archive.database.connection import open_reader
from harbincrawl.corpus.trends import count_trends, find_interval
from harbincrawl.search.filters import Filters
from tests.support.corpus_cases import build_corpus


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    opened = open_reader(build_corpus(tmp_path_factory.mktemp("corpus")))
    yield opened
    opened.close()


def solve(hits: int, articles: int, *, upwards: bool) -> float:
    """The share farthest from `hits / articles` whose own score is 1.96: by halving, without any formula for it."""
    near, far = hits / articles, float(upwards)
    for _ in range(80):
        middle = (near + far) / 2
        spread = 1.959963984540054 * sqrt(middle * (1 - middle) / articles)
        if abs(middle - hits / articles) <= spread:
            near = middle
        else:
            far = middle
    return near


@given(st.integers(1, 5000).flatmap(lambda articles: st.tuples(st.integers(0, articles), st.just(articles))))
def test_the_ends_are_the_shares_whose_score_is_on_the_border(of: tuple[int, int]) -> None:
    interval = find_interval(*of)
    assert interval is not None
    assert 0 <= interval.low <= of[0] / of[1] <= interval.high <= 1
    assert interval.low == pytest.approx(solve(*of, upwards=False), abs=1e-9)
    assert interval.high == pytest.approx(solve(*of, upwards=True), abs=1e-9)


def test_of_nothing_there_is_no_interval_and_none_or_all_of_few_is_no_certainty() -> None:
    assert find_interval(0, 0) is None
    assert find_interval(0, 4) == (0.0, pytest.approx(0.4899, abs=1e-4))
    assert find_interval(4, 4) == (pytest.approx(0.5101, abs=1e-4), 1.0)


@pytest.mark.parametrize("smooth", [1, 3, 12])
def test_shares_of_trends_have_the_interval_of_what_they_are_of(connection: sqlite3.Connection, smooth: int) -> None:
    trends = count_trends(connection, ["metro", "nothingofthekind"], Filters(), "month", smooth)
    for rows in trends.rows:
        for at, row in enumerate(rows):
            around = rows[max(at - smooth // 2, 0) : at + (smooth + 1) // 2]
            hits, articles = (sum(getattr(each, name) for each in around) for name in ("hits", "articles"))
            if not articles:
                assert (row.per_1000, row.low, row.high) == (None, None, None)
                continue
            assert row.per_1000 == round(1000 * hits / articles, 2)
            ends = (solve(hits, articles, upwards=upwards) for upwards in (False, True))
            assert (row.low, row.high) == pytest.approx([1000 * end for end in ends], abs=0.006)
            assert row.low is not None and row.high is not None and 0 <= row.low <= row.high <= 1000
