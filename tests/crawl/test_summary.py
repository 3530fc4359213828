"""The words of a report: counts agree with their nouns, and programs can read the numbers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from harbincrawl.crawl.summary import NOT_WALKED, describe_run
from tests.support.crawling import crawl
from tests.support.twin import make_twin, serve


def make_report(pages: int, articles: int, failures: int = 0) -> dict[str, Any]:
    failure = {"address": "http://site.invalid/1", "class": "http", "reason": "HTTP 500"}
    section = {"walk": "full", "listing_pages": pages, "known": articles, "gap": 0, "offset": 0, "reason": None}
    counts = dict.fromkeys(("new", "changed", "same", "duplicate", "failed", "gone", "left", "known"), 0)
    return {
        **counts,
        "new": articles,
        "wanted": articles,
        "sections": {"news": section},
        "outcome": "complete",
        "failures": [failure] * failures,
        "aborted": [],
        "error": None,
        "statuses": {"200": pages + articles},
    }


def test_one_of_a_thing_is_singular() -> None:
    assert describe_run(make_report(1, 1)) == [
        "news: 1 new, 0 changed, 0 known, no gap (1 list page, 1 article fetched)"
    ]
    assert describe_run(make_report(0, 2))[-1].endswith("(0 list pages, 2 articles fetched)")


def test_numbers_of_the_summary_line_have_no_thousands_separators() -> None:
    assert describe_run(make_report(1200, 3456))[-1].endswith("(1200 list pages, 3456 articles fetched)")


def test_ten_failures_are_shown_and_the_others_counted() -> None:
    assert "... and 1 more failure: harbincrawl status" in describe_run(make_report(1, 1, failures=11))
    assert "... and 2 more failures: harbincrawl status" in describe_run(make_report(1, 1, failures=12))
    assert len(describe_run(make_report(1, 1, failures=10))) == 11


def test_only_sections_whose_list_was_read_have_a_line() -> None:
    report = make_report(2, 1) | {"outcome": "interrupted"}
    unread = {"walk": "partial", "listing_pages": 0, "known": 0, "gap": None, "offset": 0, "reason": NOT_WALKED}
    report["sections"] |= {"gallery": report["sections"]["news"], "about": unread, "change": unread}
    assert [line.partition(":")[0] for line in describe_run(report)] == ["news", "gallery", "all sections"]
    assert "gap" not in describe_run(report)[-1], "nothing is known of the others"
    assert ", 2 lists not begun (" in describe_run(report)[-1]
    so_far = {"walk": "partial", "gap": 80, "total_records": 100, "known": 20, "accepted": False}
    report["sections"]["gallery"] = report["sections"]["gallery"] | so_far
    assert ", 1 list not read to its end, 2 lists not begun (" in describe_run(report)[-1]


@pytest.mark.parametrize(
    ("gaps", "words"),
    [
        ((0, 0), "no gap (4"),
        ((0, 2), "1 list differs from the site's count (4"),
        ((2, 2, 0), "2 lists differ from the site's count (6"),
        ((0, None), "1 list prints no count (4"),
        ((None, None), "2 lists print no count (4"),
        ((-2, None), "1 list differs from the site's count, 1 list prints no count (4"),
        ((-2,), "the site counts 7, its pages show 9 (2"),
        ((None,), "the list prints no count (2"),
    ],
)
def test_the_gaps_of_several_lists_are_counted_and_no_gap_is_all_of_them(
    gaps: tuple[int | None, ...], words: str
) -> None:
    report = make_report(2, 9)
    section = report["sections"]["news"] | {"accepted": False}
    report["sections"] = {
        f"part/{n}": section | {"gap": gap, "total_records": 9 + (gap or 0)} for n, gap in enumerate(gaps)
    }
    report["facts"] = {"lines": dict.fromkeys(report["sections"], 9)}
    assert f"9 new, 0 changed, 0 known, {words} list pages" in describe_run(report)[-1]


def test_a_list_that_was_not_read_leaves_no_word_on_gaps() -> None:
    report = make_report(2, 9)
    unread = {"walk": "partial", "listing_pages": 1, "known": 9, "gap": None, "offset": 0, "reason": "timeout"}
    report["sections"]["gallery"] = unread
    assert describe_run(report)[-1].startswith("all sections: 9 new, 0 changed, 0 known (3 list pages")
    del report["sections"]["news"]
    assert describe_run(report)[-1].startswith("gallery: 9 new, 0 changed, 0 known (1 list page")


def test_list_pages_that_are_not_there_are_not_counted(tmp_path: Path) -> None:
    twin = make_twin(19, 40, sections=("news", "gallery"))
    with serve(twin) as server:
        report = crawl(tmp_path, server, "--all").report
        read = [request for request in server.requests if "-" not in request.path and request.status == 200]
    pages = {path: section["listing_pages"] for path, section in report["sections"].items()}
    assert len(pages) > 10
    assert {path for path, count in pages.items() if count} == {"news", "gallery"}
    assert sum(pages.values()) == len([request for request in read if request.path != "/robots.txt"])
