"""`scrapy list`, `fetch`, `shell`, `parse`, `check`: what is typed first prints what Scrapy's own pages say."""

from __future__ import annotations

import ast
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.support.families import sample
from tests.support.scrapy_commands import ROOT, Ended, fork_scrapy, run_scrapy
from tests.support.trees import read_tree
from tests.support.twin import Fault, Server, Story, Twin, make_twin, serve
from tests.support.twin.server import Told

PRIVATE = ("-s", "PRIVATE_ADDRESSES=1")
BASE = "http://e.my399.com"
KEYS = {
    "id", "url", "section", "section_path", "title", "updated", "created", "author", "authors", "source", "summary",
    "body", "word_count", "images", "outcome",
}  # fmt: skip
"""Of an article as an item."""
_ITEMS = re.compile(r"^# Scraped Items  -+\n(.*?)(?=^# Requests  -+$|\Z)", re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def twin() -> Twin:
    return make_twin(94, 24, sections=("news",))


def find_story(twin: Twin, skin: str, charset: str = "utf-8") -> Story:
    """A story of one page, printed in `skin`."""
    return next(
        story
        for story in twin.listing("news")
        if story.page_count == 1 and (story.skin, story.charset) == (skin, charset)
    )


def parse(server: Server, callback: str, path: str, *more: str) -> Ended:
    """`scrapy parse` of a page of the twin."""
    arguments = ("--spider", "harbin_today", "-a", f"site_url={server.url}", "-c", callback, "--nocolour", *more)
    return fork_scrapy("parse", *arguments, "-s", "DOWNLOAD_DELAY=0", f"{server.url}{path}")


def read_items(ended: Ended) -> list[dict[str, Any]]:
    """The items that `scrapy parse` printed."""
    found = _ITEMS.search(ended.text)
    assert found, ended
    items: list[dict[str, Any]] = ast.literal_eval(found[1].strip())
    return items


def test_list_names_the_spider() -> None:
    ended = run_scrapy("list")
    assert (ended.code, ended.printed) == (0, b"harbin_today\n"), ended.words


@pytest.mark.parametrize("flags", [(), pytest.param(("--spider", "harbin_today"), marks=pytest.mark.attack)])
def test_fetch_prints_the_page_to_the_byte_and_unpacked(twin: Twin, flags: tuple[str, ...]) -> None:
    path = find_story(twin, "divsoup", "gb2312").path
    with serve(twin, gzip=not flags) as server:
        ended = fork_scrapy("fetch", "--nolog", *flags, f"{server.url}{path}", *PRIVATE)
        assert [request.path for request in server.requests].count(path) == 1
    assert ended.code == 0, ended.words
    assert ended.printed == twin.render(path).body + b"\n"


def test_fetch_asks_no_private_address_unless_told_to(twin: Twin) -> None:
    path = find_story(twin, "tables").path
    with serve(twin) as server:
        ended = fork_scrapy("fetch", f"http://localhost:{server.port}{path}")
        assert server.requests == []
    assert ended.printed == b""
    assert "Traceback" not in ended.words
    assert "-s PRIVATE_ADDRESSES=1" in ended.words


def test_parse_prints_the_record_of_an_article(twin: Twin) -> None:
    truths = {truth["number"]: truth for truth in twin.truth()}
    photos = next(story for story in twin.listing("news") if story.photo_only and story.page_count == 1)
    stories = [photos, find_story(twin, "divsoup", "gb2312"), find_story(twin, "html5")]
    assert not all(story.photo_only for story in stories)
    with serve(twin) as server:
        for story in stories:
            ended = parse(server, "parse_article", story.path, "--nolinks")
            assert ended.code == 0, ended.words
            (item,) = read_items(ended)
            truth = truths[story.number]
            assert item.keys() == KEYS
            assert str(item["id"]).rpartition(":")[2] == str(story.number)
            assert item["url"] == BASE + story.path
            assert item["body"] == ("\n\n".join(truth["body"]) or None)
            assert list(item["authors"]) == truth["authors"]
            assert list(item["images"]) == truth["images"]
            for key in ("section", "section_path", "title", "updated", "created", "author", "source"):
                assert item[key] == truth[key], key
            assert (item["outcome"], item["summary"]) == ("read", None)
            assert item["word_count"] == len((item["body"] or "").split())


def test_parse_prints_the_lines_of_a_list_and_the_requests_they_lead_to(twin: Twin) -> None:
    shown = twin.listing("news")[8:16]
    with serve(twin) as server:
        ended = parse(server, "parse_list", "/news/index_2.html")
        assert ended.code == 0, ended.words
        items = read_items(ended)
        asked = set(re.findall(rf"<GET {re.escape(server.url)}(\S+)>", ended.text))
    truths = {truth["number"]: truth["summary"] for truth in twin.truth()}
    assert [{**item, "id": str(item["id"]).rpartition(":")[2], "key": None} for item in items] == [
        {
            "key": None, "address": BASE + story.path, "id": str(story.number), "date": story.day,
            "title": " ".join(story.title.split()), "summary": truths[story.number],
        }
        for story in shown
    ]  # fmt: skip
    assert {story.path for story in shown} <= asked


def test_parse_of_a_page_that_is_no_article_prints_no_item_and_says_why(twin: Twin) -> None:
    path = find_story(twin, "tables").path
    twin.faults[path] = Fault("soft404")
    try:
        with serve(twin) as server:
            ended = parse(server, "parse_article", path)
    finally:
        twin.faults.clear()
    # Scrapy's own exit code: a page was fetched and handed to the callback.
    assert ended.code == 0, ended.words
    assert read_items(ended) == []
    assert "ERROR" in ended.words
    assert path in ended.words


HOST = "e.my399.com"
HTML = {"Content-Type": "text/html; charset=utf-8"}


@pytest.fixture(scope="module")
def whole() -> Twin:
    """A site with a list in every section, as it is not known which one the contracts name."""
    return make_twin(95, 120)


@contextmanager
def serve_proxy(whole: Twin, *, lists: bool = True) -> Iterator[tuple[Server, dict[str, str]]]:
    """A proxy that knows the site's own host alone, and the environment of a command that is behind it.

    Pages are the twin's; without `lists`, there is an error page in the place of each list.
    """

    def answer(address: str) -> Told:
        parts = urlsplit(address)
        if (parts.scheme, parts.netloc) != ("http", HOST):
            return 502, HTML, b"<p>no such host</p>"
        if parts.path == "/robots.txt":
            return 404, HTML, b""
        if not lists and whole.manner.find_list(parts.path):
            return 200, HTML, whole.sorry(parts.path)
        picture = parts.path.lower().endswith((".jpg", ".png", ".gif"))
        made = whole.render("/d/file/picture.png" if picture else parts.path)
        return made.status, made.headers, made.body

    with serve(None, told=answer) as server:
        yield server, {"http_proxy": server.url, "HTTP_PROXY": server.url, "no_proxy": "", "NO_PROXY": ""}


def asked_paths(server: Server) -> list[str]:
    return [urlsplit(request.path).path for request in server.requests]


@pytest.mark.parametrize(("lists", "code", "words"), sample([(True, 0, "\nOK"), (False, 1, "\nFAILED (")]))
def test_check_holds_the_contracts_against_the_site(whole: Twin, lists: bool, code: int, words: str) -> None:
    with serve_proxy(whole, lists=lists) as (server, environment):
        ended = fork_scrapy("check", "harbin_today", environment=environment)
        assert any(whole.manner.find_list(path) for path in asked_paths(server))
    assert ended.code == code, ended.words
    assert words in ended.words
    assert lists or "parse_list" in ended.words


@pytest.mark.parametrize("command", [pytest.param("check", marks=pytest.mark.attack), "parse"])
def test_a_look_at_a_page_touches_no_archive(tmp_path: Path, whole: Twin, crawled: Path, command: str) -> None:
    project, named = tmp_path / "project", tmp_path / "named"
    project.mkdir()
    shutil.copy(ROOT / "scrapy.cfg", project)
    shutil.copytree(crawled, project / "archive")
    shutil.copytree(crawled, named)
    before = read_tree(tmp_path)
    path = whole.listing("news")[0].path
    with serve(whole) as server, serve_proxy(whole) as (_, proxied):
        url = f"{server.url}{path}"
        arguments = {
            "parse": ["--spider", "harbin_today", "-a", f"site_url={server.url}", "-c", "parse_article", url],
            "check": [],
        }[command]
        environment = {"HARBINCRAWL_ARCHIVE": str(named), **(proxied if command == "check" else {})}
        ended = fork_scrapy(command, *arguments, folder=project, environment=environment)
        if command != "check":
            assert path in [request.path for request in server.requests]
    assert ended.code == 0, ended.words
    assert read_tree(tmp_path) == before
