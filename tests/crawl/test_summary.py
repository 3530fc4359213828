"""The words of a report: counts agree with their nouns, and programs can read the numbers."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

from harbincrawl.crawl.options import Options
from harbincrawl.crawl.summary import NOT_WALKED, describe_run


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


def test_an_interrupted_crawl_goes_on_with_the_same_words() -> None:
    options = Options(Path("my archive"), ("news",), ("a/b",), site_url="http://127.0.0.1:8", delay=0.0, concurrency=4)
    assert shlex.join(options.words()) == (
        "harbincrawl --archive 'my archive' crawl news --section-path a/b --site-url http://127.0.0.1:8 --delay 0 "
        "--concurrency 4"
    )
