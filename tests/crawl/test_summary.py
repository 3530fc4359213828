"""What a crawl says at its end, and that a second one finds nothing new."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from harbincrawl.crawl.summary import NOT_WALKED, describe_run
from tests.support.crawling import article_requests, ask, check_whole, crawl, kept, listing_requests, revisions
from tests.support.twin import Fault, changes, make_twin, serve

UNREAD = {"walk": "partial", "listing_pages": 0, "known": 0, "gap": None, "offset": 0, "reason": NOT_WALKED}
FAILED = UNREAD | {"listing_pages": 1, "known": 9, "reason": "timeout"}
SO_FAR = {"walk": "partial", "gap": 80, "total_records": 100, "known": 20, "accepted": False}


def make_report(pages: int, articles: int, failures: int = 0, *gaps: int | None, **sections: Any) -> dict[str, Any]:
    """`news` and `sections`, or a section for each of the gaps."""
    failure = {"address": "http://site.invalid/1", "class": "http", "reason": "HTTP 500"}
    section = {"walk": "full", "listing_pages": pages, "known": articles, "gap": 0, "offset": 0, "reason": None}
    section["accepted"] = False
    counts = dict.fromkeys(("new", "changed", "same", "duplicate", "failed", "gone", "left", "known"), 0)
    several = {f"part/{n}": section | {"gap": gap, "total_records": 9 + (gap or 0)} for n, gap in enumerate(gaps)}
    made = several or {"news": section, **{path: section | each for path, each in sections.items()}}
    return {
        **counts,
        "new": articles,
        "wanted": articles,
        "sections": made,
        "outcome": "complete",
        "failures": [failure] * failures,
        "aborted": [],
        "error": None,
        "statuses": {"200": pages + articles},
        "facts": {"lines": dict.fromkeys(several, 9)},
    }


@pytest.mark.parametrize(
    ("report", "last"),
    [
        (make_report(1, 1), "news: 1 new, 0 changed, 0 known, no gap (1 list page, 1 article fetched)"),
        (make_report(0, 2), "news: 2 new, 0 changed, 0 known, no gap (0 list pages, 2 articles fetched)"),
        (make_report(1200, 3456),
         "news: 3456 new, 0 changed, 0 known, no gap (1200 list pages, 3456 articles fetched)"),
        (make_report(2, 9, 0, 0, 0), "9 known, no gap (4 list pages"),
        (make_report(2, 9, 0, 0, 2), "1 list differs from the site's count (4 list pages"),
        (make_report(2, 9, 0, 2, 2, 0), "2 lists differ from the site's count (6 list pages"),
        (make_report(2, 9, 0, 0, None), "1 list prints no count (4 list pages"),
        (make_report(2, 9, 0, None, None), "2 lists print no count (4 list pages"),
        (make_report(2, 9, 0, -2, None), "1 list differs from the site's count, 1 list prints no count (4 list pages"),
        (make_report(2, 9, 0, -2), "the site counts 7, its pages show 9 (2 list pages"),
        (make_report(2, 9, 0, None), "the list prints no count (2 list pages"),
        (make_report(2, 1, gallery={}, about=UNREAD, change=UNREAD), "0 known, 2 lists not begun (4 list pages"),
        (make_report(2, 1, gallery=SO_FAR, about=UNREAD), ", 1 list not read to its end, 1 list not begun ("),
        (make_report(2, 9, gallery=FAILED), "all sections: 9 new, 0 changed, 0 known (3 list pages"),
    ],
)  # fmt: skip
def test_the_summary_line_counts_what_was_read_and_says_no_gap_of_whole_lists_alone(
    report: dict[str, Any], last: str
) -> None:
    assert last.removeprefix("9 known, ") in describe_run(report)[-1]


def test_sections_that_were_begun_have_a_line_and_ten_failures_are_shown() -> None:
    report = make_report(2, 1, 12, gallery={}, about=UNREAD)
    *failures, rest, news, gallery, whole = describe_run(report)
    assert (len(failures), rest) == (10, "... and 2 more failures: harbincrawl status")
    assert [line.partition(":")[0] for line in (news, gallery, whole)] == ["news", "gallery", "all sections"]


def test_list_pages_that_are_not_there_are_not_counted(tmp_path: Path) -> None:
    twin = make_twin(19, 40, sections=("news", "gallery"))
    with serve(twin) as server:
        report = crawl(tmp_path, server, "--all").report
        read = [request for request in server.requests if "-" not in request.path and request.status == 200]
    pages = {path: section["listing_pages"] for path, section in report["sections"].items()}
    assert len(pages) > 10
    assert {path for path, count in pages.items() if count} == {"news", "gallery"}
    assert sum(pages.values()) == len([request for request in read if request.path != "/robots.txt"])


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
