"""Records with their keys and values, filters as SQL, and reading of dates; each filter is in every place."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from multidict import MultiDict

from harbincrawl.api.questions import read_filters
from harbincrawl.archive.database.connection import open_reader
from harbincrawl.archive.schema.tables import SCHEMA
from harbincrawl.errors import FilterError
from harbincrawl.fields import KEYS
from harbincrawl.search import days
from harbincrawl.search.choice import make_record, select_records
from harbincrawl.search.days import read_day_range, read_key_range, read_moment
from harbincrawl.search.filters import (
    FILTERS,
    SHARED,
    Filter,
    FilterOptions,
    Filters,
    SearchOptions,
    make_filters,
    write_conditions,
)
from harbincrawl.serve.links import Parameters
from tests.support.archives import build_archive

NO_FILTERS = Filters()


def read(folder: Path, filters: Filters = NO_FILTERS, order: str = "newest") -> list[dict[str, Any]]:
    connection = open_reader(folder)
    sql, values = select_records(filters, order)
    records = [make_record(row) for row in connection.execute(sql, values)]
    connection.close()
    return records


def test_a_record_has_every_key_in_order_with_its_value(tmp_path: Path) -> None:
    image = {"url": "http://e.my399.com/a.jpg", "caption": "A “train”", "credit": "Xinhua", "file_name": "a.jpg"}
    article = {
        "number": 5370,
        "title": "Metro opens",
        "body": ["One two.", "Three."],
        "author": "Wang Wei and Li Ming",
        "source": "China Daily",
        "summary": "In short.",
        "updated": "2020-09-24",
        "created": "2020-09-23",
        "images": [image, {"caption": "Second"}],
        "revision": 2,
        "fingerprint": "f" * 64,
        "capture": {
            "warc": "a.warc.gz",
            "offset": 12,
            "digest": "sha1:B",
            "fetched_at": "2024-06-01T07:00:00Z",
            "source": "site",
            "host": "e.my399.com",
        },
    }
    folder = build_archive(tmp_path, [article], duplicates=[(5370, 12, 0.91, "near")])
    (records,) = read(folder)
    assert tuple(records) == KEYS
    assert records == {
        "id": "harbin-today:5370",
        "url": "http://e.my399.com/news/2020-09-23/5370.html",
        "section": "Harbin Today",
        "section_path": "news",
        "title": "Metro opens",
        "updated": "2020-09-24",
        "created": "2020-09-23",
        "author": "Wang Wei and Li Ming",
        "authors": ["Wang Wei", "Li Ming"],
        "source": "China Daily",
        "summary": "In short.",
        "body": "One two.\n\nThree.",
        "word_count": 3,
        "images": [image, {"url": None, "caption": "Second", "credit": None, "file_name": None}],
        "first_seen": "2024-06-01T08:00:00Z",
        "last_seen": "2024-06-01T08:00:00Z",
        "last_changed": "2024-06-01T08:00:00Z",
        "revision": 2,
        "status": "live",
        "duplicate_of": "harbin-today:12",
        "similarity": 0.91,
        "fingerprint": "f" * 64,
        "parser": "1",
        "capture": {
            "warc": "a.warc.gz",
            "offset": 12,
            "digest": "sha1:B",
            "fetched_at": "2024-06-01T07:00:00Z",
            "source": "site",
            "host": "e.my399.com",
        },
    }


def test_missing_values_are_none_and_never_an_empty_text(tmp_path: Path) -> None:
    bare = {"title": "", "body": "", "author": "", "authors": [], "source": "", "summary": ""}
    (records,) = read(build_archive(tmp_path, [bare]))
    for key in ("title", "body", "author", "source", "summary", "duplicate_of", "similarity", "capture"):
        assert records[key] is None
    assert records["authors"] == records["images"] == []


@pytest.mark.parametrize(
    ("order", "ids"), [("newest", [2, 3, 1]), ("oldest", [1, 3, 2]), ("number", [1, 2, 3]), ("change", [3, 1, 2])]
)
def test_records_come_in_the_order_asked_for(tmp_path: Path, order: str, ids: list[int]) -> None:
    rows = [("2019-01-01", 5), ("2021-01-01", 6), ("2020-01-01", 4)]
    folder = build_archive(tmp_path, [{"title": "Metro", "created": day, "change": change} for day, change in rows])
    for query in ("", "metro"):
        assert [int(each["id"].split(":")[1]) for each in read(folder, Filters(query=query), order)] == ids


def test_changed_since_selects_what_changed_after_the_cursor(tmp_path: Path) -> None:
    folder = build_archive(tmp_path, [{"change": 3}, {"change": 9}])
    assert [each["id"] for each in read(folder, Filters(changed_since=3))] == ["harbin-today:2"]


TODAY = date(2024, 3, 1)
DAYS = {
    "2019": ("2019-01-01", "2019-12-31"), "2020-02": ("2020-02-01", "2020-02-29"),
    "2020-12": ("2020-12-01", "2020-12-31"), "2020-2-3": ("2020-02-03", "2020-02-03"),
    "9999-12": ("9999-12-01", "9999-12-31"), "2020/02": ("2020-02-01", "2020-02-29"),
    "2020.2.3": ("2020-02-03", "2020-02-03"), "May 2019": ("2019-05-01", "2019-05-31"),
    "sept 2019": ("2019-09-01", "2019-09-30"), " 30  May 2019": ("2019-05-30", "2019-05-30"),
    "December 3, 2019": ("2019-12-03", "2019-12-03"), "today": ("2024-03-01", "2024-03-01"),
    "Yesterday": ("2024-02-29", "2024-02-29"), "7d": ("2024-02-23", "2024-02-23"),
    "0d": ("2024-03-01", "2024-03-01"), "999999d": ("0001-01-01", "0001-01-01"),
    "2w": ("2024-02-16", "2024-02-16"), "1m": ("2024-02-01", "2024-02-01"), "3M": ("2023-12-01", "2023-12-01"),
    "4y": ("2020-03-01", "2020-03-01"), "999999y": ("0001-01-01", "0001-01-01"),
}  # fmt: skip
"""Texts with their first and last day, on TODAY."""
NO_DAYS = (
    "", "soon", "2019-13", "2019-02-30", "0000", "20190101", "2019-01-01-01", "٢٠١٩", "30/05/2019", "2019-05/30",
    "31 June 2019", "Mai 2019", "May", "mayor 2019", "3 weeks",
)  # fmt: skip
MOMENTS = {
    "2024-6": "2024-06", "2024-06-01 08:00": "2024-06-01T08:00", "2024-06-01T08:00:00Z": "2024-06-01T08:00:00",
    "7d": "2024-02-23", "May 2019": "2019-05", "2019/5/3": "2019-05-03", "1y": "2023-03-01",
}  # fmt: skip


def test_a_text_is_a_range_of_days() -> None:
    assert {text: tuple(map(str, read_day_range(text, TODAY))) for text in DAYS} == DAYS
    # Months and years ago end with the month.
    assert read_day_range("1m", date(2024, 3, 31))[0] == date(2024, 2, 29)
    assert read_day_range("1y", date(2024, 2, 29))[0] == date(2023, 2, 28)


@pytest.mark.parametrize("text", NO_DAYS)
def test_a_text_that_is_not_a_date_is_refused(text: str) -> None:
    with pytest.raises(FilterError) as caught:
        read_day_range(text)
    assert caught.value.exit_code == 2


def test_filters_count_days_from_the_day_of_the_search_and_moments_keep_their_precision(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(days, "find_today", lambda: TODAY)
    assert read_key_range("7d", "yesterday") == read_key_range("2024-02-23", "2024-02-29")
    assert {text: read_moment(text) for text in MOMENTS} == MOMENTS


@given(st.text(max_size=12))
def test_any_text_is_a_date_or_refused(text: str) -> None:
    try:
        first, last = read_day_range(text)
    except FilterError:
        return
    assert first <= last


@pytest.mark.parametrize(
    "filters", [Filters(status="lost"), Filters(since="x"), Filters(until="x"), Filters(seen_since="x")]
)
def test_an_unreadable_filter_is_refused(filters: Filters) -> None:
    with pytest.raises(FilterError):
        select_records(filters)


VALUES = {
    "names": ("one", "two words"), "day": "2020-05", "moment": "2020-05-01", "cursor": 0, "flag": True, "numbers": (7,),
}  # fmt: skip
BY_KEY = {"since", "until", "exact"}
"""Filters that `make_choice` turns into a range of keys, or into another reading of the query."""
each_filter = pytest.mark.parametrize("each", FILTERS, ids=[each.name for each in FILTERS])
each_shared = pytest.mark.parametrize("each", SHARED, ids=[each.name for each in SHARED])


def value_of(each: Filter) -> Any:
    return list(each.choices)[-1] if each.choices else VALUES[each.kind]


def test_table_values_and_keywords_have_the_same_filters() -> None:
    assert Filters._fields == (*(each.field for each in FILTERS), "query")
    public = [each for each in FILTERS if each.reach != "inside"]
    keywords = {each.name for each in public}
    assert set(SearchOptions.__annotations__) == keywords
    assert FilterOptions.__optional_keys__ == keywords | {"query"}


@each_filter
def test_an_entry_has_a_condition_that_sqlite_takes(each: Filter) -> None:
    assert (each.write is None) == (each.name in BY_KEY)
    filters = make_filters({each.name: value_of(each)})
    assert filters != Filters() and each.is_given(filters) and filters.restricts() == each.restricts
    where, values = write_conditions(filters)
    assert bool(where) == (each.write is not None)
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(SCHEMA)
        connection.execute(f"SELECT 1 FROM articles AS a WHERE {' AND '.join(where or ['1'])}", values)
        if each.known:
            connection.execute(each.known)


@each_shared
def test_an_address_comes_back_as_it_was_given(each: Filter) -> None:
    asked = Parameters("metro", copies=True).change(**{each.name: value_of(each)})
    assert read_filters(asked.filters) == make_filters({each.name: value_of(each)})
    assert {name for name, _ in asked.pairs()} == {"q", each.name, "copies"}
    assert Parameters.read(MultiDict(asked.pairs())) == asked
    assert asked.change(**{each.name: ""}) == Parameters("metro", copies=True)
