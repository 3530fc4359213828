"""Facets count every hit once, in a stable order."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest

from harbincrawl.archive.database.connection import open_reader
from harbincrawl.search.choice import make_choice
from harbincrawl.search.facets import FACETS, count_facet
from harbincrawl.search.filters import Filters
from tests.support.archives import build_archive


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
