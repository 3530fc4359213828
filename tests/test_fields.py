"""The table of fields, and the places that cannot be made from it: all name the same columns."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import fields
from typing import Any

import pytest

from harbincrawl.api.article import Article
from harbincrawl.archive.articles.states import COLUMNS
from harbincrawl.archive.schema.tables import SCHEMA
from harbincrawl.fields import FIELDS, JSON_KEYS, KEYS, READ_KEYS
from harbincrawl.pipelines.outcome import make_article_item
from harbincrawl.records import Article as ReadArticle
from tests.support.sites import HARBIN_TODAY


@pytest.fixture
def columns() -> Iterator[set[str]]:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(SCHEMA)
        yield {name for _, name, *_ in connection.execute("PRAGMA table_info(articles)")}


def test_columns_of_articles_are_written_and_read(columns: set[str]) -> None:
    assert set(COLUMNS) == columns


def test_a_field_is_a_column_or_says_where_it_comes_from(columns: set[str]) -> None:
    assert {field.name for field in FIELDS if not field.sql} <= columns
    assert {field.name for field in FIELDS if field.kind in ("texts", "images", "capture")} == set(JSON_KEYS)


def test_an_article_of_the_api_has_all_fields_but_its_capture_which_it_reads() -> None:
    assert [each.name for each in fields(Article) if not each.name.startswith("_")] == [
        name for name in KEYS if name != "capture"
    ]


def test_an_item_has_the_fields_that_are_read() -> None:
    given: dict[str, Any] = dict.fromkeys(("section", "section_path", "title", "author", "source", "parser"), "")
    given |= {"updated": None, "created": None, "authors": (), "body": (), "images": ()}
    item = make_article_item(ReadArticle(id="1", url="http://e.my399.com/1.html", **given), HARBIN_TODAY)
    assert list(item) == ["id", *READ_KEYS, "outcome"]
