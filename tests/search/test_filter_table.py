"""The table of filters: each entry is in every place."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Any

import pytest
from multidict import MultiDict

from harbincrawl.api.questions import read_filters
from harbincrawl.archive.schema.tables import SCHEMA
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
