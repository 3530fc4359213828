"""`explain`: how a page was read, from the archive or a file, for people and programs."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.crawling import ask, crawl
from tests.support.odd_pages import LINE, make_odd
from tests.support.twin import make_twin, serve

Explain = Callable[..., tuple[int, str, str]]
LIST = "http://e.my399.com/news/"
HOSTILE = (
    '<p><a href="/">Home</a> &gt; <a href="/news/">Harbin Today</a></p>'
    "<h1>Ti\u202etle \x1b[31m</h1><p>Updated : 2020-01-02</p><p>By Wang Wei (Xinhua)</p>"
    "<p>&lt;script&gt;alert(1)&lt;/script&gt; is a sentence with markup.</p>"
)
ARTICLE = "http://e.my399.com/news/2020-01-02/77.html"


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("explained") / "archive"
    twin = make_twin(5, 40)
    make_odd(twin, lambda path: path.startswith("/gallery/") and "-" in path)
    with serve(twin) as server:
        crawl(folder, server, "news", "gallery")
    return folder


@pytest.fixture
def explain(archive: Path, tmp_path: Path, harbincrawl: Explain, monkeypatch: pytest.MonkeyPatch) -> Explain:
    monkeypatch.chdir(tmp_path)
    return lambda *arguments, folder=archive: harbincrawl("--archive", folder, "explain", *arguments)


def find_ids(archive: Path, where: str) -> list[str]:
    return [id for (id,) in ask(archive, f"SELECT id FROM articles AS a WHERE {where} ORDER BY id")]


def read_document(explain: Explain, *arguments: str) -> dict[str, Any]:
    code, out, err = explain(*arguments, "--json")
    assert (code, err) == (0, "")
    document: dict[str, Any] = json.loads(out)
    return document


def test_the_record_is_what_its_roles_say(archive: Path, explain: Explain) -> None:
    id = find_ids(archive, "section_path = 'news' AND body IS NOT NULL")[0]
    document = read_document(explain, id)
    ((title, body, url),) = ask(archive, "SELECT title, body, url FROM articles WHERE id = ?", id)
    assert (document["kind"], document["address"], document["refused"]) == ("article", url, None)
    by_role: dict[str, list[str]] = {}
    for part in document["parts"]:
        assert part["reason"]
        by_role.setdefault(part["role"], []).append(part["text"])
    assert "\n\n".join(by_role["paragraph"]) == body
    assert by_role["title"] == [title]
    assert document["unexplained"] == []
    assert read_document(explain, url) == read_document(explain, f"harbin-today:{id}") == document


def test_lines_without_a_meaning_are_counted_and_are_no_failure(archive: Path, explain: Explain) -> None:
    id = find_ids(archive, "section_path = 'gallery'")[0]
    code, out, _ = explain(id)
    assert code == 0
    assert "unaccounted    " + LINE.partition("{}")[0] in out
    document = read_document(explain, id)
    left = [each["kind"] for each in document["unexplained"]]
    assert left == ["line"] * document["record"]["pages"], "one on each page"
    assert re.fullmatch(rf"{len(left)} lines? unaccounted for", out.splitlines()[-1])


def test_all_pages_of_an_article_are_explained_by_the_name_of_any(archive: Path, explain: Explain) -> None:
    pages = "SELECT a.id, p.address FROM articles AS a JOIN captures AS p ON p.first_page = a.capture"
    id, address = ask(archive, pages)[0]
    document = read_document(explain, id)
    assert {part["page"] for part in document["parts"]} == set(range(1, document["record"]["pages"] + 1))
    assert document["record"]["pages"] > 1
    assert read_document(explain, address) == document
    assert f"page 2: {address}" in explain(id)[1]


def test_a_list_is_explained_by_its_address(explain: Explain) -> None:
    document = read_document(explain, LIST)
    assert (document["kind"], document["address"]) == ("listing", LIST)
    items = [part["text"] for part in document["parts"] if part["role"] == "item"]
    assert items == [line["title"] for line in document["record"]["lines"]]
    assert f"list page 1 ({len(items)} items" in explain(LIST)[1]


def test_a_page_that_is_no_article_says_why_and_ends_with_3(tmp_path: Path, explain: Explain) -> None:
    (tmp_path / "page.html").write_text("<p>Sorry, this page is gone.</p>")
    code, out, err = explain("page.html", "--url", ARTICLE)
    assert (code, err) == (3, "")
    assert "no article: " in out.splitlines()[-1]
    code, out, err = explain("page.html", "--url", ARTICLE, "--json")
    assert (code, json.loads(out)["record"]) == (3, None)
    assert "is no article" in err
    code, out, _ = explain("page.html", "--url", LIST)
    assert (code, out.splitlines()[-1]) == (3, "no list: none of its links is an item of a list")


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("99999",), 9, "no capture of 99999"),
        (("http://e.my399.com/news/2001-01-01/99999.html",), 9, "no capture of"),
        (("no words",), 2, "names no article"),
        (("",), 2, "names no article"),
        (("hostil.html",), 2, "names no article"),
        (("hostile.html",), 2, "--url http://"),
        (("hostile.html", "--url", "http://example.com/1"), 2, "no address of an article or a list"),
        (("hostile.html", "--url", ARTICLE, "--site", "harbin-tody"), 2, 'did you mean "harbin-today"?'),
        (("5370", "--site", "harbin-today"), 2, "--site goes with a FILE"),
        ((".", "--url", ARTICLE), 2, "cannot be read"),
    ],
)
def test_mistakes_are_told_in_one_sentence(
    tmp_path: Path, explain: Explain, arguments: tuple[str, ...], code: int, words: str
) -> None:
    (tmp_path / "hostile.html").write_text(HOSTILE)
    ended, out, err = explain(*arguments)
    assert (ended, out) == (code, "")
    assert words in err
    assert "Traceback" not in err


def test_without_an_archive_a_file_is_explained_and_an_id_is_not(tmp_path: Path, explain: Explain) -> None:
    (tmp_path / "hostile.html").write_text(HOSTILE)
    assert explain("hostile.html", "--url", ARTICLE, folder=tmp_path / "none")[0] == 0
    code, _, err = explain("77", folder=tmp_path / "none")
    assert code == 2
    assert "no archive in" in err
    assert not (tmp_path / "none").exists()
