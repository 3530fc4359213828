"""Words are cut exactly as the tokenizer of the index cuts them."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from harbincrawl.archive.schema.tables import TABLES
from harbincrawl.corpus.words import TOKENIZER, WordCutter, read_words
from harbincrawl.errors import FilterError

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
