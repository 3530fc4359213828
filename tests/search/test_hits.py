"""Searches with known answers: words, ranking, folding, paging, filters."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from harbincrawl.archive.database.connection import open_reader
from harbincrawl.search.choice import SORTS, make_choice, search_page
from harbincrawl.search.filters import Filters
from tests.support.archives import build_archive
from tests.support.corpus_cases import numbers
from tests.support.families import examples

ARTICLES: list[dict[str, Any]] = [
    {"number": 1, "title": "Metro line opens", "body": "Trains run to the river.", "created": "2019-03-01"},
    {"number": 2, "title": "City news", "body": "The metro grows and the metro runs.", "created": "2020-06-30"},
    {"number": 3, "title": "Metro museum", "body": "A line of visitors waits.", "created": "2020-07-01"},
    {
        "number": 4,
        "title": "Ice sculptures",
        "body": None,
        "images": [{"url": "http://e.my399.com/i.jpg", "caption": "A lantern of ice", "credit": "Photo/VCG"}],
        "section_path": "gallery",
        "section": "Photo Gallery",
        "created": "2021-01-05",
    },
    {
        "number": 5,
        "title": "Concert season",
        "body": "Running strings in the hall near the metro.",
        "author": "Wang Wei and LI MING",
        "source": "Xinhua",
        "section_path": "culture/music",
        "section": "Music City",
        "created": "2021-02-01",
    },
    {
        "number": 6,
        "title": "Old notice",
        "body": "Café by the bus stop.",
        "updated": None,
        "created": None,
        "url": "http://e.my399.com/about/6.html",
        "section_path": "about",
        "section": "About Harbin",
        "source": None,
        "status": "gone",
    },
]


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    opened = open_reader(build_archive(tmp_path_factory.mktemp("archive"), ARTICLES))
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("metro", {1, 2, 3, 5}),
        ("METRO", {1, 2, 3, 5}),
        ("metro line", {1, 3}),
        ('"metro line"', {1}),
        ("metro OR ice", {1, 2, 3, 4, 5}),
        ("metro -line", {2, 5}),
        ("-metro", {4, 6}),
        ("NOT metro NOT ice", {6}),
        ("ice OR -metro", {4, 6}),
        ("metro OR -ice", {1, 2, 3, 5, 6}),
        ("sculpt*", {4}),
        ("muse*", {3}),
        ("title:metro", {1, 3}),
        ("-title:metro metro", {2, 5}),
        ("lantern", {4}),
        ("captions:lantern", {4}),
        ("author:wang", {5}),
        ("source:xinhua", {5}),
        ("section:gallery", {4}),
        ("status:gone", {6}),
        ("status:live metro", {1, 2, 3, 5}),
        ("id:3 OR id:5", {3, 5}),
        ("url:/about/", {6}),
        ("metro -id:2", {1, 3, 5}),
        ('section:"music city"', {5}),
        ("section:culture", {5}),
        ("section:cult", set()),
        ("metro -section:culture", {1, 2, 3}),
        ("lantern OR section:culture", {4, 5}),
        ("-(metro section:news)", {4, 5, 6}),
        ("date:2020", {2, 3}),
        ("date:2019..2020-06", {1, 2}),
        ("date:2020-07..", {3, 4, 5}),
        ("metro -date:2020", {1, 5}),
        ("date:2019 OR lantern", {1, 4}),
        ("NEAR(trains river, 3)", {1}),
        ("NEAR(trains river, 1)", set()),
        ("NEAR(river trains, 3)", {1}),
        ("run", {1, 2, 5}),
        ("cafe", {6}),
        ("the", {1, 2, 5, 6}),
        ("the metro", {1, 2, 3, 5}),
        ("!!!", set()),
        ("zeppelin", set()),
    ],
)
def test_a_query_finds(connection: sqlite3.Connection, query: str, expected: set[int]) -> None:
    assert set(numbers(connection, query)) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("run", {1}),
        ("runs", {2}),
        ("running", {5}),
        ("metro -running", {1, 2, 3}),
        ("-running", {1, 2, 3, 4, 6}),
        ("runs OR running", {2, 5}),
        ('"metro runs"', {2}),
        ("title:opens", {1}),
        ("body:opens", set()),
        ("runn*", {5}),
        ("NEAR(strings hall, 2)", {5}),
        ("NEAR(strings metro, 2)", set()),
        ("running section:culture", {5}),
    ],
)
def test_exact_words_are_not_stemmed(connection: sqlite3.Connection, query: str, expected: set[int]) -> None:
    assert set(numbers(connection, query, exact=True)) == expected


def test_titles_come_before_texts_and_ties_newest_first(connection: sqlite3.Connection) -> None:
    assert set(numbers(connection, "metro")[:2]) == {1, 3}
    assert numbers(connection, "metro line") == [1, 3]


def test_a_hit_in_a_title_beats_any_number_of_hits_in_texts(tmp_path: Path) -> None:
    articles = [{"title": "Plain", "body": "metro " * (10 + n)} for n in range(30)]
    articles.append({"title": "A very long title that somewhere also speaks of a metro", "body": "word " * 500})
    opened = open_reader(build_archive(tmp_path, articles))
    expected = numbers(opened, "metro")
    opened.close()
    assert expected[0] == 31


def test_newest_and_oldest_are_orders_of_days(connection: sqlite3.Connection) -> None:
    assert numbers(connection, "metro", sort="newest") == [5, 3, 2, 1]
    assert numbers(connection, "metro", sort="oldest") == [1, 2, 3, 5]
    assert numbers(connection) == [5, 4, 3, 2, 1, 6]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"sections": ("news",)}, [3, 2, 1]),
        ({"sections": ("NEWS", "gallery")}, [4, 3, 2, 1]),
        ({"sections": ("Photo gallery",)}, [4]),
        ({"sections": ("culture",)}, [5]),
        ({"sections": ("n_ws",)}, []),
        ({"sources": ("xinhua",)}, [5]),
        ({"authors": ("li ming",)}, [5]),
        ({"authors": ("Wang Wei and Li Ming",)}, [5]),
        ({"authors": ("Wang",)}, []),
        ({"since": "2020", "until": "2020-06"}, [2]),
        ({"until": "2019"}, [1]),
        ({"status": "gone"}, [6]),
        ({"seen_since": "2024-06"}, [5, 4, 3, 2, 1, 6]),
        ({"seen_since": "2024-06-02"}, []),
        ({"numbers": (3, 5)}, [5, 3]),
        ({"query": "metro", "sources": ("Xinhua",)}, [5]),
        ({"query": "metro", "sections": ("news",), "since": "2020-07"}, [3]),
        ({"query": "date:2020", "since": "2020-07"}, [3]),
        ({"query": "date:2019", "since": "2020"}, []),
    ],
)
def test_filters_select(connection: sqlite3.Connection, filters: dict[str, Any], expected: list[int]) -> None:
    assert numbers(connection, filters.pop("query", ""), **filters) == expected


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("query", ["metro", "metro museum", "-line", "", "-zeppelin metro OR line"])
def test_pages_put_together_are_the_whole_list(tmp_path: Path, sort: str, query: str) -> None:
    dice = random.Random(3)
    words = ["metro", "museum", "line", "ice", "art"]
    articles = [
        {
            "title": " ".join(dice.choices(words, k=2)),
            "body": " ".join(dice.choices(words, k=6)),
            "created": f"2020-0{dice.randint(1, 3)}-01",
        }
        for _ in range(60)
    ]
    links = [(number, number - 1, 1.0, "exact") for number in range(10, 60, 10)]
    opened = open_reader(build_archive(tmp_path, articles, duplicates=links))
    choice = make_choice(Filters(query=query))
    whole = search_page(opened, choice, sort=sort, limit=None)
    pages = [search_page(opened, choice, sort=sort, limit=5, offset=at) for at in range(0, 65, 5)]
    opened.close()
    assert [hit for page in pages for hit in page.hits] == list(whole.hits)
    assert {page.total for page in pages} == {whole.total} == {len({hit.number for hit in whole.hits})}
    assert whole.total > 5


@examples(300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    query=st.text(max_size=40) | st.text(alphabet='metroice "()*-:,ANDORNOTEAR25', max_size=50),
    sort=st.sampled_from(SORTS),
    exact=st.booleans(),
)
def test_any_text_is_a_legal_search(connection: sqlite3.Connection, query: str, sort: str, exact: bool) -> None:
    numbers(connection, query, sort, exact=exact)
