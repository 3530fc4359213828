"""Which wording of an article a capture shows, on the pages of the web site and in their JSON."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from harbincrawl.archive.database.connection import FILE
from tests.support.archives import add_capture, build_archive
from tests.support.web_site import Site, running

ADDRESS = "http://e.my399.com/news/2024-05-01/8.html"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """An article of two wordings: one capture of the first, two and a 304 of the second, an error, another article."""
    archive = build_archive(
        tmp_path_factory.mktemp("wordings") / "archive",
        [{"number": 8, "revision": 2, "title": "Corrected"}, {"number": 88, "capture": {}}],
        revisions=[{"number": 8, "revision": 1, "title": "First"}],
    )
    with closing(sqlite3.connect(archive / FILE)) as connection, connection:
        bodies = [("a", 200), ("x", 500), ("b", 200), ("b", 200), (None, 304)]
        old, _, new, *_ = (
            add_capture(connection, {
                "address": ADDRESS, "body_hash": body, "status": status, "digest": f"sha256:{body or 'b'}",
                "fetched_at": f"2024-06-0{at}T08:00:00Z", "run": at,
            })
            for at, (body, status) in enumerate(bodies, 1)
        )  # fmt: skip
        connection.execute("UPDATE revisions SET first_capture = ?1, capture = ?1", (old,))
        connection.execute("UPDATE articles SET first_capture = ?1, capture = ?1 WHERE number = 8", (new,))
        connection.executemany("INSERT INTO outcomes(run, number, outcome) VALUES (?, 8, 'same')", [(4,), (5,)])
    with running(archive) as started:
        yield started


def test_the_revisions_have_their_captures(site: Site) -> None:
    found = {each["revision"]: each["captures"] for each in site.json("/articles/harbin-today:8/revisions.json")}
    days = {revision: [capture["fetched_at"][8:10] for capture in captures] for revision, captures in found.items()}
    assert days == {1: ["01"], 2: ["03", "04", "05"]}
    page = site.ask("/articles/harbin-today:8/revisions").text
    assert 'id="revision-1"' in page and 'id="revision-2"' in page
    for captures in found.values():
        for capture in (captures[0], captures[-1]):
            assert f'href="/captures/{capture["id"]}"' in page
    assert ", 3 in all" in page


def test_each_capture_says_which_wording_it_shows(site: Site) -> None:
    found = {each["revision"]: each["captures"] for each in site.json("/articles/harbin-today:8/revisions.json")}
    for revision, captures in found.items():
        for capture in captures:
            shows = site.json(f"/captures/{capture['id']}.json")["shows"]
            assert shows == {"article": "harbin-today:8", "revisions": [revision]}
            page = site.ask(f"/captures/{capture['id']}").text
            about, others = page.partition('<section class="time"')[0], page.partition('id="list"')[2]
            link = '<a href="/articles/harbin-today:8/revisions/{}">'
            assert link.format(revision) in about and link.format(3 - revision) not in about
            assert (others.count(link.format(1)), others.count(link.format(2))) == (1, 3)
    error = next(at for at in range(1, 9) if site.json(f"/captures/{at}.json")["status"] == 500)
    assert site.json(f"/captures/{error}.json")["shows"] is None
    assert "It shows" not in site.ask(f"/captures/{error}").text


def test_the_article_says_which_wording_each_of_its_captures_shows(site: Site) -> None:
    page = site.ask("/articles/harbin-today:8").text
    listed = page[page.index("captures of its address") :]
    listed = listed[: listed.index("</details>")]
    assert (listed.count("revision 1</a>"), listed.count("revision 2</a>"), listed.count("<li>")) == (1, 3, 5)
