"""What was purged comes out by no address of the web archive, whoever asks for it, and whatever else names it."""

from __future__ import annotations

import gzip
import random
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import pytest

from harbincrawl.archive.database.connection import FILE
from harbincrawl.twin import Story, changes, make_twin, serve
from tests.support.archives import build_archive
from tests.support.crawling import ask, crawl
from tests.support.forge import forge
from tests.support.mementos import NEWS, Raw, hold, time_of
from tests.support.purging import HELD_TWICE
from tests.support.web_site import Site, running

HOST = "http://e.my399.com"
GONE = f"{HOST}/news/2024-05-01/7024.html"
STAMP = "20240601080000"


def crawl_often(folder: Path) -> dict[int, Story]:
    """An archive of three crawls of a site that changes between them; its stories."""
    twin = make_twin(7, 12, sections=("news", "gallery"))
    dice = random.Random(3)
    with serve(twin, gzip=True) as server:
        crawl(folder, server, "--all")
        for _ in range(2):
            for number in sorted(twin.stories)[::2]:
                changes.edit(twin, number, "body", dice=dice)
            changes.change_feature_box(twin)
            crawl(folder, server, "--all", "--recheck", "all", code=None)
    return twin.stories


def list_paths(address: str) -> list[str]:
    """Where the captures of an address are."""
    return [f"/web/{before}{address}" for before in ("", "2024id_/", f"{STAMP}id_/", "2024/", "timemap/link/")]


def purge(archive: Path, *numbers: int) -> None:
    words = ["--archive", str(archive), "purge", *map(str, numbers), "--yes"]
    code, _, said = forge().start(words).wait()
    assert code == 0, said


def read_all(site: Site) -> Iterator[tuple[str, str]]:
    """(address, text) of all that the web archive gives: lists, TimeMaps, TimeGates, every capture."""
    for query in ("url=e.my399.com/*", "url=my399.com&matchType=domain&output=json", "url=e.my399.com&matchType=host"):
        yield query, site.ask(f"/cdx?{query}").text
    for line in site.ask("/cdx?url=e.my399.com/*&fl=timestamp,original").text.splitlines():
        stamp, original = line.split()
        for path in (f"/web/{stamp}id_/{original}", f"/web/timemap/link/{original}", f"/web/{original}"):
            reply = site.ask(path)
            body = gzip.decompress(reply.body) if "Content-Encoding" in reply.headers else reply.body
            yield path, str(reply.headers) + body.decode("latin-1")


def check_nothing(site: Site, numbers: list[int]) -> int:
    """Fails where anything that is given names one of the articles; the number of answers looked at."""
    named = re.compile(rf"(?<!\d)0*(?:{'|'.join(map(str, numbers))})(?:_\d+)?\.html")
    looked = 0
    for path, text in read_all(site):
        assert named.search(text) is None, path
        looked += 1
    return looked


def check_unknown(site: Site, address: str) -> None:
    """Fails where an address is answered otherwise than one that was never captured."""
    query = f"/cdx?url={quote(address, safe='')}"
    more = ("", "&matchType=prefix", "&output=json", f"&resumeKey={quote(address)}%2020000101000000")
    assert all(site.ask(query + each).text.strip() in ("", "[]") for each in more), address
    for path in list_paths(address):
        answer = Raw(site, path)
        assert answer.status == 404, path
        assert not {"link", "location"} & answer.fields.keys()


def test_after_a_purge_nothing_of_the_article_is_given(archive: Path) -> None:
    (address,) = {
        address for (address,) in ask(archive, f"SELECT address FROM captures WHERE address LIKE '%{HELD_TWICE}%'")
    }
    with running(archive) as site:
        before = len(list(read_all(site)))
        assert site.ask(f"/web/{address}").status == 302
        purge(archive, HELD_TWICE)
        check_unknown(site, address)
        assert 50 < check_nothing(site, [HELD_TWICE]) < before


@pytest.mark.attack
def test_article_after_article_is_purged_and_nothing_of_any_is_given(tmp_path: Path) -> None:
    stories = list(crawl_often(tmp_path).values())
    chosen = sorted(stories, key=lambda story: -story.page_count)[:2] + stories[:3]
    with running(tmp_path) as site:
        for at, story in enumerate(chosen):
            purge(tmp_path, story.number)
            for each in chosen[: at + 1]:
                for page in range(1, each.page_count + 1):
                    check_unknown(site, f"{HOST}{each.page_path(page)}")
        assert check_nothing(site, [story.number for story in chosen]) > 50


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """An archive in which the number of an article is noted as purged, and captures name it all the same."""
    archive = build_archive(tmp_path_factory.mktemp("left") / "archive")
    hold(archive, STAMP, GONE, b"", status=404)
    hold(archive, STAMP, f"{GONE}?page=2", b"its text")
    hold(archive, STAMP, NEWS, f'<a href="{GONE}">its title</a>'.encode())
    hold(archive, STAMP, f"{HOST}/a", b"", status=302, fields=("Location: /news/2024-05-01/7024.html",))
    hold(archive, STAMP, f"{HOST}/b", fields=(f"Link: <{GONE}>; rel=canonical",))
    hold(archive, STAMP, f"{HOST}/c", fields=("Refresh: 0;url=7024_2.html",))
    hold(archive, STAMP, f"{HOST}/d", fields=(f"Content-Type: text/html; was={quote(GONE, safe='')}",))
    hold(archive, STAMP, f"{HOST}/e", b"another page")
    with closing(sqlite3.connect(archive / FILE, isolation_level=None)) as connection:
        connection.execute("INSERT INTO purged(number, change, at) VALUES (7024, 1, ?)", (time_of(STAMP),))
    assert ask(archive, "SELECT count(*) FROM purged") == [(1,)]
    with running(archive) as started:
        yield started


@pytest.mark.parametrize("written", [
    GONE, f"{GONE}?page=2", GONE.replace("7024", "007024"), GONE.replace("http:", "https:"), GONE[len("http://") :],
    quote(GONE, safe=""), GONE.replace("/news/", "//news/./"), GONE.replace("e.my", "E.MY"), f"{GONE}#x",
    GONE.replace(".html", "_2.html"), f"{HOST}/gallery/2020-01-01/7024.html",
])  # fmt: skip
def test_an_address_of_a_purged_article_was_never_captured(left: Site, written: str) -> None:
    for path in (
        f"/web/{written}",
        f"/web/{STAMP}id_/{written}",
        f"/web/{STAMP}/{written}",
        f"/web/timemap/link/{written}",
    ):
        answer = Raw(left, path)
        assert (answer.status, "link" in answer.fields) == (404, False)
    assert left.ask(f"/cdx?url={quote(written, safe='')}").text == ""


@pytest.mark.parametrize("name", ["a", "b", "c", "d", "news/"])
def test_a_capture_that_names_a_purged_article_is_not_given(left: Site, name: str) -> None:
    answer = Raw(left, f"/web/{STAMP}id_/{HOST}/{name}")
    assert answer.status == 410
    assert not {"location", "link", "x-archive-orig-location", "x-archive-orig-link"} & answer.fields.keys()
    assert b"7024" not in answer.body


def test_the_list_has_all_but_the_addresses_of_the_purged(left: Site) -> None:
    for query in (
        "url=e.my399.com/*",
        "url=e.my399.com&matchType=host&filter=!statuscode:999",
        "url=my399.com&matchType=domain",
    ):
        text = left.ask(f"/cdx?{query}").text
        assert len(text.splitlines()) == 6
        assert "7024" not in text
    assert Raw(left, f"/web/{STAMP}id_/{HOST}/e").body == b"another page"
    assert "link" not in Raw(left, "/captures/1").fields
