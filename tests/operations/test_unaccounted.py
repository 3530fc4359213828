"""Unaccounted lines are rows like others: proven, named where forged or deleted, put right, purged."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from harbincrawl.archive.database.connection import FILE
from harbincrawl.operations.rebuild import rebuild
from tests.support.crawling import ask, crawl
from tests.support.honest_histories import check
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


def test_they_are_proven_by_the_pages_read_again(archive: Path) -> None:
    found = check(archive)
    assert found.problems == []
    assert found.proven["unexplained lines"] > 0


@pytest.mark.parametrize(
    ("forgery", "words"),
    [
        ("UPDATE unaccounted SET text = 'Other words.' WHERE rowid_of", "not in the log"),
        ("DELETE FROM unaccounted WHERE rowid_of", "missing"),
        (
            f"{INTO} VALUES (1, 'http://e.my399.com/news/2020-01-01/1.html', 'line', 'x')",
            "not in the log",
        ),
        (f"{INTO} SELECT 1, address, 'page', 'x' FROM unaccounted LIMIT 1", "not in the log"),
        (f"{INTO} VALUES (1, 'http://e.my399.com/news/', 'item', 'A title')", "not in the log"),
    ],
)
def test_what_was_forged_is_named_and_put_right(archive: Path, forgery: str, words: str) -> None:
    before = ask(archive, ROWS)
    first = "run = 1 AND address = (SELECT min(address) FROM unaccounted WHERE run = 1)"
    write(archive, forgery.replace("rowid_of", first))
    assert any(words in problem.what for problem in check(archive).problems)
    rebuild(archive, give_up=False, progress=lambda *_: None, workers=1)
    assert ask(archive, ROWS) == before
    assert check(archive).problems == []


def test_those_of_lists_are_rows_of_their_pages(archive: Path) -> None:
    rows = ask(archive, "SELECT run, kind, text FROM unaccounted WHERE address = 'http://e.my399.com/news/'")
    assert {kind for _, kind, _ in rows} == {"page"}
    assert all("http://e.my399.com/news/index_99.html" in text for *_, text in rows)
    write(archive, "DELETE FROM unaccounted WHERE address = 'http://e.my399.com/news/' AND run = 1")
    assert any("missing" in problem.what for problem in check(archive).problems)


def test_a_purge_leaves_none_of_an_article(archive: Path) -> None:
    ((id, url),) = ask(archive, "SELECT id, url FROM articles ORDER BY number LIMIT 1")
    assert any(address == url for _, address, *_ in ask(archive, ROWS))
    ((words,),) = ask(archive, f"SELECT text FROM unaccounted WHERE address = '{url}' AND run = 1 LIMIT 1")
    write(archive, f"{INTO} VALUES (2, 'http://e.my399.com/news/', 'item', 'A title {url}')")
    run(archive, int(id))
    assert not [row for row in ask(archive, ROWS) if url in row[1] or url in row[3]]
    assert find_left(archive, [words]) == []
    assert problems(archive) == []
