"""Measures of a run: fields by section, and the size of the database."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harbincrawl.archive.database.connection import FILE, open_writer
from harbincrawl.archive.measures import measure_articles, measure_database
from tests.support.archives import build_archive


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
    assert dict(measures["news"]) == {"read": 2, "title": 2, "date": 2, "source": 1, "body": 1, "photos": 0}
    assert (measures["gallery"]["read"], measures["gallery"]["title"]) == (1, 0)


def test_the_size_of_the_database_is_that_of_its_file_when_the_log_is_taken_in(make: Any, tmp_path: Path) -> None:
    connection = make([{"body": "x"}])
    connection.execute("CREATE TABLE more AS SELECT zeroblob(1000000)")
    log = tmp_path / f"{FILE}-wal"
    assert log.stat().st_size > 1_000_000
    measures = measure_database(connection)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert (measures["stored"], log.stat().st_size) == (1, 0)
    assert measures["database_bytes"] == (tmp_path / FILE).stat().st_size > 1_000_000
