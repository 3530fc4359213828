"""Raw FTS5 syntax: errors mark the place."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harbincrawl.archive.database.connection import open_reader
from harbincrawl.errors import FilterError
from harbincrawl.search.query.raw import check_raw
from tests.support.archives import build_archive


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    opened = open_reader(build_archive(tmp_path_factory.mktemp("archive"), [{"title": "Metro"}]))
    yield opened
    opened.close()


@pytest.mark.parametrize("text", ["", "metro", "title : metro", "NEAR(a b, 3)", '"a b" *', "metro NOT (bus OR tram)"])
def test_legal_syntax_passes(connection: sqlite3.Connection, text: str) -> None:
    check_raw(connection, text)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("metro AND AND bus", 10),
        ("metro AND bus ) tram )", 14),
        ("colour : metro", 0),
        ('metro "bus', 6),
        ("metro AND", 9),
        ("metro?", 5),
    ],
)
def test_the_place_of_an_error_is_marked(connection: sqlite3.Connection, text: str, place: int) -> None:
    with pytest.raises(FilterError) as caught:
        check_raw(connection, text)
    lines = str(caught.value).split("\n")
    assert lines[1] == f"  {text}"
    assert lines[2].index("^") - 2 == place


@given(st.text(max_size=30) | st.text(alphabet='ab "()*:-^+{},ANDOR', max_size=30))
def test_any_text_passes_or_is_refused(connection: sqlite3.Connection, text: str) -> None:
    try:
        check_raw(connection, text)
    except FilterError as error:
        assert "not valid FTS5 syntax" in str(error)
