"""Rescued and crawled captures in one archive: one history, and what the site itself says goes first."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.rescue.test_rescue import verify
from tests.support.crawling import ask, change, crawl, execute
from tests.support.other_archives import serve_face
from tests.support.reread_cases import plain_story
from tests.support.rescue_cases import Past, make_past, run_rescue, small_past, stored_wordings
from tests.support.twin import changes, make_twin, serve

STATES = "SELECT status, count(*) FROM articles GROUP BY 1 ORDER BY 1"


def command(archive: Path, *words: str, code: int = 0) -> str:
    return execute(archive, *words, code=code)[1]


@pytest.mark.attack
def test_a_later_crawl_goes_on_with_the_same_articles(tmp_path: Path) -> None:
    past = make_past(stories=9, rounds=2)
    past.twin.box = 7
    with serve_face(past.face) as url:
        run_rescue(tmp_path, url)
    before = stored_wordings(tmp_path)
    gone = [number for number in past.said if past.twin.stories[number].listed][:2]
    for number in gone:
        changes.remove(past.twin, number)
    changes.add(past.twin, 2, "news")
    assert ask(tmp_path, STATES) == [("unknown", 9)]
    with serve(past.twin) as server:
        report = crawl(tmp_path, server, "news", "gallery", "--full").report
    listed = [story for story in past.twin.stories.values() if story.listed and not story.gone]
    assert report["new"] + report["duplicate"] == 2
    assert report["new"] + report["duplicate"] + report["changed"] + report["same"] == len(listed)
    assert dict(ask(tmp_path, STATES)) == {"live": len(listed), "unknown": 11 - len(listed)}
    after = stored_wordings(tmp_path)
    for number, states in before.items():
        assert after[number][: len(states)] == states
    verify(tmp_path)
    with serve_face(past.face) as url:
        again = run_rescue(tmp_path, url)
        assert (again.fetched, again.exit_code) == (0, 0)
    assert stored_wordings(tmp_path) == after


def test_what_was_crawled_gets_its_past_and_the_site_has_the_last_word(tmp_path: Path) -> None:
    past = small_past(6)
    twin = past.twin
    story = next(s for s in twin.stories.values() if s.page_count == 1 and s.listed and s.printed_title and s.blocks)
    past.capture(story.number)
    first = story.title
    story.title = "The heading that the site has today"
    with serve(twin) as server:
        crawl(tmp_path, server, "news", "gallery", "--full")
    ((seen, changed),) = ask(tmp_path, "SELECT last_seen, last_changed FROM articles WHERE number = ?", story.number)
    past.moment = datetime.now(UTC) - timedelta(seconds=60)
    # A capture of the very second of our own, and one a minute before it.
    story.title = "A heading of a minute ago"
    past.capture(story.number)
    story.title = "Another heading at the same second"
    past.moment = datetime.strptime(seen, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC) - timedelta(seconds=7)
    past.capture(story.number)
    cursor = ask(tmp_path, "SELECT max(change) FROM articles")[0][0]
    with serve_face(past.face) as url:
        report = run_rescue(tmp_path, url)
    assert (report.fetched, report.taken.changed, report.taken.new) == (3, 1, 0)
    titles = [each["title"] for each in stored_wordings(tmp_path)[story.number]]
    assert titles == [
        first, "A heading of a minute ago", "Another heading at the same second", "The heading that the site has today",
    ]  # fmt: skip
    row = ask(
        tmp_path, "SELECT status, last_seen, last_changed, first_seen FROM articles WHERE number = ?", story.number
    )
    assert row == [("live", seen, changed, "2024-06-01T08:00:07Z")]
    changed_since = command(tmp_path, "export", "-", "--changed-since", str(cursor)).splitlines()
    assert [json.loads(line)["id"] for line in changed_since] == [f"harbin-today:{story.number}"]
    verify(tmp_path)
    with serve(twin) as server:
        crawl(tmp_path, server, "--recheck", "all")
    verify(tmp_path)


def test_a_capture_after_the_last_answer_of_the_site_is_the_present_state_and_moves_nothing_else(
    tmp_path: Path,
) -> None:
    past = small_past(6)
    twin = past.twin
    story = next(s for s in twin.stories.values() if s.page_count == 1 and s.listed and s.printed_title)
    with serve(twin) as server:
        crawl(tmp_path, server, "news", "gallery", "--full")
    # The crawl was half a year ago.
    for table, column in (("articles", "first_seen"), ("articles", "last_seen"), ("articles", "last_changed")):
        change(tmp_path, f"UPDATE {table} SET {column} = '2026-05-01T00:00:00Z'")
    change(tmp_path, "UPDATE captures SET fetched_at = '2026-05-01T00:00:00Z'")
    past.moment = datetime(2026, 8, 1, tzinfo=UTC)
    story.title = "A heading that only an archive of others saw"
    past.capture(story.number)
    with serve_face(past.face) as url:
        run_rescue(tmp_path, url)
    row = ask(tmp_path, "SELECT title, status, last_seen, last_changed FROM articles WHERE number = ?", story.number)
    assert row == [
        ("A heading that only an archive of others saw", "live", "2026-05-01T00:00:00Z", "2026-08-01T00:00:07Z")
    ]


def test_gone_stays_gone_whatever_an_archive_of_others_kept(tmp_path: Path) -> None:
    past = small_past(6)
    twin = past.twin
    story = next(s for s in twin.stories.values() if s.page_count == 1 and s.listed)
    past.capture(story.number)
    with serve(twin) as server:
        crawl(tmp_path, server, "news", "gallery", "--full")
        changes.remove(twin, story.number)
        for _ in range(2):
            crawl(tmp_path, server, "news", "gallery", "--full", "--recheck", "all", code=None)
    assert ask(tmp_path, "SELECT status FROM articles WHERE number = ?", story.number) == [("gone",)]
    with serve_face(past.face) as url:
        run_rescue(tmp_path, url)
    row = ask(tmp_path, "SELECT status, first_seen FROM articles WHERE number = ?", story.number)
    assert row == [("gone", "2024-06-01T08:00:07Z")]
    verify(tmp_path)


def test_what_was_purged_is_never_rescued_again(tmp_path: Path) -> None:
    past = make_past(stories=10, rounds=2)
    number = plain_story(past.twin).number
    with serve_face(past.face) as url:
        run_rescue(tmp_path, url)
        command(tmp_path, "purge", "--yes", "--copies", str(number))
        verify(tmp_path)
        before = len(past.face.pages)
        report = run_rescue(tmp_path, url)
    assert not [path for path in past.face.pages[before:] if f"/{number}" in path]
    assert report.not_ours["purged"] >= 1
    assert ask(tmp_path, "SELECT * FROM articles WHERE number = ?", number) == []
    verify(tmp_path)


def test_lists_of_the_same_second_count_as_captured_before_an_article(tmp_path: Path) -> None:
    past = Past(twin := make_twin(0, 24, sections=("news", "gallery")))
    story = next(each for each in twin.listing("gallery") if not each.printed_title)
    pages = [f"/gallery/{'' if page == 1 else f'index_{page}.html'}" for page in range(1, 4)]
    for title in (story.title, "What the list calls it now"):
        story.title = title
        changes.change_feature_box(twin)
        for path in pages:
            past.capture_path(path)
            past.moment -= timedelta(seconds=7)
        past.capture(story.number)
        past.pass_days(30)
    with serve_face(past.face) as url:
        run_rescue(tmp_path / "archive", url)
    titles = [wording["title"] for wording in stored_wordings(tmp_path / "archive")[story.number]]
    assert titles == [past.said[story.number][0]["title"], "What the list calls it now"]
    printed = execute(tmp_path / "archive", "reparse", "--json")[1]
    assert json.loads(printed)["changed"] == 0
