"""A site that stands still: the first run takes it whole, the next ones ask for next to nothing and say so."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.crawling import article_requests, ask, check_whole, crawl, kept, listing_requests, revisions
from tests.support.twin import Fault, changes, make_twin, serve


def test_the_first_run_takes_the_site_whole_and_the_second_finds_nothing_new(tmp_path: Path) -> None:
    twin = make_twin(3, 40, sections=("news", "gallery", "SPE/sh/wf"))
    with serve(twin, gzip=True) as server:
        first = crawl(tmp_path, server, "--all")
        check_whole(tmp_path, twin)
        before = kept(tmp_path)
        server.clear()
        second = crawl(tmp_path, server, "--all")
    assert (first.report["new"] + first.report["duplicate"], first.report["outcome"]) == (40, "complete")
    assert "news: incremental walk, 23 listed, no gap (1 list page)" in second.words
    assert "1 list prints no count" in second.last, "a list of one page has no pager"
    assert article_requests(server) == []
    for section in twin.sections:
        asked = [path for path in listing_requests(server) if path.startswith(f"/{section}/")]
        assert 1 <= len(asked) <= 2
    assert (second.report["known"], second.report["wanted"]) == (40, 0)
    assert second.report["not_modified"] == len(twin.sections)
    assert kept(tmp_path) == before
    check_whole(tmp_path, twin)


@pytest.mark.attack
def test_an_article_that_is_missing_for_ever_and_a_line_off_the_site_stay_quiet(tmp_path: Path) -> None:
    twin = make_twin(5, 40, sections=("news",))
    missing = twin.listing("news")[9]
    twin.faults[missing.path] = Fault("404")
    address = changes.link_elsewhere(twin, "news")
    with serve(twin) as server:
        first = crawl(tmp_path, server)
        second = crawl(tmp_path, server)
        server.clear()
        third = crawl(tmp_path, server)
    assert (first.report["failed"], first.report["elsewhere"], first.report["listed"]) == (1, 1, 41)
    assert second.report["gone"] == 1
    assert [failure["class"] for failure in first.report["failures"]] == ["missing"]
    assert article_requests(server) == []
    assert len(listing_requests(server)) <= 2
    assert "no gap" in third.last
    assert not any("example.com" in request.path for request in server.requests)
    assert ask(tmp_path, "SELECT address, number FROM listed WHERE number IS NULL") == [(address, None)]


@pytest.mark.attack
def test_a_site_without_totals_or_validators_is_quiet_too(tmp_path: Path) -> None:
    twin = make_twin(6, 40, sections=("news", "gallery"))
    twin.printed_total = {"news": False, "gallery": False}
    with serve(twin, conditional=False) as server:
        crawl(tmp_path, server, "news", "gallery")
        server.clear()
        second = crawl(tmp_path, server, "news", "gallery")
        assert article_requests(server) == []
        assert len(listing_requests(server)) <= 4
        server.clear()
        third = crawl(tmp_path, server, "news", "gallery", "--recheck", "all")
    assert second.report["wanted"] == 0
    assert (third.report["same"], third.report["not_modified"]) == (40, 0)
    assert revisions(tmp_path) == []
    check_whole(tmp_path, twin)


def test_unknown_sections_are_amiss_and_known_ones_without_a_list_are_not(tmp_path: Path) -> None:
    twin = make_twin(6, 24, sections=("news",))
    with serve(twin) as server:
        run = crawl(tmp_path, server, "news", "companies")
        assert run.report["sections"]["companies"]["walk"] == "absent"
        run = crawl(tmp_path, server, "news", "--section-path", "no/such/place", code=3)
    assert run.report["sections"]["no/such/place"]["walk"] == "absent"
