"""Facets count every hit once, in a stable order; copies fold into their original."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from harbincrawl.archive.database.connection import open_reader
from harbincrawl.search.choice import SORTS, count_hits, make_choice, search_page
from harbincrawl.search.facets import FACETS, count_facet
from harbincrawl.search.filters import Filters
from tests.support.archives import build_archive
from tests.support.corpus_cases import numbers


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    articles = [
        {"number": 1, "author": "Wang Wei and Li Ming", "created": "2019-12-31", "body": "w " * 50},
        {"number": 2, "author": "WANG WEI", "created": "2020-02-29", "source": "Xinhua", "body": "w " * 400},
        {"number": 3, "created": "2020-02-01", "section_path": "gallery", "section": "Photo Gallery"},
        {"number": 4, "created": None, "updated": None, "url": "http://e.my399.com/4", "source": None},
        {"number": 5, "created": "2021-01-01", "section_path": "change"},
    ]
    folder = build_archive(tmp_path_factory.mktemp("archive"), articles, duplicates=[(5, 3, 1.0, "exact")])
    opened = open_reader(folder)
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("name", "bars"),
    [
        ("section", [("Harbin Today", 3), ("Photo Gallery", 1)]),
        ("source", [("chinadaily.com.cn", 2), (None, 1), ("Xinhua", 1)]),
        ("author", [(None, 2), ("Wang Wei", 2), ("Li Ming", 1)]),
        ("year", [(None, 1), ("2019", 1), ("2020", 2)]),
        ("month", [(None, 1), ("2019-12", 1), ("2020-02", 2)]),
        ("length", [("0", 2), ("1-99", 1), ("300-999", 1)]),
    ],
)
def test_a_facet_counts_originals(
    connection: sqlite3.Connection, name: str, bars: list[tuple[str | None, int]]
) -> None:
    found = count_facet(connection, make_choice(Filters()), name)
    assert [(bar.value, bar.articles) for bar in found] == bars


@pytest.mark.parametrize("name", FACETS)
def test_copies_count_if_asked_for(connection: sqlite3.Connection, name: str) -> None:
    folded = sum(bar.articles for bar in count_facet(connection, make_choice(Filters()), name))
    unfolded = sum(bar.articles for bar in count_facet(connection, make_choice(Filters()), name, copies=True))
    assert unfolded == folded + 1


@pytest.fixture(scope="module")
def copies(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    articles = [
        {"number": 1, "title": "Fair", "body": "harbin fair", "created": "2020-01-01"},
        {"number": 2, "title": "Fair", "body": "harbin fair", "created": "2020-01-02", "section_path": "companies"},
        {"number": 3, "title": "Fair", "body": "harbin fair extra", "created": "2020-01-03", "section_path": "change"},
        {"number": 4, "title": "Fair again", "body": "harbin", "created": "2020-01-04"},
    ]
    links = [(2, 1, 1.0, "exact"), (3, 1, 0.9, "near")]
    opened = open_reader(build_archive(tmp_path_factory.mktemp("copies"), articles, duplicates=links))
    yield opened
    opened.close()


@pytest.mark.parametrize("sort", SORTS)
def test_copies_fold_into_their_original(copies: sqlite3.Connection, sort: str) -> None:
    choice = make_choice(Filters(query="fair"))
    page = search_page(copies, choice, sort=sort)
    assert {hit.number: hit.also for hit in page.hits} == {1: (2, 3), 4: ()}
    assert count_hits(copies, choice) == 2
    assert sum(bar.articles for bar in count_facet(copies, choice, "section")) == 2
    unfolded = search_page(copies, choice, sort=sort, copies=True)
    assert {hit.number for hit in unfolded.hits} == {1, 2, 3, 4}
    assert count_hits(copies, choice, copies=True) == 4


def test_a_copy_stands_for_itself_where_its_original_is_no_hit(copies: sqlite3.Connection) -> None:
    assert numbers(copies, "extra") == [3]
    assert numbers(copies, "fair", sections=("companies",)) == [2]
    assert numbers(copies, "fair", sections=("companies", "change")) == [2]


@pytest.mark.parametrize("seed", range(4))
def test_a_group_is_counted_once_for_its_original_else_for_its_lowest_id(tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)
    sections = {number: dice.choice("xyz") for number in range(1, 41)}
    copies: dict[int, int] = {}
    for number in sections:
        original = dice.randrange(1, 41)
        if dice.random() < 0.4 and original not in (number, *copies) and number not in copies.values():
            copies[number] = original
    articles = [{"number": number, "section_path": section} for number, section in sections.items()]
    links = [(copy, original, 1.0, "exact") for copy, original in copies.items()]
    connection = open_reader(build_archive(tmp_path, articles, duplicates=links))
    for chosen in ("x", "xy", "xyz"):
        shown: dict[int, int] = {}
        for number in sorted(sections, key=lambda number: (number in copies, number)):
            if sections[number] in chosen:
                shown.setdefault(copies.get(number, number), number)
        found = search_page(connection, make_choice(Filters(sections=tuple(chosen))), limit=None).hits
        assert {copies.get(hit.number, hit.number): hit.number for hit in found} == shown
    connection.close()
