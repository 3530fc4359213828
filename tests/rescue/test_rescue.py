"""Rescues from a face of the Wayback Machine: whole articles, exact revisions, nothing invented or asked twice."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from harbincrawl.archive.rescued import OUTCOMES, STATES
from harbincrawl.rescue.choice import CaptureSelection
from harbincrawl.rescue.report import RescueReport
from harbincrawl.warc.heads import find_field
from harbincrawl.warc.reader import read_fields
from tests.support.crawling import ask
from tests.support.forge import forge
from tests.support.other_archives import digest, http_date, serve_face
from tests.support.reread_cases import plain_story
from tests.support.rescue_cases import (
    BEGIN,
    SITE,
    Past,
    check_wordings,
    make_past,
    run_rescue,
    small_past,
    stored_wordings,
)

SOFT_404 = b"<html><body><h1>404</h1><p>The page you asked for is not here.</p></body></html>"


def check_sums(report: RescueReport) -> None:
    sums = report.sums
    assert sums["found"] == sum(sums[name] for name in STATES)
    assert sums["fetched"] == sum(sums[name] for name in OUTCOMES)
    assert sums["unread"] == 0


def verify(archive: Path) -> None:
    code, printed, said = forge().start(["--archive", str(archive), "verify", "--jobs", "1", "--json"]).wait()
    assert (code, json.loads(printed)["problems"]) == (0, []), said


def test_all_wordings_come_home_in_order_and_a_second_rescue_asks_for_nothing(tmp_path: Path) -> None:
    past = make_past()
    with serve_face(past.face) as url:
        report = run_rescue(tmp_path, url)
        check_sums(report)
        assert (report.exit_code, report.sums["left"], report.sums["failed"]) == (0, 0, 0)
        check_wordings(tmp_path, past)
        assert past.face.count_repeated() == {}
        asked, before = len(past.face.pages), ask(tmp_path, "SELECT * FROM articles ORDER BY number")
        again = run_rescue(tmp_path, url)
    assert len(past.face.pages) == asked
    assert (again.sums, again.fetched, again.listed) == (report.sums, 0, 0)
    assert ask(tmp_path, "SELECT * FROM articles ORDER BY number") == before
    verify(tmp_path)


def test_an_edit_that_was_taken_back_is_two_revisions_and_its_body_comes_once(tmp_path: Path) -> None:
    past = small_past()
    story = plain_story(past.twin)
    first, second = past.twin.render(story.path).body, None
    past.capture(story.number)
    past.pass_days(30)
    story.title = "Another heading of the same story"
    past.twin.box = 1
    past.capture(story.number)
    second = past.face.held[-1].body
    past.face.add(f"{SITE}{story.path}", past.moment + timedelta(days=30), first)
    past.face.add(f"{SITE}{story.path}", past.moment + timedelta(days=60), first)
    past.face.add(f"{SITE}{story.path}", past.moment + timedelta(days=90), second)
    with serve_face(past.face) as url:
        report = run_rescue(tmp_path, url)
    check_sums(report)
    assert len(past.face.pages) == 2
    assert (report.sums["fetched"], report.sums["repeats"]) == (2, 3)
    titles = [each["title"] for each in stored_wordings(tmp_path)[story.number]]
    assert titles == [titles[0], "Another heading of the same story", titles[0], "Another heading of the same story"]
    rows = ask(tmp_path, 'SELECT warc, "offset", fetched_at, source FROM captures ORDER BY fetched_at')
    kinds = [read_fields(tmp_path / "warc", *row[:2]).type for row in rows]
    assert kinds == ["response", "response", "revisit", "revisit"], "a repeat of the body before it has no row"
    assert {row[3] for row in rows} == {"wayback"}
    verify(tmp_path)


def test_evidence_says_that_it_is_of_second_hand(tmp_path: Path) -> None:
    past = small_past()
    story = plain_story(past.twin)
    past.capture(story.number)
    held = past.face.held[-1]
    with serve_face(past.face) as url:
        run_rescue(tmp_path, url)
        ((warc, offset, moment),) = ask(tmp_path, 'SELECT warc, "offset", fetched_at FROM captures')
        record = read_fields(tmp_path / "warc", warc, offset)
        assert find_field(record.fields, "WARC-Date") == moment == f"{past.moment:%Y-%m-%dT%H:%M:%SZ}"
        assert record.target == held.original
        assert find_field(record.fields, "WARC-Source-URI") == f"{url}/web/{held.timestamp}id_/{held.original}"
        assert find_field(record.fields, "WARC-Creation-Date") > "2026"
        assert find_field(record.fields, "WARC-Concurrent-To") is None
    ((first, last, status, revision),) = ask(tmp_path, "SELECT first_seen, last_seen, status, revision FROM articles")
    assert (first, last, status, revision) == (moment, moment, "unknown", 1)
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
    path = stories[0].path
    face.add(f"{SITE}{path}", moment, SOFT_404)
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
    check_sums(report)
    assert {number for (number,) in ask(tmp_path, "SELECT number FROM articles")} == good
    assert report.exit_code == 0
    assert report.sums["redirects"] == 1
    assert report.not_ours == {"HTTP 404": 1, "a redirect": 1, "another host": 1, "neither an article nor a list": 1}
    assert report.sums["not_an_article"] == 4
    check_wordings(tmp_path, past)
    verify(tmp_path)


def test_rows_that_repeat_say_nothing_or_have_no_month_are_taken_as_they_are(tmp_path: Path) -> None:
    past = small_past()
    one, two, three = [story for story in past.twin.stories.values() if story.page_count == 1][:3]
    for story in (one, two, three):
        past.capture(story.number)
    face = past.face
    face.held[0].rows = 3
    face.held[1].listed_status, face.held[1].listed_digest = "-", "-"
    face.add(
        f"{SITE}{one.path}", past.moment + timedelta(days=5), face.held[0].body, listed_status="-",
        mimetype="warc/revisit",
    )  # fmt: skip
    # The month 00: what the archive says of the moment is all that is known of it.
    face.held[2].timestamp, face.held[2].stated = "20250012030405", "20251203040500"
    with serve_face(face) as url:
        report = run_rescue(tmp_path, url)
    check_sums(report)
    assert (report.sums["found"], report.sums["fetched"], report.sums["repeats"]) == (4, 3, 1)
    check_wordings(tmp_path, past)
    assert ask(tmp_path, "SELECT first_seen FROM articles WHERE number = ?", three.number) == [
        ("2025-12-03T04:05:00Z",)
    ]
    verify(tmp_path)


def test_packed_bodies_are_read_whether_they_say_so_or_not(tmp_path: Path) -> None:
    past = small_past()
    stories = [story for story in past.twin.stories.values() if story.page_count == 1][:2]
    for story, coding in zip(stories, ("gzip", "silent"), strict=True):
        past.capture(story.number, coding=coding)
    with serve_face(past.face) as url:
        report = run_rescue(tmp_path, url)
    assert (report.exit_code, report.digests_differ) == (0, 0)
    check_wordings(tmp_path, past)
    verify(tmp_path)


def test_a_digest_that_is_of_other_bytes_is_noted_and_not_refused(tmp_path: Path) -> None:
    past = small_past()
    past.capture(plain_story(past.twin).number, listed_digest=digest(b"other bytes"))
    with serve_face(past.face) as url:
        report = run_rescue(tmp_path, url)
    assert (report.exit_code, report.digests_differ, report.sums["new"]) == (0, 1, 1)


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
        report = run_rescue(tmp_path, url)
    check_sums(report)
    check_wordings(tmp_path, past)
    assert (report.sums["further_pages"], report.sums["same"]) == (4, 1)
    tied = ask(tmp_path, "SELECT first_page, count(*) FROM captures WHERE first_page IS NOT NULL GROUP BY 1")
    assert [count for _, count in tied] == [2, 2, 2]
    verify(tmp_path)


def test_an_article_of_which_a_page_is_nowhere_fails_and_its_pages_stay(tmp_path: Path) -> None:
    past = small_past()
    story = next(story for story in past.twin.stories.values() if story.page_count == 3)
    for page in (1, 3):
        past.capture_path(story.page_path(page))
    with serve_face(past.face) as url:
        report = run_rescue(tmp_path, url)
        check_sums(report)
        assert (report.exit_code, report.sums["incomplete"], report.sums["further_pages"]) == (3, 1, 1)
        assert [each["class"] for each in report.failures] == ["pages"]
        assert ask(tmp_path, "SELECT number FROM articles") == []
        assert len(ask(tmp_path, "SELECT id FROM captures")) == 2
        verify(tmp_path)
        past.capture_path(story.page_path(2))
        past.said[story.number] = [story.truth()]
        again = run_rescue(tmp_path, url)
    check_sums(again)
    assert (again.exit_code, again.sums["new"], again.fetched) == (0, 1, 1)
    check_wordings(tmp_path, past)
    verify(tmp_path)


def test_lists_tell_titles_and_summaries_even_if_they_come_later(tmp_path: Path) -> None:
    past = small_past()
    story = next(s for s in past.twin.stories.values() if s.page_count == 1 and s.summary and s.section_path == "news")
    past.capture(story.number)
    with serve_face(past.face) as url:
        run_rescue(tmp_path, url)
        assert ask(tmp_path, "SELECT summary FROM articles") == [(None,)]
        for page in range(1, 5):
            past.capture_path("/news/" + (f"index_{page}.html" if page > 1 else ""))
        run_rescue(tmp_path, url)
    assert ask(tmp_path, "SELECT summary FROM articles") == [(story.summary,)]
    verify(tmp_path)


def test_a_choice_of_days_and_sections_leaves_the_rest_for_later(tmp_path: Path) -> None:
    past = make_past(stories=8, rounds=2)
    with serve_face(past.face) as url:
        until = f"{BEGIN + timedelta(days=100):%Y%m%d}"
        report = run_rescue(tmp_path, url, selection=CaptureSelection(until=until, sections=("news",)))
        check_sums(report)
        early = [held for held in past.face.held if held.timestamp < until]
        assert report.sums["found"] == len(early) < len(past.face.held)
        assert report.sums["left"] == sum("/news/" not in held.original for held in early) > 0
        run_rescue(tmp_path, url)
    check_wordings(tmp_path, past)


@pytest.mark.parametrize("limit", [0, 7])
def test_a_limit_is_kept_and_gone_on_from(tmp_path: Path, limit: int) -> None:
    past = make_past(stories=5, rounds=2)
    with serve_face(past.face) as url:
        report = run_rescue(tmp_path, url, limit=limit)
        check_sums(report)
        assert len(past.face.pages) == limit
        assert report.sums["left"] > 0
        run_rescue(tmp_path, url)
        assert past.face.count_repeated() == {}
    check_wordings(tmp_path, past)
    verify(tmp_path)


def test_a_sample_is_spread_over_years_and_sections(tmp_path: Path) -> None:
    past = make_past(stories=8, rounds=3)
    with serve_face(past.face) as url:
        report = run_rescue(tmp_path, url, sample=6)
    assert len(past.face.pages) == len(report.sample) == 6
    places = {(path.split("/")[2][:4], path.split("/")[6]) for path in past.face.pages}
    assert len(places) >= 4


def test_the_first_and_the_last_capture_of_an_article_come_first(tmp_path: Path) -> None:
    past = Past(small_past().twin)
    stories = [story for story in past.twin.stories.values() if story.page_count == 1][:3]
    for at in range(4):
        past.twin.box = at
        for story in stories:
            past.capture(story.number)
        past.pass_days(10)
    with serve_face(past.face) as url:
        run_rescue(tmp_path, url, limit=6)
    moments = {held.timestamp for held in (*past.face.held[:3], *past.face.held[-3:])}
    assert {path.split("/")[2][:14] for path in past.face.pages} == moments


def test_dates_of_the_face_are_those_of_http() -> None:
    assert http_date("20240601080007") == "Sat, 01 Jun 2024 08:00:07 GMT"
