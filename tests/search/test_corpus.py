"""Trends, concordances, keywords and related articles are what a plain computation over the same articles gives."""

from __future__ import annotations

import math
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from math import sqrt
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harbincrawl.archive.database.connection import open_reader
from harbincrawl.corpus.concordance import Concordance, ConcordanceLine, find_places, write_pattern
from harbincrawl.corpus.keywords import LEAST, find_keywords, measure_log_likelihood
from harbincrawl.corpus.similar import find_similar, find_typical_words
from harbincrawl.corpus.trends import count_trends, find_interval
from harbincrawl.corpus.words import WordCutter
from harbincrawl.search.filters import Filters
from tests.support.archives import build_archive
from tests.support.corpus_cases import COPIES, build_corpus, cut_texts, fold, join_texts, make_articles, numbers

ARTICLES = {each["number"]: each for each in make_articles()}
WORDS = cut_texts({number: join_texts(each) for number, each in ARTICLES.items()})


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    opened = open_reader(build_corpus(tmp_path_factory.mktemp("corpus")))
    yield opened
    opened.close()


def choose(section: str = "", since: str = "", until: str = "9") -> list[int]:
    """Numbers of the articles that filters leave, copies folded."""
    return fold(
        number
        for number, each in ARTICLES.items()
        if each["section_path"].startswith(section) and since <= (each["created"] or "") < f"{until}~"
    )


@pytest.mark.parametrize("by", ["year", "month"])
@pytest.mark.parametrize("filters", [{}, {"sections": ("gallery",)}, {"since": "2019", "until": "2021-06"}])
def test_trends_count_the_hits_of_search_beside_all_articles(
    connection: sqlite3.Connection, by: Any, filters: dict[str, Any]
) -> None:
    length = 4 if by == "year" else 7
    every = Counter((ARTICLES[number]["created"] or "")[:length] for number in numbers(connection, **filters))
    queries = ("metro", "tram OR snow", "lantern -ice", "nothingofthekind")
    trends = count_trends(connection, queries, Filters(**filters), by)
    assert trends.undated == every[""]
    for query, rows in zip(queries, trends.rows, strict=True):
        hits = Counter((ARTICLES[number]["created"] or "")[:length] for number in numbers(connection, query, **filters))
        assert {row.period: row.hits for row in rows if row.hits} == {at: count for at, count in hits.items() if at}
        for row in rows:
            assert (row.query, row.articles) == (query, every[row.period])
            assert row.per_1000 == (round(1000 * row.hits / row.articles, 2) if row.articles else None)


def count_places(chosen: list[int], words: list[str], *, is_prefix: bool = False) -> int:
    """How often the words follow each other in the articles."""
    found = 0
    for number in chosen:
        for field in (ARTICLES[number]["title"], "\n".join(ARTICLES[number]["body"] or ()),
                      "\n".join(image["caption"] for image in ARTICLES[number]["images"])):  # fmt: skip
            cut = WordCutter().cut(field or "")
            for at in range(len(cut) - len(words) + 1):
                part = cut[at : at + len(words)]
                found += part == words or (is_prefix and is_begun(part, words))
    return found


@pytest.mark.parametrize(
    ("word", "words", "is_prefix"),
    [
        ("metro", ["metro"], False), ("lantern", ["lantern"], False), ("lan*", ["lan"], True),
        ("lanterns*", ["lanterns"], True), ("ÉTÉ", ["ete"], False), ("哈尔滨", ["哈尔滨"], False),
        ("哈*", ["哈"], True),
        ("ice snow", ["ice", "snow"], False), ("metro metro", ["metro", "metro"], False),
        ("s tra*", ["s", "tra"], True),
    ],
)  # fmt: skip
@pytest.mark.parametrize("filters", [{}, {"sections": ("gallery",)}, {"since": "2019", "until": "2019"}])
def test_a_concordance_has_a_line_for_each_place(
    connection: sqlite3.Connection, word: str, words: list[str], is_prefix: bool, filters: dict[str, Any]
) -> None:
    chosen = choose(*filters.get("sections", ("",)), filters.get("since", ""), filters.get("until", "9"))
    concordance = Concordance(connection, word, Filters(**filters))
    lines = list(concordance)
    assert len(lines) == concordance.lines == count_places(chosen, words, is_prefix=is_prefix) > 0
    assert concordance.articles == len({line.id for line in lines})
    assert {line.id.rpartition(":")[2] for line in lines} <= set(map(str, chosen))
    for line in lines:
        cut = WordCutter().cut(line.word)
        assert cut == words or (is_prefix and cut[-1].startswith(words[-1]))


def list_lines(connection: sqlite3.Connection, word: str, **more: Any) -> list[ConcordanceLine]:
    return list(Concordance(connection, word, Filters(), **more))


def test_a_line_is_its_text_with_white_space_folded(connection: sqlite3.Connection) -> None:
    for context in (1, 20, 5000):
        for line in list_lines(connection, "ice*", context=context):
            article = ARTICLES[int(line.id.rpartition(":")[2])]
            texts = {"title": article["title"], "body": "\n\n".join(article["body"] or ()),
                     "captions": "\n".join(image["caption"] for image in article["images"])}  # fmt: skip
            text = " ".join((texts[line.field] or "").split())
            around = line.left + line.word + line.right
            assert around in text
            assert len(line.left) <= context
            if context == 5000:
                assert around == text


def test_lines_are_sorted_by_day_or_by_the_words_beside(connection: sqlite3.Connection) -> None:
    cutter = WordCutter()
    newest = list_lines(connection, "snow")
    assert [line.date or "" for line in newest] == sorted((line.date or "" for line in newest), reverse=True)
    oldest = list_lines(connection, "snow", sort="oldest")
    assert [line.date or "" for line in oldest] == sorted(line.date or "" for line in oldest)
    left = list_lines(connection, "snow", sort="left")
    assert [cutter.cut(line.left)[::-1] for line in left] == sorted(cutter.cut(line.left)[::-1] for line in left)
    right = list_lines(connection, "snow", sort="right")
    assert [cutter.cut(line.right) for line in right] == sorted(cutter.cut(line.right) for line in right)
    assert sorted(map(repr, newest)) == sorted(map(repr, left)) == sorted(map(repr, right)) == sorted(map(repr, oldest))


@given(
    st.text(st.sampled_from("ab é\u0301'-.\n“x"), max_size=30),
    st.sampled_from([("a",), ("ab",), ("e",), ("a", "b"), ("a", "a")]),
    st.booleans(),
)
def test_any_text_has_a_place_for_each_time_that_words_follow_each_other(
    text: str, words: tuple[str, ...], is_prefix: bool
) -> None:
    cutter = WordCutter()
    cut = cutter.cut(text)
    windows = [tuple(cut[at : at + len(words)]) for at in range(len(cut) - len(words) + 1)]
    wanted = [each for each in windows if each == words or (is_prefix and is_begun(each, words))]
    places = list(find_places(cutter, text, write_pattern(words, is_prefix)))
    assert [tuple(cutter.cut(text[start:end])) for start, end in places] == wanted


def is_begun(words: Sequence[str], beginning: Sequence[str]) -> bool:
    """Whether the words are those of `beginning`, whose last one may go on."""
    return [*words[:-1]] == [*beginning[:-1]] and words[-1].startswith(beginning[-1])


PARTS = [
    ({"since": "2019", "until": "2019"}, None),
    ({"sections": ("gallery",)}, None),
    ({"sections": ("gallery",)}, {"sections": ("news", "culture")}),
    ({"since": "2021"}, {"since": "2018", "until": "2019"}),
    ({"query": "tram"}, {"query": "snow"}),
]


@pytest.mark.parametrize("least", [1, LEAST])
@pytest.mark.parametrize(("filters", "against"), PARTS)
def test_keywords_have_the_counts_and_the_log_likelihood_of_a_plain_computation(
    connection: sqlite3.Connection, filters: dict[str, Any], against: dict[str, Any] | None, least: int
) -> None:
    part = numbers(connection, **filters)
    other = numbers(connection, **against) if against else rest_of(part)
    found = find_keywords(connection, Filters(**filters), Filters(**against) if against else None, least=least)
    counts = Counter(word for number in part for word in WORDS[number])
    others = Counter(word for number in other for word in WORDS[number])
    a, b = counts.total(), others.total()
    assert found.part == (len(part), a)
    assert found.against == (len(other), b)
    assert {each.word for each in found.words} == {
        word
        for word in counts
        if counts[word] / a > others[word] / b and counts[word] + others[word] >= least and not word.isdigit()
    }
    assert found.more_frequent == len(found.words)
    for each in found.words:
        assert each.articles == sum(each.word in WORDS[number] for number in part)
        assert each.against_articles == sum(each.word in WORDS[number] for number in other)
        ratio = math.log2(counts[each.word] / a) - math.log2((others[each.word] or 0.5) / b)
        assert each.log_ratio == pytest.approx(ratio, abs=0.006)
        assert each.p is None or 0 < each.p <= 1
        assert (each.frequency, each.against_frequency) == (counts[each.word], others[each.word])
        both = counts[each.word] + others[each.word]
        due, other_due = a * both / (a + b), b * both / (a + b)
        plain = counts[each.word] * math.log(counts[each.word] / due)
        plain += others[each.word] * math.log(others[each.word] / other_due) if others[each.word] else 0
        assert each.log_likelihood == pytest.approx(2 * plain, abs=0.006)
        assert each.per_million == pytest.approx(1e6 * counts[each.word] / a, abs=0.006)
    order = [(-each.log_likelihood, each.word) for each in found.words]
    assert order == sorted(order)


def rest_of(part: list[int]) -> list[int]:
    """All articles but those of a part and their copies, copies folded."""
    texts = {COPIES.get(number, number) for number in part}
    return fold(number for number in ARTICLES if COPIES.get(number, number) not in texts)


def test_texts_that_both_parts_have_are_counted(connection: sqlite3.Connection) -> None:
    found = find_keywords(connection, Filters(since="2019"), Filters(until="2019"))
    both = set(numbers(connection, since="2019", until="2019"))
    assert found.both >= len(both) > 0
    assert find_keywords(connection, Filters(since="2019")).both == 0


def test_as_many_words_are_tested_as_are_asked_for_and_their_numbers_are_the_same(
    connection: sqlite3.Connection,
) -> None:
    every = find_keywords(connection, Filters(sections=("gallery",)))
    few = find_keywords(connection, Filters(sections=("gallery",)), limit=3)
    assert few == every._replace(words=every.words[:3]) and few.more_frequent > 3
    assert any(each.p is not None for each in few.words)
    assert few.more_frequent == every.more_frequent == len(every.words)


def test_an_empty_part_has_no_keywords_and_everything_is_compared_with_nothing(connection: sqlite3.Connection) -> None:
    assert find_keywords(connection, Filters(sections=("none",))).words == ()
    nothing = find_keywords(connection, Filters(status=None, until="2030"))
    assert nothing.against.articles <= 1


def test_a_published_example_of_log_likelihood() -> None:
    # A word 100 times in 10,000 words beside 50 times in 10,000 (Rayson and Garside's form: the two counts alone).
    assert measure_log_likelihood(100, 10_000, 50, 10_000) == pytest.approx(16.99, abs=0.01)
    assert measure_log_likelihood(5, 100, 5, 100) == pytest.approx(0)


def test_typical_words_find_similar_articles(tmp_path: Path) -> None:
    articles = [
        {"number": 1, "title": "Symphony opens the season", "body": "The orchestra of Harbin plays a symphony."},
        {"number": 2, "title": "Orchestra tours", "body": "The orchestra plays its symphony in other towns of Harbin."},
        {"number": 3, "title": "Symphony opens the season", "body": "The orchestra of Harbin plays a symphony."},
        {"number": 4, "title": "Orchestra tours", "body": "The orchestra plays its symphony in other towns of Harbin."},
        *({"number": n, "title": f"Notice {n}", "body": "The weather of Harbin."} for n in range(5, 15)),
    ]
    copies = [(3, 1, 1.0, "exact"), (4, 2, 1.0, "exact")]
    connection = open_reader(build_archive(tmp_path, articles, duplicates=copies))
    assert "harbin" not in find_typical_words(connection, WordCutter(), "Symphony", "Orchestra of Harbin", None)
    (similar,) = find_similar(connection, 1, 5)
    assert set(similar.words) == {"symphony", "orchestra", "plays"}
    assert 0 < similar.score < 1
    assert similar.number in (2, 4)
    assert find_similar(connection, 99, 5) == []
    connection.close()


def test_an_article_without_words_is_related_to_none(tmp_path: Path) -> None:
    connection = open_reader(build_archive(tmp_path, [{"title": None, "body": None}, {"title": "Metro"}]))
    assert find_similar(connection, 1, 5) == []
    connection.close()


def solve(hits: int, articles: int, *, upwards: bool) -> float:
    """The share farthest from `hits / articles` whose own score is 1.96: by halving, without any formula for it."""
    near, far = hits / articles, float(upwards)
    for _ in range(80):
        middle = (near + far) / 2
        spread = 1.959963984540054 * sqrt(middle * (1 - middle) / articles)
        if abs(middle - hits / articles) <= spread:
            near = middle
        else:
            far = middle
    return near


@given(st.integers(1, 5000).flatmap(lambda articles: st.tuples(st.integers(0, articles), st.just(articles))))
def test_the_ends_are_the_shares_whose_score_is_on_the_border(of: tuple[int, int]) -> None:
    interval = find_interval(*of)
    assert interval is not None and find_interval(0, 0) is None
    assert 0 <= interval.low <= of[0] / of[1] <= interval.high <= 1
    assert interval.low == pytest.approx(solve(*of, upwards=False), abs=1e-9)
    assert interval.high == pytest.approx(solve(*of, upwards=True), abs=1e-9)


@pytest.mark.parametrize("smooth", [1, 3, 12])
def test_shares_of_trends_have_the_interval_of_what_they_are_of(connection: sqlite3.Connection, smooth: int) -> None:
    trends = count_trends(connection, ["metro", "nothingofthekind"], Filters(), "month", smooth)
    for rows in trends.rows:
        for at, row in enumerate(rows):
            around = rows[max(at - smooth // 2, 0) : at + (smooth + 1) // 2]
            hits, articles = (sum(getattr(each, name) for each in around) for name in ("hits", "articles"))
            if not articles:
                assert (row.per_1000, row.low, row.high) == (None, None, None)
                continue
            assert row.per_1000 == round(1000 * hits / articles, 2)
            ends = (solve(hits, articles, upwards=upwards) for upwards in (False, True))
            assert (row.low, row.high) == pytest.approx([1000 * end for end in ends], abs=0.006)
            assert row.low is not None and row.high is not None and 0 <= row.low <= row.high <= 1000
