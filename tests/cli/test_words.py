"""`words` and `collocations` as they are called."""

from __future__ import annotations

import csv
import io
import json
import xml.etree.ElementTree as ET
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from harbincrawl.archive.database.connection import open_reader
from harbincrawl.search.corpus.collocations import Collocations, find_collocations
from harbincrawl.search.corpus.lists import WordList, count_words
from harbincrawl.search.filters import Filters
from harbincrawl.text import display_width
from tests.support.counting import build_signed, build_texts

Run = Callable[..., Any]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_signed(tmp_path_factory.mktemp("signed"))


@pytest.fixture
def run(archive: Path, harbincrawl: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("COLUMNS", "80")
    return partial(harbincrawl, "--archive", archive)


def list_words(archive: Path, *words: str, filters: Filters = Filters(), **more: Any) -> WordList:  # noqa: B008 - it never changes
    with closing(open_reader(archive)) as connection:
        return count_words(connection, words, filters, **more)


def list_beside(archive: Path, word: str, filters: Filters = Filters(), **more: Any) -> Collocations:  # noqa: B008 - it never changes
    with closing(open_reader(archive)) as connection:
        return find_collocations(connection, word, filters, **more)


def read_rows(ran: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(ran.out)))


@pytest.mark.parametrize(
    ("options", "words", "more"),
    [
        ([], [], {"limit": 30}),
        (["--size", "2", "--least", "20", "--limit", "0", "--sort", "word"], [],
         {"size": 2, "least": 20, "sort": "word"}),
        (["--by", "source", "--section", "gallery"], ["metro", "lan*"],
         {"by": "source", "filters": Filters(sections=("gallery",))}),
        (["--by", "year", "--query", "title:tram", "--limit", "2"], [],
         {"by": "year", "limit": 2, "filters": Filters(query="title:tram")}),
    ],
)  # fmt: skip
def test_a_word_list_is_the_same_for_people_and_programs(
    run: Run, archive: Path, options: list[str], words: list[str], more: dict[str, Any]
) -> None:
    found = list_words(archive, *words, **more)
    assert found.rows
    told = run("words", *words, *options, "--json")
    assert (told.code, json.loads(told.out)) == (0, found.as_object())
    names, table = found.list_table()
    rows = read_rows(run("words", *words, *options, "--csv"))
    assert list(rows[0]) == list(names)
    assert [list(row.values()) for row in rows] == [
        ["" if each is None else str(each) for each in row] for row in table
    ]
    ran = run("words", *words, *options)
    heads, *lines = ran.out.splitlines()
    assert heads.split()[0] == "word" and heads.endswith("DP     D")
    assert len(lines) == len(table)
    assert max(map(display_width, lines)) <= 80
    assert f"{found.whole.articles} articles of {found.whole.words:,} words" in ran.err
    for line, row in zip(lines, found.rows, strict=True):
        assert line.startswith(row.word)
        end = f"{row.frequency:,}"
        assert end in line.split()


def test_a_list_by_group_has_the_numbers_that_shares_are_of(run: Run, archive: Path) -> None:
    told = json.loads(run("words", "metro", "--by", "author", "--json").out)
    found = list_words(archive, "metro", by="author")
    assert told["groups"] == [
        {"author": part.group, "articles": part.articles, "words": part.words} for part in found.parts
    ]
    assert [row["author"] for row in told["list"]] == [part.group for part in found.parts]
    assert "(none)" in run("words", "metro", "--by", "author").out


@pytest.mark.parametrize("date", ["updated", "created"])
def test_years_say_of_which_date_they_are(run: Run, tmp_path: Path, date: str) -> None:
    words = ("words", "metro", "--by", "year", "--date", date)
    assert f"year of {date}" in run(*words).out
    assert json.loads(run(*words, "--json").out)["date"] == date
    path = tmp_path / "years.svg"
    run(*words, "--plot", str(path))
    assert f"of the year, by {date}" in path.read_text("utf-8")


def read_hints(path: Path) -> list[str | None]:
    return [each.text for each in ET.parse(path).iter("{http://www.w3.org/2000/svg}title")]  # noqa: S314 - our own


def test_words_are_drawn_as_bars_and_by_year_as_lines(run: Run, archive: Path, tmp_path: Path) -> None:
    path = tmp_path / "words.svg"
    done = run("words", "--limit", "3", "--plot", str(path))
    assert (done.code, done.out) == (0, "")
    assert read_hints(path) == [f"{row.word}: {row.frequency:,}" for row in list_words(archive, limit=3).rows]
    assert run("words", "metro", "--by", "section", "--plot", str(path)).code == 0
    assert read_hints(path) == [
        f"metro, {row.group}: {row.per_million:,}" for row in list_words(archive, "metro", by="section").rows
    ]
    assert run("words", "metro", "snow", "--by", "year", "--plot", str(path)).code == 0
    lines = [each for each in ET.parse(path).iter() if each.attrib.get("stroke-width") == "2"]  # noqa: S314 - our own
    assert len({each.attrib["stroke"] for each in lines}) == 2


@pytest.mark.parametrize(
    ("options", "more"),
    [
        ([], {}),
        (["--window", "2", "--sort", "mi", "--least", "1"], {"window": (2, 2), "sort": "mi", "least": 1}),
        (["--window", "0,3", "--sort", "logdice", "--section", "news"],
         {"window": (0, 3), "sort": "logdice", "filters": Filters(sections=("news",))}),
    ],
)  # fmt: skip
@pytest.mark.parametrize("word", ["lantern", "sno*", "ice snow"])
def test_collocations_are_the_same_for_people_and_programs(
    run: Run, archive: Path, word: str, options: list[str], more: dict[str, Any]
) -> None:
    found = list_beside(archive, word, **more)
    assert len(found.rows) > 4
    told = run("collocations", word, *options, "--limit", "4", "--json")
    assert (told.code, json.loads(told.out)) == (0, json.loads(json.dumps(found.as_object(4))))
    rows = read_rows(run("collocations", word, *options, "--csv", "--limit", "0"))
    assert [tuple(row.values()) for row in rows] == [tuple(map(str, row)) for row in found.rows]
    ran = run("collocations", *word.split(), *options, "--limit", "4")
    _, *lines = ran.out.splitlines()
    assert [line.split()[0] for line in lines] == [row.word for row in found.rows[:4]]
    assert f"{found.frequency:,} times in {found.node_articles} articles of {found.articles}" in ran.err
    assert f"4 of {len(found.rows)} words beside it" in ran.err


def test_collocations_are_drawn_by_what_they_are_sorted_by(run: Run, archive: Path, tmp_path: Path) -> None:
    path = tmp_path / "beside.svg"
    assert run("collocations", "lantern", "--sort", "logdice", "--limit", "3", "--plot", str(path)).code == 0
    found = list_beside(archive, "lantern", sort="logdice").rows[:3]
    assert read_hints(path) == [f"{row.word}: {row.log_dice:,}" for row in found]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["words", "lanten"], 9, "no article has lanten; did you mean lantern?"),
        (["words", "--section", "galery"], 9, 'no article has the section "galery"; did you mean "gallery"?'),
        (["words", "--least", "99999"], 9, "nothing found"),
        (["words", "ice fair"], 2, "expected at most 1"),
        (["words", "m*t"], 2, "wildcards inside a word"),
        (["words", "--size", "6"], 2, "--size"),
        (["words", "--limit", "-1"], 2, "--limit"),
        (["words", "--by", "month"], 2, "--by"),
        (["collocations"], 2, "Which word?"),
        (["collocations", "lanten"], 9, "no article has lanten; did you mean lantern?"),
        (["collocations", "snow", "--section", "galery"], 9, 'did you mean "gallery"?'),
        (["collocations", "snow", "--least", "99999"], 9, "no word stands beside it 99,999 times; --least 1 lists all"),
        (["collocations", "snow", "--window", "x"], 2, "expected a number of words, or two: 5, or 3,0"),
        (["collocations", "snow", "--window", "-1"], 2, "expected a number of words"),
        (["collocations", "snow", "--window", "0"], 2, "expected 0 to 50 on either side, not 0,0"),
        (["collocations", "snow", "--window", "999999999999"], 2, "expected a number of words"),
        (["collocations", "*"], 2, "has no word"),
    ],
)
def test_bad_input_ends_with_a_line_that_says_what_is_expected(
    run: Run, words: list[str], code: int, said: str
) -> None:
    done = run(*words)
    assert (done.code, said in done.err) == (code, True), done.err


def test_words_of_strangers_are_printed_safe_and_short(harbincrawl: Run, tmp_path: Path) -> None:
    folder = build_texts(tmp_path / "archive", [["x" * 5_000 + " \x1b[31m ice\u202e fair", "ice snow"]])
    done = harbincrawl("--archive", folder, "words", "--size", "1")
    assert "\x1b" not in done.out and "\u202e" not in done.out
    assert max(map(len, done.out.splitlines())) < 200
    done = harbincrawl("--archive", folder, "collocations", "ice", "--least", "1")
    assert max(map(len, done.out.splitlines())) < 200
