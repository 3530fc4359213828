"""Collocations are what a plain computation gives, and chance gives none."""

from __future__ import annotations

import random
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from math import log, log2
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harbincrawl.archive.database.connection import open_reader
from harbincrawl.corpus.collocations import (
    SORTS,
    Collocations,
    find_around,
    find_collocations,
    measure_association,
    take_measure,
)
from harbincrawl.corpus.concordance import Concordance
from harbincrawl.errors import FilterError
from harbincrawl.search.filters import Filters
from tests.support.archives import build_archive
from tests.support.counting import (
    build_signed,
    build_texts,
    count_beside,
    cut_articles,
    make_signed_articles,
    measure_likelihood,
)
from tests.support.search_cases import numbers

LINES = cut_articles(make_signed_articles())


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    with closing(open_reader(build_signed(tmp_path_factory.mktemp("signed")))) as opened:
        yield opened


def find_in(tmp_path: Path, word: str, *texts: list[str], **more: Any) -> Collocations:
    with closing(open_reader(build_texts(tmp_path, texts))) as opened:
        return find_collocations(opened, word, Filters(), **more)


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


def test_a_case_done_by_hand(tmp_path: Path) -> None:
    # Beside ice, one word on either side: big, cold, cold; of eight words that are no ice, cold is three.
    found = find_in(tmp_path, "ice", ["big ice cold", "far cold ice"], ["cold far far"], window=(1, 1), least=2)
    (row,) = found.rows
    assert (row.word, row.beside, row.articles, row.frequency) == ("cold", 2, 1, 3)
    assert (found.words, found.room, found.frequency, found.node_articles) == (9, 3, 2, 1)
    # Of seven other words cold is 3, and 3 stand beside: 9/7 are due. 2 (2 ln 2/(9/7) + ln 1/(12/7) + ln 1/(12/7)
    # + 3 ln 3/(16/7)) = 1.2429; log2(14/9) = 0.64; 14 + log2(4 / 5) = 13.68
    assert row[4:] == (1.29, 1.24, 0.64, 13.68)


def test_a_word_in_two_windows_counts_once_and_the_node_is_no_collocate_of_itself(tmp_path: Path) -> None:
    found = find_in(tmp_path, "ice", ["ice snow ice"], window=(5, 5), least=1)
    assert [(row.word, row.beside, row.frequency) for row in found.rows] == [("snow", 1, 1)]
    assert (found.frequency, found.room) == (2, 1)
    phrase = find_in(tmp_path / "phrase", "ice fair", ["ice fair ice opens"], window=(2, 2), least=1)
    assert {row.word: (row.beside, row.frequency) for row in phrase.rows} == {"opens": (1, 1)}


def test_no_window_runs_over_the_end_of_a_title_paragraph_or_caption(tmp_path: Path) -> None:
    images = [{"url": None, "caption": caption, "credit": "Wang Ice"} for caption in ("gate", "", "hall", None)]
    article = {"title": "Big", "body": ["ice", "cold ice", "wind"], "images": images}
    with closing(open_reader(build_archive(tmp_path, [article]))) as opened:
        found = find_collocations(opened, "ice", Filters(), least=1)
        assert [row.word for row in found.rows] == ["cold"]
        # Nor does a phrase.
        assert find_collocations(opened, "ice cold", Filters(), least=1).frequency == 0


def test_bare_numbers_take_their_place_and_are_not_listed(tmp_path: Path) -> None:
    found = find_in(tmp_path, "ice", ["ice 100 km", "ice 20 fair far"], window=(0, 2), least=1)
    assert {row.word for row in found.rows} == {"km", "fair"}
    assert found.room == 4


@pytest.mark.parametrize("sort", SORTS)
def test_rows_are_sorted_by_their_measure_and_rare_ones_left_out(connection: sqlite3.Connection, sort: Any) -> None:
    every = find_collocations(connection, "ice", Filters(), sort=sort, least=1).rows
    assert [(-take_measure(row, sort), row.word) for row in every] == sorted(
        (-take_measure(row, sort), row.word) for row in every
    )
    often = find_collocations(connection, "ice", Filters(), sort=sort, least=100).rows
    assert often == tuple(row for row in every if row.beside >= 100)
    assert 0 < len(often) < len(every)


def test_the_node_is_where_a_concordance_finds_it_but_over_the_ends_of_lines(connection: sqlite3.Connection) -> None:
    for word in ("metro", "lan*", "哈*"):
        lines = Concordance(connection, word, Filters())
        assert len(list(lines)) == find_collocations(connection, word, Filters()).frequency
        assert lines.articles == find_collocations(connection, word, Filters()).node_articles


def test_words_that_are_independent_pass_a_log_likelihood_as_often_as_chance_says(tmp_path: Path) -> None:
    dice = random.Random(23)
    kinds = [f"w{chr(97 + one)}{chr(97 + two)}" for one in range(20) for two in range(20)]
    weights = [dice.uniform(1, 5) for _ in kinds]
    texts = [[" ".join(dice.choices(kinds, weights, k=500))] for _ in range(150)]
    likelihoods, information = [], []
    with closing(open_reader(build_texts(tmp_path, texts))) as opened:
        for word in dice.sample(kinds, 10):
            for row in find_collocations(opened, word, Filters(), least=1).rows:
                if row.expected >= 5:
                    likelihoods.append(row.log_likelihood)
                    # The logarithm of a count that varies lies below that of its mean, by half its relative variance.
                    information.append(row.mi + 1 / (2 * log(2) * row.expected))
    assert len(likelihoods) > 1_000
    assert 0.03 < sum(abs(each) > 3.84 for each in likelihoods) / len(likelihoods) < 0.07
    assert abs(sum(information) / len(information)) < 0.03
    # Both ways alike.
    assert 0.4 < sum(each > 0 for each in likelihoods) / len(likelihoods) < 0.6


def test_a_pair_that_was_planted_is_the_first(tmp_path: Path) -> None:
    dice = random.Random(5)
    texts = []
    for _ in range(60):
        words = dice.choices([f"w{chr(97 + at)}" for at in range(26)], k=100)
        at = dice.randrange(90)
        words[at : at + 3] = ["lantern", "wa", "gate"]
        texts.append([" ".join(words)])
    for sort in SORTS[:3]:
        found = find_in(tmp_path / sort, "lantern", *texts, sort=sort, window=(2, 2))
        assert found.rows[0][:4] == ("gate", 60, 60, 60)


@given(
    st.lists(st.integers(0, 30), max_size=8, unique=True).map(sorted),
    st.integers(1, 3),
    st.integers(0, 6),
    st.integers(0, 6),
)
def test_places_around_are_those_that_are_near_enough(places: list[int], size: int, left: int, right: int) -> None:
    own, around = find_around(places, size, 34, (left, right))
    assert own == {at for at in range(34) if any(place <= at < place + size for place in places)}
    assert around == {
        at for at in range(34) if at not in own and any(place - left <= at < place + size + right for place in places)
    }


@given(st.integers(1, 50), st.integers(0, 50), st.integers(0, 50), st.integers(0, 500), st.integers(1, 99))
def test_measures_of_any_table_agree_with_each_other(
    beside: int, of_room: int, more: int, rest: int, node: int
) -> None:
    room, word, words = beside + of_room, beside + more, beside + of_room + more + rest
    found = measure_association(beside, room, word, words, node)
    table = [[beside, of_room], [more, rest]]
    assert abs(found.log_likelihood) == pytest.approx(measure_likelihood(table), abs=1e-6)
    assert found.mi * found.log_likelihood >= -1e-9
    assert found.expected == pytest.approx(room * word / words)


@pytest.mark.parametrize("texts", [(), ([],), (["ice"],), (["ice ice"],), (["2020 ice 100"],)])
def test_where_nothing_stands_beside_there_is_no_row(tmp_path: Path, texts: tuple[list[str], ...]) -> None:
    found = find_in(tmp_path, "ice", *texts, least=1)
    assert found.rows == ()
    assert found.frequency == sum(text.count("ice") for each in texts for text in each)


@pytest.mark.attack
@pytest.mark.parametrize("text", ["ab " * 700_000, "ab" + "x" * 10_000_000, "ab c\n" * 400_000, "é ab " * 400_000])
def test_megabytes_are_counted_in_seconds(tmp_path: Path, text: str) -> None:
    begin = time.process_time()
    found = find_in(tmp_path, "ab*", [text], window=(50, 50))
    assert found.frequency == text.count("ab")
    assert time.process_time() - begin < 20


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
