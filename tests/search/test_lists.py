"""Words are cut as the index cuts them; lists, n-grams and collocations are what a plain computation gives."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from math import log2
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from harbincrawl.archive.database.connection import open_reader
from harbincrawl.archive.schema.tables import TABLES
from harbincrawl.corpus import grams, lists
from harbincrawl.corpus.collocations import (
    SORTS,
    find_collocations,
    take_measure,
)
from harbincrawl.corpus.lists import WordList, count_words
from harbincrawl.corpus.texts import Label
from harbincrawl.corpus.words import TOKENIZER, WordCutter, read_words
from harbincrawl.errors import FilterError
from harbincrawl.search.choice import fit_choice
from harbincrawl.search.facets import count_facet
from harbincrawl.search.filters import Filters
from tests.support.corpus_cases import (
    build_signed,
    count_beside,
    count_texts,
    cut_articles,
    fold,
    list_grams,
    make_signed_articles,
    measure_dp,
    measure_juilland,
    measure_likelihood,
    numbers,
)

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

    assert [(same(part.group), part.articles) for part in found.parts] == [
        (same(bar.value), bar.articles) for bar in bars
    ]
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


@pytest.mark.parametrize("texts", [(), ([],), ([""],), (["… — ?!"],), (["2020 100"],)])
def test_where_there_is_no_word_there_is_no_row(tmp_path: Path, texts: tuple[list[str], ...]) -> None:
    for by in (None, "year"):
        found = count_texts(tmp_path / str(by), *texts, by=by)
        assert (found.rows, found.different, found.whole.articles) == ((), 0, len(texts))


TEXTS = st.text(st.characters(exclude_categories=["Cs"])) | st.text(
    st.sampled_from("aZ09_ -’“é\u0301\u0308e中か🧊ßİıǅΣς\0\n\x1f\xa0\u2028Ⅷ²½ªÅ\u00ad\u200b\u0483\uffff")
)


def cut_by_sqlite(text: str) -> list[str]:
    """The terms of FTS5, in their order."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute(f"CREATE VIRTUAL TABLE texts USING fts5(text, tokenize='{TOKENIZER}')")
        connection.execute("CREATE VIRTUAL TABLE terms USING fts5vocab('texts', 'instance')")
        connection.execute("INSERT INTO texts VALUES (?)", (text,))
        return [term for (term,) in connection.execute("SELECT term FROM terms ORDER BY offset")]


def test_the_tokenizer_is_that_of_the_index_without_its_stemmer() -> None:
    assert f"tokenize='porter {TOKENIZER}'" in TABLES


@given(TEXTS)
@example("Café’s “Metro—Line” e\u0301t\u0301é \u0301x \0y🧊 İstanbul ǅ Σίσυφος")
@example("".join(map(chr, range(0x80, 0x600))))
def test_words_are_those_of_sqlite(text: str) -> None:
    cutter = WordCutter()
    assert cutter.cut(text) == cut_by_sqlite(text)
    assert len(cutter.align(text)) == len(text)


def test_what_no_database_can_hold_is_no_word() -> None:
    assert WordCutter().cut("a\ud800b") == ["a", "b"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("m*t", r"met\*"),
        ("m?tro", r"met\*"),
        ("*", "no word"),
        ("…", "no word"),
        ("a… *", "no word stands before"),
        ("a " * 51, "51 words: expected at most 50"),
    ],
)
def test_what_cannot_be_looked_for_is_said(text: str, reason: str) -> None:
    with pytest.raises(FilterError, match=reason):
        read_words(WordCutter(), text)


@pytest.mark.parametrize("window", [(5, 5), (1, 0), (0, 2), (3, 50)])
@pytest.mark.parametrize(
    ("word", "node", "is_prefix"),
    [("metro", ["metro"], False), ("lan*", ["lan"], True), ("ice snow", ["ice", "snow"], False),
     ("metro metro", ["metro", "metro"], False), ("ice sno*", ["ice", "sno"], True), ("2020", ["2020"], False),
     ("哈尔滨", ["哈尔滨"], False)],
)  # fmt: skip
@pytest.mark.parametrize("filters", [{}, {"sections": ("gallery",)}])
def test_every_collocate_has_the_numbers_of_a_plain_computation(
    connection: sqlite3.Connection, window: tuple[int, int], word: str, node: list[str], is_prefix: bool,
    filters: dict[str, Any],
) -> None:  # fmt: skip
    found = find_collocations(connection, word, Filters(**filters), window=window, least=1)
    chosen = {number: LINES[number] for number in numbers(connection, **filters)}
    beside, articles, outside, nodes = count_beside(chosen, node, window, is_prefix=is_prefix)
    assert (found.frequency, found.room) == (nodes, beside.total())
    assert found.words == sum(len(line) for text in chosen.values() for line in text)
    assert found.articles == len(chosen)
    assert {row.word for row in found.rows} == {
        each for each in beside
        if any(map(str.isalpha, each)) and each not in node and not (is_prefix and each.startswith(node[-1]))
    }  # fmt: skip
    assert nodes and found.rows
    room, words = beside.total(), outside.total()
    for row in found.rows:
        times, anywhere = beside[row.word], outside[row.word]
        assert (row.beside, row.articles, row.frequency) == (times, articles[row.word], anywhere)
        due = room * anywhere / words
        assert row.expected == pytest.approx(due, abs=0.006)
        table = [[times, room - times], [anywhere - times, words - room - anywhere + times]]
        sign = -1 if times < due else 1
        assert row.log_likelihood == pytest.approx(sign * measure_likelihood(table), abs=0.006)
        assert row.mi == pytest.approx(log2(times / due), abs=0.006)
        assert row.log_dice == pytest.approx(14 + log2(2 * times / (nodes + anywhere)), abs=0.006)


@pytest.mark.parametrize("sort", SORTS)
def test_rows_are_sorted_by_their_measure_and_rare_ones_left_out(connection: sqlite3.Connection, sort: Any) -> None:
    every = find_collocations(connection, "ice", Filters(), sort=sort, least=1).rows
    assert [(-take_measure(row, sort), row.word) for row in every] == sorted(
        (-take_measure(row, sort), row.word) for row in every
    )
    often = find_collocations(connection, "ice", Filters(), sort=sort, least=100).rows
    assert often == tuple(row for row in every if row.beside >= 100)
    assert 0 < len(often) < len(every)


@pytest.mark.parametrize(
    ("word", "more", "said"),
    [
        ("m*t", {}, "wildcards inside a word"),
        ("", {}, "has no word"),
        ("ice", {"window": (0, 0)}, "not 0,0"),
        ("ice", {"window": (-1, 5)}, "expected 0 to 50"),
        ("ice", {"window": (5, 51)}, "expected 0 to 50"),
        ("ice", {"sort": "best"}, "expected log-likelihood, mi, logdice, frequency"),
    ],
)
def test_what_cannot_be_looked_for_is_refused(
    connection: sqlite3.Connection, word: str, more: dict[str, Any], said: str
) -> None:
    with pytest.raises(FilterError, match=said):
        find_collocations(connection, word, Filters(), **more)
