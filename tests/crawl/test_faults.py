"""Addresses that fail once, often or for ever: patience where it helps, a name for what it does not."""

from __future__ import annotations

import json
import random
import time
from pathlib import Path

import pytest

from harbincrawl.walk.articles import RUNS_TO_PARK
from tests.support.crawling import article_requests, ask, check_sums, check_whole, crawl, records, start_crawl
from tests.support.gates import hold_articles
from tests.support.twin import Fault, changes, make_twin, serve


@pytest.mark.attack
def test_an_archive_is_whole_though_a_third_of_all_addresses_fail_at_first(tmp_path: Path) -> None:
    twin = make_twin(21, 40, sections=("news", "gallery"))
    dice = random.Random(21)
    paths = [story.page_path(page) for story in twin.stories.values() for page in range(1, story.page_count + 1)]
    paths += ["/news/", "/news/index_2.html", "/news/index_3.html", "/gallery/index_2.html"]
    kinds: tuple[tuple[str, dict[str, object]], ...] = (
        ("503", {"retry_after": 0.1}), ("500", {}), ("drop", {}), ("cut", {}), ("slow", {"seconds": 0.05}),
        ("429", {"retry_after": 0}), ("cut", {"chunked": True}),
    )  # fmt: skip
    chosen = dice.sample(paths, len(paths) * 3 // 10)
    for at, path in enumerate(chosen):
        kind, options = kinds[at % len(kinds)]
        twin.faults[path] = Fault(kind, dice.choice((1, 2)), **options)
    with serve(twin) as server:
        first = crawl(tmp_path, server, "news", "gallery")
    check_whole(tmp_path, twin)
    assert first.report["retries"] >= len(chosen) * 4 // 6
    assert first.report["failures"] == []
    # Every answer is on record, those of the vain attempts too.
    statuses = dict(ask(tmp_path, "SELECT status, count(*) FROM captures GROUP BY status"))
    assert statuses[503] >= 1 <= statuses[429]


@pytest.mark.attack
def test_a_retry_after_is_waited_for(tmp_path: Path) -> None:
    twin = make_twin(22, 10, sections=("news",))
    story = twin.listing("news")[3]
    twin.faults[story.path] = Fault("429", 1, retry_after=1)
    with serve(twin) as server:
        began = time.monotonic()
        run = crawl(tmp_path, server)
    assert time.monotonic() - began >= 1
    assert run.report["retries"] == 1
    check_whole(tmp_path, twin)


def set_timeout(seconds: float) -> str:
    return f"import harbincrawl.settings\nharbincrawl.settings.DOWNLOAD_TIMEOUT = {seconds}"


@pytest.mark.attack
def test_a_page_that_trickles_costs_two_deadlines_and_holds_up_no_other(tmp_path: Path) -> None:
    twin = make_twin(27, 10, sections=("news",))
    story = twin.listing("news")[3]
    twin.faults[story.path] = Fault("slow", seconds=10_000, pieces=100_000)
    with serve(twin) as server:
        run = crawl(tmp_path, server, code=3, prelude=set_timeout(1))
        assert article_requests(server).count(story.path) == 2
        assert [failure["class"] for failure in run.report["failures"]] == ["timeout"]
        assert run.report["new"] == 9
        twin.faults.clear()
        crawl(tmp_path, server)
    check_whole(tmp_path, twin)


@pytest.mark.attack
def test_a_site_that_answers_nothing_in_time_any_more_is_lost_soon(tmp_path: Path) -> None:
    twin = make_twin(27, 10, sections=("news",))
    stories = twin.listing("news")
    for story in stories[3:]:
        twin.faults[story.path] = Fault("slow", seconds=10_000, pieces=100_000)
    with serve(twin) as server:
        run = crawl(tmp_path, server, code=6, prelude=set_timeout(0.5))
        assert [article_requests(server).count(story.path) for story in stories[3:]] == [2, 1, 1, 1, 0, 0, 0]
        assert "the site cannot be reached any more (no whole answer within 0.5 second" in run.words
        twin.faults.clear()
        crawl(tmp_path, server)
    check_whole(tmp_path, twin)


@pytest.mark.attack
def test_lasting_failures_are_named_asked_again_and_parked(tmp_path: Path) -> None:
    twin = make_twin(23, 24, sections=("news",))
    broken, soft, home, empty = (story.path for story in twin.listing("news")[2:6])
    twin.faults |= {
        broken: Fault("500"),
        soft: Fault("soft404"),
        home: Fault("home"),
        empty: Fault("empty"),
    }
    with serve(twin) as server:
        for _ in range(RUNS_TO_PARK):
            run = crawl(tmp_path, server, code=3)
            assert run.report["failed"] == 4
        server.clear()
        parked = crawl(tmp_path, server)
        assert article_requests(server) == []
        assert parked.report["left"] == 4
        twin.faults.clear()
        changes.edit(twin, twin.listing("news")[2].number, "title", dice=random.Random(1))
        crawl(tmp_path, server)
        assert len(article_requests(server)) == 1
    base = "http://e.my399.com"
    found = {failure["address"].removeprefix(base): failure for failure in run.report["failures"]}
    assert (found[broken]["class"], found[broken]["reason"]) == ("http", "HTTP 500")
    assert {found[path]["class"] for path in (soft, home, empty)} == {"not-an-article"}
    assert f"{base}{broken}: http: HTTP 500" in run.words
    assert len(records(tmp_path)) == 21


@pytest.mark.attack
def test_a_missing_page_in_the_middle_makes_the_article_failed_not_short(tmp_path: Path) -> None:
    twin = make_twin(24, 30, sections=("gallery",))
    story = next(story for story in twin.listing("gallery") if story.page_count > 2)
    twin.faults[story.page_path(2)] = Fault("404", 1)
    with serve(twin) as server:
        run = crawl(tmp_path, server, "gallery", code=3)
        assert story.number not in records(tmp_path)
        crawl(tmp_path, server, "gallery")
    assert [(failure["class"], failure["reason"]) for failure in run.report["failures"]] == [
        ("pages", "page 2 answers HTTP 404")
    ]
    check_whole(tmp_path, twin)


@pytest.mark.parametrize(
    "fault", [Fault("404"), *(pytest.param(each, marks=pytest.mark.attack) for each in (
        Fault("500"), Fault("redirect", to="/gallery/")))]
)  # fmt: skip
def test_a_list_page_that_fails_or_leads_elsewhere_is_a_hole_that_a_later_run_closes(
    tmp_path: Path, fault: Fault
) -> None:
    twin = make_twin(25, 40, sections=("news",))
    twin.faults["/news/index_3.html"] = fault
    with serve(twin) as server:
        first = crawl(tmp_path, server, code=3)
        assert first.report["sections"]["news"]["walk"] == "partial"
        assert "list page 3" in first.report["sections"]["news"]["reason"]
        assert (first.report["wanted"], first.report["sections"]["news"]["gap"]) == (32, 8)
        twin.faults.clear()
        second = crawl(tmp_path, server)
    assert second.report["sections"]["news"]["walk"] == "full"
    check_whole(tmp_path, twin)


def test_a_site_that_cannot_be_reached_is_told_soon_and_leaves_all_as_it_was(tmp_path: Path) -> None:
    twin = make_twin(1, 10, sections=("news",))
    kept, new = tmp_path / "kept", tmp_path / "made" / "archive"
    with serve(twin) as server:
        crawl(kept, server)
    run = crawl(new, server.url, code=6)
    assert run.words == f"harbincrawl: could not connect to {server.url}: Connection refused\n"
    assert (run.report["outcome"], run.report["failures"], run.report["robots"]) == ("failed", [], None)
    assert list(tmp_path.iterdir()) == [kept], "no archive is left behind"
    crawl(kept, server.url, code=6)
    check_whole(kept, twin)
    assert ask(kept, "SELECT exit_code FROM runs") == [(0,), (6,)]


def test_a_site_that_vanishes_in_the_middle_ends_the_run_and_loses_nothing(tmp_path: Path) -> None:
    twin = make_twin(27, 40, sections=("news",))
    gate = hold_articles(twin, 10)
    with serve(twin) as server:
        running = start_crawl(tmp_path, server)
        gate.wait()
        gate.break_off()
    gate.open()
    code, out, words = running.wait()
    report = json.loads(out)
    check_sums(report)
    assert code == report["exit_code"] == 6
    assert report["outcome"] == "failed"
    assert "cannot be reached any more" in words
    assert 0 < report["new"] < 40
    assert report["failed"] <= 6
    assert len(records(tmp_path)) == report["new"] + report["duplicate"]
    with serve(twin, server.port) as again:
        crawl(tmp_path, again)
    check_whole(tmp_path, twin)
