"""The feed of a saved search: an entry with a stable id for each change."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from lxml import etree

from harbincrawl.archive.database.connection import FILE, open_reader
from harbincrawl.archive.saved import make_search, remove_search, save_search
from harbincrawl.archive.user import change_user
from harbincrawl.serve import readers
from harbincrawl.serve import watch as watching
from harbincrawl.serve.watch import Watch
from tests.support.archives import build_archive
from tests.support.web_site import Site, running

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    articles = [{"number": number, "title": f"metro {number}"} for number in (1, 2)]
    folder = build_archive(tmp_path_factory.mktemp("watches") / "archive", [*articles, {"number": 3, "title": "bus"}])
    now = datetime(2026, 1, 1, tzinfo=UTC)
    with closing(open_reader(folder)) as connection, change_user(folder) as user:
        save_search(user, make_search(connection, "metro", 'metro "<b>"', {}, now))
        save_search(user, make_search(connection, "straße", "metro", {"status": "live", "copies": True}, now))
    return folder


@pytest.fixture(scope="module")
def site(archive: Path) -> Iterator[Site]:
    with running(archive) as started:
        yield started


def ids(site: Site, address: str) -> list[str | None]:
    feed = etree.fromstring(site.ask(address).body)
    return [entry.findtext(f"{ATOM}id") for entry in feed.iter(f"{ATOM}entry")]


def test_every_change_has_an_id_of_its_own(site: Site, archive: Path) -> None:
    feed = "/watches/stra%C3%9Fe.atom"
    tag = "tag:e.my399.com,2000:watch:straße:harbin-today"
    assert ids(site, feed) == [f"{tag}:2:2", f"{tag}:1:1"]
    with closing(sqlite3.connect(archive / FILE)) as connection, connection:
        connection.execute("UPDATE articles SET change = 4 WHERE number = 1")
    assert ids(site, feed) == [f"{tag}:1:4", f"{tag}:2:2"]


def test_the_saved_searches_have_a_page(site: Site) -> None:
    page = site.ask("/watches").text
    assert "metro &#34;&lt;b&gt;&#34;" in page and 'href="/watches/stra%C3%9Fe.atom"' in page
    assert 'href="/search?q=metro+%22%3Cb%3E%22"' in page
    listed = json.loads(site.ask("/watches.json").text)
    assert [(each["name"], each["feed"]) for each in listed] == [
        ("metro", "/watches/metro.atom"), ("straße", "/watches/stra%C3%9Fe.atom"),
    ]  # fmt: skip
    assert site.ask("/watches/none.atom").status == 404


def test_a_search_that_is_saved_or_removed_is_seen_at_once(site: Site, archive: Path) -> None:
    before = site.ask("/watches.json").text
    with closing(open_reader(archive)) as connection, change_user(archive) as user:
        save_search(user, make_search(connection, "late", "bus", {}, datetime(2026, 1, 1, tzinfo=UTC)))
    assert '"late"' in site.ask("/watches.json").text
    with change_user(archive) as user:
        remove_search(user, "late")
    assert site.ask("/watches.json").text == before


def test_what_is_kept_is_forgotten_on_another_day(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    watch = Watch(archive)
    first = watch.read_state(0)
    assert watch.read_state(100) == first
    monkeypatch.setattr(watching, "find_today", lambda: date(2000, 1, 1))
    assert watch.read_state(200) == first + 1
    watch.close()


def test_a_question_that_waited_for_a_thread_finds_what_was_made_of_a_newer_state(archive: Path) -> None:
    gate, asked, threads = threading.Event(), readers.Readers(archive), readers.LANES["pages"].threads

    def make(reader: readers.Reader) -> int:
        return reader.remember("made", lambda: reader.state)

    async def ask_all() -> list[object]:
        busy = [asyncio.ensure_future(asked.ask(lambda _: gate.wait(4), 1, "pages")) for _ in range(threads)]
        late = [asyncio.ensure_future(asked.ask(make, state, "pages")) for state in (1, 2, 3)]
        await asyncio.sleep(0)
        gate.set()
        await asyncio.gather(*busy)
        return await asyncio.gather(*late)

    assert asyncio.run(ask_all()) == [3, 3, 3]
    asked.stop()


def test_a_change_is_seen_at_once_and_those_that_follow_it_together(archive: Path) -> None:
    watch = Watch(archive)
    first = watch.read_state(0)
    with closing(sqlite3.connect(archive / "articles.db", isolation_level=None)) as connection:
        for now, state in (
            (100, first + 1),
            (100.5, first + 1),
            (100.9, first + 1),
            (101, first + 2),
            (102.5, first + 3),
        ):
            connection.execute("UPDATE articles SET change = change + 1")
            assert watch.read_state(now) == state
        assert watch.read_state(200) == first + 3
        connection.execute("UPDATE articles SET change = change + 1")
        assert watch.read_state(300) == first + 4
        connection.execute("INSERT INTO purged VALUES (99, 1, '2026-01-01T00:00:00Z')")
        assert watch.read_state(300.1) == first + 5
    watch.close()
