"""Where many articles match, those of the newest days are ranked first, and pages put together are still all hits."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from functools import partial
from itertools import pairwise
from typing import Any

import pytest

from harbincrawl.archive.database.connection import open_reader
from harbincrawl.identity import BITS_FOR_NUMBER
from harbincrawl.search import hits
from harbincrawl.search.choice import make_choice
from harbincrawl.search.filters import Filters
from harbincrawl.search.hits import HitPage, search_page
from harbincrawl.search.ranges import Keys, list_ranges
from tests.support.archives import build_archive

ALL = (0, 2**63 - 1)
FEW = 4
"""Of articles in the newest range here."""


def make_articles(*, counted: bool) -> list[dict[str, Any]]:
    dice = random.Random(5)
    return [
        {
            "title": " ".join(dice.choices(["metro", "ice"], k=dice.randint(1, 5))),
            "body": " ".join(dice.choices(["metro", "line", "art"], k=dice.randint(2, 9))),
            "created": f"2020-0{dice.randint(1, 9)}-0{dice.randint(1, 3)}",
            **({"number": (1 << 31) + number, "id": f"t{number}"} if counted else {}),
        }
        for number in range(90)
    ]


@pytest.fixture(scope="module", params=[False, True], ids=["numbers", "counted"])
def connection(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[sqlite3.Connection]:
    folder = build_archive(tmp_path_factory.mktemp("ranges"), make_articles(counted=request.param))
    opened = open_reader(folder)
    yield opened
    opened.close()


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hits, "list_ranges", partial(list_ranges, most=FEW))


def days(ranges: list[Keys | None]) -> list[tuple[int, int]]:
    return [tuple(key >> BITS_FOR_NUMBER for key in keys or ALL) for keys in ranges]  # type: ignore[misc]


def test_ranges_are_whole_days_without_a_gap_the_newest_first(connection: sqlite3.Connection) -> None:
    ranges = list(list_ranges(connection, "metro", most=FEW))
    assert len(ranges) > 3
    found = days(ranges)
    assert (found[0][1], found[-1][0]) == (ALL[1] >> BITS_FOR_NUMBER, 0)
    assert all(newer[0] == older[1] + 1 for newer, older in pairwise(found))


def test_each_range_has_about_twice_as_many_as_the_one_before(connection: sqlite3.Connection) -> None:
    counts = [
        connection.execute(
            "SELECT count(*) FROM articles_fts WHERE articles_fts MATCH 'metro' AND rowid BETWEEN ? AND ?", keys
        ).fetchone()[0]
        for keys in list_ranges(connection, "metro", most=FEW)
    ]
    # A range ends with the first article of its oldest day.
    assert all(count > FEW << at for at, count in enumerate(counts[:-1]))


def test_few_matches_and_no_day_are_one_range(connection: sqlite3.Connection) -> None:
    assert list(list_ranges(connection, "metro")) == [None]
    assert list(list_ranges(connection, "zeppelin", (3, 9), most=FEW)) == [(3, 9)]
    assert list(list_ranges(connection, "metro", (9, 3), most=FEW)) == [(9, 3)]


def test_ranges_stay_within_the_days_that_are_asked_for(connection: sqlite3.Connection) -> None:
    first, last = (int(key) for key in connection.execute("SELECT min(key) + 1, max(key) - 1 FROM articles").fetchone())
    ranges = [keys or ALL for keys in list_ranges(connection, "metro", (first, last), most=FEW)]
    assert len(ranges) > 3
    assert (ranges[0][1], ranges[-1][0]) == (last, first)


@pytest.mark.usefixtures("few")
def test_the_newest_range_comes_first_and_each_is_ranked(connection: sqlite3.Connection) -> None:
    choice = make_choice(Filters(query="metro"))
    found = search_page(connection, choice, limit=1000).hits
    in_titles = [hit for hit in found if hit.tier == 0]
    expected: list[int] = []
    for keys in list_ranges(connection, "(title : metro AND metro)", most=FEW):
        first, last = keys or ALL
        part = [hit for hit in in_titles if first <= hit.key <= last]
        expected += [hit.key for hit in sorted(part, key=lambda hit: hit.score)]
        assert part
    assert [hit.score for hit in in_titles] != sorted(hit.score for hit in in_titles)
    assert {hit.key: at for at, hit in enumerate(in_titles)}.keys() == set(expected)
    scores = {hit.key: hit.score for hit in in_titles}
    assert [scores[hit.key] for hit in in_titles] == [scores[key] for key in expected]


@pytest.mark.parametrize(
    "filters", [{"query": "metro"}, {"query": "metro -art"}, {"query": "metro", "since": "2020-04"}]
)
@pytest.mark.parametrize("limit", [1, 7])
def test_pages_put_together_are_the_whole_list(
    connection: sqlite3.Connection, filters: dict[str, Any], limit: int
) -> None:
    choice = make_choice(Filters(**filters))
    whole = search_page(connection, choice, limit=1000).hits
    paged: list[int] = []
    page: HitPage | None = None
    while page is None or page.cursor:
        page = search_page(connection, choice, limit=limit, after=page and page.cursor)
        paged += [hit.key for hit in page.hits]
    assert paged == [hit.key for hit in whole]
    by_date = search_page(connection, choice, sort="newest", limit=1000).hits
    assert sorted(paged) == sorted(hit.key for hit in by_date)
