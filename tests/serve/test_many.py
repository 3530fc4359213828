"""Several archives behind one address: each at /a/NAME/, and a front page that says which there are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from harbincrawl.archive.database.connection import FILE
from tests.support.archives import build_archive
from tests.support.web_site import Site, running


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("many") / "all"
    for name, site in (("harbin", "harbin-today"), ("jilin", "jilin-china")):
        build_archive(folder / name, [{"number": 1, "title": f"News of {name}"}], facts={"site": site})
    (folder / "torn").mkdir()
    (folder / "torn" / FILE).write_bytes(b"no database")
    return folder


@pytest.fixture(scope="module")
def site(folder: Path) -> Iterator[Site]:
    with running(folder) as started:
        yield started


def test_the_front_page_leads_to_each_archive(site: Site) -> None:
    front = site.ask("/")
    assert front.status == 200
    assert re.findall(r'href="(/a/\w+/)"', front.text) == ["/a/harbin/", "/a/jilin/"]
    assert [(each["name"], each["articles"]) for each in site.json("/index.json")] == [("harbin", 1), ("jilin", 1)]
    for name, id in (("harbin", "harbin-today:1"), ("jilin", "jilin-china:1")):
        home = site.ask(f"/a/{name}/")
        assert (home.status, f"News of {name}" in home.text) == (200, True)
        assert f'href="/a/{name}/articles/{id}"' in home.text
        assert site.json(f"/a/{name}/articles/{id}.json")["id"] == id
        assert site.json(f"/a/{name}/search.json?q=news")["total"] == 1


def test_every_address_of_a_page_is_answered(site: Site) -> None:
    for page in ("/", "/search?q=news", "/sections", "/a/harbin/"):
        for address in re.findall(r'(?:href|src)="(/[^"]*)"', site.ask(page).text):
            assert site.ask(address.replace("&amp;", "&")).status == 200, (page, address)
    assert site.ask("/robots.txt").text == "User-agent: *\nDisallow: /\n"
    assert site.ask("/a/harbin").headers["Location"].endswith("/a/harbin/")


def test_what_is_not_there_is_said(site: Site) -> None:
    for path in (
        "/a/none/",
        "/sections",
        "/search.csv",
        "/a/harbin/articles/77",
        "/a/",
        "/../etc",
        "/a/harbin/../jilin/",
    ):
        assert site.ask(path).status in (400, 404), path


def test_the_front_page_is_as_safe_as_the_others(site: Site) -> None:
    for path in ("/", "/index.json", "/search?q=news", "/search.json", "/a/harbin/"):
        assert site.ask(path, Host="evil.example").status == 403
        assert site.ask(path, "POST").status == 405
        assert "default-src 'none'" in site.ask(path).headers["Content-Security-Policy"]


def test_an_archive_that_cannot_be_opened_is_named(folder: Path) -> None:
    with running(folder, "--base-path", "/x") as site:
        assert "torn: " in site.process.err.read_text()
        assert "2 of 3 archives are shown" in site.process.err.read_text()
        assert site.ask("/x/").status == 200
        assert site.ask("/x/a/jilin/").status == 200
        assert site.end()[0] == 0
