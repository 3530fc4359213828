"""An article and its revisions as pages: what they said, their history, what proves it, how it is cited."""

from __future__ import annotations

import io
import re
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from harbincrawl.archive.database.connection import FILE
from tests.support.archives import add_capture, build_archive
from tests.support.crawling import crawl
from tests.support.twin import make_twin, serve
from tests.support.web_site import Site, running

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
