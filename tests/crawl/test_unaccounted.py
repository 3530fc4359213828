"""What pages show and no reader explains: kept, reported, told to people, an alarm above a tenth of the pages."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from harbincrawl.archive.database.connection import FILE
from harbincrawl.archive.unaccounted import put_unaccounted
from harbincrawl.records import Unaccounted
from tests.support.archives import build_archive
from tests.support.crawling import ask, change, check_whole, crawl, execute
from tests.support.odd_pages import LINE, make_odd
from tests.support.purging import find_left, problems, run
from tests.support.sites import HARBIN_TODAY
from tests.support.twin import make_twin, serve

WORDS = LINE.partition("{}")[0]


def test_unaccounted_lines_are_kept_reported_and_told(tmp_path: Path) -> None:
    twin = make_twin(5, 30)
    make_odd(twin, lambda path: path.startswith("/news/") and "-" in path)
    with serve(twin) as server:
        run = crawl(tmp_path, server, "news", "gallery", code=3)
        again = crawl(tmp_path, server, "news", code=None)
    rows = ask(tmp_path, "SELECT address, kind, text FROM unaccounted WHERE run = 1")
    stored = {url for (url,) in ask(tmp_path, "SELECT url FROM articles WHERE section_path = 'news'")}
    assert stored <= {address for address, *_ in rows}
    assert {kind for _, kind, _ in rows} == {"line"}
    assert all(text.startswith(WORDS) for *_, text in rows)

    found = run.report["unaccounted"]
    assert found["pages"] == len({address for address, *_ in rows}) == found["sections"]["news"] == len(stored)
    assert [each["pages"] for each in found["wordings"]] == [found["pages"]], "numbers aside, it is one wording"
    assert run.report["health"]["broken"] == ["unaccounted"]
    match = re.search(
        r"(\d+) pages with unaccounted lines: harbincrawl explain (\S+)\n +(\d+) of them: (.*)", run.words
    )
    assert match and match[4].startswith(WORDS)
    assert int(match[1]) == int(match[3]) == found["pages"]
    assert again.report["unaccounted"]["pages"] < found["pages"], "a run speaks of the pages that it read"
    for words, code, printed in ((["explain", match[2]], 0, "unaccounted    The river rose"),
                                 (["status"], 3, "unaccounted lines")):  # fmt: skip
        ended, out, _ = execute(tmp_path, *words)
        assert ended == code and printed in out
    check_whole(tmp_path)


@pytest.mark.attack
def test_a_list_that_lost_an_item_keeps_its_floor_and_is_reported(tmp_path: Path) -> None:
    prelude = """
from dataclasses import replace
import harbincrawl.spiders.lists as lists
from harbincrawl.records import Unaccounted
read = lists.read_listing
lists.read_listing = lambda *given: replace(read(*given), unaccounted=(Unaccounted("item", "Lost " + given[1]),))
"""
    with serve(make_twin(5, 30)) as server:
        run = crawl(tmp_path, server, "news", prelude=prelude)
    pages = run.report["sections"]["news"]["listing_pages"]
    assert run.report["unaccounted"]["sections"] == {"news": pages}
    assert run.report["sections"]["news"]["gap"] == 0
    assert ask(tmp_path, "SELECT floor FROM sections") == [(1,)]
    assert len(ask(tmp_path, "SELECT 1 FROM unaccounted WHERE kind = 'item' AND address LIKE '%/news/%'")) == pages
    assert run.report["facts"]["unaccounted"]["lists"] == {"news": {"read": pages, "unaccounted": pages}}


@pytest.mark.attack
def test_more_than_a_tenth_of_the_pages_breaks_the_rule_with_3_until_it_is_less(tmp_path: Path) -> None:
    twin = make_twin(6, 40)
    odd: list[str] = []
    make_odd(twin, lambda path: bool(odd) and "-" in path)
    with serve(twin) as server:
        crawl(tmp_path, server, "news")
        odd.append("now")
        run = crawl(tmp_path, server, "news", "--recheck", "all", code=3)
        odd.clear()
        after = crawl(tmp_path, server, "news", "--recheck", "all")
    assert run.report["health"]["broken"] == ["unaccounted"]
    assert "health: unaccounted: " in run.words
    assert after.report["health"]["broken"] == []


def test_nothing_is_kept_of_links_to_purged_articles(tmp_path: Path) -> None:
    build_archive(tmp_path)
    link = "Old news http://e.my399.com/news/2020-09-23/5370.html"
    with closing(sqlite3.connect(tmp_path / FILE)) as connection:
        connection.execute("INSERT INTO purged VALUES (5370, 1, '2026-03-01T00:00:00Z')")
        connection.execute(
            "INSERT INTO runs(run, kind, started, outcome, arguments, versions) VALUES (9, 'crawl', '', '', '{}', '{}')"
        )
        left = [Unaccounted("item", link), Unaccounted("line", "Words")]
        put_unaccounted(connection, 9, "http://e.my399.com/news/", left, HARBIN_TODAY, None)
        assert connection.execute("SELECT text FROM unaccounted").fetchall() == [("Words",)]


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


def test_a_purge_leaves_none_of_an_article(archive: Path) -> None:
    ((id, url),) = ask(archive, "SELECT id, url FROM articles ORDER BY number LIMIT 1")
    assert any(address == url for _, address, *_ in ask(archive, ROWS))
    ((words,),) = ask(archive, f"SELECT text FROM unaccounted WHERE address = '{url}' AND run = 1 LIMIT 1")
    change(archive, f"{INTO} VALUES (2, 'http://e.my399.com/news/', 'item', 'A title {url}')")
    run(archive, int(id))
    assert not [row for row in ask(archive, ROWS) if url in row[1] or url in row[3]]
    assert find_left(archive, [words]) == []
    assert problems(archive) == []
