"""Requests made are outcomes and interruptions, however a crawl ends: none vanishes without a word."""

from __future__ import annotations

import json
import re
import signal
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.crawl.test_scrapy_settings import read_report
from tests.support.answers import Told, serve_answers
from tests.support.crawling import ask, check_sums, check_whole, crawl, start_crawl
from tests.support.forge import Running
from tests.support.gates import Gate, hold_articles
from tests.support.honest_histories import check
from tests.support.scrapy_commands import crawl_words, fork_scrapy
from tests.support.twin import Fault, Server, Twin, make_twin, serve

BASE = "http://e.my399.com"
SOON = "import harbincrawl.fetch.ending\nharbincrawl.fetch.ending.GRACE = 0.5"
"""What is on its way when the crawl is to end is given up sooner than in seven seconds."""


@pytest.fixture
def twin() -> Twin:
    return make_twin(99, 40, sections=("news",))


def check_requests(report: Mapping[str, Any]) -> None:
    """The sum, and what each of its parts has to be."""
    for name in ("requests", "requests_made", "outcomes", "interrupted"):
        assert isinstance(report[name], int), name
        assert report[name] >= 0, name
    assert report["requests_made"] == report["outcomes"] + report["interrupted"]


def end(running: Running) -> tuple[int, dict[str, Any]]:
    code, printed, words = running.wait()
    assert printed, words
    report: dict[str, Any] = json.loads(printed)
    assert report["exit_code"] == code
    check_sums(report)
    check_requests(report)
    return code, report


def count_pages(server: Server) -> int:
    """Answers that were no robots.txt."""
    return sum(request.path != "/robots.txt" for request in server.requests)


@pytest.mark.parametrize("flags", [(), ("--concurrency", "4")], ids=["one at a time", "four at once"])
def test_a_whole_crawl_has_an_outcome_for_each_page(tmp_path: Path, twin: Twin, flags: tuple[str, ...]) -> None:
    with serve(twin) as server:
        report = crawl(tmp_path, server, *flags).report
        assert report["requests"] == len(server.requests)
        assert report["requests_made"] == report["outcomes"] == count_pages(server)
        server.clear()
        again = crawl(tmp_path, server, "--recheck", "all", *flags).report
        assert again["requests_made"] == again["outcomes"] == count_pages(server)
    for each in (report, again):
        check_requests(each)
        assert each["interrupted"] == 0


def test_retries_and_redirects_belong_to_the_request_they_serve(tmp_path: Path, twin: Twin) -> None:
    moved, again = [story for story in twin.listing("news") if story.page_count == 1][2:4]
    there = moved.path.replace("/news/", "/gallery/")
    twin.faults = {
        "/news/index_2.html": Fault("503", 1, retry_after=0),
        again.path: Fault("503", 2, retry_after=0),
        moved.path: Fault("redirect", 1, to=there),
    }

    def answer(path: str) -> Told | None:
        made = twin.answer(moved.path if path == there else path)
        return made.status, made.headers, made.body

    with serve_answers(answer) as server:
        report = crawl(tmp_path, server).report
        paths = [request.path for request in server.requests]
    assert (paths.count(again.path), paths.count(there), paths.count("/news/index_2.html")) == (3, 1, 2)
    check_requests(report)
    assert report["interrupted"] == 0
    assert report["requests"] == len(paths)
    assert report["retries"] == 3
    assert report["requests_made"] == len(set(paths) - {"/robots.txt", there})


def test_a_page_that_is_cut_off_is_an_attempt_and_no_request_of_its_own(tmp_path: Path, twin: Twin) -> None:
    twin.faults = {story.path: Fault("cut", 1) for story in twin.listing("news")[3:6]}
    with serve(twin) as server:
        report = crawl(tmp_path, server).report
        assert report["requests"] == len(server.requests)
        assert report["requests_made"] == report["outcomes"] == len({request.path for request in server.requests}) - 1
    check_requests(report)
    check_whole(tmp_path, twin)


def test_what_robots_txt_forbids_is_an_outcome_and_no_attempt(tmp_path: Path, twin: Twin) -> None:
    forbidden = [story.path for story in twin.listing("news")[5:15:3]]
    rules = "".join(f"Disallow: {path}\n" for path in forbidden)
    with serve(twin, robots=f"User-agent: *\n{rules}") as server:
        report = crawl(tmp_path, server, code=3).report
        assert report["requests"] == len(server.requests)
        assert report["requests_made"] == report["outcomes"] == count_pages(server) + len(forbidden)
    check_requests(report)
    assert report["robots"]["forbidden"] == report["failed"] == len(forbidden)
    assert {failure["class"] for failure in report["failures"]} == {"robots"}


def test_what_leads_off_the_site_or_fails_for_good_is_an_outcome(tmp_path: Path, twin: Twin) -> None:
    away, broken, gone, home = (story.path for story in twin.listing("news")[5:9])
    twin.faults = {
        away: Fault("redirect", to="http://www.example.com/"),
        broken: Fault("500"),
        gone: Fault("404"),
        home: Fault("home"),
    }
    with serve(twin) as server:
        report = crawl(tmp_path, server, code=3).report
        assert report["requests"] == len(server.requests)
    check_requests(report)
    assert (report["failed"], report["interrupted"]) == (4, 0)
    found = {failure["address"].removeprefix(BASE): failure["class"] for failure in report["failures"]}
    assert found == {away: "refused", broken: "http", gone: "missing", home: "not-an-article"}


@pytest.mark.parametrize("flags", [(), ("--concurrency", "4")], ids=["one at a time", "four at once"])
def test_a_signal_half_way_leaves_no_request_uncounted(tmp_path: Path, twin: Twin, flags: tuple[str, ...]) -> None:
    gate = hold_articles(twin, 10)
    with serve(twin) as server:
        running = start_crawl(tmp_path, server, *flags)
        gate.wait()
        running.send(signal.SIGINT)
        gate.open()
        code, report = end(running)
        assert (code, report["outcome"]) == (130, "interrupted")
        assert 0 < report["new"] < 40
        assert report["requests"] == len(server.requests)
        check_requests(crawl(tmp_path, server).report)
    check_whole(tmp_path, twin)


def test_a_page_that_does_not_come_after_a_signal_is_interrupted(tmp_path: Path, twin: Twin) -> None:
    gate = hold_articles(twin, 10)
    with serve(twin) as server:
        running = start_crawl(tmp_path, server, "--concurrency", "4", prelude=SOON)
        gate.wait()
        running.send(signal.SIGINT)
        code, report = end(running)
        gate.open()
    assert code == 130
    assert report["failed"] == 0
    assert report["interrupted"] >= 1


@pytest.mark.parametrize("at_once", [1, 4])
def test_a_count_of_items_leaves_no_request_uncounted(tmp_path: Path, twin: Twin, at_once: int) -> None:
    settings = [f"CONCURRENT_REQUESTS={at_once}", f"CONCURRENT_REQUESTS_PER_DOMAIN={at_once}"]
    with serve(twin) as server:
        ended = fork_scrapy(*crawl_words(tmp_path, server.url, "CLOSESPIDER_ITEMCOUNT=10", *settings))
        assert ended.code == 0, ended.words
        report = read_report(tmp_path)
        assert report["closed"] == "closespider_itemcount"
        check_requests(report)
        assert report["requests"] == len(server.requests)
        check_requests(crawl(tmp_path, server).report)
    check_whole(tmp_path, twin)


@pytest.mark.parametrize("flags", [(), ("--concurrency", "4")], ids=["one at a time", "four at once"])
def test_a_site_that_is_lost_in_the_middle_leaves_no_request_uncounted(
    tmp_path: Path, twin: Twin, flags: tuple[str, ...]
) -> None:
    gate = hold_articles(twin, 10)
    with serve(twin) as server:
        running = start_crawl(tmp_path, server, *flags)
        gate.wait()
        gate.break_off()
    gate.open()
    code, report = end(running)
    assert (code, report["outcome"]) == (6, "failed")
    assert re.search("cannot be reached any more", report["error"])
    assert 0 < report["new"] < 40
    with serve(twin, server.port) as back:
        check_requests(crawl(tmp_path, back).report)
    check_whole(tmp_path, twin)


def test_a_crawl_that_ends_between_two_pages_of_an_article_leaves_a_whole_archive(tmp_path: Path, twin: Twin) -> None:
    gate = Gate(twin, lambda path: path.endswith("_2.html") and "index" not in path)
    with serve(twin) as server:
        running = start_crawl(tmp_path, server, prelude=SOON)
        gate.wait()
        running.send(signal.SIGINT)
        code, _ = end(running)
        gate.open()
    assert code == 130
    assert ask(tmp_path, "SELECT count(*) FROM captures WHERE address GLOB '*/*-*.html'")[0][0]
    assert check(tmp_path).problems == []
