"""At which pages of a template a layout is to be learnt, and from which of them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from harbincrawl.archive.database.connection import open_writer
from harbincrawl.archive.layouts import LayoutRow, list_due, list_unasked, put_frame, put_layout, put_opinion


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(open_writer(tmp_path)) as connection:
        yield connection


def put_page(connection: sqlite3.Connection, address: str, body: str, frame: str = "f") -> int:
    added = connection.execute(
        "INSERT INTO captures(run, address, fetched_at, status, body_hash, warc, source, host)"
        " VALUES (1, ?, '2024-01-01T00:00:00Z', 200, ?, 'a.warc.gz', 'site', '')",
        (address, body),
    )
    assert added.lastrowid
    put_frame(connection, added.lastrowid, frame, "digest" if frame == "known" else None)
    return added.lastrowid


def make_row(frame: str, pages: int) -> LayoutRow:
    return LayoutRow(frame, pages, 1, "parser", (), "digest", "{}", None)


def test_a_layout_is_due_at_the_fifth_the_twentieth_and_the_eightieth_page(archive: sqlite3.Connection) -> None:
    captures = []
    due: list[tuple[int, int, tuple[int, ...]]] = []
    for number in range(200):
        captures.append(put_page(archive, f"/{number}", f"{number}"))
        for frame, pages, samples in list_due(archive):
            put_layout(archive, make_row(frame, pages))
            due.append((number + 1, pages, samples))
    assert [(number, pages) for number, pages, _ in due] == [(5, 5), (20, 20), (80, 80)]
    assert [samples for *_, samples in due] == [tuple(captures[:5]), tuple(captures[:20]), tuple(captures[:80:2])]


def test_all_that_came_together_is_learnt_at_the_same_places(archive: sqlite3.Connection) -> None:
    captures = [put_page(archive, f"/{number}", f"{number}") for number in range(100)]
    assert list(list_due(archive)) == [
        ("f", 5, tuple(captures[:5])), ("f", 20, tuple(captures[:20])), ("f", 80, tuple(captures[:80:2])),
    ]  # fmt: skip
    assert list(list_due(archive, ["g"])) == []


def test_an_article_counts_once_whatever_it_was_like_later_and_a_body_once(archive: sqlite3.Connection) -> None:
    put_page(archive, "/1", "a")
    for again in range(10):
        put_page(archive, "/1", f"changed {again}")
        put_page(archive, f"/copy {again}", "a")
    assert list(list_due(archive)) == []
    own = [put_page(archive, f"/{number}", f"{number}") for number in range(2, 6)]
    assert list(list_due(archive)) == [("f", 5, (1, *own))]


def test_articles_are_asked_once_behind_those_that_were(archive: sqlite3.Connection) -> None:
    put_layout(archive, make_row("known", 5))
    captures = [put_page(archive, f"/{number}", f"{number}", "known") for number in range(3)]
    put_page(archive, "/1", "changed", "known")
    put_page(archive, "/9", "9")
    found = [("known", 5, 0, capture, f"/{number}") for number, capture in enumerate(captures)]
    assert list_unasked(archive) == found
    for capture in captures:
        put_opinion(archive, capture, ["body"])
    assert list_unasked(archive) == []
    last = put_page(archive, "/4", "4", "known")
    assert list_unasked(archive) == [("known", 5, 3, last, "/4")]
    # A page that is read again as before keeps what was said of it; that of another layout is asked anew.
    put_frame(archive, captures[0], "known", "digest")
    assert archive.execute("SELECT count(opinion) FROM frames").fetchone() == (3,)
    put_layout(archive, make_row("known", 5))
    assert archive.execute("SELECT count(opinion) FROM frames").fetchone() == (0,)
