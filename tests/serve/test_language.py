"""The page of the query language: every query on it runs and finds what it says."""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harbincrawl.search.query.grammar import read_query
from harbincrawl.serve.handlers.language import list_examples
from tests.support.archives import build_archive
from tests.support.web_site import Site, running

_ROW = re.compile(r'<dt><a href="([^"]+)"><code>(.*?)</code></a></dt>\s*<dd>.*? <span>· ([\d,]+) article', re.DOTALL)


def test_every_example_finds_as_many_as_it_says(site: Site) -> None:
    rows = _ROW.findall(site.ask("/query").text)
    assert len(rows) >= 10
    for address, _, hits in rows:
        found = site.json(html.unescape(address).replace("/search?", "/search.json?"))
        assert found["total"] == int(hits.replace(",", ""))
        assert not [note for note in found["notes"] if "no article" not in note and "did you" not in note]
    assert sum(hits != "0" for _, _, hits in rows) >= len(rows) - 3


def test_the_examples_of_a_hostile_archive_do_nothing(hostile: tuple[Site, dict[str, int]]) -> None:
    page = hostile[0].ask("/query")
    assert page.status == 200
    assert "<script>" not in page.text


def test_an_empty_archive_says_how_to_fill_it(tmp_path: Path) -> None:
    with running(build_archive(tmp_path / "archive", [])) as site:
        assert "how to fill it" in site.ask("/query").text


@given(st.lists(st.text(max_size=40), max_size=5), st.text(max_size=20))
def test_examples_are_legal_queries_of_words_that_are_there(titles: list[str], name: str) -> None:
    records: list[dict[str, Any]] = [
        {"title": title, "author": name, "source": None, "section_path": None, "updated": None, "created": None,
         "url": "http://e.my399.com/news/1.html"}
        for title in titles
    ]  # fmt: skip
    for query, meaning in list_examples(records):
        parsed = read_query(query)
        assert parsed.tree is not None
        assert not parsed.notes
        assert meaning


@pytest.mark.parametrize("title", ["", None, "the of", "abc def", "冰 雪"])
def test_titles_without_words_have_no_example(title: str | None) -> None:
    assert list(list_examples([{"title": title}])) == []
