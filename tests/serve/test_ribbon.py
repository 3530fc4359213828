"""The ribbon of an article: what happened to it, in order of time, and where each is shown."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from harbincrawl.archive.captures import CaptureRow
from harbincrawl.archive.database.connection import FILE
from harbincrawl.archive.stamps import StoredStamp
from harbincrawl.serve.links import Links
from harbincrawl.serve.ribbon import Facts, Point, make_ribbon
from tests.serve.test_former import make_revision
from tests.support.archives import add_capture, build_archive
from tests.support.web_site import Site, running

LINKS = Links("", "http://localhost")
RECORD: dict[str, Any] = {
    "id": "harbin-today:8", "url": "http://e.my399.com/news/2024-05-01/8.html", "updated": "2024-05-01",
    "first_seen": "2024-06-01T08:00:07Z", "last_seen": "2024-06-05T08:00:00Z", "status": "live", "revision": 1,
}  # fmt: skip


def make_row(id: int, fetched_at: str, **values: Any) -> CaptureRow:
    row = {"status": 200, "warc": "a.warc.gz", "source": "site", "host": "e.my399.com", "lost": None} | values
    return CaptureRow(
        id, 1, RECORD["url"], fetched_at, row["status"], None, None, row["warc"], 0, None, row["source"], row["host"],
        None, row["lost"], None,
    )  # fmt: skip


ROWS = [make_row(3, "2024-06-01T08:00:07Z"), make_row(9, "2024-06-05T08:00:00Z")]


def draw(record: dict[str, Any] | None = None, rows: list[CaptureRow] = ROWS, **facts: Any) -> list[Point]:
    revisions = facts.pop("revisions", [make_revision(1)._replace(updated="2024-05-01")])
    found = Facts(RECORD | (record or {}), revisions, {revisions[0].revision: rows}, "Asia/Shanghai", **facts)
    return make_ribbon(LINKS, [("q", "snow")], found)


def test_each_point_leads_to_where_it_is_shown() -> None:
    stamp = StoredStamp(4, "5ea1", "http://tsa.example", "2024-06-06T09:00:01Z", "")
    revisions = [make_revision(1, "old"), make_revision(2, "new", author="Li")]
    revisions = [
        each._replace(seen=when)
        for each, when in zip(revisions, ("2024-06-01T08:00:07Z", "2024-06-03T09:01:02Z"), strict=True)
    ]
    found = draw(revisions=revisions, sealed=(4, "2024-06-06T08:00:00Z"), stamp=stamp)
    assert [(each.label, each.when, each.href) for each in found] == [
        ("Printed", "2024-05-01", "/search?since=2024-05-01&until=2024-05-01"),
        ("First seen", "2024-06-01T08:00:07Z", "/captures/3"),
        ("Changed", "2024-06-03T09:01:02Z", "/articles/harbin-today:8/revisions/1..2?q=snow"),
        ("Last seen", "2024-06-05T08:00:00Z", "/captures/9"),
        ("Sealed", "2024-06-06T08:00:00Z", "#seal"),
        ("Stamped", "2024-06-06T09:00:01Z", "#stamp"),
    ]
    assert found[2].note == "author, text"
    assert [each.later for each in found] == ["", "", "2 days 1 h", "1 day 22 h", "1 day", "1 h 1 s"]


@pytest.mark.parametrize(
    ("printed", "seen", "note"),
    [
        ("2014-07-08", "2026-11-30T07:10:07Z", "12 years 145 days before this archive first saw it"),
        ("2024-02-29", "2025-02-28T08:00:00Z", "365 days before this archive first saw it"),
        ("2024-02-29", "2025-03-01T08:00:00Z", "1 year before this archive first saw it"),
        ("2024-06-02", "2024-06-01T17:00:00Z", "the day on which this archive first saw it"),
        ("2024-06-02", "2024-06-01T08:00:00Z", "later than it was first seen"),
        ("2024-99-99", "2024-06-01T08:00:00Z", ""),
    ],
)
def test_the_printed_day_says_how_long_before_it_was_seen_by_the_clock_of_the_site(
    printed: str, seen: str, note: str
) -> None:
    found = draw(
        {"updated": printed, "first_seen": seen, "last_seen": "2026-12-01T00:00:00Z"}, revisions=[make_revision(1)]
    )
    points = {each.kind: each for each in found}
    assert points["printed"].note == note
    assert (points["printed"].href is None) == (note == "")
    order = [each.kind for each in found]
    assert (order.index("printed") > order.index("first")) == note.startswith("later")


def test_what_is_not_known_has_no_point_and_what_is_not_yet_says_so() -> None:
    found = draw({"updated": None, "last_seen": RECORD["first_seen"]}, rows=ROWS[:1])
    assert [(each.label, each.when, each.href) for each in found] == [
        ("Seen once", "2024-06-01T08:00:07Z", "/captures/3"),
        ("Not sealed yet", None, None), ("Not stamped", None, None),
    ]  # fmt: skip


def test_a_seal_stands_before_what_was_seen_later() -> None:
    assert [each.kind for each in draw(sealed=(1, "2024-06-02T00:00:00Z"))] == [
        "printed",
        "first",
        "sealed",
        "last",
        "stamped",
    ]


@pytest.mark.parametrize(
    ("values", "note"),
    [
        ({"lost": "purged"}, "its record is lost (purged)"),
        ({"lost": "damaged"}, "its record is lost (damaged)"),
        ({"warc": None}, "no record of it was kept"),
    ],
)
def test_a_capture_of_which_nothing_is_left_has_no_link(values: dict[str, Any], note: str) -> None:
    rows = [make_row(3, RECORD["first_seen"], **values), make_row(9, RECORD["last_seen"])]
    _, first, last, *_ = draw(rows=rows)
    assert (first.href, first.note) == (None, note)
    assert (last.href, last.note) == ("/captures/9", "")
    assert draw(rows=[])[1].note == "no response is kept"


def test_gone_and_who_answered_in_the_place_of_the_site_are_said() -> None:
    rows = [make_row(3, RECORD["first_seen"], source="wayback", host="web.archive.org")]
    found = draw({"status": "gone"}, rows=rows, gone=make_row(11, "2024-06-07T08:00:00Z", status=410))
    assert [each.kind for each in found] == ["printed", "first", "last", "gone", "sealed", "stamped"]
    assert found[1].answerer == "wayback at web.archive.org"
    assert (found[3].note, found[3].href) == ("the site answered 410", "/captures/11")


@pytest.mark.parametrize(("count", "hidden"), [(12, 0), (13, 0), (14, 2), (200, 188)])
def test_many_changes_are_folded_between_the_first_and_the_last_ones(count: int, hidden: int) -> None:
    revisions = [
        make_revision(number, f"The {number}.")._replace(seen=f"2024-06-02T{number // 60:02}:{number % 60:02}:00Z")
        for number in range(1, count + 2)
    ]
    found = draw(revisions=revisions)
    changes = [each for each in found if each.kind == "changed"]
    assert len(changes) == count - hidden
    more = [each for each in found if each.kind == "more"]
    assert [(each.label, each.href) for each in more] == (
        [(f"… {hidden} more", "/articles/harbin-today:8/revisions?q=snow")] if hidden else []
    )
    if more:
        at = found.index(more[0])
        assert (found[at - 1].revision, found[at + 1].revision) == (7, count - 4)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """An article of fifteen wordings that is gone, and one of which the record was purged."""
    archive = build_archive(
        tmp_path_factory.mktemp("ribbon") / "archive",
        [
            {"number": 8, "revision": 15, "body": "Number 15.", "status": "gone", "last_seen": "2024-06-15T08:00:01Z",
             "last_changed": "2024-06-15T08:00:01Z"},
            {"number": 9, "capture": {}, "first_seen": "2024-06-01T08:00:01Z", "last_seen": "2024-06-01T08:00:01Z"},
        ],
        revisions=[
            {"number": 8, "revision": number, "title": "Title 8", "updated": "2024-05-01",
             "source": "chinadaily.com.cn", "body": f"Number {number}.", "seen": f"2024-06-{number:02}T08:00:01Z",
             "replaced": f"2024-06-{number + 1:02}T08:00:01Z"}
            for number in range(1, 15)
        ],
    )  # fmt: skip
    with closing(sqlite3.connect(archive / FILE)) as connection, connection:
        runs = [(run, "crawl", "2024-06-01T08:00:00Z", f"2024-06-{14 + run}T09:00:09Z") for run in (1, 2)]
        connection.executemany(
            "INSERT INTO runs(run, kind, started, ended, outcome, arguments, versions, seal)"
            " VALUES (?, ?, ?, ?, 'complete', '{}', '{}', hex(zeroblob(32)))",
            runs,
        )
        connection.execute("INSERT INTO timestamps VALUES (1, 'http://tsa.example', '2024-06-15T10:00:10Z', 'AAAA')")
        for number in (1, 15):
            capture = add_capture(connection, {
                "address": "http://e.my399.com/news/2024-05-01/8.html", "fetched_at": f"2024-06-{number:02}T08:00:01Z",
                "body_hash": str(number), "warc": "a.warc.gz",
            })  # fmt: skip
            table = "articles" if number == 15 else "revisions"
            connection.execute(
                f"UPDATE {table} SET first_capture = ?1, capture = ?1 WHERE number = 8 AND revision = ?2",
                (capture, number),
            )
        gone = {"address": "http://e.my399.com/news/2024-05-01/8.html", "status": 404, "warc": "a.warc.gz"}
        add_capture(connection, gone | {"fetched_at": "2024-06-20T08:00:20Z"})
        connection.execute("INSERT INTO lost_captures SELECT first_capture, 1, 'purged' FROM articles WHERE number = 9")
    with running(archive) as started:
        yield started


def read_ribbon(page: str) -> list[str]:
    ribbon = page[page.index('<nav class="ribbon"') :]
    return re.findall(r"<li.*?</li>", ribbon[: ribbon.index("</ol>")], re.DOTALL)


def test_the_page_has_the_ribbon_with_seconds_and_links(site: Site) -> None:
    page = site.ask("/articles/harbin-today:8").text
    points = read_ribbon(page)
    assert ["".join(re.findall(r'<li class="(\w+)', each)) for each in points] == [
        "printed", "first", *["changed"] * 6, "more", *["changed"] * 6, "last", "sealed", "stamped", "gone",
    ]  # fmt: skip
    assert "1 Jun 2024, 08:00:00 UTC" in points[1]
    assert "… 2 more" in points[8]
    assert all(f"/revisions/{at}..{at + 1}" in points[at + 1] for at in range(1, 7))
    assert 'href="#seal"' in points[-3] and 'href="/status"' in points[-3] and 'href="#stamp"' in points[-2]
    assert '<dt id="seal"' in page and '<dt id="stamp"' in page
    assert "the site answered 404" in points[-1] and "20 Jun 2024, 08:00:20 UTC" in points[-1]
    for address in re.findall(r'href="(/[^"#]+)', "".join(points)):
        assert site.ask(address.replace("&amp;", "&")).status == 200, address


def test_of_a_purged_record_the_page_has_no_link_in_its_ribbon(site: Site) -> None:
    points = read_ribbon(site.ask("/articles/harbin-today:9").text)
    assert "Seen once" in points[1]
    assert "its record is lost (purged)" in points[1]
    assert "/captures/" not in "".join(points)


def test_seconds_stand_on_the_pages_of_revisions_and_changes_lead_from_one_to_the_next(site: Site) -> None:
    listed = site.ask("/articles/harbin-today:8/revisions").text
    assert "15 June 2024, 08:00:01 UTC" in listed
    assert not re.search(r"\d\d:\d\d UTC", listed.replace(":01 UTC", ""))
    page = site.ask("/articles/harbin-today:8/revisions/2..3?q=number").text
    steps = re.findall(r'href="/articles/harbin-today:8/revisions/(\d+\.\.\d+)\?q=number">(\w+) change', page)
    assert steps == [("1..2", "First"), ("1..2", "Previous"), ("3..4", "Next")]
    assert "Change 2 of 14" in page
    assert "shown by no kept capture" in page
    first = site.ask("/articles/harbin-today:8/revisions/1..2").text
    assert "First change" not in first and "Previous change" not in first and "Next change" in first
    assert "shown by <a" in first
    last = site.ask("/articles/harbin-today:8/revisions/14..15").text
    assert "Next change" not in last and "First change" in last


def test_an_archive_without_runs_says_that_nothing_is_sealed(small: Path, site: Site) -> None:
    del small
    points = read_ribbon(site.ask("/articles/harbin-today:8/revisions/2").text)
    assert "Not sealed yet" in points[-2] and "Not stamped" in points[-1]
