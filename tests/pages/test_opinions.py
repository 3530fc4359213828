"""Which pages are read without the layout of their template, too, and when it is in doubt by them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from harbincrawl.pages.layout.samples import FIELDS, is_asked, is_in_doubt, list_differences
from harbincrawl.records import Article

ARTICLE = Article(
    "1", "http://e.my399.com/news/2024-01-01/1.html", "Harbin Today", "news", "A title", date(2024, 1, 1),
    date(2024, 1, 1), "Wang Li", ("Wang Li",), "Xinhua", ("A paragraph.",), (), "parser",
)  # fmt: skip


def test_the_first_ten_are_asked_and_then_one_in_fifty_by_its_id_alone() -> None:
    ids = [str(number) for number in range(1000, 11_000)]
    assert all(is_asked(before, id) for before in range(10) for id in ids[:100])
    behind = [id for id in ids if is_asked(10, id)]
    assert 150 <= len(behind) <= 250
    assert behind == [id for id in ids if is_asked(999, id)]


@pytest.mark.parametrize(
    ("asked", "differing", "doubt"),
    [(0, 0, False), (1, 1, False), (5, 1, False), (5, 2, True), (10, 1, False), (10, 2, True), (50, 5, False),
     (50, 6, True)],
)  # fmt: skip
def test_a_layout_is_in_doubt_where_more_than_a_tenth_differ_and_more_than_one_page(
    asked: int, differing: int, doubt: bool
) -> None:
    assert is_in_doubt(asked, differing) is doubt


def test_the_fields_of_a_record_are_compared_and_nothing_that_says_how_it_was_read() -> None:
    assert list_differences(ARTICLE, replace(ARTICLE, layout="x", unread_label="news")) == []
    assert list_differences(ARTICLE, replace(ARTICLE, source=None, body=())) == ["source", "body"]
    # Without its layout it is no article: what it has is lost.
    assert list_differences(ARTICLE, None) == [name for name in FIELDS if name != "images"]
