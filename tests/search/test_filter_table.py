"""The table of filters: each entry is in every place, and one that is added to it alone is in all of them."""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from multidict import MultiDict

import harbincrawl
from harbincrawl.api.questions import read_filters
from harbincrawl.archive.saved import MATCHING, SavedSearch
from harbincrawl.archive.schema.tables import SCHEMA
from harbincrawl.errors import FilterError
from harbincrawl.search.filters import (
    FILTERS,
    SHARED,
    Filter,
    FilterOptions,
    Filters,
    SearchOptions,
    make_filters,
    write_conditions,
)
from harbincrawl.serve.links import Parameters
from tests.support.archives import build_archive

VALUES = {
    "names": ("one", "two words"), "day": "2020-05", "moment": "2020-05-01", "cursor": 0, "flag": True, "numbers": (7,),
}  # fmt: skip
BY_KEY = {"since", "until", "exact"}
"""Filters that `make_choice` turns into a range of keys, or into another reading of the query."""
each_filter = pytest.mark.parametrize("each", FILTERS, ids=[each.name for each in FILTERS])
each_shared = pytest.mark.parametrize("each", SHARED, ids=[each.name for each in SHARED])


def value_of(each: Filter) -> Any:
    return list(each.choices)[-1] if each.choices else VALUES[each.kind]


def test_table_values_and_keywords_have_the_same_filters() -> None:
    assert Filters._fields == (*(each.field for each in FILTERS), "query")
    public = [each for each in FILTERS if each.reach != "inside"]
    keywords = {each.name for each in public}
    assert set(SearchOptions.__annotations__) == keywords
    assert FilterOptions.__optional_keys__ == keywords | {"query"}


@each_filter
def test_an_entry_has_a_condition_that_sqlite_takes(each: Filter) -> None:
    assert (each.write is None) == (each.name in BY_KEY)
    filters = make_filters({each.name: value_of(each)})
    assert filters != Filters() and each.is_given(filters) and filters.restricts() == each.restricts
    where, values = write_conditions(filters)
    assert bool(where) == (each.write is not None)
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(SCHEMA)
        connection.execute(f"SELECT 1 FROM articles AS a WHERE {' AND '.join(where or ['1'])}", values)
        if each.known:
            connection.execute(each.known)


def test_a_saved_search_with_an_option_that_there_is_not_finds_nothing_instead_of_more() -> None:
    known = dict.fromkeys(MATCHING, True)
    assert SavedSearch("one", "section:news", known, "", 0, 0).filters().exact
    with pytest.raises(FilterError, match="no option mood is known"):
        SavedSearch("one", "metro", known | {"mood": "glad"}, "", 0, 0).filters()


@each_shared
def test_an_address_comes_back_as_it_was_given(each: Filter) -> None:
    asked = Parameters("metro", copies=True).change(**{each.name: value_of(each)})
    assert read_filters(asked.filters) == make_filters({each.name: value_of(each)})
    assert {name for name, _ in asked.pairs()} == {"q", each.name, "copies"}
    assert Parameters.read(MultiDict(asked.pairs())) == asked
    assert asked.change(**{each.name: ""}) == Parameters("metro", copies=True)


# One entry, its value and its keyword, in one file.
ENTRY = """    Filter(
        "parser", "parsers", "names", "Version of the parser.", _write_values("a.parser"),
        facet=f"SELECT a.parser, NULL, count(*) FROM {MATCHED} GROUP BY a.parser",
        known="SELECT DISTINCT parser FROM articles",
    ),
"""
CALLS = """
import json, sys
from pathlib import Path
import harbincrawl
from harbincrawl.cli.main import main
def run(*words):
    try: main(["--archive", sys.argv[1], *words])
    except SystemExit as ended: assert not ended.code or words[-1] == "4", (words, ended.code)
run("search", "metro", "--parser", "2", "--format", "ids")
run("search", "--facet", "parser", "--format", "jsonl")
run("search", "metro", "--parser", "4")
run("export", "-", "--parser", "3", "--fields", "id")
run("export", sys.argv[2], "--parser", "3")
with harbincrawl.open_archive(sys.argv[1]) as archive:
    print("python", archive.count(parser="3"), archive.count(parser=["1", "2"]))
"""


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rows = [{"number": number, "title": f"metro {number}", "parser": str(number)} for number in (1, 2, 3)]
    return build_archive(tmp_path_factory.mktemp("filters") / "archive", rows)


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a copy of the package with one more filter."""
    folder = tmp_path_factory.mktemp("package")
    shutil.copytree(Path(harbincrawl.__file__).parent, folder / "harbincrawl")
    table = folder / "harbincrawl" / "search" / "filters.py"
    text = table.read_text()
    for before, added in {
        "    since: str | None = None\n": "    parsers: tuple[str, ...] = ()\n",
        '    Filter(\n        "since"': ENTRY,
        "    since: End\n": "    parser: Texts\n",
    }.items():
        assert text.count(before) == 1
        text = text.replace(before, added + before)
    table.write_text(text)
    return folder


def start(package: Path, *words: str) -> subprocess.Popen[str]:
    path = os.pathsep.join([str(package), os.environ.get("PYTHONPATH", "")])
    return subprocess.Popen(
        [sys.executable, "-P", *words], env=os.environ | {"PYTHONPATH": path}, cwd=package, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


@pytest.fixture(scope="module")
def printed(package: Path, archive: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str, str]:
    """(stdout, stderr, README of the bundle) of commands with the new filter."""
    bundle = tmp_path_factory.mktemp("bundle") / "three"
    with start(package, "-c", CALLS, str(archive), str(bundle)) as process:
        out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    return out, err, (bundle / "README.md").read_text()


def test_a_filter_that_is_added_to_the_table_is_in_commands_and_python(printed: tuple[str, str, str]) -> None:
    out, err, card = printed
    assert out.startswith("harbin-today:2\n")
    assert [json.loads(line)["value"] for line in out.splitlines() if line.startswith('{"by": "parser"')] == [
        "1",
        "2",
        "3",
    ]
    assert 'no article has the parser "4"' in err
    assert re.search(r'"articles": 1\b', out)
    assert '{"id": "harbin-today:3"}' in out or '{"id":"harbin-today:3"}' in out
    assert "a part of the archive: parser 3." in card
    assert out.endswith("python 1 2\n")
