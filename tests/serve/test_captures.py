"""Pages about captures: all of an article in time, the one before and after, what cannot be shown."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import pytest

from harbincrawl.archive.database.connection import FILE
from harbincrawl.serve.replay import MOST_BYTES, MOST_TAGS
from harbincrawl.text import time_text
from tests.support.archives import add_capture, build_archive
from tests.support.web_site import HOSTILE_PAGE, Site, keep_page, running

OWN = "http://e.my399.com"
ADDRESS = f"{OWN}/news/2019-05-30/8.html"
OFTEN = f"{OWN}/news/"
COUNT = 1463
OLD = "<h1>Snow</h1><p>The tram runs on 12 days of the winter.</p><p>See <a href='9.html'>it</a></p>"
NEW = OLD.replace("12 days", "15 days").replace("Snow", "Snow and ice")


class Built(NamedTuple):
    """A site and its captures by name."""

    site: Site
    captures: dict[str, int]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    """An article of three revisions, the second twice, and an address that was captured very often."""
    archive = build_archive(
        tmp_path_factory.mktemp("captures") / "archive",
        [{"number": 8, "revision": 3, "title": "Snow <b>", "url": ADDRESS}],
        revisions=[{"number": 8, "revision": 1, "title": "Snow"}, {"number": 8, "revision": 2, "title": "Ice"}],
    )
    pages: dict[str, tuple[str, str | bytes, str]] = {
        "old": (ADDRESS, OLD, "2019-05-30T08:15:42Z"), "new": (ADDRESS, NEW, "2019-07-01T10:00:01Z"),
        "again": (ADDRESS, NEW, "2019-08-01T10:00:01Z"),
        "other": (f"{OWN}/news/2019-05-30/9.html", "<p>The tram</p>", "2019-05-30T08:15:42Z"),
        "hostile": (f"{OWN}/h.html", HOSTILE_PAGE, "2019-05-30T08:15:42Z"),
        "huge": (f"{OWN}/huge.html", b"<p>" * (MOST_BYTES // 3 + 1), "2019-05-30T08:15:42Z"),
        "many": (f"{OWN}/huge.html", b"<b>x</b>" * (MOST_TAGS // 2 + 1), "2019-05-31T08:15:42Z"),
    }  # fmt: skip
    captures = {name: keep_page(archive, *page) for name, page in pages.items()}
    with closing(sqlite3.connect(archive / FILE)) as connection, connection:

        def add(name: str, **row: object) -> None:
            captures[name] = add_capture(connection, {"address": ADDRESS, "body_hash": None} | row)

        add("same", status=304, digest="sha256:b", fetched_at="2019-09-01T10:00:01Z", run=2)
        add("unknown", status=304, digest="sha256:x", fetched_at="2019-09-02T10:00:01Z", run=3)
        add("missing", status=404, fetched_at="2019-09-03T10:00:01Z")
        add("lost", body_hash="b", fetched_at="2019-09-04T10:00:01Z", warc="gone.warc.gz", offset=0)
        add("unkept", fetched_at="2019-09-05T10:00:01Z")
        connection.execute("INSERT INTO lost_captures VALUES (?, 1, 'damaged')", (captures["lost"],))
    captures["last"] = keep_page(archive, ADDRESS, NEW + "<p>More</p>", "2020-01-02T03:04:05Z")
    with closing(sqlite3.connect(archive / FILE)) as connection, connection:
        for name, body in (("old", "a"), ("new", "b"), ("again", "b"), ("last", "c")):
            connection.execute(
                "UPDATE captures SET body_hash = ?1, digest = 'sha256:' || ?1 WHERE id = ?2", (body, captures[name])
            )
        for number, name in enumerate(("old", "new"), 1):
            connection.execute(
                "UPDATE revisions SET first_capture = ?1, capture = ?1 WHERE revision = ?2", (captures[name], number)
            )
        connection.execute("UPDATE articles SET first_capture = ?1, capture = ?1", (captures["last"],))
        connection.executemany("INSERT INTO outcomes(run, number, outcome) VALUES (?, 8, 'same')", [(1,), (2,)])
        begin = datetime(2015, 1, 1, tzinfo=UTC)
        rows = [(begin + timedelta(hours=30 * at), at) for at in range(COUNT)]
        # What came last was captured first: ids do not tell the order.
        for moment, at in reversed(rows):
            row = {"address": OFTEN, "fetched_at": time_text(moment), "body_hash": "ab"[at // 900]}
            captures[f"often {at}"] = add_capture(connection, row)
    with running(archive) as site:
        yield Built(site, captures)


def ask(built: Built, name: str, rest: str = "") -> str:
    reply = built.site.ask(f"/captures/{built.captures[name]}{rest}")
    assert reply.status == 200, reply.text
    return reply.text


def find_nav(page: str, name: str) -> dict[str, str]:
    """The links of a part of a page by their words; None for what leads nowhere."""
    (part,) = re.findall(rf'<nav class="steps" aria-label="{name}">(.*?)</nav>', page, re.DOTALL)
    return {text: address for address, text in re.findall(r'<a [^>]*?href="([^"]+)"[^>]*>([^<]+)</a>', part)}


def test_an_article_has_the_list_of_its_captures_in_time_with_their_revisions(built: Built) -> None:
    page = built.site.ask("/articles/harbin-today:8/captures").text
    captures = built.captures
    listed = re.findall(r'<li><a href="/captures/(\d+)">', page)
    names = ("old", "new", "again", "same", "unknown", "missing", "lost", "unkept", "last")
    assert listed == [str(captures[name]) for name in names]
    assert page.count('href="/articles/harbin-today:8/revisions/2">revision 2</a>') == 4
    assert "status 404" in page and "9 captures of" in page


def test_previous_and_next_lead_through_all_captures_in_time(built: Built) -> None:
    captures = built.captures
    assert find_nav(ask(built, "again"), "Captures before and after") == {
        "Previous": f"/captures/{captures['new']}", "Next": f"/captures/{captures['same']}",
        "All captures": "/articles/harbin-today:8/captures",
    }  # fmt: skip
    assert "Capture 3 of 9 of this address" in ask(built, "again")
    assert set(find_nav(ask(built, "old"), "Captures before and after")) == {"Next", "All captures"}
    assert "Capture 1 of 1 of this address" in ask(built, "other")
    for at in (0, 700, COUNT - 1):
        links = find_nav(ask(built, f"often {at}"), "Captures before and after")
        near = {"Previous": at - 1, "Next": at + 1}
        wanted = {name: f"/captures/{captures[f'often {to}']}" for name, to in near.items() if 0 <= to < COUNT}
        assert links == wanted


def test_a_capture_names_its_article_and_the_revision_that_it_shows(built: Built) -> None:
    page = ask(built, "again")
    assert 'It shows <a href="/articles/harbin-today:8/revisions/2">revision 2</a> of 3' in page
    assert '<a href="/articles/harbin-today:8"><bdi>Snow &lt;b&gt;</bdi></a>' in page


@pytest.mark.parametrize(("name", "reason", "status"), [
    ("unknown", "which one is not known", 404), ("missing", "answered with status 404", 404),
    ("lost", "no longer there: damaged", 410), ("unkept", "names a purged article", 404),
    ("huge", "too large to be shown", 413), ("many", "too many elements", 413),
])  # fmt: skip
def test_what_cannot_be_shown_says_why(built: Built, name: str, reason: str, status: int) -> None:
    page = ask(built, name)
    # Whether a record can be shown is found out in the frame.
    assert (reason in page) == ("<iframe" not in page) == (status != 413)
    frame = built.site.ask(f"/captures/{built.captures[name]}/page")
    assert frame.status == status and reason in frame.text
    assert "frame-ancestors 'self'" in frame.headers["Content-Security-Policy"]


def test_a_304_is_shown_as_the_page_that_it_confirmed_and_says_so(built: Built) -> None:
    page = ask(built, "same")
    assert "<iframe" in page
    assert 'What is shown is the page that it confirmed, <a href="/captures/' in page
    inner = ask(built, "same", "/page")
    assert "Snow and ice" in inner
    assert (
        "1 September 2019, 10:00:01 UTC" in inner and "the page is still that of 1 August 2019, 10:00:01 UTC" in inner
    )
