"""Measures of a run: fields by section, lengths, shared texts, robots.txt."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harbincrawl.archive.database.connection import FILE, open_writer
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
    measures = measure_articles(connection, 2, ["1", "2", "3", "4"])
    assert measures.read == 3
    assert dict(measures.sections["news"]) == {"read": 2, "title": 2, "date": 2, "source": 1, "body": 1}
    assert measures.sections["gallery"]["title"] == 0
    assert sorted(measures.lengths) == [4, 6]


def test_shared_bodies_and_tails_are_counted_but_exact_copies_are_not(make: Any) -> None:
    bodies = [f"Own beginning {number}.\n\n{LAST}" for number in range(3)] + ["Same.", "Same.", "Same."]
    connection = make([{"body": body} for body in bodies], duplicates=[(6, 5, 1.0, "exact")])
    measures = measure_articles(connection, 2, map(str, range(1, 7)))
    assert (measures.same_body, measures.same_tail) == (2, 3)


def test_an_archive_without_articles_measures_nothing(make: Any) -> None:
    measures = measure_articles(make([]), 2, [])
    assert (measures.read, measures.lengths, measures.same_body, measures.same_tail) == (0, [], 0, 0)


def test_the_stored_articles_of_a_section_are_counted_without_those_just_read(make: Any) -> None:
    connection = make([{"body": None, "section_path": "gallery"} for _ in range(3)] + [{"body": "x"}])
    measures = measure_stored(connection, ["gallery", "nowhere"], ["1"])
    assert measures["gallery"] == {"read": 2, "title": 2, "date": 2, "source": 2, "body": 0}
    assert measures["nowhere"]["read"] == 0


@pytest.mark.parametrize(
    ("status", "measure"), [(200, "200:abc"), (404, "none"), (403, "none"), (429, None), (503, None), (None, None)]
)
def test_robots_txt_is_measured_by_its_hash_or_its_absence(make: Any, status: int | None, measure: str | None) -> None:
    connection = make([])
    add_capture(connection, {"address": ROBOTS, "run": 1, "status": 200, "body_hash": "old"})
    if status is not None:
        add_capture(connection, {"address": ROBOTS, "run": 2, "status": status, "body_hash": "abc"})
    assert measure_robots(connection, 2, ROBOTS) == measure


def test_the_size_of_the_database_is_that_of_its_file_when_the_log_is_taken_in(make: Any, tmp_path: Path) -> None:
    connection = make([{"body": "x"}])
    connection.execute("CREATE TABLE more AS SELECT zeroblob(1000000)")
    log = tmp_path / f"{FILE}-wal"
    assert log.stat().st_size > 1_000_000
    measures = measure_database(connection)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert (measures["stored"], log.stat().st_size) == (1, 0)
    assert measures["database_bytes"] == (tmp_path / FILE).stat().st_size > 1_000_000
