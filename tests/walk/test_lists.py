"""The walk of a list: each test is a history that broke a simpler rule."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from harbincrawl.records import Listed
from harbincrawl.walk.outcomes import count_sums, name_walk
from tests.support.simulated_archive import Archive, Crash, add_new, assert_quiet, crawled, news
from tests.support.simulated_site import EPOCH, Fault, Site, fill

Change = Callable[[Site], object]


def remove(*numbers: int) -> Change:
    return lambda site: [site.records[number].summaries.clear() for number in numbers]


def jump_above_new_ones(site: Site) -> None:
    add_new(site, 9)
    site.edit(site.records[40], day=61)


@pytest.mark.parametrize(
    ("before", "facts", "after", "asked", "pages"),
    [
        pytest.param(None, {"hidden": 2}, lambda site: add_new(site, 9), 9, 3, id="a total too high for ever"),
        pytest.param(None, {"drift": -3}, lambda site: add_new(site, 9), 9, 5, id="totals that fall from page to page"),
        pytest.param(None, {"drift": 3}, lambda site: add_new(site, 9), 9, 6, id="totals that rise from page to page"),
        pytest.param(None, {}, jump_above_new_ones, 10, 3, id="the top jumps above new ones"),
        pytest.param(
            lambda site: site.edit(site.records[40], day=4000), {}, lambda site: add_new(site, 9), 9, 3,
            id="a top line of the far future",
        ),
        pytest.param(None, {}, remove(40), 1, 1, id="the newest is removed"),
        pytest.param(None, {}, remove(30), 1, 2, id="one that is removed deep is asked about once"),
        pytest.param(
            lambda site: site.add("news", 20, elsewhere=True), {}, lambda site: add_new(site, 1), 1, 2,
            id="a line that leads elsewhere",
        ),
    ],
)  # fmt: skip
def test_an_incremental_walk_reads_no_further_than_it_must(
    before: Change | None, facts: dict[str, Any], after: Change, asked: int, pages: int
) -> None:
    site = Site(**facts)
    fill(site, "news", 40)
    if before is not None:
        before(site)
    archive = Archive(site)
    first = archive.crawl()
    beyond = 2 * (site.hidden + site.drift > 0)
    assert (name_walk(news(first).outcome), max(first.walked["news"])) == ("full", site.pages("news") + beyond)
    assert_quiet(archive)
    after(site)
    report = archive.crawl()
    assert archive.missed() == set()
    assert (len(report.asked), len(report.walked["news"])) == (asked, pages), report.walked
    assert name_walk(news(report).outcome) == "incremental"
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


@pytest.mark.parametrize("change", [lambda site: site.add("news", 40), lambda site: site.records[75].summaries.clear()])
@pytest.mark.parametrize(("printed", "at"), [(True, 4), (True, 8), (False, 4), (False, 8), (False, 11)])
def test_a_change_under_the_walk_of_a_list_costs_one_more_pass(change: Change, printed: bool, at: int) -> None:
    site = Site(printed=printed)
    fill(site, "news", 76)
    archive = Archive(site)
    fetches = 0

    def between() -> None:
        nonlocal fetches
        fetches += 1
        if fetches == at:
            change(site)

    report = archive.crawl(between=between)
    assert archive.missed() == set()
    assert len(report.walked["news"]) <= 24
    assert (news(report).outcome, news(report).floor) == ("full", 1)


def test_a_deep_removal_from_an_uncounted_list_costs_a_look_at_its_end_and_a_full_walk() -> None:
    site, archive = crawled(printed=False)
    remove(30)(site)
    report = archive.crawl()
    assert (report.walked["news"], report.asked) == ([1, 5, 1, 2, 3, 4, 5], [30])


def test_a_record_in_two_lists_with_two_summaries_is_fetched_once() -> None:
    site = Site(sections=("news", "music"))
    fill(site, "news", 10)
    site.add("news", 5, also="music")
    archive = Archive(site)
    assert len(archive.crawl().asked) == 11
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


@pytest.mark.parametrize("printed", [True, False])
@pytest.mark.parametrize("kind", ["missing", "failed"])
def test_a_list_page_that_fails_is_a_hole_and_what_grows_out_of_it_is_found_by_a_full_walk(
    kind: str, printed: bool
) -> None:
    site = Site(printed=printed)
    fill(site, "news", 40)
    site.page_faults["news", 3] = Fault(kind)
    archive = Archive(site)
    first = news(archive.crawl())
    assert (first.outcome, first.floor, first.hole, first.gap) == ("partial", 1, 3, 8 if printed else None)
    # Without a printed total the last page says whether the list goes deeper.
    assert archive.crawl().walked["news"] == [3, 1] + [5] * (not printed)
    assert not any(not row.active for row in archive.rows().values())
    add_new(site, 8)
    assert len(archive.crawl().asked) == 8
    assert archive.crawl().walked["news"] == [3, 1] + [6] * (not printed)
    assert len(archive.crawl(full=True).asked) == 8


@pytest.mark.parametrize(
    ("page", "change"), [(3, lambda _: None), (5, remove(*range(1, 17)))], ids=["it answers again", "the list ends"]
)
@pytest.mark.parametrize("facts", [{}, {"printed": False}, {"printed": False, "names_last": False}])
def test_a_hole_that_is_none_any_more_makes_the_walk_full(page: int, change: Change, facts: dict[str, Any]) -> None:
    site = Site(**facts)
    fill(site, "news", 40)
    site.page_faults["news", page] = Fault("missing", 1)
    archive = Archive(site)
    archive.crawl()
    change(site)
    result = news(archive.crawl())
    assert (result.outcome, result.hole, archive.sections["news"].hole) == ("full", None, None)


def test_six_failing_pages_end_the_walk_at_the_fifth() -> None:
    site = Site()
    fill(site, "news", 80)
    for page in range(2, 8):
        site.page_faults["news", page] = Fault("failed")
    assert Archive(site).crawl().walked["news"] == [1, 2, 3, 4, 5, 6]


def test_each_article_counts_once_however_many_lists_show_it() -> None:
    keys = ("1", "2", "2", "3", "http://else/", "http://else/")
    lines = [Listed(key, f"http://site/{key}", key if key.isdigit() else None, "title") for key in keys]
    sums = count_sums(lines, {"2": "changed", "9": "gone", "3": "failed"}, ["1", "3", "8"])
    assert (sums.listed, sums.known, sums.wanted, sums.elsewhere, sums.left) == (5, 1, 3, 1, 1)
    assert (sums.changed, sums.gone, sums.failed, sums.new, sums.same, sums.duplicate) == (1, 1, 1, 0, 0, 0)
    with pytest.raises(ValueError, match="lost"):
        count_sums([], {"1": "lost"}, [])
