"""Word lists, n-grams and their dispersion are what a plain computation over the same articles gives."""

from __future__ import annotations

import random
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from math import comb
from pathlib import Path
from typing import Any, get_args

import pytest

from harbincrawl.archive.database.connection import open_reader
from harbincrawl.corpus import grams, lists
from harbincrawl.corpus.lists import WordList, count_words
from harbincrawl.corpus.texts import Label
from harbincrawl.errors import FilterError
from harbincrawl.search.choice import fit_choice
from harbincrawl.search.facets import count_facet
from harbincrawl.search.filters import Filters
from tests.support.archives import build_archive
from tests.support.corpus_cases import fold
from tests.support.counting import (
    build_signed,
    count_texts,
    cut_articles,
    list_grams,
    make_signed_articles,
    measure_dp,
    measure_juilland,
)
from tests.support.search_cases import numbers

ARTICLES = {each["number"]: each for each in make_signed_articles()}
LINES = cut_articles(ARTICLES.values())


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    with closing(open_reader(build_signed(tmp_path_factory.mktemp("signed")))) as opened:
        yield opened


def check_rows(found: WordList, group: str | None, chosen: list[int], size: int) -> None:
    """Each row of a group is what the chosen articles have, by the formulas as they stand in books."""
    sizes = {number: sum(map(len, LINES[number])) for number in chosen}
    counts = {number: Counter(list_grams(LINES[number], size)) for number in chosen if sizes[number]}
    totals = sum(counts.values(), Counter())
    (part,) = (each for each in found.parts if each.group == group)
    assert part[1:] == (len(chosen), sum(sizes.values()))
    rows = {row.word: row for row in found.rows if row.group == group}
    assert set(totals) <= set(rows)
    for word, row in rows.items():
        assert row.frequency == totals[word]
        assert row.articles == sum(word in each for each in counts.values())
        assert row.per_million == pytest.approx(1e6 * totals[word] / part.words, abs=0.006)
        times = [each[word] for each in counts.values()]
        if not row.frequency:
            assert (row.dp, row.juilland) == (None, None)
            continue
        worded = [sizes[number] for number in counts]
        assert row.dp == pytest.approx(measure_dp(times, worded), abs=6e-5)
        if len(times) > 1:
            assert row.juilland == pytest.approx(measure_juilland(times, worded), abs=6e-5)


@pytest.mark.parametrize("size", [1, 2, 3, 5])
@pytest.mark.parametrize(
    "filters", [{}, {"sections": ("gallery",)}, {"since": "2019", "until": "2019"}, {"query": "title:tram"}]
)
def test_every_word_has_the_numbers_of_a_plain_computation(
    connection: sqlite3.Connection, size: int, filters: dict[str, Any]
) -> None:
    found = count_words(connection, [], Filters(**filters), size=size)
    chosen = numbers(connection, **filters)
    assert len(chosen) > 5
    check_rows(found, None, chosen, size)
    grams_of_all = {gram for number in chosen for gram in list_grams(LINES[number], size)}
    assert {row.word for row in found.rows} == grams_of_all
    assert found.different == len(grams_of_all)
    assert [(-row.frequency, row.word) for row in found.rows] == sorted(
        (-row.frequency, row.word) for row in found.rows
    )


def take_labels(by: Label) -> Callable[[dict[str, Any]], list[str | None]]:
    """The groups of an article, by its fields."""
    if by == "author":
        # Spelled as the facet does where names differ in case: the last one of the alphabet.
        return lambda each: [{"WANG WEI": "Wang Wei"}.get(name, name) for name in each["authors"]] or [None]
    if by == "source":
        return lambda each: [each["source"] and {"XINHUA": "Xinhua"}.get(each["source"], each["source"])]
    if by == "year":
        return lambda each: [each["created"] and each["created"][:4]]
    return lambda each: [{"news": "Harbin Today"}.get(each["section_path"], each["section_path"])]


@pytest.mark.parametrize("by", get_args(Label))
def test_groups_are_those_of_the_facet_and_an_article_counts_for_each_of_its_authors(
    connection: sqlite3.Connection, by: Label
) -> None:
    found = count_words(connection, [], Filters(), by=by, size=2)
    labels = take_labels(by)
    bars = count_facet(connection, fit_choice(connection, Filters()), by)

    def same(name: str | None) -> str | None:
        return name.casefold() if name else None

    assert [(same(part.group), part.articles) for part in found.parts] == [(same(bar.value), bar.hits) for bar in bars]
    chosen = fold(ARTICLES)
    for part in found.parts:
        of_part = [
            number for number in chosen if same(part.group) in {same(label) for label in labels(ARTICLES[number])}
        ]
        assert of_part
        check_rows(found, part.group, of_part, 2)
    assert len(found.rows) == found.different * len(found.parts)
    if by == "author":
        assert sum(part.articles for part in found.parts) > found.whole.articles


def test_sections_without_a_path_are_named_as_their_pages_do(tmp_path: Path) -> None:
    articles = [
        {"title": "Snow", "section_path": "", "section": "Sights"},
        {"title": "Snow snow", "section_path": "", "section": "Sights"},
        {"title": "Ice", "section_path": "news", "section": "Harbin Today"},
        {"title": "Ice", "section_path": "old", "section": "Harbin Today"},
    ]
    with closing(open_reader(build_archive(tmp_path, articles))) as opened:
        found = count_words(opened, ["snow"], Filters(), by="section")
    assert [(row.group, row.frequency) for row in found.rows] == [
        ("Sights", 3), ("Harbin Today (news)", 0), ("Harbin Today (old)", 0)
    ]  # fmt: skip


def test_a_case_done_by_hand(tmp_path: Path) -> None:
    found = count_texts(tmp_path, ["a a b"], ["a c"], ["d d d d d"])
    row = found.rows[1]
    assert (row.word, row.frequency, row.articles, row.per_million) == ("a", 3, 2, 300_000)
    # |0.3 - 2/3| + |0.2 - 1/3| + |0.5 - 0| = 1, of which DP is half.
    assert row.dp == 0.5
    # Shares 2/3, 1/2, 0: mean 7/18, deviation 0.28328, so V = 0.72844, and 1 - V / sqrt(2) = 0.4849.
    assert row.juilland == 0.4849
    assert found.rows[0][:3] == ("d", None, 5)
    assert found.rows[0].juilland == 0


def test_an_even_word_has_no_deviation_and_one_in_the_smallest_article_nearly_all(tmp_path: Path) -> None:
    found = count_texts(tmp_path, *([["the snow"]] * 30), ["zebra"])
    rows = {row.word: row for row in found.rows}
    assert (rows["zebra"].dp, rows["zebra"].juilland) == (round(60 / 61, 4), 0)
    assert rows["the"].dp == round(1 / 61, 4)
    assert rows["the"].juilland is not None and rows["the"].juilland > 0.96


def test_words_that_are_strewn_at_random_have_the_dispersion_that_chance_gives(tmp_path: Path) -> None:
    dice = random.Random(11)
    tokens = [f"w{chr(97 + number)}" for number in range(20) for _ in range(60)] + ["rest"] * 2800
    dice.shuffle(tokens)
    sizes = [dice.randrange(40, 160) for _ in range(40)]
    sizes.append(len(tokens) - sum(sizes))
    texts, start = [], 0
    for size in sizes:
        texts.append([" ".join(tokens[start : start + size])])
        start += size
    found = count_texts(tmp_path, *texts)
    rows = [row for row in found.rows if row.frequency == 60]
    assert len(rows) == 20
    # The mean of |count / 60 - share| where each of 60 words falls into an article with the chance of its share.
    expected = 0.0
    for size in sizes:
        share = size / len(tokens)
        expected += sum(
            comb(60, times) * share**times * (1 - share) ** (60 - times) * abs(times / 60 - share)
            for times in range(61)
        )
    assert sum(row.dp or 0 for row in rows) / 20 == pytest.approx(expected / 2, rel=0.05)


def test_bare_numbers_are_counted_as_words_and_not_listed_and_nothing_closes_up_over_them(tmp_path: Path) -> None:
    text = ["In 2020 the 3rd line, ５ km of it; ² of 100"]
    found = count_texts(tmp_path, text)
    assert {row.word for row in found.rows} == {"in", "the", "3rd", "line", "km", "of", "it"}
    assert found.whole.words == 12
    pairs = count_texts(tmp_path / "pairs", text, size=2)
    assert {row.word for row in pairs.rows} == {"the 3rd", "3rd line", "km of", "of it"}


def test_no_n_gram_runs_over_the_end_of_a_title_paragraph_or_caption(tmp_path: Path) -> None:
    image = {"url": None, "caption": "gate opens", "credit": "Xinhua"}
    other = {"url": None, "caption": "", "credit": "Xinhua"}
    article = {"title": "Ice fair", "body": ["snow falls", "wind blows"], "images": [image, other, image]}
    with closing(open_reader(build_archive(tmp_path, [article]))) as opened:
        found = count_words(opened, [], Filters(), size=2)
        assert count_words(opened, [], Filters(), size=3).rows == ()
    assert {row.word: row.frequency for row in found.rows} == {
        "gate opens": 2, "ice fair": 1, "snow falls": 1, "wind blows": 1
    }  # fmt: skip


def test_words_that_are_asked_for_are_listed_alone_and_n_grams_that_hold_them(connection: sqlite3.Connection) -> None:
    every = count_words(connection, [], Filters())
    asked = count_words(connection, ["METRO", "lan*", "nothingofthekind"], Filters())
    assert asked.rows == tuple(row for row in every.rows if row.word == "metro" or row.word.startswith("lan"))
    assert {row.word for row in asked.rows} == {"metro", "lantern", "lanterns"}
    pairs = count_words(connection, ["ice sno*"], Filters(), size=3)
    assert pairs.rows == tuple(
        row for row in count_words(connection, [], Filters(), size=3).rows if " ice sno" in f" {row.word}"
    )
    assert pairs.rows
    assert count_words(connection, ["nothingofthekind"], Filters(), by="year").rows == ()


def test_a_word_has_a_row_also_in_groups_that_do_not_have_it(tmp_path: Path) -> None:
    articles = [{"title": "Snow", "created": "2019-01-01"}, {"title": None, "created": "2020-01-01"},
                {"title": "Ice", "created": "2021-01-01"}]  # fmt: skip
    with closing(open_reader(build_archive(tmp_path, articles))) as opened:
        found = count_words(opened, ["snow"], Filters(), by="year")
    assert [row[1:] for row in found.rows] == [
        ("2019", 1, 1e6, 1, 0, None), ("2020", 0, None, 0, None, None), ("2021", 0, 0, 0, None, None)
    ]  # fmt: skip


@pytest.mark.parametrize("order", ["frequency", "articles", "word"])
def test_rare_words_are_left_out_and_the_first_ones_listed(connection: sqlite3.Connection, order: Any) -> None:
    every = count_words(connection, [], Filters(), size=2).rows
    keys = {
        "frequency": lambda row: (-row.frequency, row.word),
        "articles": lambda row: (-row.articles, -row.frequency, row.word),
        "word": lambda row: row.word,
    }
    often = sorted((row for row in every if row.frequency >= 9), key=keys[order])
    found = count_words(connection, [], Filters(), size=2, least=9, sort=order, limit=7)
    assert found.rows == tuple(often[:7])
    assert found.different == len(often) > 7


@pytest.mark.parametrize("held", [1, 5, 40])
def test_what_is_put_away_on_the_disk_is_counted_alike(
    connection: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch, held: int
) -> None:
    whole = count_words(connection, [], Filters(), size=3, by="source")
    monkeypatch.setattr(grams, "_HELD", held)
    assert count_words(connection, [], Filters(), size=3, by="source") == whole


def test_a_list_that_would_not_fit_in_memory_is_refused_with_what_to_do(
    connection: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "MOST_ROWS", 40)
    with pytest.raises(FilterError, match="expected at most 40 rows; a limit lists the first, a higher least"):
        count_words(connection, [], Filters(), size=2)
    assert len(count_words(connection, [], Filters(), size=2, limit=40).rows) == 40
    with pytest.raises(FilterError, match="40 words or n-grams in 3 groups"):
        count_words(connection, [], Filters(), size=2, limit=40, by="section")
    least = sorted(row.frequency for row in count_words(connection, [], Filters(), size=2, limit=40).rows)[20]
    assert 0 < len(count_words(connection, [], Filters(), size=2, least=least).rows) <= 40


@pytest.mark.parametrize(
    ("words", "size", "said"),
    [
        (["m*t"], 1, "wildcards inside a word"),
        (["ice fair"], 1, "expected at most 1"),
        (["a b c"], 2, "expected at most 2"),
        (["..."], 1, "has no word"),
        ([], 0, "expected 1 to 5"),
        ([], 6, "expected 1 to 5"),
    ],
)
def test_what_cannot_be_listed_is_refused(
    connection: sqlite3.Connection, words: list[str], size: int, said: str
) -> None:
    with pytest.raises(FilterError, match=said):
        count_words(connection, words, Filters(), size=size)
