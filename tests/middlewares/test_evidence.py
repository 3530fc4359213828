"""Evidence: a capture has one owner from its first moment, whenever a batch is committed."""

from __future__ import annotations

import gzip
from collections import Counter
from datetime import datetime
from pathlib import Path

import pytest

from tests.support.crawling import ask, check_whole, crawl, execute, kept
from tests.support.twin import Fault, make_twin, serve
from tests.support.twin.site import TwinAnswer

COMMIT_AT_EVERY_TURN = """
import asyncio.base_events as loops, sqlite3
import harbincrawl.pipelines.batches as batches

writers = []
make = batches.BatchWriter.__post_init__

def note(self):
    make(self)
    writers.append(self)

batches.BatchWriter.__post_init__ = note
turn = loops.BaseEventLoop._run_once

def commit_first(self):
    for writer in tuple(writers):
        try:
            writer.connection.in_transaction or writer.flush()
        except sqlite3.ProgrammingError:
            writers.remove(writer)  # the run has ended and closed its database
    turn(self)

loops.BaseEventLoop._run_once = commit_first
"""
"""A batch is committed before every turn of the loop: between any two awaits of the crawl."""


@pytest.mark.attack
@pytest.mark.parametrize("flags", [("--concurrency", "4"), ()])
def test_a_batch_at_every_await_stores_each_capture_once(tmp_path: Path, flags: tuple[str, ...]) -> None:
    twin = make_twin(51, 24, sections=("news", "gallery"))
    stories = twin.listing("news")
    twin.faults[stories[3].path] = Fault("503", 2)
    twin.faults[stories[5].path] = Fault("redirect", to=stories[5].path + "?moved=1")
    twin.faults[stories[7].path] = Fault("404")
    with serve(twin) as server:
        crawl(tmp_path / "often", server, "news", "gallery", *flags, code=None, prelude=COMMIT_AT_EVERY_TURN)
        often = Counter(request.path for request in server.requests)
        twin.faults[stories[3].path] = Fault("503", 2)
        server.clear()
        crawl(tmp_path / "once", server, "news", "gallery", *flags, code=None)
    assert kept(tmp_path / "often") == kept(tmp_path / "once")
    for archive in (tmp_path / "often", tmp_path / "once"):
        check_whole(archive)
        captures = dict(ask(archive, "SELECT address, count(*) FROM captures GROUP BY 1"))
        assert sum(captures.values()) == sum(often.values()), "each answer of the site is one capture"
        assert ask(archive, "SELECT count(*) FROM captures WHERE warc IS NULL") == [(0,)]


def test_pages_of_one_article_stay_together_whatever_is_committed_between_them(tmp_path: Path) -> None:
    twin = make_twin(52, 24, sections=("news",))
    several = [story for story in twin.listing("news") if story.page_count > 1]
    assert several
    with serve(twin) as server:
        crawl(tmp_path, server, prelude=COMMIT_AT_EVERY_TURN)
    check_whole(tmp_path, twin)
    for story in several:
        (row,) = ask(
            tmp_path,
            "SELECT count(*) FROM captures WHERE first_page = (SELECT capture FROM articles WHERE number = ?)",
            story.number,
        )
        assert row == (story.page_count - 1,)


@pytest.mark.parametrize(
    "body", [b"<h1>Sorry</h1>", pytest.param(gzip.compress(bytes(17 << 20)), id="large", marks=pytest.mark.attack)]
)
def test_a_status_is_an_answer_though_its_body_is_not_what_its_coding_says(tmp_path: Path, body: bytes) -> None:
    twin = make_twin(53, 12, sections=("news",))
    missing, busy = (story.path for story in twin.listing("news")[3:5])
    answer = twin.answer
    turned_away: list[str] = []

    def answer_oddly(path: str, now: datetime | None = None) -> TwinAnswer:
        if path == missing:
            return TwinAnswer(404, {"Content-Encoding": "gzip"}, body)
        if path == busy and not turned_away:
            turned_away.append(path)
            return TwinAnswer(503, {"Content-Encoding": "gzip"}, body)
        return answer(path, now)

    twin.answer = answer_oddly  # type: ignore[method-assign]
    with serve(twin) as server:
        report = crawl(tmp_path, server).report
    check_whole(tmp_path)
    assert [(one["class"], one["reason"]) for one in report["failures"]] == [("missing", "HTTP 404")]
    assert (report["retries"], report["new"] + report["duplicate"]) == (1, 11)


@pytest.mark.attack
def test_a_purged_article_that_a_redirect_leads_to_is_not_asked_for(tmp_path: Path) -> None:
    twin = make_twin(21, 40, sections=("news",))
    other, purged = twin.listing("news")[1], twin.listing("news")[6]
    with serve(twin) as server:
        crawl(tmp_path, server)
        execute(tmp_path, "purge", purged.number, "--yes", code=0)
        twin.faults[other.path] = Fault("redirect", to=purged.path)
        server.clear()
        report = crawl(tmp_path, server, "--recheck", "all", code=3).report
        assert purged.path not in {request.path for request in server.requests}
    assert [failure["reason"] for failure in report["failures"]] == ["it leads to an article that was taken down"]
