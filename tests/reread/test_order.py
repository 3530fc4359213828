"""Captures that come in any order: the newest is the present, the older ones its history."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.support.crawling import ask, crawl
from tests.support.families import sample
from tests.support.reread_cases import (
    THEN,
    capture,
    check_index,
    long_story,
    plain_story,
    run_ingest,
    run_reparse,
    write,
)
from tests.support.twin import Twin, changes, serve


def edited(twin: Twin, path: str, *edits: Any) -> list[bytes]:
    """Captures of a page a day apart, an edit between each two."""
    records = [capture(twin, path, THEN)]
    for day, edit in enumerate(edits, 1):
        edit()
        records.append(capture(twin, path, THEN + timedelta(days=day)))
    return records


@pytest.mark.parametrize(("order",), sample([((3, 2, 1, 0),), ((0, 1, 2, 3),), ((2, 0, 3, 1),), ((1, 3, 0, 2),)], 2))
def test_the_newest_capture_is_the_present_whatever_the_order(
    tmp_path: Path, twin: Twin, order: tuple[int, ...]
) -> None:
    story = plain_story(twin)

    def edit() -> None:
        changes.edit(twin, story.number, "title")

    # The third capture shows what the second showed.
    records = edited(twin, story.path, edit, lambda: None, edit)
    files = [write(tmp_path / f"{at}.warc", record) for at, record in enumerate(records)]
    run_ingest(tmp_path / "all", *files)
    for at in order:
        run_ingest(tmp_path / "single", files[at])
    question = "SELECT revision, title, seen, replaced, cause, fingerprint FROM revisions ORDER BY revision"
    state = (
        "SELECT revision, title, first_seen, last_seen, last_changed, c.fetched_at, c.origin"
        " FROM articles AS a JOIN captures AS c ON c.id = a.capture"
    )
    assert ask(tmp_path / "single", question) == ask(tmp_path / "all", question)
    assert ask(tmp_path / "single", state) == ask(tmp_path / "all", state)
    assert [row[2] for row in ask(tmp_path / "all", question)] == ["2024-05-06T07:08:09Z", "2024-05-07T07:08:09Z"]
    ((revision, title, first, last, changed, captured, origin),) = ask(tmp_path / "all", state)
    assert (revision, title) == (3, story.title)
    assert (first, last, changed, captured) == (
        "2024-05-06T07:08:09Z", "2024-05-09T07:08:09Z", "2024-05-09T07:08:09Z", "2024-05-09T07:08:09Z",
    )  # fmt: skip
    assert origin == "3.warc"
    check_index(tmp_path / "single")
    assert run_reparse(tmp_path / "single").changed == 0


def test_older_captures_go_before_what_a_crawl_found(tmp_path: Path, twin: Twin) -> None:
    story = plain_story(twin)
    old = write(tmp_path / "old.warc", capture(twin, story.path, THEN))
    old_title = story.title
    changes.edit(twin, story.number, "title")
    with serve(twin) as server:
        crawl(tmp_path / "a", server, "news", "gallery")
        crawl(tmp_path / "a", server, "news", "gallery", "--recheck", "all")
    before = ask(tmp_path / "a", f"SELECT first_seen, last_seen FROM articles WHERE number = {story.number}")
    # The host of the site itself is the site's in an archive of a twin, too.
    report = run_ingest(tmp_path / "a", old)
    assert (report.pages, report.changed) == (1, 1)
    question = f"SELECT title, seen, cause FROM revisions WHERE number = {story.number}"
    assert ask(tmp_path / "a", question) == [(old_title, "2024-05-06T07:08:09Z", "crawl")]
    state = f"SELECT title, last_changed, last_seen FROM articles WHERE number = {story.number}"
    assert ask(tmp_path / "a", state) == [(story.title, *before[0])]
    check_index(tmp_path / "a")


def test_a_gone_article_stays_gone_when_an_old_capture_comes(tmp_path: Path, twin: Twin) -> None:
    story = plain_story(twin)
    old = write(tmp_path / "old.warc", capture(twin, story.path, THEN))
    with serve(twin) as server:
        crawl(tmp_path / "a", server, "news", "gallery")
        changes.remove(twin, story.number)
        crawl(tmp_path / "a", server, "news", "gallery", "--recheck", "all")
        crawl(tmp_path / "a", server, "news", "gallery")
        state = f"SELECT status, revision FROM articles WHERE number = {story.number}"
        assert ask(tmp_path / "a", state) == [("gone", 1)]
        run_ingest(tmp_path / "a", old)
    assert ask(tmp_path / "a", state) == [("gone", 1)]
    first = ask(tmp_path / "a", f"SELECT first_seen FROM articles WHERE number = {story.number}")
    assert first == [("2024-05-06T07:08:09Z",)]


def test_an_article_without_one_of_its_pages_is_not_stored_short(tmp_path: Path, twin: Twin) -> None:
    story = long_story(twin)
    pages = [capture(twin, story.page_path(page), THEN) for page in range(1, story.page_count + 1) if page != 2]
    report = run_ingest(tmp_path / "a", write(tmp_path / "a.warc", *pages))
    assert ask(tmp_path / "a", "SELECT count(*) FROM articles") == [(0,)]
    assert (report.refused["a page is missing"], report.exit_code) == (1, 3)
    # Its pages stay as evidence, and the whole may still come.
    rest = write(tmp_path / "rest.warc", capture(twin, story.page_path(2), THEN))
    assert run_ingest(tmp_path / "a", rest).new == 1
    truth = next(one for one in twin.truth() if one["number"] == story.number)
    assert ask(tmp_path / "a", "SELECT body FROM articles") == [("\n\n".join(truth["body"]) or None,)]


def test_lists_that_come_later_complete_what_is_there(tmp_path: Path, twin: Twin) -> None:
    story = next(one for one in twin.listing("news")[:8] if one.page_count == 1 and one.summary)
    run_ingest(tmp_path / "a", write(tmp_path / "a.warc", capture(twin, story.path, THEN)))
    assert ask(tmp_path / "a", "SELECT summary FROM articles") == [(None,)]
    run_ingest(tmp_path / "a", write(tmp_path / "l.warc", capture(twin, "/news/", THEN + timedelta(days=2))))
    (summary,) = ask(tmp_path / "a", "SELECT summary FROM articles")
    assert summary != (None,)
    assert ask(tmp_path / "a", "SELECT last_seen FROM articles") == [("2024-05-06T07:08:09Z",)]
    assert run_reparse(tmp_path / "a").changed == 0


@pytest.mark.parametrize("order", [(0, 2, 1), (2, 0, 1), (1, 2, 0)])
def test_words_of_a_list_that_were_taken_back_hold_in_whatever_order_the_lists_come(
    tmp_path: Path, twin: Twin, order: tuple[int, ...]
) -> None:
    story = next(one for one in twin.listing("news")[:8] if one.page_count == 1 and one.summary)
    lists, summaries = [], [story.summary, "Other words.", story.summary]
    for day, summary in enumerate(summaries):
        story.summary = summary
        lists.append(capture(twin, "/news/", THEN + timedelta(days=day)))
    page = capture(twin, story.path, THEN + timedelta(days=2, seconds=9))
    run_ingest(tmp_path / "a", write(tmp_path / "a.warc", *(lists[at] for at in order), page))
    assert ask(tmp_path / "a", "SELECT summary FROM articles") == [(summaries[2],)]
    assert run_reparse(tmp_path / "a").changed == 0


def test_articles_of_several_pages_are_joined_in_any_order(tmp_path: Path, twin: Twin) -> None:
    story = long_story(twin)
    pages = [capture(twin, story.page_path(page), THEN + timedelta(seconds=page))
             for page in range(1, story.page_count + 1)]  # fmt: skip
    report = run_ingest(tmp_path / "a", write(tmp_path / "a.warc", *reversed(pages)))
    truth = next(one for one in twin.truth() if one["number"] == story.number)
    body = ask(tmp_path / "a", "SELECT body FROM articles")
    assert body == [("\n\n".join(truth["body"]) or None,)]
    assert (report.pages, report.exit_code) == (story.page_count, 0)
    assert run_reparse(tmp_path / "a").same == 1
