"""The walk of a list, one history a test: each of them broke a simpler rule."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from harbincrawl.records import Listed, Listing
from harbincrawl.walk import Answer, Ask, Failed, Missing, Row, SectionState, WalkResult, Write, walk
from harbincrawl.walk.requester import MOST_UNCOUNTED
from tests.support.simulated_archive import Archive, Crash, Report
from tests.support.simulated_site import EPOCH, Fault, Site, fill

NOW = datetime(2025, 1, 1, tzinfo=UTC)


def crawled(count: int = 40, **facts: Any) -> tuple[Site, Archive]:
    """A site of one list and an archive that has read it."""
    site = Site(**facts)
    fill(site, "news", count)
    archive = Archive(site)
    archive.crawl()
    return site, archive


def add_new(site: Site, count: int) -> None:
    for _ in range(count):
        site.add("news", 60)


def news(report: Report) -> WalkResult:
    return report.results["news"]


def assert_quiet(archive: Archive) -> None:
    """The next run, an hour later, reads one page a list and asks for no article."""
    report = archive.crawl(days=1 / 24)
    assert [len(read) for read in report.walked.values()] == [1] * len(report.walked)
    assert report.asked == []


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
def test_an_article_that_fails_for_ever_does_not_hold_the_floor_back(kind: str) -> None:
    site = Site()
    fill(site, "news", 40)
    site.article_faults[7] = Fault(kind)
    archive = Archive(site)
    reports = [archive.crawl() for _ in range(3)]
    # Before it is gone its line is looked for once, for it might have moved.
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


def test_a_total_that_agrees_by_chance_is_no_proof_but_the_full_walk_is() -> None:
    site, archive = crawled()
    site.add("news", 28)
    site.records[2].summaries.clear()
    deep = site.add("news", 5)
    archive.crawl(full=True)
    assert archive.stored.keys() >= {deep.number}
    assert not archive.rows()["2"].stands


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
    assert {key for key, row in archive.rows().items() if row.stands} == {line.key for line in site.lines("news")}


@pytest.mark.parametrize("kind", ["missing", "failed"])
def test_a_list_page_that_fails_for_ever_is_a_hole_and_the_floor_is_set(kind: str) -> None:
    site = Site()
    fill(site, "news", 40)
    site.page_faults["news", 3] = Fault(kind)
    archive = Archive(site)
    first = news(archive.crawl())
    assert (first.outcome, first.floor, first.hole, first.gap) == ("partial", 1, 3, 8)
    assert archive.crawl().walked["news"] == [3, 1]
    assert not any(not row.stands for row in archive.rows().values())


def test_an_answered_hole_makes_the_walk_full() -> None:
    site = Site()
    fill(site, "news", 40)
    site.page_faults["news", 3] = Fault("failed", 1)
    archive = Archive(site)
    archive.crawl()
    report = archive.crawl()
    assert (news(report).outcome, news(report).hole, len(report.asked)) == ("full", None, 8)
    assert_quiet(archive)


def test_lines_that_grow_out_of_a_hole_are_read_beside_it() -> None:
    site = Site()
    fill(site, "news", 40)
    site.page_faults["news", 3] = Fault("failed")
    archive = Archive(site)
    archive.crawl()
    add_new(site, 8)
    report = archive.crawl()
    assert len(report.asked) == 16
    assert archive.crawl().walked["news"] == [3, 1]


def test_a_hole_behind_the_lists_new_end_is_no_hole_any_more() -> None:
    site = Site()
    fill(site, "news", 40)
    site.page_faults["news", 5] = Fault("missing", 1)
    archive = Archive(site)
    archive.crawl()
    for number in range(1, 17):
        site.records[number].summaries.clear()
    assert (news(archive.crawl()).outcome, archive.sections["news"].hole) == ("full", None)


def test_six_failing_pages_end_the_walk_at_the_fifth() -> None:
    site = Site()
    fill(site, "news", 80)
    for page in range(2, 8):
        site.page_faults["news", page] = Fault("failed")
    assert Archive(site).crawl().walked["news"] == [1, 2, 3, 4, 5, 6]


def test_a_record_in_two_lists_with_two_summaries_is_fetched_once() -> None:
    site = Site(sections=("news", "music"))
    fill(site, "news", 10)
    site.add("news", 5, also="music")
    archive = Archive(site)
    assert len(archive.crawl().asked) == 11
    assert_quiet(archive)


@pytest.mark.parametrize("day", [12, 0])
def test_a_record_that_moves_to_another_section_is_not_gone(day: int) -> None:
    site = Site(sections=("news", "music"))
    fill(site, "music", 40)
    fill(site, "news", 40)
    archive = Archive(site)
    archive.crawl()
    moved = site.records[79]
    site.edit(moved, day=day)
    archive.crawl()
    site.records[20].summaries.clear()
    site.move(moved, "news", "music")
    for _ in range(3):
        archive.crawl()
        assert not archive.queue[79].gone
    assert archive.queue[79].address == moved.address


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


def test_a_crash_at_any_step_is_mended_by_the_next_run() -> None:
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


def page(n: int, count: int, *, total: int | None = None, more: bool = False, words: str = "t") -> Listing:
    lines = tuple(
        Listed(str(100 * n + i), f"http://site/{100 * n + i}", 100 * n + i, f"{words} {i}") for i in range(count)
    )
    return Listing(f"http://site/{n}", n, lines, total, f"http://site/{n + 1}" if more else None)


def run(state: SectionState, answers: dict[int, Answer], **facts: Any) -> tuple[WalkResult, list[Write]]:
    """Walks over fixed answers; a page that is not there is missing."""
    steps = walk(state, 1, NOW, **facts)
    writes: list[Write] = []
    answer: Answer = None
    while True:
        try:
            step = steps.send(answer)
        except StopIteration as end:
            return end.value, writes
        answer = answers.get(step.page, Missing()) if isinstance(step, Ask) else None
        if isinstance(step, Write):
            writes.append(step)


def test_a_first_page_without_lines_fails_and_strikes_nothing() -> None:
    for total in (None, 3):
        result, writes = run(SectionState("news"), {1: page(1, 0, total=total)})
        assert (result.outcome, writes) == ("failed", [])
    _, writes = run(state := SectionState("news"), {1: page(1, 3)})
    assert len(state.rows) == 3
    result, writes = run(state, {1: page(1, 0, total=0)})
    assert (result.outcome, writes, result.standing) == ("failed", [], 3)


def test_a_list_that_says_it_is_empty_is_read_to_its_end() -> None:
    result, _ = run(SectionState("news"), {1: page(1, 0, total=0)})
    assert (result.outcome, result.gap) == ("full", 0)


@pytest.mark.parametrize("repeated", [1, 2])
def test_a_pager_without_end_is_named(repeated: int) -> None:
    answers: dict[int, Answer] = {n: page(min(n, repeated), 8, more=True) for n in range(1, 200)}
    result, _ = run(SectionState("news"), answers)
    assert (result.outcome, result.floor) == ("partial", 0)
    assert result.reason is not None and "endless pager" in result.reason
    assert result.pages_read < 100


def test_a_next_link_behind_the_last_page_is_no_hole_where_the_total_is_covered() -> None:
    result, _ = run(SectionState("news"), {1: page(1, 8, total=12, more=True), 2: page(2, 4, total=12, more=True)})
    assert (result.outcome, result.hole, result.gap) == ("full", None, 0)


def test_a_line_shown_twice_on_one_page_is_one_row() -> None:
    first = page(1, 3)
    twice = Listing(first.address, 1, (*first.lines, first.lines[0]))
    result, _ = run(state := SectionState("news"), {1: twice})
    assert (result.outcome, result.standing, result.offset) == ("full", 3, 1)
    state.floor = 1
    _, writes = run(state, {1: twice})
    assert all(not write.wanted for write in writes)


def test_a_line_shown_on_two_pages_for_ever_still_lets_the_walk_end() -> None:
    second = page(2, 4, total=12)
    pinned = Listed("100", "http://site/100", 100, "another title")
    answers: dict[int, Answer] = {
        1: page(1, 8, total=13, more=True),
        2: Listing(second.address, 2, (pinned, *second.lines), 13),
    }
    result, _ = run(state := SectionState("news"), answers)
    assert (result.outcome, result.offset, result.pages_read) == ("full", 1, 4)
    result, writes = run(state, answers)
    assert (result.outcome, result.pages_read) == ("to-floor", 1)
    assert not any(write.wanted for write in writes)


def test_a_new_address_is_news() -> None:
    run(state := SectionState("news"), {1: page(1, 2)})
    state.rows["100"] = Row(
        Listed("100", "http://site/old/100", 100, state.rows["100"].line.title), state.rows["100"].since
    )
    _, writes = run(state, {1: page(1, 2)})
    assert writes[0].wanted == {100}
    assert writes[0].addresses[100] == "http://site/100"


def test_a_first_page_that_cannot_be_read_names_the_reason() -> None:
    result, _ = run(SectionState("news"), {1: Failed("timeout")})
    assert result.outcome == "failed"
    assert result.reason is not None and result.reason.endswith("timeout")


def test_a_pager_with_one_more_new_line_for_ever_is_named() -> None:
    answers: dict[int, Answer] = {n: page(n, 1, more=True) for n in range(1, 2 * MOST_UNCOUNTED)}
    result, _ = run(SectionState("news"), answers)
    assert (result.outcome, result.floor) == ("partial", 0)
    assert result.pages_read <= MOST_UNCOUNTED
    counted: dict[int, Answer] = {n: page(n, 8, total=20, more=True) for n in range(1, 200)}
    result, _ = run(SectionState("news"), counted)
    assert (result.outcome, result.floor) == ("partial", 0)
    assert result.pages_read < 40
