"""A prefix of any length finds the words that begin with it."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from harbincrawl.search.matching import list_completions, write_expression
from harbincrawl.search.tree import Phrase

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
