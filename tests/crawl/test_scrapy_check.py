"""`scrapy check` against pages that a proxy answers with, and archives that a look at a page must leave alone."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.support.families import sample
from tests.support.scrapy_commands import ROOT, fork_scrapy
from tests.support.trees import read_tree
from tests.support.twin import Server, Twin, make_twin, serve
from tests.support.twin.server import Told

HOST = "e.my399.com"
HTML = {"Content-Type": "text/html; charset=utf-8"}


@pytest.fixture(scope="module")
def twin() -> Twin:
    """A site with a list in every section, as it is not known which one the contracts name."""
    return make_twin(95, 120)


@contextmanager
def serve_proxy(twin: Twin, *, lists: bool = True) -> Iterator[tuple[Server, dict[str, str]]]:
    """A proxy that knows the site's own host alone, and the environment of a command that is behind it.

    Pages are the twin's; without `lists`, there is an error page in the place of each list.
    """

    def answer(address: str) -> Told:
        parts = urlsplit(address)
        if (parts.scheme, parts.netloc) != ("http", HOST):
            return 502, HTML, b"<p>no such host</p>"
        if parts.path == "/robots.txt":
            return 404, HTML, b""
        if not lists and twin.manner.find_list(parts.path):
            return 200, HTML, twin.sorry(parts.path)
        picture = parts.path.lower().endswith((".jpg", ".png", ".gif"))
        made = twin.render("/d/file/picture.png" if picture else parts.path)
        return made.status, made.headers, made.body

    with serve(None, told=answer) as server:
        yield server, {"http_proxy": server.url, "HTTP_PROXY": server.url, "no_proxy": "", "NO_PROXY": ""}


def asked_paths(server: Server) -> list[str]:
    return [urlsplit(request.path).path for request in server.requests]


@pytest.mark.parametrize(("lists", "code", "words"), sample([(True, 0, "\nOK"), (False, 1, "\nFAILED (")]))
def test_check_holds_the_contracts_against_the_site(twin: Twin, lists: bool, code: int, words: str) -> None:
    with serve_proxy(twin, lists=lists) as (server, environment):
        ended = fork_scrapy("check", "harbin_today", environment=environment)
        assert any(twin.manner.find_list(path) for path in asked_paths(server))
    assert ended.code == code, ended.words
    assert words in ended.words
    assert lists or "parse_list" in ended.words


@pytest.mark.parametrize("command", [pytest.param("check", marks=pytest.mark.attack), "parse"])
def test_a_look_at_a_page_touches_no_archive(tmp_path: Path, twin: Twin, crawled: Path, command: str) -> None:
    project, named = tmp_path / "project", tmp_path / "named"
    project.mkdir()
    shutil.copy(ROOT / "scrapy.cfg", project)
    shutil.copytree(crawled, project / "archive")
    shutil.copytree(crawled, named)
    before = read_tree(tmp_path)
    path = twin.listing("news")[0].path
    with serve(twin) as server, serve_proxy(twin) as (_, proxied):
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
