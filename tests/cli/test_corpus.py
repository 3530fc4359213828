"""`trends`, `concordance`, `keywords` and `similar` as they are called."""

from __future__ import annotations

import csv
import io
import json
import re
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from harbincrawl.archive.database.connection import open_reader
from harbincrawl.search.corpus.concordance import Concordance
from harbincrawl.search.corpus.keywords import find_keywords
from harbincrawl.search.corpus.trends import count_trends
from harbincrawl.search.filters import Filters
from harbincrawl.text import display_width
from tests.support.corpus_cases import build_corpus

Run = Callable[..., Any]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_corpus(tmp_path_factory.mktemp("corpus"))


@pytest.fixture
def run(archive: Path, harbincrawl: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("COLUMNS", "80")
    return partial(harbincrawl, "--archive", archive)


def read_rows(ran: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(ran.out)))


def test_trends_are_the_same_for_people_and_programs(run: Run, archive: Path) -> None:
    connection = open_reader(archive)
    trends = count_trends(connection, ["metro", "tram OR snow"], Filters(), "year")
    connection.close()
    told = run("trends", "metro", "tram OR snow", "--format", "json")
    assert (told.code, json.loads(told.out)) == (0, trends.as_object())
    assert "1 article without a date: in no year" in told.err
    rows = read_rows(run("trends", "metro", "tram OR snow", "--csv"))
    shown = [[value if value is not None else "" for value in row] for row in trends.list_rows()]
    assert [list(row.values()) for row in rows] == [list(map(str, row)) for row in shown]
    assert list(rows[0]) == ["query", "period", "articles", "hits", "per_1000"]
    lines = run("trends", "metro", "tram OR snow").out.splitlines()
    row = trends.rows[0][0]
    assert lines[0].startswith("metro  ")
    assert lines[1].split()[0] == "2018"
    assert lines[1].endswith(f"{row.hits} of {row.articles}")
    assert max(map(display_width, lines)) <= 80
    months = run("trends", "metro", "--by", "month").out.splitlines()
    assert months[1] == "      JFMAMJJASOND"
    assert months[4].split() == ["2020", "0", "of", "0"]


def test_trends_are_drawn(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "trends.svg"
    done = run("trends", "metro", "--by", "month", "--plot", str(path))
    assert (done.code, done.out) == (0, "")
    assert f"drawn: {path}" in done.err
    lines = [each for each in ET.parse(path).iter() if each.tag.endswith("polyline")]  # noqa: S314 - our own
    # A year without articles breaks the line.
    assert len([each for each in lines if each.attrib["stroke-width"] == "2"]) > 1


def test_a_query_that_finds_nothing_is_named_with_what_was_meant(run: Run) -> None:
    done = run("trends", "lanternz")
    assert done.code == 9
    assert "lanternz: nothing found\nno article has lanternz; did you mean lantern?" in done.err
    assert run("trends", "metro", "lanternz").code == 0
    assert (
        'no article has the section "galery"; did you mean "gallery"?'
        in run("trends", "metro", "--section", "galery").err
    )


def test_a_concordance_stands_in_columns_under_each_other(run: Run, archive: Path) -> None:
    done = run("concordance", "lantern", "--sort", "right")
    lines = done.out.splitlines()
    for line in lines:
        assert 46 in {display_width(line[: match.start()]) for match in re.finditer("lantern", line, re.IGNORECASE)}
    assert max(map(display_width, lines)) <= 80
    assert done.err.startswith(f"{len(lines)} lines in ")
    rows = read_rows(run("concordance", "lantern", "--sort", "right", "--csv"))
    connection = open_reader(archive)
    found = list(Concordance(connection, "lantern", Filters(), sort="right"))
    connection.close()
    assert [tuple(row.values()) for row in rows] == [tuple(text or "" for text in line) for line in found]
    assert json.loads(run("concordance", "lantern", "--sort", "right", "--format", "json").out) == [
        line._asdict() for line in found
    ]
    jsonl = run("concordance", "lantern", "--sort", "right", "--format", "jsonl", "--limit", "2")
    assert [json.loads(line) for line in jsonl.out.splitlines()] == [line._asdict() for line in found[:2]]
    assert jsonl.err.startswith(f"2 of {len(found)} lines in ")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["concordance", "m*tro"], 2, "wildcards inside a word are not supported; `met*` finds"),
        (["concordance", "lanten"], 9, "no article has lanten; did you mean lantern?"),
        (["concordance"], 2, "Which word?"),
        (["concordance", "metro", "--csv", "--format", "json"], 2, "exclude each other"),
        (["concordance", "metro", "--since", "x"], 2, "x"),
        (["trends"], 2, "Which query?"),
        (["trends", "metro", "--csv", "--format", "json"], 2, "exclude each other"),
        (["keywords"], 2, "Which part?"),
        (["keywords", "metro", "--against"], 2, "--against needs filters or words"),
        (["keywords", "--section", "galery"], 9, 'did you mean "gallery"?'),
        (["keywords", "m*t", "--against", "metro"], 9, "only * at the end of a word"),
        (["keywords", "tram", "--against", "lanterz"], 9, "no article has lanterz; did you mean lantern?"),
        (["keywords", "tram", "--against", "tram"], 9, "no word is more frequent in the first part"),
        (["concordance", "metro", "--query", "titel:tram*", "--limit", "1"], 9, "did you mean title:tram*?"),
        (["similar", "999"], 9, "the archive has no article 999."),
        (["similar", "42x"], 2, "names no article"),
    ],
)
def test_bad_input_ends_with_a_line_that_says_what_is_expected(
    run: Run, words: list[str], code: int, said: str
) -> None:
    done = run(*words)
    assert (done.code, said in done.err) == (code, True), done.err


@pytest.mark.parametrize(
    ("words", "filters", "against"),
    [
        (["--since", "2021"], {"since": "2021"}, None),
        (["title:tram", "--against", "title:snow", "--csv"], {"query": "title:tram"}, {"query": "title:snow"}),
        (["--section", "news", "--against", "--section=gallery", "metro", "--status", "live"],
         {"sections": ("news",)}, {"sections": ("gallery",), "query": "metro", "status": "live"}),
        (["--since", "2021", "--against", "2018..2019-06"],
         {"since": "2021"}, {"since": "2018", "until": "2019-06"}),
    ],
)  # fmt: skip
def test_keywords_of_two_parts(
    run: Run, archive: Path, words: list[str], filters: dict[str, Any], against: dict[str, Any] | None
) -> None:
    connection = open_reader(archive)
    found = find_keywords(connection, Filters(**filters), Filters(**against) if against else None)
    connection.close()
    done = run("keywords", *words, "--csv", "--limit", "5")
    assert [tuple(row.values()) for row in read_rows(done)] == [tuple(map(str, each)) for each in found.words[:5]]
    part, other = found.part, found.against
    compared = f"{part.articles} articles of {part.words:,} words, against {other.articles} articles of {other.words:,}"
    assert compared in done.err
    told = json.loads(run("keywords", *(word for word in words if word != "--csv"), "--format", "json").out)
    assert told["against"] == found.against._asdict()
    assert told["keywords"] == [each._asdict() for each in found.words[:30]]
    table = run("keywords", *(word for word in words if word != "--csv"), "--limit", "1").out.splitlines()
    assert table[0].split()[:2] == ["word", "log-likelihood"]
    assert table[1].split()[0] == found.words[0].word


def test_what_chance_alone_would_give_is_said_beside_what_there_is(run: Run) -> None:
    told = json.loads(run("keywords", "--section", "gallery", "--least", "1", "--limit", "0", "--format", "json").out)
    words = told["keywords"]
    ps = [each["p"] for each in words if each["p"] is not None]
    assert 0 < len(ps) <= len(words) == told["more_frequent"]
    whole = run("keywords", "--section", "gallery", "--least", "1", "--limit", "0")
    assert (
        f"{len(words)} words that the first part has more often, {len(ps)} of them tested: p is 0.05 or less for"
        f" {sum(p <= 0.05 for p in ps)}, by chance alone it would be for {0.05 * len(ps):.0f}"
    ) in whole.err
    few = run("keywords", "--section", "gallery", "--least", "1", "--limit", "2")
    by_chance = f"by chance alone up to {0.05 * len(words):.0f} would have a p of 0.05 or less"
    assert f"2 of {len(words)} words that the first part has more often; {by_chance}" in few.err
    heads, *lines = whole.out.splitlines()
    assert heads.split() == "word log-likelihood log ratio p times articles against articles".split()
    for line, each in zip(lines, words, strict=True):
        numbers = (each["frequency"], each["articles"], each["against_frequency"], each["against_articles"])
        p = "-" if each["p"] is None else f"{each['p']:.4f}"
        ratio = f"{each['log_ratio']:.1f}"
        assert line.split() == [each["word"], f"{each['log_likelihood']:.1f}", ratio, p, *map(str, numbers)]
    # Of 5 times or more in both parts, and the same numbers for these.
    often = json.loads(run("keywords", "--section", "gallery", "--limit", "0", "--format", "json").out)["keywords"]
    assert often == [each for each in words if each["frequency"] + each["against_frequency"] >= 5]


def test_similar_articles_come_with_the_words_they_share(run: Run) -> None:
    found = json.loads(run("similar", "5", "--format", "json").out)
    assert [each["id"] for each in found] == run("similar", "harbin-today:5", "--format", "ids").out.split()
    assert all(each["words"] for each in found)
    scores = [each["score"] for each in found]
    assert scores == sorted(scores, reverse=True) and all(0 < score <= 1 for score in scores)
    assert "harbin-today:5" not in {each["id"] for each in found}
    assert len(read_rows(run("similar", "5", "--limit", "2", "--format", "csv"))) == 2
    text = run("similar", "5", "--limit", "1").out.splitlines()
    assert text[0].startswith(f"{found[0]['id'].rpartition(':')[2]}  {scores[0]:.2f}  ")
    assert text[1].strip().split(", ") == found[0]["words"]


def read_hints(path: Path) -> list[str | None]:
    """What a browser shows under the mouse."""
    return [each.text for each in ET.parse(path).iter("{http://www.w3.org/2000/svg}title")]  # noqa: S314 - our own


def test_keywords_are_drawn_as_bars_in_their_order(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "words.svg"
    done = run("keywords", "--section", "gallery", "--limit", "3", "--plot", str(path))
    assert (done.code, done.out) == (0, "")
    assert f"drawn: {path}" in done.err
    told = read_rows(run("keywords", "--section", "gallery", "--limit", "3", "--csv", "--plot", str(path)))
    assert read_hints(path) == [f"{row['word']}: {float(row['log_likelihood']):,}" for row in told]


def test_the_places_of_a_word_are_drawn_by_month(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "places.svg"
    every = run("concordance", "snow", "--format", "json")
    months = Counter(line["date"][:7] for line in json.loads(every.out) if line["date"])
    done = run("concordance", "snow", "--limit", "1", "--plot", str(path))
    assert (done.code, done.out) == (0, "")
    assert read_hints(path) == [f"{month}: {number}" for month, number in sorted(months.items())]
    path.unlink()
    assert run("concordance", "nothingofthekind", "--plot", str(path)).code == 9
    assert not path.exists()
