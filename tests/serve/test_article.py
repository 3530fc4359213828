"""The page of an article: revisions, history, captures in time, and what proves it."""

from __future__ import annotations

import io
import re
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest

from harbincrawl.archive.database.connection import FILE
from harbincrawl.serve.replay import MOST_BYTES, MOST_TAGS
from harbincrawl.text import time_text
from tests.support.archives import add_capture, build_archive
from tests.support.crawling import crawl
from tests.support.twin import make_twin, serve
from tests.support.web_site import HOSTILE_PAGE, Site, keep_page, running

PAGE = "/articles/harbin-today:8"
ADDRESS = "http://e.my399.com/news/2024-05-01/8.html"
SAID = ("2024-06-01T08:00:01Z", "2024-06-02T08:00:02Z", "2024-06-03T08:00:03Z")


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An article of three revisions by different authors, each with its response, run and seal."""
    picture = {"url": "http://e.my399.com/a.png", "caption": "A sledge", "credit": "Xinhua", "file_name": "a.png"}
    folder = build_archive(
        tmp_path_factory.mktemp("cited") / "archive",
        [
            {"number": 8, "revision": 3, "title": "Snow closes schools", "author": "Li Na and Ann Bo",
             "images": [picture], "body": ["Snow fell on Monday.", "Schools stay closed.", "Buses run."],
             "first_seen": SAID[0], "last_seen": "2024-06-09T08:00:09Z", "last_changed": SAID[2]},
            {"number": 9, "title": "Snow again", "body": "Other words."},
        ],
        revisions=[
            {"number": 8, "revision": 1, "title": "Snow falls", "author": None,
             "body": ["Snow fell on Sunday.", "Buses run."],
             "seen": SAID[0], "replaced": SAID[1], "updated": "2024-05-01", "source": "chinadaily.com.cn"},
            {"number": 8, "revision": 2, "title": "Snow falls", "author": "Li Na", "seen": SAID[1], "replaced": SAID[2],
             "body": ["Snow fell on Monday.", "Trams stopped.", "Buses run."], "updated": "2024-05-01",
             "source": "chinadaily.com.cn", "images": [picture | {"caption": "A tram"}]},
        ],
    )  # fmt: skip
    with closing(sqlite3.connect(folder / FILE)) as connection, connection:
        for run, seen in enumerate(SAID, 1):
            connection.execute(
                "INSERT INTO runs(run, kind, started, ended, outcome, arguments, versions, seal)"
                " VALUES (?, 'crawl', ?, ?, 'complete', '{}', '{}', ?)",
                (run, seen, f"{seen[:11]}09:00:00Z", f"{run}{'f' * 63}"),
            )
            capture = add_capture(connection, {
                "address": ADDRESS, "fetched_at": seen, "run": run, "body_hash": str(run), "warc": "a.warc.gz",
                "digest": f"sha256:{run}{'d' * 63}",
            })  # fmt: skip
            table = "articles" if run == 3 else "revisions"
            connection.execute(
                f"UPDATE {table} SET first_capture = ?1, capture = ?1 WHERE number = 8 AND revision = ?2",
                (capture, run),
            )
        connection.execute("INSERT INTO timestamps VALUES (2, 'http://tsa.example', '2024-06-02T10:00:10Z', 'AAAA')")
    return folder


@pytest.fixture(scope="module")
def site(archive: Path) -> Iterator[Site]:
    with running(archive) as started:
        yield started


def read_text(page: str) -> list[str]:
    """The paragraphs of a page."""
    text = page[page.index('<div class="text">') : page.index("</article>")]
    return [re.sub(r"<[^>]+>", "", each) for each in re.findall(r"<p><bdi>(.*?)</bdi></p>", text, re.DOTALL)]


@pytest.mark.parametrize("revision", [1, 2, 3])
def test_a_revision_says_what_the_page_said_and_what_proves_it(site: Site, revision: int) -> None:
    page = site.ask(f"{PAGE}/revisions/{revision}").text
    assert read_text(page) == (
        ["Snow fell on Sunday.", "Buses run."], ["Snow fell on Monday.", "Trams stopped.", "Buses run."],
        ["Snow fell on Monday.", "Schools stay closed.", "Buses run."],
    )[revision - 1]  # fmt: skip
    said = re.sub(r"<time[^>]*>|</time>", "", page)
    assert f"Revision {revision} of 3: the page said this from {revision} June 2024, 08:00:0{revision} UTC" in said
    assert ("A tram" in page, "A sledge" in page) == ((False, False), (True, False), (False, True))[revision - 1]
    assert (">Time stamp of the seal of run 2<" in page) == (revision < 3)
    assert re.search(r"capture \d+</a>", page)
    for number in (1, 2, 3):
        for proof in (f"sha256:{number}{'d' * 63}", f"{number}{'f' * 63}"):
            assert (proof in page) == (number == revision)


def test_the_history_has_all_that_happened_in_order_of_time(site: Site) -> None:
    page = site.ask(PAGE).text
    listed = re.findall(r"<li><b>([^<]+)</b> <time datetime=\"([^\"]+)\"", page)
    assert listed == [
        ("Printed", "2024-05-01"), ("First seen", SAID[0]), ("Changed", SAID[1]), ("Changed", SAID[2]),
        ("Sealed", "2024-06-03T09:00:00Z"), ("Last seen", "2024-06-09T08:00:09Z"),
    ]  # fmt: skip
    assert f'href="{PAGE}/revisions/1..2">see the words' in page
    assert f'href="{PAGE}/revisions/2..3">see the words' in page
    assert page.index('id="history"') < page.index('id="cite"')


def test_what_proves_an_article_can_be_taken_along_or_it_says_why_not(tmp_path: Path) -> None:
    folder, twin = tmp_path / "archive", make_twin(5, 8, sections=("news",))
    with serve(twin) as server:
        crawl(folder, server)
    number = twin.listing("news")[0].number
    with running(folder) as site:
        reply = site.ask(f"/articles/harbin-today:{number}/proof")
        assert (reply.status, reply.headers["Content-Type"]) == (200, "application/zip")
        with zipfile.ZipFile(io.BytesIO(reply.body)) as packed:
            packed.extractall(tmp_path)
        verifier = tmp_path / f"proof-{number}" / "verify_proof.py"
        done = subprocess.run([sys.executable, verifier, verifier.parent], capture_output=True, text=True, check=False)
        assert done.returncode in (0, 3), done.stdout + done.stderr
        assert site.ask("/articles/harbin-today:999999/proof").status == 404


def test_an_article_without_evidence_has_no_proof(site: Site) -> None:
    assert site.ask("/articles/harbin-today:9/proof").status == 404


@pytest.mark.parametrize("rest", ["0", "4", "x", "1...2", "1..4", "1..2.bib", "999999999999", "1%0a", "-1"])
def test_a_revision_that_is_not_there_is_not_found(site: Site, rest: str) -> None:
    reply = site.ask(f"{PAGE}/revisions/{rest}")
    assert reply.status == 404


OWN = "http://e.my399.com"
CAPTURED = f"{OWN}/news/2019-05-30/8.html"
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
        [{"number": 8, "revision": 3, "title": "Snow <b>", "url": CAPTURED}],
        revisions=[{"number": 8, "revision": 1, "title": "Snow"}, {"number": 8, "revision": 2, "title": "Ice"}],
    )
    pages: dict[str, tuple[str, str | bytes, str]] = {
        "old": (CAPTURED, OLD, "2019-05-30T08:15:42Z"), "new": (CAPTURED, NEW, "2019-07-01T10:00:01Z"),
        "again": (CAPTURED, NEW, "2019-08-01T10:00:01Z"),
        "other": (f"{OWN}/news/2019-05-30/9.html", "<p>The tram</p>", "2019-05-30T08:15:42Z"),
        "hostile": (f"{OWN}/h.html", HOSTILE_PAGE, "2019-05-30T08:15:42Z"),
        "huge": (f"{OWN}/huge.html", b"<p>" * (MOST_BYTES // 3 + 1), "2019-05-30T08:15:42Z"),
        "many": (f"{OWN}/huge.html", b"<b>x</b>" * (MOST_TAGS // 2 + 1), "2019-05-31T08:15:42Z"),
    }  # fmt: skip
    captures = {name: keep_page(archive, *page) for name, page in pages.items()}
    with closing(sqlite3.connect(archive / FILE)) as connection, connection:

        def add(name: str, **row: object) -> None:
            captures[name] = add_capture(connection, {"address": CAPTURED, "body_hash": None} | row)

        add("same", status=304, digest="sha256:b", fetched_at="2019-09-01T10:00:01Z", run=2)
        add("unknown", status=304, digest="sha256:x", fetched_at="2019-09-02T10:00:01Z", run=3)
        add("missing", status=404, fetched_at="2019-09-03T10:00:01Z")
        add("lost", body_hash="b", fetched_at="2019-09-04T10:00:01Z", warc="gone.warc.gz", offset=0)
        add("unkept", fetched_at="2019-09-05T10:00:01Z")
        connection.execute("INSERT INTO lost_captures VALUES (?, 1, 'damaged')", (captures["lost"],))
    captures["last"] = keep_page(archive, CAPTURED, NEW + "<p>More</p>", "2020-01-02T03:04:05Z")
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
