"""Unaccounted lines are rows like others: proven, named where forged or deleted, put right, purged."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from harbincrawl.archive.database.connection import FILE
from tests.support.crawling import ask, crawl
from tests.support.odd_pages import make_odd
from tests.support.purging import find_left, problems, run
from tests.support.twin import make_twin, serve

ROWS = "SELECT run, address, kind, text FROM unaccounted ORDER BY 1, 2, 3, 4"

INTO = "INSERT INTO unaccounted(run, address, kind, text)"


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("crawled") / "archive"
    twin = make_twin(5, 20)
    make_odd(twin, lambda path: path.startswith("/news/"))
    with serve(twin) as server:
        crawl(folder, server, "news", code=3)
        crawl(folder, server, "news", "--recheck", "all")
    return folder


def write(archive: Path, sql: str) -> None:
    with closing(sqlite3.connect(archive / FILE)) as connection, connection:
        connection.execute(sql)


def test_a_purge_leaves_none_of_an_article(archive: Path) -> None:
    ((id, url),) = ask(archive, "SELECT id, url FROM articles ORDER BY number LIMIT 1")
    assert any(address == url for _, address, *_ in ask(archive, ROWS))
    ((words,),) = ask(archive, f"SELECT text FROM unaccounted WHERE address = '{url}' AND run = 1 LIMIT 1")
    write(archive, f"{INTO} VALUES (2, 'http://e.my399.com/news/', 'item', 'A title {url}')")
    run(archive, int(id))
    assert not [row for row in ask(archive, ROWS) if url in row[1] or url in row[3]]
    assert find_left(archive, [words]) == []
    assert problems(archive) == []
