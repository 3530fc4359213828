"""List pages that fail: holes, what is read beside them, and what closes them."""

from __future__ import annotations

import pytest

from tests.support.simulated_archive import Archive
from tests.support.simulated_site import Fault, Site, fill
from tests.support.simulated_walks import add_new, assert_quiet, news


@pytest.mark.parametrize("kind", ["missing", "failed"])
def test_a_list_page_that_fails_for_ever_is_a_hole_and_the_floor_is_set(kind: str) -> None:
    site = Site()
    fill(site, "news", 40)
    site.page_faults["news", 3] = Fault(kind)
    archive = Archive(site)
    first = news(archive.crawl())
    assert (first.outcome, first.floor, first.hole, first.gap) == ("partial", 1, 3, 8)
    assert archive.crawl().walked["news"] == [3, 1]
    assert not any(not row.active for row in archive.rows().values())


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
