"""Axes: periods without gaps, round numbers, powers of ten."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harbincrawl.charts.scales import fill_periods, linear_scale, log_scale, time_scale


def test_empty_years_and_months_are_filled_in() -> None:
    assert fill_periods({"2019-11": 1, "2020-02": 1}) == ["2019-11", "2019-12", "2020-01", "2020-02"]
    assert fill_periods(["2021", "2019"]) == ["2019", "2020", "2021"]
    assert fill_periods([]) == []


@pytest.mark.parametrize(("first", "last"), [("2013", "2024"), ("2011-03", "2023-06"), ("1950-01", "2026-12")])
def test_labels_of_a_time_axis_have_room(first: str, last: str) -> None:
    scale = time_scale(fill_periods([first, last]), 600)
    places = [at * 600 for at, _ in scale.ticks]
    assert len(places) > 3
    assert min(right - left for left, right in pairwise(places)) >= 36


def test_months_have_names_only_where_they_are_few() -> None:
    assert [label for _, label in time_scale(["2020-01", "2020-02"], 600).ticks] == ["2020-01", "2020-02"]
    many = time_scale(fill_periods(["2019-06", "2021-06"]), 600)
    assert many.ticks == ((7 / 25, "2020"), (19 / 25, "2021"))


@given(st.lists(st.integers(0, 10**9)))
def test_a_linear_axis_holds_every_value_between_few_whole_numbers(values: list[int]) -> None:
    scale = linear_scale(values)
    assert all(0 <= scale.place(value) <= 1 + 1e-9 for value in values)
    assert 2 <= len(scale.ticks) <= 6
    assert all("." not in label for _, label in scale.ticks)


def test_shares_have_steps_below_one() -> None:
    assert [label for _, label in linear_scale([0.0, 0.9]).ticks] == ["0", "0.2", "0.4", "0.6", "0.8", "1"]


@given(st.lists(st.floats(1e-6, 1e9), min_size=1))
def test_a_logarithmic_axis_holds_every_value(values: list[float]) -> None:
    scale = log_scale(values)
    assert all(-1e-9 <= scale.place(value) <= 1 + 1e-9 for value in values)
    assert len(scale.ticks) >= 2
