"""What editors do between two runs, or in the middle of one: nothing is lost, doubled or taken for something else."""

from __future__ import annotations

import random
from datetime import timedelta
from pathlib import Path

import pytest

from tests.support.crawling import (
    NEWS_AND_GALLERY,
    article_requests,
    ask,
    check_whole,
    crawl,
    listing_requests,
    live_records,
    records,
    revisions,
)
from tests.support.twin import Twin, changes, make_twin, serve


def make_news(seed: int, articles: int = 40) -> Twin:
    twin = make_twin(seed, articles, sections=("news", "gallery"))
    twin.dated["gallery"] = True
    return twin


def test_articles_added_while_the_list_is_read_are_neither_lost_nor_doubled(tmp_path: Path) -> None:
    twin = make_twin(7, 64, sections=("news",))
    added: list[int] = []
    asked = 0

    def add_on_page_three(path: str) -> None:
        nonlocal asked
        asked += path == "/news/index_3.html"
        if asked == 1 and path == "/news/index_3.html" and not added:
            added.extend(changes.add(twin, 5, "news", updated=twin.today + timedelta(days=1)))

    twin.on_request = add_on_page_three
    with serve(twin) as server:
        first = crawl(tmp_path, server)
        check_whole(tmp_path, twin)
        asked_for = article_requests(server)
        server.clear()
        second = crawl(tmp_path, server)
    assert len(added) == 5
    assert first.report["wanted"] == 69
    pages = sum(story.page_count for story in twin.stories.values())
    assert len(asked_for) == len(set(asked_for)) == pages
    assert (second.report["wanted"], second.report["known"]) == (0, 69)
    assert "no gap" in second.last


def test_new_edited_and_refiled_articles_are_found_by_an_ordinary_run(tmp_path: Path) -> None:
    twin = make_news(8)
    with serve(twin) as server:
        crawl(tmp_path, server, *NEWS_AND_GALLERY)
        old = twin.listing("news")[2].number
        changes.refile(twin, old, twin.today - timedelta(days=730))
        edited = twin.listing("news")[1].number
        changes.edit(twin, edited, "title", dice=random.Random(1))
        added = changes.add(twin, 2, "news", dice=random.Random(1))
        deep = changes.add(twin, 1, "gallery", updated=twin.today - timedelta(days=740), dice=random.Random(2))
        run = crawl(tmp_path, server, *NEWS_AND_GALLERY)
        check_whole(tmp_path, twin)
    assert (run.report["new"] + run.report["duplicate"], run.report["changed"]) == (3, 2)
    assert {number for number, _ in revisions(tmp_path)} == {old, edited}
    assert {*added, *deep} <= records(tmp_path).keys()
    assert f"{run.report['new']} new, 2 changed" in run.last


def test_a_removed_article_is_gone_in_the_second_run_kept_and_live_again_when_it_returns(tmp_path: Path) -> None:
    twin = make_news(9)
    number = twin.listing("news")[11].number
    with serve(twin) as server:
        crawl(tmp_path, server)
        before = records(tmp_path)[number]
        changes.remove(twin, number)
        first = crawl(tmp_path, server)
        assert records(tmp_path)[number]["status"] == "live"
        second = crawl(tmp_path, server)
        assert records(tmp_path)[number] == before | {"status": "gone"}
        server.clear()
        third = crawl(tmp_path, server)
        assert article_requests(server) == []
        changes.restore(twin, number)
        back = crawl(tmp_path, server)
        check_whole(tmp_path)
    assert (first.report["failed"], second.report["gone"], third.report["wanted"]) == (1, 1, 0)
    assert first.report["failures"][0]["reason"] == "HTTP 404"
    assert (back.report["same"], back.report["new"]) == (1, 0)
    assert records(tmp_path)[number] == before


@pytest.mark.attack
def test_a_moved_article_is_not_gone_and_one_in_two_lists_is_quiet(tmp_path: Path) -> None:
    twin = make_news(11)
    moved, shared = (story.number for story in twin.listing("news")[3:5])
    changes.list_also(twin, shared, "gallery")
    with serve(twin) as server:
        crawl(tmp_path, server, *NEWS_AND_GALLERY)
        changes.move(twin, moved, "gallery")
        crawl(tmp_path, server, *NEWS_AND_GALLERY, code=None)
        crawl(tmp_path, server, *NEWS_AND_GALLERY, code=None)
        server.clear()
        last = crawl(tmp_path, server, *NEWS_AND_GALLERY)
    stored = records(tmp_path)
    assert (stored[moved]["status"], stored[moved]["section_path"]) == ("live", "gallery")
    assert article_requests(server) == []
    assert len(listing_requests(server)) <= 2 * len(last.report["sections"])
    assert stored[shared]["summary"] == twin.stories[shared].summary
    assert live_records(tmp_path) == twin.truth()


def test_silent_edits_are_found_by_a_recheck_and_the_feature_box_is_none(tmp_path: Path) -> None:
    twin = make_news(12)
    dice = random.Random(12)
    with serve(twin) as server:
        crawl(tmp_path, server, *NEWS_AND_GALLERY)
        edited = dice.sample([number for number, story in twin.stories.items() if not story.photo_only], 12)
        for number, field in zip(edited, ("body", "author", "source", "caption") * 3, strict=True):
            assert changes.edit(twin, number, field, dice=dice) != "title"
        for number in dice.sample(sorted(set(twin.stories) - set(edited)), 5):
            changes.edit(twin, number, "white space", dice=dice)
        changes.change_feature_box(twin)
        quiet = crawl(tmp_path, server, *NEWS_AND_GALLERY)
        run = crawl(tmp_path, server, *NEWS_AND_GALLERY, "--recheck", "all")
        check_whole(tmp_path, twin)
        again = crawl(tmp_path, server, *NEWS_AND_GALLERY, "--recheck", "all")
        none = crawl(tmp_path, server, *NEWS_AND_GALLERY, "--recheck", "none")
    assert quiet.report["wanted"] == none.report["wanted"] == 0
    assert (run.report["changed"], run.report["same"], run.report["new"]) == (12, 28, 0)
    assert [number for number, _ in revisions(tmp_path)] == sorted(edited)
    assert (again.report["changed"], again.report["same"]) == (0, 40)
    # Every page answers 304, and nobody reads any.
    assert again.report["not_modified"] >= 40


@pytest.mark.attack
def test_a_recheck_takes_longer_and_shorter_articles_whole(tmp_path: Path) -> None:
    twin = make_news(13)
    longer = next(story for story in twin.listing("gallery") if story.page_count > 2)
    shorter = next(story for story in twin.listing("gallery")[::-1] if story.page_count > 1 and story is not longer)
    with serve(twin) as server:
        crawl(tmp_path, server, *NEWS_AND_GALLERY)
        changes.edit(twin, longer.number, "source", dice=random.Random(3))
        shorter.pages, shorter.blocks = (), shorter.blocks[:2]
        run = crawl(tmp_path, server, *NEWS_AND_GALLERY, "--recheck", "all")
    check_whole(tmp_path, twin)
    assert (run.report["changed"], run.report["failed"], run.report["gone"]) == (2, 0, 0)


@pytest.mark.attack
def test_floors_stay_where_they_are_under_a_limit_and_a_day(tmp_path: Path) -> None:
    def floors() -> list[tuple[int]]:
        return ask(tmp_path, "SELECT floor FROM sections")

    twin = make_twin(14, 40, sections=("news",))
    with serve(twin) as server:
        some = crawl(tmp_path, server, "--limit", "5")
        assert floors() == [(0,)]
        assert (some.report["wanted"], some.report["outcome"], some.report["left"]) == (5, "partial", 3)
        day = twin.listing("news")[12].updated
        assert day is not None
        crawl(tmp_path, server, "--since", day.isoformat())
        assert floors() == [(0,)]
        shown = {story.truth()["updated"] for story in twin.listing("news")[:20]}
        assert {row["updated"] for row in records(tmp_path).values()} <= shown
        whole = crawl(tmp_path, server)
        assert (whole.report["sections"]["news"]["walk"], floors()) == ("full", [(3,)])
        changes.add(twin, 20, "news", dice=random.Random(4))
        crawl(tmp_path, server, "--limit", "3")
        assert floors() == [(3,)]
        crawl(tmp_path, server)
    check_whole(tmp_path, twin)
