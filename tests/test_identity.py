"""When two articles are the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harbincrawl.identity import article_key, fingerprint, normal_form
from harbincrawl.records import Article, Image

ARTICLE = Article(
    id="5370",
    url="http://e.my399.com/news/2020-09-23/5370.html",
    section="Harbin Today",
    section_path="news",
    title="Harbin, Russia trade index launched",
    updated=date(2020, 9, 23),
    created=date(2020, 9, 23),
    author="Wang Wei",
    authors=("Wang Wei",),
    source="e.my399.com",
    body=("One paragraph.", "Another one."),
    images=(Image("http://e.my399.com/a.jpg", "A view", "Photo/my399.com", "a.jpg"),),
    parser="1",
)


@pytest.mark.parametrize(
    "edit",
    [
        {"title": "Harbin, Russia trade index starts"},
        {"body": ("One paragraph!", "Another one.")},
        {"author": "Li Wei"},
        {"source": "Xinhua"},
        {"updated": date(2020, 9, 24)},
        {"updated": None},
        {"images": (Image("http://e.my399.com/a.jpg", "Another view", "Photo/my399.com"),)},
        {"images": (Image("http://e.my399.com/a.jpg", "A view", "Xinhua"),)},
    ],
)
def test_an_edit_changes_the_fingerprint(edit: dict[str, Any]) -> None:
    assert fingerprint(replace(ARTICLE, **edit)) != fingerprint(ARTICLE)


@pytest.mark.parametrize(
    "other",
    [
        {"body": ("One  paragraph.Another", "one.")},
        {"title": "Harbin,\u00a0Russia trade index launched"},
        {"summary": "Other words of the list"},
        {"section": "Biz updates", "section_path": "companies", "url": "http://e.my399.com/companies/x"},
        {"images": (Image("http://e.my399.com/b.jpg", "A view", "Photo/my399.com", "b.jpg"),)},
        {"parser": "2", "pages": 3},
    ],
)
def test_white_space_summary_place_and_pictures_do_not(other: dict[str, Any]) -> None:
    assert fingerprint(replace(ARTICLE, **other)) == fingerprint(ARTICLE)


def test_words_do_not_wander_between_fields_unseen() -> None:
    moved = replace(ARTICLE, title="Harbin, Russia trade index launchedOne", body=(" paragraph.", "Another one."))
    assert fingerprint(moved) != fingerprint(ARTICLE)


@given(st.text(), st.text(alphabet=" \t\n\u00a0\u3000", max_size=5))
def test_the_normal_form_knows_no_white_space(text: str, blanks: str) -> None:
    assert not any(map(str.isspace, normal_form(text)))
    assert normal_form(blanks + text + blanks) == normal_form(text)


def test_keys_are_in_date_order_and_fall_back_to_the_address() -> None:
    older = replace(ARTICLE, id="9999", updated=date(2020, 9, 22))
    undated = replace(ARTICLE, updated=None)
    nothing = replace(ARTICLE, updated=None, created=None)
    assert article_key(older, 9999) < article_key(ARTICLE, 5370) == article_key(undated, 5370)
    assert article_key(nothing, 5370) == 5370
    assert article_key(ARTICLE, 5371) == article_key(ARTICLE, 5370) + 1
