"""`harbincrawl search` as it is called: formats, exit codes, what reaches the terminal, what is imported."""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from harbincrawl.fields import KEYS
from tests.support.archives import build_archive

HARBINCRAWL = [sys.executable, "-c", "from harbincrawl.cli.main import main; main()"]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    articles = [
        {
            "number": 5370,
            "title": "Metro \x1b[31mline\x9b opens",
            "body": ["Trains run to the river.", "The metro\u202e carries visitors, and the metro is fast."],
            "images": [{"url": "http://e.my399.com/a.jpg", "caption": "A train", "credit": "Xinhua"}],
            "created": "2020-09-23",
        },
        {
            "number": 7,
            "title": "Ice show",
            "body": None,
            "images": [{"url": None, "caption": "Lanterns of ice on the metro square", "credit": None}],
            "section_path": "gallery",
            "section": "Photo Gallery",
            "author": "Wang Wei",
            "created": "2019-01-02",
        },
        {
            "number": 8,
            "title": "Metro line opens",
            "body": "Trains.",
            "created": "2020-09-24",
            "section_path": "change",
        },
    ]
    return build_archive(tmp_path_factory.mktemp("archive"), articles, duplicates=[(8, 5370, 0.9, "near")])


Search = Callable[..., Any]


@pytest.fixture
def search(archive: Path, harbincrawl: Search) -> Search:
    return partial(harbincrawl, "--archive", archive, "search")


def test_text_shows_title_date_section_source_and_marked_hits(search: Search) -> None:
    ran = search("metro")
    assert ran.code == 0
    assert ran.err == "1\u20132 of 2\n"
    title, about, snippet, also = ran.out.split("\n\n")[0].split("\n")
    assert title == "*Metro* [31mline opens"
    assert about == "  5370  2020-09-23 · Harbin Today · chinadaily.com.cn"
    assert "*metro* carries" in snippet
    assert also == "  also: harbin-today:8"
    assert "Lanterns of ice on the *metro* square" in ran.out


@pytest.mark.parametrize("columns", ["20", "40", "80"])
def test_lines_keep_to_the_width(search: Search, monkeypatch: pytest.MonkeyPatch, columns: str) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    lines = search("metro", "--copies").out.splitlines()
    assert max(len(line.replace("*", "")) for line in lines) <= int(columns)


def test_json_is_a_page_of_records(search: Search) -> None:
    page = json.loads(search("metro", "--format", "json").out)
    found = page["hits"]
    assert list(page) == ["query", "read_as", "total", "page", "hits"]
    assert (page["query"], page["read_as"], page["total"], page["page"]) == ("metro", "metro", 2, 1)
    assert json.loads(search("titel:metro OR", "--json").out)["read_as"] == '"titel:metro"'
    assert [each["id"] for each in found] == ["harbin-today:5370", "harbin-today:7"]
    assert all(tuple(each) == KEYS for each in found)
    assert found[0]["title"] == "Metro \x1b[31mline\x9b opens"
    nothing = json.loads(search("zeppelin", "--format", "json").out)
    assert (nothing["total"], nothing["hits"]) == (0, [])


def test_ids_and_urls_are_lines(search: Search) -> None:
    assert search("lantern", "--format", "ids").out == "harbin-today:7\n"
    assert search("lantern", "--format", "urls").out == "http://e.my399.com/gallery/2019-01-02/7.html\n"


def test_count_and_facets(search: Search) -> None:
    assert search("metro", "--count").out == "2\n"
    assert search("metro", "--count", "--copies").out == "3\n"
    assert search("zeppelin", "--count").code == 9
    facets = json.loads(search("metro", "--facet", "section", "--facet", "year", "--format", "json").out)
    assert [(row["value"], row["articles"]) for row in facets if row["by"] == "year"] == [("2019", 1), ("2020", 1)]
    assert {"by": "section", "value": "Photo Gallery", "articles": 1, "path": "gallery"} in facets
    assert "█" in search("metro", "--facet", "year").out
    assert search("metro", "--facet", "year", "--format", "csv").out.splitlines()[1] == "year,2019,1,"
    both = search("metro", "--facet", "year", "--count")
    assert both.code == 2 and "--count and --facet exclude each other" in both.err


def test_nothing_found_is_9_with_a_hint(search: Search) -> None:
    ran = search("visitrs")
    assert (ran.code, ran.out) == (9, "")
    hint = "no article has visitrs; did you mean visitors?"
    assert ran.err.splitlines() == [hint, "nothing found"]
    ran = search("visitrs", "--format", "json")
    assert (ran.code, json.loads(ran.out)["total"], hint in ran.err) == (9, 0, True)


def test_a_word_may_begin_with_a_dash(search: Search) -> None:
    assert search("metro", "-lanterns", "--format", "ids").out == "harbin-today:5370\n"
    assert search("-hotel", "metro", "--count").out == "2\n"
    assert search("--count", "--", "--metro").out == "0\n"


@pytest.mark.parametrize("sort", ["best", "newest", "oldest"])
@pytest.mark.parametrize("words", [("metro", "--copies"), ("--copies",), ("m*", "--copies")], ids=" ".join)
def test_what_is_printed_as_more_leads_to_every_hit_once_in_any_order(
    search: Search, sort: str, words: tuple[str, ...]
) -> None:
    asked = (*words, "--sort", sort, "--format", "ids")
    whole = search(*asked).out.split()
    found: list[str] = []
    more: list[str] = ["more:"]
    while more:
        _, out, said = search(*asked, "--limit", "1", *more[1:])
        found += out.split()
        more = next((line.split() for line in said.splitlines() if line.startswith("more: ")), [])
    assert found == whole and len(whole) > 1


def test_random_bytes_on_the_command_line_are_a_query(archive: Path) -> None:
    dice = random.Random(11)
    for _ in range(3):
        text = bytes(dice.choice(b"\"()*-: metroANDOR\xff\xe4\x1b\\'") for _ in range(dice.randint(1, 20)))
        ran = subprocess.run(
            [*map(os.fsencode, [*HARBINCRAWL, "--archive", str(archive), "search", "--"]), text],
            capture_output=True,
            check=False,
        )
        assert ran.returncode in (0, 9), (text, ran.stderr)
        assert b"Traceback" not in ran.stderr
        assert b"\x1b" not in ran.stdout + ran.stderr


def test_a_note_never_stands_amid_a_hit_where_both_go_to_one_place(archive: Path) -> None:
    command = [*HARBINCRAWL, "--archive", str(archive), "search", "metro", "--limit", "1", "--format", "ids"]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=True)
    first, *notes = done.stdout.splitlines()
    assert re.fullmatch(r"harbin-today:\d+", first)
    assert notes[0].startswith("1\u20131 of ")
