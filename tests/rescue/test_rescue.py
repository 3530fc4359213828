"""Rescues from a face of the Wayback Machine: whole articles, exact revisions, nothing invented or asked twice."""

from __future__ import annotations

import json
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from harbincrawl.rescue.lists import CaptureSelection
from harbincrawl.warc.heads import find_field
from harbincrawl.warc.reader import find_file, read_fields
from tests.support.crawling import ask, execute
from tests.support.forge import forge
from tests.support.other_archives import serve_face
from tests.support.reread_cases import plain_story
from tests.support.rescue_cases import (
    BEGIN,
    SITE,
    check_wordings,
    make_past,
    run_rescue,
    small_past,
    stored_wordings,
)

SOFT_404 = b"<html><body><h1>404</h1><p>The page you asked for is not here.</p></body></html>"


def verify(archive: Path) -> None:
    code, printed, said = execute(archive, "verify", "--workers", "1", "--json")
    assert (code, json.loads(printed)["problems"]) == (0, []), said


def test_all_wordings_come_home_in_order_and_a_second_rescue_asks_for_nothing(tmp_path: Path) -> None:
    past = make_past()
    with serve_face(past.face) as url:
        report = run_rescue(tmp_path, url)
        assert (report.exit_code, report.left, report.failed.total(), report.found) == (0, 0, 0, len(past.face.held))
        assert report.fetched == report.taken.pages + report.taken.lists
        check_wordings(tmp_path, past)
        assert past.face.count_repeated() == {}
        asked, before = len(past.face.pages), ask(tmp_path, "SELECT * FROM articles ORDER BY number")
        again = run_rescue(tmp_path, url)
    assert len(past.face.pages) == asked
    assert (again.found, again.fetched, again.here) == (report.found, 0, report.fetched)
    assert ask(tmp_path, "SELECT * FROM articles ORDER BY number") == before
    assert [path.name for path in tmp_path.glob("rescue-*")] == []
    verify(tmp_path)


def test_an_edit_that_was_taken_back_is_two_revisions_and_what_repeats_is_not_asked_for(tmp_path: Path) -> None:
    past = small_past()
    story = plain_story(past.twin)
    first = past.twin.render(story.path).body
    past.capture(story.number)
    past.pass_days(30)
    story.title = "Another heading of the same story"
    past.twin.box = 1
    past.capture(story.number)
    second = past.face.held[-1].body
    for days, body in ((30, first), (60, first), (90, second)):
        past.face.add(f"{SITE}{story.path}", past.moment + timedelta(days=days), body)
    with serve_face(past.face) as url:
        report = run_rescue(tmp_path, url)
    assert (len(past.face.pages), report.fetched, report.found) == (4, 4, 5)
    titles = [each["title"] for each in stored_wordings(tmp_path)[story.number]]
    assert titles == [titles[0], "Another heading of the same story", titles[0], "Another heading of the same story"]
    rows = ask(tmp_path, 'SELECT warc, "offset", source FROM captures ORDER BY fetched_at')
    kinds = [read_fields(partial(find_file, tmp_path / "warc"), *row[:2]).type for row in rows]
    assert (kinds, {row[2] for row in rows}) == (["response", "response", "revisit", "revisit"], {"wayback"})
    verify(tmp_path)


def test_evidence_says_that_it_is_of_second_hand(tmp_path: Path) -> None:
    past = small_past()
    story = plain_story(past.twin)
    past.capture(story.number)
    held = past.face.held[-1]
    with serve_face(past.face) as url:
        run_rescue(tmp_path, url)
    ((warc, offset, moment, host),) = ask(tmp_path, 'SELECT warc, "offset", fetched_at, host FROM captures')
    record = read_fields(partial(find_file, tmp_path / "warc"), warc, offset)
    assert find_field(record.fields, "WARC-Date") == moment == f"{past.moment:%Y-%m-%dT%H:%M:%SZ}"
    assert (record.target, host) == (held.original, url.removeprefix("http://"))
    assert find_field(record.fields, "WARC-Source-URI") == f"{url}/web/{held.timestamp}id_/{held.original}"
    assert find_field(record.fields, "WARC-Creation-Date") > "2026"
    assert find_field(record.fields, "WARC-Concurrent-To") is None
    found = ask(tmp_path, "SELECT first_seen, last_seen, status, revision FROM articles")
    assert found == [(moment, moment, "unknown", 1)]
    words = ["--archive", str(tmp_path), "show", str(story.number), "--format", "json"]
    record_of = json.loads(forge().start(words).wait()[1])
    assert (record_of["status"], record_of["capture"]["source"]) == ("unknown", "wayback")


def test_what_is_no_page_of_the_site_never_becomes_a_record(tmp_path: Path) -> None:
    past = small_past()
    stories = [story for story in past.twin.stories.values() if story.page_count == 1][:6]
    for story in stories:
        past.capture(story.number)
    face, good = past.face, {story.number for story in stories}
    moment = past.moment + timedelta(days=9)
    face.add(f"{SITE}{stories[0].path}", moment, SOFT_404)
    face.add(f"{SITE}/news/2020-01-01/9999.html", moment, SOFT_404)
    face.add(f"{SITE}/news/2020-01-01/9998.html", moment, b"gone", status=404)
    face.add(f"{SITE}/news/2020-01-01/9997.html", moment, b"gone", status=404, listed_status="-")
    face.add(f"{SITE}{stories[1].path}", moment, b"", status=302, fields=[("Location", "http://spam.example/")])
    face.add(f"{SITE}{stories[2].path}", moment, b"", status=302, listed_status="-", fields=[("Location", "/x")])
    face.add(f"{SITE}/d/file/1.jpg", moment, b"\xff\xd8", mimetype="image/jpeg")
    other = "http://e.my399.com.evil.example/news/2020-01-01/9996.html"
    face.add(other, moment, face.held[0].body, listed_under=f"{SITE}/news/")
    face.add(f"{SITE}/news/2020-01-01/9995.html", moment, b"<html><body><p>Another site.</p></body></html>")
    with serve_face(face) as url:
        report = run_rescue(tmp_path, url)
    assert {number for (number,) in ask(tmp_path, "SELECT number FROM articles")} == good
    assert (report.exit_code, dict(report.failed)) == (3, {"other": 2})
    assert report.not_ours == {"HTTP 404": 1, "HTTP 302": 1, "another host": 1, "neither an article nor a list": 1}
    assert sum(count for reason, count in report.taken.refused.items() if reason.startswith("no article")) == 3
    check_wordings(tmp_path, past)
    verify(tmp_path)


def test_pages_of_an_article_are_those_nearest_in_time(tmp_path: Path) -> None:
    past = small_past()
    story = next(story for story in past.twin.stories.values() if story.page_count == 3)
    past.capture(story.number)
    past.pass_days(100)
    past.twin.box = 1
    # The first page again, without the others, then all of them after an edit.
    past.capture_path(story.page_path(1))
    past.pass_days(100)
    story.title = "The heading of all three pages is another one"
    past.capture(story.number)
    with serve_face(past.face) as url:
        run_rescue(tmp_path, url)
        check_wordings(tmp_path, past)
        tied = "SELECT first_page, count(*) FROM captures WHERE first_page IS NOT NULL GROUP BY 1"
        assert [count for _, count in ask(tmp_path, tied)] == [2, 2, 2]
        before = ask(tmp_path, "SELECT count(*) FROM captures")
        assert run_rescue(tmp_path, url).fetched == 0
    assert ask(tmp_path, "SELECT count(*) FROM captures") == before
    verify(tmp_path)


def test_an_article_of_which_a_page_is_nowhere_is_not_stored_short_and_its_pages_stay(tmp_path: Path) -> None:
    past = small_past()
    story = next(story for story in past.twin.stories.values() if story.page_count == 3)
    for page in (1, 3):
        past.capture_path(story.page_path(page))
    with serve_face(past.face) as url:
        report = run_rescue(tmp_path, url)
        assert (report.exit_code, report.taken.refused) == (3, {"a page is missing": 1})
        assert ask(tmp_path, "SELECT number FROM articles") == []
        assert len(ask(tmp_path, "SELECT id FROM captures")) == 2
        verify(tmp_path)
        past.capture_path(story.page_path(2))
        past.said[story.number] = [story.truth()]
        again = run_rescue(tmp_path, url)
    assert (again.exit_code, again.taken.new, again.fetched) == (0, 1, 1)
    check_wordings(tmp_path, past)
    verify(tmp_path)


def test_a_choice_of_days_and_sections_leaves_the_rest_for_later(tmp_path: Path) -> None:
    past = make_past(stories=8, rounds=2)
    with serve_face(past.face) as url:
        until = f"{BEGIN + timedelta(days=100):%Y%m%d}"
        report = run_rescue(tmp_path, url, selection=CaptureSelection(until=until, sections=("news",)))
        early = [held for held in past.face.held if held.timestamp < until]
        others = sum("/news/" not in held.original for held in early)
        assert report.found == len(early) < len(past.face.held)
        assert (report.not_ours, report.fetched) == ({"not chosen": others}, len(early) - others)
        run_rescue(tmp_path, url)
    check_wordings(tmp_path, past)


@pytest.mark.parametrize("limit", [0, 7])
def test_a_limit_is_kept_and_gone_on_from(tmp_path: Path, limit: int) -> None:
    past = make_past(stories=5, rounds=2)
    with serve_face(past.face) as url:
        report = run_rescue(tmp_path, url, limit=limit)
        assert (len(past.face.pages), report.left > 0) == (limit, True)
        run_rescue(tmp_path, url)
        assert past.face.count_repeated() == {}
    check_wordings(tmp_path, past)
    verify(tmp_path)
