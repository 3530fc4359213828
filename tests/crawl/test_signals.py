"""Ctrl-C: once ends the crawl cleanly, twice ends it now."""

from __future__ import annotations

import json
import random
import signal
import time
from itertools import product
from pathlib import Path
from typing import cast

import pytest

from tests.support.crawling import article_requests, ask, check_sums, check_whole, crawl, records, start_crawl
from tests.support.families import sample
from tests.support.forge import PATIENCE, Running, wait_for
from tests.support.gates import Gate, hold_articles
from tests.support.twin import Fault, Server, Twin, changes, make_twin, serve


def end(running: Running) -> dict[str, object]:
    code, out, said = running.wait()
    assert said.splitlines()[-1] == "interrupted: crawl again, and it goes on from here"
    report: dict[str, object] = json.loads(out)
    check_sums(report)
    assert (code, report["outcome"], report["exit_code"]) == (130, "interrupted", 130)
    return report


def finish(archive: Path, twin: Twin, server: Server) -> None:
    server.clear()
    crawl(archive, server)
    check_whole(archive, twin)


SOON = "import harbincrawl.settings\nharbincrawl.settings.DOWNLOAD_TIMEOUT = 1\n"
"""What does not come is given up sooner than in twenty seconds."""


@pytest.mark.parametrize(("comes", "flags"), sample(product([True, False], [(), ("--concurrency", "4")]), 4))
def test_one_signal_commits_what_came_in(tmp_path: Path, comes: bool, flags: tuple[str, ...]) -> None:
    twin = make_twin(31, 40, sections=("news",))
    gate = hold_articles(twin, 10)
    with serve(twin) as server:
        running = start_crawl(tmp_path, server, *flags, prelude="" if comes else SOON)
        gate.wait()
        running.send(signal.SIGINT)
        if comes:
            gate.open()
        report = end(running)
        gate.open()
        assert report["failed"] == 0
        assert len(records(tmp_path)) == report["wanted"] == report["new"] > 3
        assert report["left"] == cast("int", report["listed"]) - len(records(tmp_path))
        assert ask(tmp_path, "SELECT outcome, exit_code FROM runs") == [("interrupted", 130)]
        asked = set(article_requests(server))
        finish(tmp_path, twin, server)
        # A multi-page article may be asked again from its first page, and what was in flight; no other one is.
        assert len(asked.intersection(article_requests(server))) <= 3 + 4 * (not comes)


@pytest.mark.attack
def test_one_signal_waits_for_no_turn_and_for_no_name_server(tmp_path: Path) -> None:
    twin = make_twin(38, 10, sections=("news",))
    asked = tmp_path / "asked"
    never = f"import socket, time\nsocket.getaddrinfo = lambda *_, **__: (open({str(asked)!r}, 'w'), time.sleep(600))"
    with serve(twin) as server:
        turn = start_crawl(tmp_path / "turn", server, "--delay", "600", prelude=SOON)
        name = start_crawl(
            tmp_path / "name", server, "--site-url", f"http://localhost:{server.port}", prelude=SOON + never
        )
        wait_for(asked.exists, "a look-up")
        # At once: a look-up that takes too long ends the run as well.
        name.send(signal.SIGINT)
        wait_for(lambda: bool(server.requests), "robots.txt")
        turn.send(signal.SIGINT)
        for running in (turn, name):
            end(running)


def test_one_signal_in_the_middle_of_the_lists_moves_no_floor(tmp_path: Path) -> None:
    twin = make_twin(32, 40, sections=("news",))
    gate = Gate(twin, lambda path: path == "/news/index_3.html")
    with serve(twin) as server:
        running = start_crawl(tmp_path, server)
        gate.wait()
        running.send(signal.SIGTERM)
        gate.open()
        end(running)
        # What the pages before it have shown was asked for, and nothing else.
        assert 0 < len(records(tmp_path)) < ask(tmp_path, "SELECT count(*) FROM listed")[0][0] < 40
        assert ask(tmp_path, "SELECT floor FROM sections") in ([], [(0,)])
        finish(tmp_path, twin, server)


@pytest.mark.attack
def test_one_signal_ends_a_long_retry_after_at_once(tmp_path: Path) -> None:
    twin = make_twin(33, 40, sections=("news",))
    waiting = twin.listing("news")[20]
    twin.faults[waiting.path] = Fault("503", 1, retry_after=500)
    with serve(twin) as server:
        running = start_crawl(tmp_path, server)
        wait_for(lambda: waiting.path in article_requests(server), "the 503")
        # What came in before the wait is stored before it, too.
        wait_for(lambda: ask(tmp_path, "SELECT count(*) FROM articles") != [(0,)], "articles")
        running.send(signal.SIGINT)
        report = end(running)
        # It had not all of its attempts: nothing is known of it, and nothing is held against it.
        assert report["failed"] == 0
        finish(tmp_path, twin, server)


def test_a_second_signal_stops_at_once_and_what_is_committed_stays(tmp_path: Path) -> None:
    twin = make_twin(34, 40, sections=("news",))
    slow = twin.listing("news")[25]
    twin.faults[slow.path] = Fault("slow", 1, seconds=2 * PATIENCE)
    with serve(twin) as server:
        running = start_crawl(tmp_path, server)
        wait_for(lambda: slow.path in article_requests(server), "the slow one")
        running.send(signal.SIGINT)
        time.sleep(0.3)
        assert running.is_alive()

        def is_ended_by_another() -> bool:
            # On a busy machine two signals may come in as one.
            running.send(signal.SIGINT)
            return not running.is_alive()

        wait_for(is_ended_by_another, "its end")
        assert running.wait()[0] == 130
        finish(tmp_path, twin, server)


@pytest.mark.attack
def test_a_changed_article_cut_off_between_two_pages_is_still_seen_to_have_changed(tmp_path: Path) -> None:
    twin = make_twin(35, 30, sections=("news", "gallery"))
    story = next(story for story in twin.listing("gallery") if story.page_count > 2)
    with serve(twin) as server:
        crawl(tmp_path, server, "news", "gallery")
        changes.edit(twin, story.number, "source", dice=random.Random(1))
        gate = Gate(twin, lambda path: path == story.page_path(2))
        running = start_crawl(tmp_path, server, "news", "gallery", "--recheck", "all")
        gate.wait()
        running.send(signal.SIGINT)
        gate.open()
        end(running)
        # Its new page 1 is on record; what answers 304 to that one is not what is stored.
        again = crawl(tmp_path, server, "news", "gallery", "--recheck", "all")
        check_whole(tmp_path, twin)
    assert again.report["changed"] == 1
