"""Revisions in order, and word diffs from which both texts can be restored."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harbincrawl.archive.articles import revisions
from harbincrawl.archive.articles.revisions import compare_revisions, diff_words, read_revisions
from harbincrawl.archive.database.connection import open_reader
from tests.support.archives import build_archive

TEXTS = st.text(alphabet="ab \n.", max_size=60)


def test_revisions_are_in_order_the_current_one_last(tmp_path: Path) -> None:
    image = {"url": "u", "caption": "A train", "credit": "Xinhua", "file_name": None}
    folder = build_archive(
        tmp_path,
        [{"number": 5, "title": "New", "body": "b", "revision": 2, "images": [image]}],
        revisions=[{"number": 5, "revision": 1, "title": "Old", "body": "b", "images": [image], "cause": "reparse"}],
    )
    connection = open_reader(folder)
    first, present = read_revisions(connection, 5)
    assert read_revisions(connection, 6) == []
    connection.close()
    assert (first.revision, first.title, first.cause) == (1, "Old", "reparse")
    assert (present.revision, present.title, present.cause, present.replaced) == (2, "New", None, None)
    assert first.captions == present.captions == "A train [Xinhua]"
    assert list(compare_revisions(first, present)) == ["title", "updated", "source"]


def test_a_changed_number_is_one_removed_and_one_added_word() -> None:
    pieces = diff_words("The line has 12 stops.", "The line has 14 stops.")
    assert [tuple(piece) for piece in pieces] == [
        ("same", "The line has "),
        ("removed", "12"),
        ("added", "14"),
        ("same", " stops."),
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [(" x" * 20_000, " x y" * 20_000), ("x\n" * 20_000, "y\nx\n" * 20_000), (".!" * 20_000, ".?a" * 20_000)],
)
def test_texts_that_would_take_hours_by_their_words_are_replaced_as_a_whole(old: str, new: str) -> None:
    check_diff(old, new)


@given(TEXTS, TEXTS)
def test_a_divided_diff_holds_both_texts(old: str, new: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(revisions, "_MOST_PAIRS", 40)
        check_diff(old, new)


@given(TEXTS, TEXTS)
def test_a_diff_holds_both_texts(old: str, new: str) -> None:
    check_diff(old, new)


def check_diff(old: str, new: str) -> None:
    pieces = diff_words(old, new)
    assert "".join(piece.text for piece in pieces if piece.change != "added") == old
    assert "".join(piece.text for piece in pieces if piece.change != "removed") == new
