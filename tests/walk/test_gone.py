"""What proves a missing article gone, and what does not: it may only have moved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from harbincrawl.walk.articles import ArticleState
from tests.support.simulated_archive import Archive
from tests.support.simulated_site import FOR_EVER, Fault, Record, Site, fill


@dataclass
class LivelySite(Site):
    """A site that changes right before an article is asked for, once each."""

    before_article: dict[int, Callable[[], object]] = field(default_factory=dict)

    def article(self, state: ArticleState) -> Record | str:
        self.before_article.pop(int(state.id), lambda: None)()
        return super().article(state)


def crawled(*paths: str, printed: bool = True) -> tuple[LivelySite, Archive]:
    """Lists of 40 lines each, and an archive that has read them."""
    site = LivelySite(sections=paths, printed=printed)
    for path in paths:
        fill(site, path, 40)
    archive = Archive(site)
    archive.crawl()
    return site, archive


def remove(record: Record) -> None:
    record.summaries.clear()
    record.home = "nowhere"


@pytest.mark.parametrize("printed", [True, False])
def test_an_article_that_moves_deep_before_it_was_stored_is_not_gone(printed: bool) -> None:
    site, archive = crawled("news", "music", printed=printed)
    moved = site.add("music", 60)

    def move() -> None:
        site.edit(moved, day=3)
        site.move(moved, "music", "news")
        # No total tells: another record leaves the list that this one moves to.
        remove(site.records[20])

    site.before_article[moved.number] = move
    archive.crawl()
    assert archive.queue[moved.number].gone_runs == 1
    archive.crawl()
    assert not archive.queue[moved.number].gone
    assert archive.missed() == set()


def test_a_dead_link_at_the_top_of_a_list_costs_no_deep_walk() -> None:
    site, archive = crawled("news")
    dead = site.add("news", 60)
    site.article_faults[dead.number] = Fault("missing")
    archive.crawl()
    second = archive.crawl()
    assert second.outcomes[dead.number] == "gone"
    assert second.walked["news"] == [1]


def test_a_list_with_a_hole_proves_nothing_gone_and_the_article_is_fetched_less_and_less_often() -> None:
    site, archive = crawled("news")
    site.page_faults["news", 4] = Fault("failed", FOR_EVER)
    remove(site.records[30])
    asked = [30 in archive.crawl().asked for _ in range(12)]
    assert asked == [True] * 4 + [False, True, False, False, False, True, False, False]
    assert not archive.queue[30].gone
    site.page_faults.clear()
    archive.crawl(days=30)
    assert archive.queue[30].gone


def test_a_walk_cut_by_a_limit_proves_nothing_gone() -> None:
    site, archive = crawled("news")
    remove(site.records[40])
    archive.crawl()
    assert archive.crawl(limit=1).outcomes == {40: "failed"}
    assert archive.crawl().outcomes == {40: "gone"}
