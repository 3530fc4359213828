"""Collocations are what a plain computation gives, and chance gives none."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from math import log2
from typing import Any

import pytest

from harbincrawl.archive.database.connection import open_reader
from harbincrawl.corpus.collocations import (
    SORTS,
    find_collocations,
    take_measure,
)
from harbincrawl.errors import FilterError
from harbincrawl.search.filters import Filters
from tests.support.corpus_cases import (
    build_signed,
    count_beside,
    cut_articles,
    make_signed_articles,
    measure_likelihood,
    numbers,
)

LINES = cut_articles(make_signed_articles())


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    with closing(open_reader(build_signed(tmp_path_factory.mktemp("signed")))) as opened:
        yield opened


@pytest.mark.parametrize("window", [(5, 5), (1, 0), (0, 2), (3, 50)])
@pytest.mark.parametrize(
    ("word", "node", "is_prefix"),
    [("metro", ["metro"], False), ("lan*", ["lan"], True), ("ice snow", ["ice", "snow"], False),
     ("metro metro", ["metro", "metro"], False), ("ice sno*", ["ice", "sno"], True), ("2020", ["2020"], False),
     ("哈尔滨", ["哈尔滨"], False)],
)  # fmt: skip
@pytest.mark.parametrize("filters", [{}, {"sections": ("gallery",)}])
def test_every_collocate_has_the_numbers_of_a_plain_computation(
    connection: sqlite3.Connection, window: tuple[int, int], word: str, node: list[str], is_prefix: bool,
    filters: dict[str, Any],
) -> None:  # fmt: skip
    found = find_collocations(connection, word, Filters(**filters), window=window, least=1)
    chosen = {number: LINES[number] for number in numbers(connection, **filters)}
    beside, articles, outside, nodes = count_beside(chosen, node, window, is_prefix=is_prefix)
    assert (found.frequency, found.room) == (nodes, beside.total())
    assert found.words == sum(len(line) for text in chosen.values() for line in text)
    assert found.articles == len(chosen)
    assert {row.word for row in found.rows} == {
        each for each in beside
        if any(map(str.isalpha, each)) and each not in node and not (is_prefix and each.startswith(node[-1]))
    }  # fmt: skip
    assert nodes and found.rows
    room, words = beside.total(), outside.total()
    for row in found.rows:
        times, anywhere = beside[row.word], outside[row.word]
        assert (row.beside, row.articles, row.frequency) == (times, articles[row.word], anywhere)
        due = room * anywhere / words
        assert row.expected == pytest.approx(due, abs=0.006)
        table = [[times, room - times], [anywhere - times, words - room - anywhere + times]]
        sign = -1 if times < due else 1
        assert row.log_likelihood == pytest.approx(sign * measure_likelihood(table), abs=0.006)
        assert row.mi == pytest.approx(log2(times / due), abs=0.006)
        assert row.log_dice == pytest.approx(14 + log2(2 * times / (nodes + anywhere)), abs=0.006)


@pytest.mark.parametrize("sort", SORTS)
def test_rows_are_sorted_by_their_measure_and_rare_ones_left_out(connection: sqlite3.Connection, sort: Any) -> None:
    every = find_collocations(connection, "ice", Filters(), sort=sort, least=1).rows
    assert [(-take_measure(row, sort), row.word) for row in every] == sorted(
        (-take_measure(row, sort), row.word) for row in every
    )
    often = find_collocations(connection, "ice", Filters(), sort=sort, least=100).rows
    assert often == tuple(row for row in every if row.beside >= 100)
    assert 0 < len(often) < len(every)


@pytest.mark.parametrize(
    ("word", "more", "said"),
    [
        ("m*t", {}, "wildcards inside a word"),
        ("", {}, "has no word"),
        ("ice", {"window": (0, 0)}, "not 0,0"),
        ("ice", {"window": (-1, 5)}, "expected 0 to 50"),
        ("ice", {"window": (5, 51)}, "expected 0 to 50"),
        ("ice", {"sort": "best"}, "expected log-likelihood, mi, logdice, frequency"),
    ],
)
def test_what_cannot_be_looked_for_is_refused(
    connection: sqlite3.Connection, word: str, more: dict[str, Any], said: str
) -> None:
    with pytest.raises(FilterError, match=said):
        find_collocations(connection, word, Filters(), **more)
