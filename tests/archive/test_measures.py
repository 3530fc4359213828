"""What a run measured: fields by section, lengths, texts that many share, robots.txt; counted, never quoted."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from harbincrawl.archive.database import FILE, open_writer
from harbincrawl.archive.measures import measure_articles, measure_database, measure_robots, measure_stored
from tests.support.archives import add_capture, build_archive

ROBOTS = "http://e.my399.com/robots.txt"
LAST = "A last paragraph that is long enough to be told from a note."


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Any]:
    opened = []

    def build(articles: list[dict[str, Any]], **more: Any) -> sqlite3.Connection:
        build_archive(tmp_path, [{"capture": {"run": 2, "warc": None}} | each for each in articles], **more)
        opened.append(open_writer(tmp_path))
        return opened[-1]

    yield build
    for connection in opened:
        connection.close()


def test_fields_are_counted_by_section(make: Any) -> None:
    connection = make(
        [
            {"body": "One."},
            {"body": None, "source": None},
            {"body": "Three.", "section_path": "gallery", "title": None},
            {"body": "Read in an earlier run.", "capture": {"run": 1}},
            {"body": "Not asked for in this run."},
        ]
    )
    found = measure_articles(connection, 2, [1, 2, 3, 4])
    assert found.read == 3
    assert dict(found.sections["news"]) == {"read": 2, "title": 2, "date": 2, "source": 1, "body": 1}
    assert found.sections["gallery"]["title"] == 0
    assert sorted(found.lengths) == [4, 6]


def test_shared_bodies_and_tails_are_counted_but_exact_copies_are_not(make: Any) -> None:
    bodies = [f"Own beginning {number}.\n\n{LAST}" for number in range(3)] + ["Same.", "Same.", "Same."]
    connection = make([{"body": body} for body in bodies], duplicates=[(6, 5, 1.0, "exact")])
    found = measure_articles(connection, 2, range(1, 7))
    assert (found.same_body, found.same_tail) == (2, 3)


def test_an_archive_without_articles_measures_nothing(make: Any) -> None:
    found = measure_articles(make([]), 2, [])
    assert (found.read, found.lengths, found.same_body, found.same_tail) == (0, [], 0, 0)


def test_what_is_stored_of_a_section_leaves_out_what_was_just_read(make: Any) -> None:
    connection = make([{"body": None, "section_path": "gallery"} for _ in range(3)] + [{"body": "x"}])
    found = measure_stored(connection, ["gallery", "nowhere"], [1])
    assert found["gallery"] == {"read": 2, "title": 2, "date": 2, "source": 2, "body": 0}
    assert found["nowhere"]["read"] == 0


@pytest.mark.parametrize(
    ("status", "said"), [(200, "200:abc"), (404, "none"), (403, "none"), (429, None), (503, None), (None, None)]
)
def test_robots_are_known_by_their_bytes_or_by_their_absence(make: Any, status: int | None, said: str | None) -> None:
    connection = make([])
    add_capture(connection, {"address": ROBOTS, "run": 1, "status": 200, "body_hash": "old"})
    if status is not None:
        add_capture(connection, {"address": ROBOTS, "run": 2, "status": status, "body_hash": "abc"})
    assert measure_robots(connection, 2, ROBOTS) == said


def test_the_size_of_the_database_includes_its_log(make: Any, tmp_path: Path) -> None:
    connection = make([{"body": "x"}])
    with closing(connection.cursor()):
        found = measure_database(connection, tmp_path)
    assert found["stored"] == 1
    assert found["database_bytes"] >= (tmp_path / FILE).stat().st_size
