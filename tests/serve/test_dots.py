"""Captures as dots in time: true to scale, those of one day together, told apart by what they showed."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harbincrawl.archive.captures import Moment, list_around
from harbincrawl.archive.database.connection import FILE
from harbincrawl.serve.dots import Axis, place_dots
from harbincrawl.text import read_time, time_text
from tests.support.archives import add_capture, build_archive
from tests.support.families import examples

MOMENTS = st.lists(
    st.tuples(st.integers(820_454_400, 3_786_912_000), st.sampled_from((200, 304, 404, 500))),
    min_size=1,
)
SPANS = st.lists(st.integers(0, 5000), min_size=2, max_size=30)


def draw(moments: list[Moment], shown: int = 0, revisions: dict[int, list[int]] | None = None) -> Axis:
    return place_dots(moments, moments[shown], revisions or {}, lambda text: text)


def at(*texts: str, status: int = 200) -> list[Moment]:
    return [Moment(number, f"{text}Z", status, f"d{number}", f"b{number}") for number, text in enumerate(texts, 1)]


@given(MOMENTS)
@examples(100)
def test_each_capture_is_in_one_dot_that_stands_where_its_time_is(given: list[tuple[int, int]]) -> None:
    rows = sorted((time_text(datetime.fromtimestamp(moment, UTC)), status) for moment, status in given)
    moments = [Moment(number, text, status, None, None) for number, (text, status) in enumerate(rows, 1)]
    axis = draw(moments)
    first, last = (read_time(moments[place].fetched_at) for place in (0, -1))
    assert sum(dot.captures for dot in axis.dots) == len(moments)
    assert len(axis.dots) <= 41 and len(axis.ticks) <= 8
    assert [dot.is_shown for dot in axis.dots].count(True) == 1
    place = 0
    for dot in axis.dots:
        share = (read_time(moments[place].fetched_at) - first) / (last - first) if last > first else 0.5
        assert dot.at == pytest.approx(1.5 + 97 * share, abs=0.01)
        assert dot.capture in range(place + 1, place + dot.captures + 1)
        place += dot.captures
    assert all(0 <= tick.at <= 100 for tick in axis.ticks)


@given(SPANS, st.sampled_from((1, 60, 3600, 86400, 2_500_000)))
@examples(100)
def test_an_axis_has_marks_at_round_moments_in_order(given: list[int], unit: int) -> None:
    begin = datetime(2019, 5, 30, 8, 15, 42, tzinfo=UTC)
    texts = [time_text(begin + timedelta(seconds=each * unit)) for each in sorted(given)]
    axis = draw([Moment(number, text, 200, None, None) for number, text in enumerate(texts)])
    assert [tick.at for tick in axis.ticks] == sorted({tick.at for tick in axis.ticks})
    assert len(axis.ticks) >= 1 or max(given) == min(given) or max(given) - min(given) < 7


@pytest.mark.parametrize(("first", "last", "texts"), [
    ("2019-05-30T08:15:42", "2019-05-30T08:15:42", []),
    ("2019-05-30T08:15:42", "2019-05-30T08:15:46", ["08:15:42", "08:15:43", "08:15:44", "08:15:45", "08:15:46"]),
    ("2019-05-30T08:15:42", "2019-05-30T12:15:42", ["09:00", "10:00", "11:00", "12:00"]),
    ("2019-05-30T22:15:42", "2019-05-31T02:15:42", ["23:00", "31 May", "01:00", "02:00"]),
    ("2019-05-30T08:15:42", "2019-06-02T08:15:42", ["12:00", "31 May", "12:00", "1 Jun", "12:00", "2 Jun"]),
    ("2019-05-30T08:15:42", "2019-07-01T08:15:42", ["4 Jun", "11 Jun", "18 Jun", "25 Jun"]),
    ("2019-05-30T08:15:42", "2020-05-30T08:15:42", ["Jul 2019", "Oct 2019", "2020", "Apr 2020"]),
    ("2010-05-30T08:15:42", "2026-05-30T08:15:42", ["2015", "2020", "2025"]),
])  # fmt: skip
def test_the_axis_is_labelled_by_what_its_length_asks_for(first: str, last: str, texts: list[str]) -> None:
    assert [tick.text for tick in draw(at(first, last)).ticks] == texts


def test_captures_of_one_day_of_a_year_are_one_dot_that_says_how_many_and_when() -> None:
    hours = [f"2019-05-30T{hour:02}:15:42" for hour in range(24)]
    axis = draw(at("2019-01-01T00:00:00", *hours, "2019-12-31T00:00:00"), 0)
    assert [dot.captures for dot in axis.dots] == [1, 24, 1]
    assert axis.dots[1].label.startswith("24 captures, 2019-05-30T00:15:42Z to 2019-05-30T23:15:42Z")


def test_two_thousand_captures_are_at_most_some_forty_dots() -> None:
    begin = datetime(2015, 1, 1, tzinfo=UTC)
    texts = [time_text(begin + timedelta(hours=36 * number))[:-1] for number in range(2000)]
    axis = draw(at(*texts), 1000)
    assert 30 < len(axis.dots) <= 41 and sum(dot.captures for dot in axis.dots) == 2000


def test_what_a_dot_showed_is_seen_from_the_capture_that_is_looked_at() -> None:
    moments = at(*(f"2019-0{month}-01T00:00:00" for month in range(1, 7)))
    moments[3] = moments[3]._replace(status=404)
    revisions = {1: [1], 2: [1], 3: [2], 5: [1, 3]}
    assert [dot.kind for dot in draw(moments, 0, revisions).dots] == ["same", "same", "other", "none", "same", "none"]
    assert [dot.kind for dot in draw(moments, 2, revisions).dots] == ["other", "other", "same", "none", "other", "none"]
    labels = [dot.label for dot in draw(moments, 0, revisions).dots]
    assert labels[0].endswith("revision 1, shown here") and labels[2].endswith(", revision 2")
    assert labels[3].endswith(", status 404") and labels[4].endswith("revisions 1 and 3")


def test_without_revisions_the_bytes_tell_captures_apart() -> None:
    moments = at(*(f"2019-0{month}-01T00:00:00" for month in range(1, 5)))
    moments[1] = moments[1]._replace(body_hash="b1")
    moments[2] = moments[2]._replace(status=304, digest="d1", body_hash=None)
    assert [dot.kind for dot in draw(moments).dots] == ["same", "same", "same", "other"]


def test_a_dot_of_both_says_so_and_leads_to_one_that_is_not_looked_at() -> None:
    moments = at("2019-01-01T00:00:00", "2019-01-01T00:00:00", "2019-12-01T00:00:00")
    axis = draw(moments, 0, {1: [1], 2: [2], 3: [2]})
    assert [(dot.kind, dot.capture, dot.is_shown) for dot in axis.dots] == [("mixed", 2, True), ("other", 3, False)]
    assert axis.kinds == ["other", "mixed"]
    assert axis.dots[0].label.endswith("revisions 1 and 2, shown here")


def test_of_very_many_captures_those_nearest_are_read(tmp_path: Path) -> None:
    archive = build_archive(tmp_path / "archive")
    with closing(sqlite3.connect(archive / FILE)) as connection:
        ids = [
            add_capture(
                connection,
                {"address": "http://e.my399.com/news/", "fetched_at": f"2019-01-01T00:{at // 60:02}:{at % 60:02}Z"},
            )
            for at in range(100)
        ]
        earlier, moments = list_around(connection, "http://e.my399.com/news/", ("2019-01-01T00:00:50Z", ids[50]), 10)
        assert (earlier, [each.id for each in moments]) == (40, ids[40:60])
        earlier, moments = list_around(connection, "http://e.my399.com/news/", ("2019-01-01T00:00:03Z", ids[3]), 10)
        assert (earlier, [each.id for each in moments]) == (0, ids[:13])
