"""Spelling hints for words that no article contains."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest

from harbincrawl.archive.database.connection import open_reader
from harbincrawl.search.grammar import read_query
from harbincrawl.search.matching import match_tree
from harbincrawl.search.spelling import find_similar_word, find_unknown_words
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
