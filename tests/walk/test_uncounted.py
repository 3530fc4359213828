"""Lists that print no total: what a walk costs while the list changes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support.simulated_archive import Archive
from tests.support.simulated_site import Site, fill

PAGES = 10


def walked_under(change: Callable[[Site], object], at: int) -> tuple[Archive, list[int]]:
    """A first walk of ten pages, with a change before its fetch number `at`."""
    site = Site(printed=False)
    fill(site, "news", 8 * PAGES - 4)
    archive = Archive(site)
    fetches = 0

    def between() -> None:
        nonlocal fetches
        fetches += 1
        if fetches == at:
            change(site)

    walked = archive.crawl(between=between).walked["news"]
    assert archive.missed() == set()
    return archive, walked


def test_a_line_filed_deep_under_a_walk_is_found_by_the_short_pass_going_on() -> None:
    archive, walked = walked_under(lambda site: site.add("news", 40), 11)
    assert len(walked) <= 2 * PAGES + 4
    assert archive.sections["news"].floor == 1


@pytest.mark.parametrize("at", [4, 8, 12])
def test_a_removal_under_a_walk_costs_one_more_whole_pass(at: int) -> None:
    archive, walked = walked_under(lambda site: site.records[75].summaries.clear(), at)
    assert len(walked) <= 2 * PAGES + 4
    assert archive.sections["news"].floor == 1
