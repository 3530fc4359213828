"""The search over several archives on the web: the hits and the order of the command, page by page."""

from __future__ import annotations

import html
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from harbincrawl.archive.database.connection import FILE
from harbincrawl.cli.main import main
from tests.support.archives import build_archive
from tests.support.web_site import BAD, Site, running


def make_articles(start: int, count: int) -> list[dict[str, Any]]:
    return [
        {"number": number, "title": f"{('Snow', 'Ice', 'Snow and ice')[number % 3]} of {number}",
         "created": f"20{10 + number % 12}-05-{number % 28 + 1:02}", "body": [f"snow {'ice ' * (number % 5)}{number}"]}
        for number in range(start, start + count)
    ]  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two archives of one site that have much alike, and one of another site with an article that attacks."""
    folder = tmp_path_factory.mktemp("search") / "all"
    build_archive(folder / "first", make_articles(1, 40), facts={"site": "harbin-today"})
    build_archive(folder / "second", make_articles(21, 50), facts={"site": "harbin-today"})
    others = [*make_articles(1, 9), {"number": 99, "title": BAD, "body": [f"{BAD} snow"]}]
    build_archive(folder / "jilin", others, facts={"site": "jilin-china"})
    return folder


@pytest.fixture(scope="module")
def site(folder: Path) -> Iterator[Site]:
    with running(folder) as started:
        yield started


def follow(site: Site, **parameters: str) -> list[str]:
    """The ids of all pages, with the names of their archives."""
    found: list[str] = []
    address = f"/search.json?{urlencode(parameters)}"
    for _ in range(30):
        page = site.json(address)
        assert len(page["hits"]) <= 20
        found += [f"{hit['archive']}/{hit['id']}" for hit in page["hits"]]
        if page["next"] is None:
            return found
        address = page["next"]
    raise AssertionError("the pages do not end")


@pytest.mark.parametrize("sort", ["best", "recent", "newest", "oldest"])
@pytest.mark.parametrize("query", ["snow", "ice -title:snow", "snow OR ice", ""])
def test_pages_have_the_hits_of_the_command_in_its_order(
    folder: Path, site: Site, capsys: pytest.CaptureFixture[str], query: str, sort: str
) -> None:
    capsys.readouterr()
    words = ["--archive", str(folder), "search", query, "--sort", sort, "--limit", "1000", "--format", "ids"]
    with pytest.raises(SystemExit):
        main(words)
    printed = capsys.readouterr().out.split()
    found = follow(site, q=query, sort=sort)
    assert [each.partition("/")[2] for each in found] == printed
    assert len(set(found)) == len(found) > 20 or query.startswith("ice")


def test_a_page_links_into_the_archive_of_each_hit(site: Site) -> None:
    page = site.ask("/search?q=snow")
    assert page.status == 200
    links = re.findall(r'<h2><a href="(/a/(\w+)/articles/[^"]+)"', page.text)
    assert {name for _, name in links} >= {"first", "jilin"}
    for address, _ in links:
        assert site.ask(address).status == 200
    assert 'href="/a/jilin/search?q=snow"' in page.text
    following = re.search(r'rel="next" href="([^"]+)"', page.text)
    assert following is not None
    assert "First page" in site.ask(following[1].replace("&amp;", "&")).text
    assert re.findall(r"<script|style=|onclick", page.markup) == []


def test_pages_say_which_hits_they_have_and_lead_back_the_way_that_was_come(site: Site) -> None:
    def read(address: str) -> tuple[list[str], str | None, dict[str, str]]:
        page = html.unescape(site.ask(address).text)
        ranges = re.findall(r'class="range">([^<]+)<', page)
        steps = re.findall(r'rel="(first|prev|next)" href="([^"]+)"', page)
        return re.findall(r'<h2><a href="(/a/\w+/articles/[^"?]+)', page), (*ranges, None)[0], dict(steps)

    shown, address, addresses = 0, "/search?q=snow&sort=newest", []
    while True:
        hits, place, steps = read(address)
        assert place is not None
        assert place.partition(" ")[0] == f"{shown + 1}–{shown + len(hits)}"
        assert steps.get("prev") == (addresses[-1] if addresses else None)
        shown += len(hits)
        addresses.append(address)
        if "next" not in steps:
            break
        address = steps["next"]
    assert len(addresses) > 2
    # Who comes from elsewhere is told nothing that nobody counted.
    cursor = site.json("/search.json?q=ice&sort=newest")["after"]
    _, place, steps = read(f"/search?q=ice&sort=newest&after={cursor}")
    assert place is None
    assert "prev" not in steps and "first" in steps


def test_what_archives_of_one_site_have_alike_is_shown_once(site: Site) -> None:
    found = [each.partition("/")[2] for each in follow(site, q="of", sort="newest")]
    assert len(found) == len(set(found))
    assert sum(id.startswith("harbin-today:") for id in found) == 70


def test_no_markup_of_a_text_reaches_the_page(site: Site) -> None:
    page = site.ask("/search?" + urlencode({"q": "evil", "since": BAD[:40]}))
    assert page.status == 400
    for answer in (page, site.ask("/search?q=evil"), site.ask("/search?" + urlencode({"q": BAD}))):
        assert "<script>" not in answer.text
        assert "\u202e" not in answer.text


@pytest.mark.parametrize(
    "query", ["sort=worst", "after=x", "after=m1.3,7=0=v2:newest:1", "after=m1.2,0=0=v2:best:0:1.0:1", "since=never"]
)
def test_what_cannot_be_understood_is_a_page_that_says_so(site: Site, query: str) -> None:
    page = site.ask(f"/search?q=snow&{query}")
    assert page.status == 400
    assert '<form class="search' in page.text


def test_nothing_found_is_said(site: Site) -> None:
    assert "Nothing found" in site.ask("/search?q=zzzz").text
    assert site.json("/search.json?q=zzzz")["hits"] == []


def test_an_archive_that_breaks_leaves_the_others(folder: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(folder, tmp_path / "all"))
    with running(copy) as site:
        assert site.json("/search.json?q=snow")["failed"] == {}
        with closing(sqlite3.connect(copy / "jilin" / FILE)) as connection:
            connection.execute("DROP TABLE articles_fts")
            connection.commit()
        page = site.json("/search.json?q=snow")
        assert list(page["failed"]) == ["jilin"]
        assert {hit["archive"] for hit in page["hits"]} <= {"first", "second"}
        assert page["hits"]
        assert "jilin is left out" in site.ask("/search?q=snow").text
        for name in ("first", "second"):
            (copy / name / FILE).unlink()
        assert site.ask("/search?q=snow").status == 503


def test_an_article_that_was_purged_is_nowhere_from_the_next_request_on(folder: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(folder, tmp_path / "all"))
    with running(copy) as site:
        assert "jilin-china:5" in site.ask("/search?q=title:5").text
        with pytest.raises(SystemExit):
            main(["--archive", str(copy / "jilin"), "-q", "purge", "--yes", "5"])
        assert "jilin-china:5" not in site.ask("/search?q=title:5").text
