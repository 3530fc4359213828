"""Every place of a query in an article, and no other."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from harbincrawl.archive.database.connection import open_reader
from harbincrawl.search.choice import fit_choice, fit_filters
from harbincrawl.search.filters import Filters
from harbincrawl.search.found import LONGEST, find_places
from tests.support.archives import build_archive

TITLE = "Snow festivals open"
BODY = [
    "Festival visitors saw snow, snowfall and SNOW.",
    "The ice festival ended; tickets cost $4.",
    "Café at Snów Street.",
]
CAPTION = {"url": "http://e.my399.com/a.png", "caption": "Snowy festival", "credit": "Snow News"}


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    archive = build_archive(
        tmp_path_factory.mktemp("found") / "archive",
        [
            {"number": 1, "title": TITLE, "body": BODY, "images": [CAPTION]},
            {"number": 2, "title": "Snow", "body": "snow " * (LONGEST // 5 + 1)},
            {"number": 3, "title": None, "body": None},
            {"number": 4, "title": "snow \x01snow\x02", "body": "snow"},
        ],
    )
    with closing(open_reader(archive)) as opened:
        yield opened


def find(connection: sqlite3.Connection, number: int, query: str, exact: bool = False) -> dict[str, list[str]] | None:
    filters = Filters(query=query, exact=exact)
    choice = fit_choice(connection, filters)
    key, *texts = connection.execute(
        "SELECT key, title, body, captions FROM articles WHERE number = ?", (number,)
    ).fetchone()
    found = find_places(connection, key, choice, exact=fit_filters(connection, filters).exact)
    if found is None:
        return None
    return {
        name: [text[begin:end] for begin, end in spans]
        for name, text, spans in zip(("title", "body", "captions"), texts, found, strict=True)
        if spans
    }


@pytest.mark.parametrize(
    ("query", "title", "body", "captions"),
    [
        ("snow", ["Snow"], ["snow", "SNOW", "Snów"], ["Snow"]),
        ("snow*", ["Snow"], ["snow", "snowfall", "SNOW", "Snów"], ["Snowy", "Snow"]),
        ("festival", ["festivals"], ["Festival", "festival"], ["festival"]),
        ('"ice festival"', [], ["ice festival"], []),
        ("title:snow", ["Snow"], [], []),
        ("captions:snow", [], [], ["Snow"]),
        ("snow -nothing", ["Snow"], ["snow", "SNOW", "Snów"], ["Snow"]),
        ("tickets OR cafe", [], ["tickets", "Café"], []),
        ("tickets section:news", [], ["tickets"], []),
        ("nothingatall", [], [], []),
        ("section:news", [], [], []),
    ],
)
def test_stems_prefixes_phrases_and_fields_are_found(
    connection: sqlite3.Connection, query: str, title: list[str], body: list[str], captions: list[str]
) -> None:
    found = find(connection, 1, query) or {}
    assert (found.get("title", []), found.get("body", []), found.get("captions", [])) == (title, body, captions)


@pytest.mark.parametrize(
    ("query", "body"),
    [
        ("snow", ["snow", "SNOW", "Snów"]),
        ("festival", ["Festival", "festival"]),
        ("festiv*", ["Festival", "festival"]),
        ('"ice festival ended"', ["ice festival ended"]),
        ('snow OR "saw snow"', ["saw snow", "SNOW", "Snów"]),
        ("visitor", []),
    ],
)
def test_exact_words_are_found_as_they_are_written(connection: sqlite3.Connection, query: str, body: list[str]) -> None:
    assert (find(connection, 1, query, exact=True) or {}).get("body", []) == body


def test_a_text_that_is_too_long_is_not_looked_through_and_one_that_is_not_there_has_no_place(
    connection: sqlite3.Connection,
) -> None:
    assert find(connection, 2, "snow") is None
    assert find(connection, 3, "snow") == {}


def test_signs_of_a_mark_in_the_text_itself_make_no_mark(connection: sqlite3.Connection) -> None:
    found = find(connection, 4, "snow")
    assert found is not None
    assert "title" not in found
    assert found["body"] == ["snow"]
