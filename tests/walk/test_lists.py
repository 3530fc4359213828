"""The walk of a list: each test is a history that broke a simpler rule."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.support.simulated_archive import Archive, Crash
from tests.support.simulated_site import EPOCH, Fault, Site, fill
from tests.support.simulated_walks import add_new, assert_quiet, crawled, news


def test_a_total_that_is_too_high_for_ever_causes_no_deep_walk() -> None:
    site, archive = crawled(hidden=2)
    assert archive.sections["news"].offset == 2
    assert_quiet(archive)
    add_new(site, 9)
    assert archive.crawl().walked["news"] == [1, 2, 3]


def test_a_line_that_leads_elsewhere_is_a_row_and_causes_no_deep_walk() -> None:
    site = Site()
    fill(site, "news", 40)
    site.add("news", 20, elsewhere=True)
    archive = Archive(site)
    report = archive.crawl()
    assert (report.sums.elsewhere, report.sums.listed, len(report.asked)) == (1, 41, 40)
    assert_quiet(archive)


@pytest.mark.parametrize("kind", ["missing", "failed"])
def test_an_article_that_always_fails_does_not_keep_the_floor_from_moving(kind: str) -> None:
    site = Site()
    fill(site, "news", 40)
    site.article_faults[7] = Fault(kind)
    archive = Archive(site)
    reports = [archive.crawl() for _ in range(3)]
    # Before it is marked gone, its line is looked for once, because it may have moved.
    second = "full" if kind == "missing" else "to-floor"
    assert [news(report).outcome for report in reports] == ["full", second, "to-floor"]
    assert [report.outcomes.get(7) for report in reports][:2] == ["failed", "gone" if kind == "missing" else "failed"]
    assert_quiet(archive)


def test_the_item_at_the_top_may_jump_above_new_ones() -> None:
    site, archive = crawled()
    add_new(site, 9)
    site.edit(site.records[40], day=61)
    archive.crawl()
    assert archive.missed() == set()


def test_a_top_line_dated_far_in_the_future_hides_nothing() -> None:
    site = Site()
    fill(site, "news", 40)
    site.edit(site.records[40], day=4000)
    archive = Archive(site)
    archive.crawl()
    add_new(site, 9)
    archive.crawl()
    assert archive.missed() == set()
    assert_quiet(archive)


def test_removing_the_newest_item_costs_no_deep_walk() -> None:
    site, archive = crawled()
    site.records[40].summaries.clear()
    report = archive.crawl()
    assert news(report).outcome == "to-floor"
    assert report.asked == [40]
    assert_quiet(archive)


def test_a_deep_change_that_leaves_the_total_is_found_by_the_full_walk_by_age() -> None:
    site, archive = crawled()
    archive.full_after = timedelta(days=2)
    site.records[5].summaries.clear()
    late = site.add("news", 3)
    assert_quiet(archive)
    archive.crawl()
    report = archive.crawl()
    assert news(report).outcome == "full"
    assert set(report.asked) == {5, late.number}


@pytest.mark.parametrize("printed", [True, False])
@pytest.mark.parametrize("removed", [1, 12, 35])
@pytest.mark.parametrize("at", [2, 3, 4, 5])
def test_a_removal_between_two_fetches_of_the_first_walk_loses_no_line(printed: bool, removed: int, at: int) -> None:
    site = Site(printed=printed)
    fill(site, "news", 40)
    archive = Archive(site)
    fetches = 0

    def remove() -> None:
        nonlocal fetches
        fetches += 1
        if fetches == at:
            site.records[removed].summaries.clear()

    archive.crawl(between=remove)
    assert {key for key, row in archive.rows().items() if row.active} == {line.key for line in site.lines("news")}


def test_a_record_in_two_lists_with_two_summaries_is_fetched_once() -> None:
    site = Site(sections=("news", "music"))
    fill(site, "news", 10)
    site.add("news", 5, also="music")
    archive = Archive(site)
    assert len(archive.crawl().asked) == 11
    assert_quiet(archive)


def test_a_record_that_leaves_the_list_is_asked_about_once() -> None:
    site, archive = crawled()
    site.records[30].summaries.clear()
    assert archive.crawl().asked == [30]
    assert_quiet(archive)


def test_without_dates_a_jump_with_the_same_words_shows_only_in_a_recheck() -> None:
    site, archive = crawled(dated=False)
    site.edit(site.records[3], day=99)
    assert_quiet(archive)
    assert 3 in archive.crawl(recheck="due").asked


def test_the_next_run_completes_what_a_crash_at_any_step_left() -> None:
    crashes = 0
    while True:
        site = Site()
        fill(site, "news", 40)
        archive = Archive(site)
        try:
            archive.crawl(crash_at=crashes + 1)
        except Crash:
            crashes += 1
        else:
            break
        archive.crawl()
        assert archive.missed() == set(), crashes
        assert_quiet(archive)
    assert crashes > 50


@pytest.mark.parametrize("cut", [{"limit": 5}, {"since": EPOCH + timedelta(days=30)}])
def test_a_cut_walk_moves_no_floor(cut: dict[str, Any]) -> None:
    site = Site()
    fill(site, "news", 40)
    archive = Archive(site)
    result = news(archive.crawl(**cut))
    assert (result.outcome, result.floor, result.full_at) == ("partial", 0, None)
    archive.crawl()
    assert archive.missed() == set()
    add_new(site, 20)
    archive.crawl(**cut)
    assert archive.sections["news"].floor == 2
    archive.crawl()
    assert archive.missed() == set()


def test_a_section_that_never_had_a_list_is_absent_and_one_that_lost_it_failed() -> None:
    site, archive = crawled()
    assert archive.crawl(sections=["travel/sights"]).results["travel/sights"].outcome == "absent"
    site.page_faults["news", 1] = Fault("missing")
    assert news(archive.crawl()).outcome == "failed"
