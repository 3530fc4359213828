"""Spelling hints for words that no article contains."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from harbincrawl.archive.database.connection import open_reader
from harbincrawl.search.grammar import read_query
from harbincrawl.search.matching import list_completions, match_tree, write_expression
from harbincrawl.search.spelling import find_similar_word, find_unknown_words
from harbincrawl.search.tree import Phrase
from tests.support.archives import build_archive


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    articles = [
        {"title": "Harbin festival", "body": "Sculptures of ice in a festival."},
        {"title": "Festivals", "body": "The metro of Harbin."},
    ]
    opened = open_reader(build_archive(tmp_path_factory.mktemp("archive"), articles))
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("word", "hint"), [("harbim", "harbin"), ("metor", "metro"), ("festivle", "festival"), ("sculptrue", "sculptures")]
)
def test_the_hint_for_a_misspelled_word_is_the_right_word(connection: sqlite3.Connection, word: str, hint: str) -> None:
    assert find_similar_word(connection, word) == hint


def test_far_and_short_words_have_no_hints(connection: sqlite3.Connection) -> None:
    assert not any(find_similar_word(connection, word) for word in ("zeppelin", "ix", "中"))


def test_only_unknown_words_are_named(connection: sqlite3.Connection) -> None:
    leaves = match_tree(read_query('metro "harbim festival" NEAR(ice sculptrue) -zzz').tree).leaves
    assert [word for word, _ in find_unknown_words(connection, leaves)] == ["harbim", "sculptrue"]


def test_a_word_that_is_nowhere_in_its_field_is_named_with_it(connection: sqlite3.Connection) -> None:
    leaves = match_tree(read_query("author:metro title:festival body:(harbin zzzz)").tree).leaves
    assert list(find_unknown_words(connection, leaves)) == [("author:metro", None), ("zzzz", None)]


def test_a_prefix_with_which_no_word_begins_is_named(connection: sqlite3.Connection) -> None:
    leaves = match_tree(read_query('festi* zzfest* title:metr* "harbin zz"*').tree).leaves
    assert list(find_unknown_words(connection, leaves)) == [("zzfest*", None), ("title:metr*", None), ("zz*", None)]


WORDS = (
    "festival celebration celebrated university running travelling international development happiness cities studying"
    " opening organization architecture sculptures tourists exhibition beautifully station transportation industries"
).split(" ")
_WORD = re.compile(r"[^\W_]+")


@pytest.fixture(scope="module")
def index() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE t USING fts5(x, tokenize='porter unicode61 remove_diacritics 2')")
    connection.executemany("INSERT INTO t VALUES (?)", [(word,) for word in WORDS])
    yield connection
    connection.close()


@pytest.mark.parametrize("word", WORDS)
def test_every_prefix_of_a_word_finds_it(index: sqlite3.Connection, word: str) -> None:
    for length in range(2, len(word) + 1):
        match = write_expression(Phrase(word[:length], prefix=True))
        found = [text for (text,) in index.execute("SELECT x FROM t WHERE t MATCH ?", (match,))]
        assert word in found, match


@given(st.text(max_size=20))
@example("000E:\x1b")
@example("ice festiva... ")
def test_completions_have_the_words_of_the_text_and_go_on_from_the_last(text: str) -> None:
    *before, last = _WORD.findall(text) or [""]
    for each in list_completions(text):
        *same, completed = _WORD.findall(each)
        assert same == before
        assert completed.startswith(last.lower())
        assert len(completed) > len(last)
