"""Storing articles and pictures: outcomes, revisions, the full-text index, and what is not touched."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from harbincrawl.archive.articles import revisions
from harbincrawl.archive.articles.revisions import compare_revisions, diff_words, read_revisions
from harbincrawl.archive.articles.store import Fetched, Store
from harbincrawl.archive.captures import find_answer, find_original, read_pages
from harbincrawl.archive.coverage import measure_coverage
from harbincrawl.archive.database.connection import FILE, open_reader, open_writer, read_archive
from harbincrawl.archive.media import put_media, write_media
from harbincrawl.archive.runs.log import RunLog
from harbincrawl.records import Article, Capture, Image, ListWords
from harbincrawl.text import time_text
from tests.support.archives import build_archive
from tests.support.sites import HARBIN_TODAY

NOON = datetime(2024, 6, 1, 12, tzinfo=UTC)
ARTICLE = Article(
    id="5370",
    url="http://e.my399.com/news/2020-03-01/5370.html",
    section="Harbin Today",
    section_path="news",
    title="Ice festival opens",
    updated=date(2020, 3, 1),
    created=date(2020, 3, 1),
    author="Wang Wei",
    authors=("Wang Wei",),
    source="my399",
    body=("The festival opened.", "Many came."),
    images=(Image("http://e.my399.com/d/file/1.jpg", "A castle of ice", "Photo/VCG", "1.jpg"),),
    summary="It opened.",
    parser="1",
)


@pytest.fixture
def store(connection: sqlite3.Connection) -> Store:
    return Store(connection, 1)


def capture(page: int = 1, **facts: Any) -> Capture:
    address = ARTICLE.url if page == 1 else ARTICLE.url.replace(".html", f"_{page}.html")
    made = Capture(address, time_text(NOON), 200)
    return replace(made, **facts)


def put(store: Store, article: Article, days: int = 0, *captures: Capture) -> str:
    outcome = store.put_article(Fetched(article, captures or (capture(),), NOON + timedelta(days=days)))
    store.flush_index()
    store.connection.execute("INSERT INTO articles_fts(articles_fts, rank) VALUES ('integrity-check', 1)")
    return outcome


def index_state(connection: sqlite3.Connection) -> list[tuple[object, ...]]:
    return connection.execute("SELECT id, hex(block) FROM articles_fts_data ORDER BY id").fetchall()


def row(connection: sqlite3.Connection, columns: str) -> tuple[object, ...]:
    row: tuple[object, ...] = connection.execute(f"SELECT {columns} FROM articles").fetchone()
    return row


@pytest.mark.parametrize(
    "edit",
    [
        {"title": "Ice festival closes"},
        {"body": ("The festival opened.", "Many came!")},
        {"author": "Li Na"},
        {"source": None},
        {"updated": date(2020, 3, 2)},
        {"images": (Image("http://e.my399.com/d/file/1.jpg", "A castle of snow", "Photo/VCG", "1.jpg"),)},
    ],
)
def test_an_edit_is_one_revision_that_keeps_the_earlier_state(
    store: Store, connection: sqlite3.Connection, edit: dict[str, Any]
) -> None:
    assert put(store, ARTICLE) == "new"
    edited = replace(ARTICLE, **edit)
    assert put(store, edited, 3) == "changed"
    assert put(store, edited, 4) == "same"
    kept = connection.execute("SELECT revision, title, updated, author, source, body, cause FROM revisions").fetchall()
    assert kept == [
        (1, "Ice festival opens", "2020-03-01", "Wang Wei", "my399", "The festival opened.\n\nMany came.", "crawl")
    ]
    assert row(connection, "revision, first_seen, last_changed, last_seen, change") == (
        2, "2024-06-01T12:00:00Z", "2024-06-04T12:00:00Z", "2024-06-05T12:00:00Z", 2,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("edit", "moves"),
    [
        ({}, False),
        ({"summary": "It has opened."}, True),
        ({"url": "http://e.my399.com/gallery/2020-03-01/5370.html", "section": "Photo Gallery"}, True),
    ],
)
def test_a_change_outside_the_fingerprint_does_not_touch_the_index(
    store: Store, connection: sqlite3.Connection, edit: dict[str, Any], moves: bool
) -> None:
    put(store, ARTICLE)
    before = index_state(connection)
    assert put(store, replace(ARTICLE, **edit), 2) == "same"
    assert index_state(connection) == before
    assert connection.execute("SELECT count(*) FROM revisions").fetchone() == (0,)
    assert row(connection, "revision, last_seen, change") == (1, "2024-06-03T12:00:00Z", 2 if moves else 1)


@pytest.mark.parametrize("body", [("The festival  opened.", "Many\xa0came."), ("The festival opened. Many came.",)])
def test_other_white_space_is_stored_and_is_no_revision(
    store: Store, connection: sqlite3.Connection, body: tuple[str, ...]
) -> None:
    put(store, ARTICLE)
    assert put(store, replace(ARTICLE, body=body), 2) == "same"
    assert connection.execute("SELECT count(*) FROM revisions").fetchone() == (0,)
    assert row(connection, "revision, body, change") == (1, "\n\n".join(body), 2)


def test_the_index_finds_new_words_and_no_longer_old_ones(store: Store, connection: sqlite3.Connection) -> None:
    put(store, ARTICLE)
    put(store, replace(ARTICLE, title="Snow melts", updated=date(2021, 1, 1)), 1)

    def count(word: str) -> int:
        return len(connection.execute("SELECT rowid FROM articles_fts WHERE articles_fts MATCH ?", (word,)).fetchall())

    assert (count("snow"), count("title:ice"), count("captions:ice")) == (1, 0, 1)
    assert row(connection, "key >> 32") == (date(2021, 1, 1).toordinal(),)


def test_the_index_is_right_after_new_and_changed_articles_in_one_batch(
    store: Store, connection: sqlite3.Connection
) -> None:
    for number in (3, 1, 2):
        store.put_article(Fetched(replace(ARTICLE, id=str(number)), (capture(),), NOON))
    store.put_article(Fetched(replace(ARTICLE, id="1", title="Another"), (capture(),), NOON))
    store.flush_index()
    connection.execute("INSERT INTO articles_fts(articles_fts, rank) VALUES ('integrity-check', 1)")
    assert connection.execute("SELECT number, change FROM articles ORDER BY number").fetchall() == [
        (1, 4), (2, 3), (3, 1),
    ]  # fmt: skip


def test_gone_is_marked_once_and_an_answer_makes_the_article_live_again(
    store: Store, connection: sqlite3.Connection
) -> None:
    put(store, ARTICLE)
    store.mark_gone(5370)
    store.mark_gone(5370)
    assert row(connection, "status, change") == ("gone", 2)
    store.renew_seen(5370, NOON + timedelta(days=9))
    assert row(connection, "status, change, last_seen") == ("live", 4, "2024-06-10T12:00:00Z")
    # The last answer counts, also where the clock went back before it.
    store.renew_seen(5370, NOON, ListWords(summary="Another summary"))
    assert row(connection, "summary, last_seen") == ("Another summary", "2024-06-01T12:00:00Z")
    store.renew_seen(999, NOON)


def test_read_pages_gives_the_pages_of_the_stored_state_not_later_ones(
    store: Store, connection: sqlite3.Connection
) -> None:
    pages = [capture(page, etag=f'"{page}"', warc="a.warc.gz", offset=page, digest=f"sha1:{page}") for page in (1, 2)]
    put(store, ARTICLE, 0, *pages)
    store.put_captures([capture(1, etag='"stray"', warc="a.warc.gz", offset=9, digest="sha1:9")])
    assert [(page.address, page.etag) for page in read_pages(connection, ARTICLE.id)] == [
        (pages[0].address, '"1"'),
        (pages[1].address, '"2"'),
    ]
    assert read_pages(connection, 4) == ()
    assert find_answer(connection, pages[0].address, '"1"', None) == ("a.warc.gz", 1)
    assert find_answer(connection, pages[0].address, '"2"', None) is None
    assert find_original(connection, "sha1:9") == ("a.warc.gz", 9)
    assert find_original(connection, "sha1:8") is None


def test_a_picture_and_its_name_are_on_disk_before_its_row_commits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []
    sync, replace = os.fsync, Path.replace

    def note_sync(handle: int) -> None:
        steps.append(f"sync {Path(f'/proc/self/fd/{handle}').readlink().relative_to(tmp_path)}")
        sync(handle)

    def note_replace(path: Path, target: Path) -> Path:
        steps.append(f"rename to {target.relative_to(tmp_path)}")
        return replace(path, target)

    with closing(open_writer(tmp_path)) as connection, closing(RunLog(tmp_path, connection, "test")) as log:
        monkeypatch.setattr(os, "fsync", note_sync)
        monkeypatch.setattr(Path, "replace", note_replace)
        monkeypatch.setattr(log, "commit", lambda: None)
        connection.set_trace_callback(lambda statement: steps.append(statement.split()[0]))
        name = write_media(tmp_path, b"a picture", "jpg")
        put_media(connection, log, {"http://e.my399.com/a.jpg": name})
        connection.set_trace_callback(None)
    file = f"media/{name}"
    order = ["sync .", f"sync {file}.part", f"rename to {file}", "sync media", "BEGIN", "UPDATE", "COMMIT"]
    assert steps == order


def test_a_picture_whose_file_holds_other_bytes_is_written_again(tmp_path: Path) -> None:
    name = write_media(tmp_path, b"a picture", "jpg")
    (tmp_path / "media" / name).write_bytes(bytes(9))
    assert write_media(tmp_path, b"a picture", "jpg") == name
    assert (tmp_path / "media" / name).read_bytes() == b"a picture"


def measure(archive: Path) -> dict[str, Any] | None:
    with read_archive(archive) as connection:
        return measure_coverage(connection, HARBIN_TODAY)


def test_each_number_is_counted_once_a_gap_in_the_year_of_the_number_before_it(tmp_path: Path) -> None:
    archive = build_archive(tmp_path, [{"number": 3, "created": "2014-05-09"}, {"number": 9, "created": "2015-07-02"}])
    with closing(sqlite3.connect(archive / FILE)) as connection, connection:
        connection.execute("DELETE FROM captures")
        for number, day in ((7, "2015-07-01"), (8, "2015-07-01"), (2_000_000, "2015-07-01")):
            # What an archive of others lists raises no highest number.
            connection.execute(
                "INSERT INTO captures(run, address, fetched_at, status, source, host)"
                " VALUES (1, ?, '2016-01-01T00:00:00Z', 200, 'wayback', 'web.archive.org')",
                (f"http://e.my399.com/news/{day}/{number}.html",),
            )
    found = measure(archive)
    assert found is not None
    years = [tuple(each.values()) for each in found["years"]]
    assert years == [(None, 0, 0, 2), ("2014", 1, 0, 3), ("2015", 1, 2, 0)]
    assert found["highest"] == 9 == sum(found[kind] for kind in ("stored", "seen", "missing"))


def test_without_a_counter_or_a_number_there_is_none(tmp_path: Path) -> None:
    assert measure(build_archive(tmp_path, [])) is None
    with read_archive(tmp_path) as connection:
        assert measure_coverage(connection, replace(HARBIN_TODAY, counter=False)) is None


TEXTS = st.text(alphabet="ab \n.", max_size=60)


def test_revisions_are_in_order_the_current_one_last(tmp_path: Path) -> None:
    image = {"url": "u", "caption": "A train", "credit": "Xinhua", "file_name": None}
    folder = build_archive(
        tmp_path,
        [{"number": 5, "title": "New", "body": "b", "revision": 2, "images": [image]}],
        revisions=[{"number": 5, "revision": 1, "title": "Old", "body": "b", "images": [image], "cause": "reparse"}],
    )
    connection = open_reader(folder)
    first, present = read_revisions(connection, 5)
    assert read_revisions(connection, 6) == []
    connection.close()
    assert (first.revision, first.title, first.cause) == (1, "Old", "reparse")
    assert (present.revision, present.title, present.cause, present.replaced) == (2, "New", None, None)
    assert first.captions == present.captions == "A train [Xinhua]"
    assert list(compare_revisions(first, present)) == ["title", "updated", "source"]


def test_a_changed_number_is_one_removed_and_one_added_word() -> None:
    pieces = diff_words("The line has 12 stops.", "The line has 14 stops.")
    assert [tuple(piece) for piece in pieces] == [
        ("same", "The line has "),
        ("removed", "12"),
        ("added", "14"),
        ("same", " stops."),
    ]


@given(TEXTS, TEXTS, st.booleans())
@example(" x" * 20_000, " x y" * 20_000, False)
@example("x\n" * 20_000, "y\nx\n" * 20_000, False)
@example(".!" * 20_000, ".?a" * 20_000, False)
def test_a_diff_holds_both_texts_though_it_is_divided_or_would_take_hours(old: str, new: str, divided: bool) -> None:
    with pytest.MonkeyPatch.context() as patch:
        if divided:
            patch.setattr(revisions, "_MOST_PAIRS", 40)
        pieces = diff_words(old, new)
    assert "".join(piece.text for piece in pieces if piece.change != "added") == old
    assert "".join(piece.text for piece in pieces if piece.change != "removed") == new
