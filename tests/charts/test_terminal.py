"""Bars, sparklines and months at the terminal."""

from __future__ import annotations

from harbincrawl.charts.terminal import bar, bar_lines, month_lines, spark
from harbincrawl.text import display_width


def test_bars_grow_with_their_numbers() -> None:
    assert bar(8, 8, 4) == "████"
    assert bar(1, 1000, 4) == "▏"
    assert bar(0, 8, 4) == bar(0, 0, 4) == ""
    lines = bar_lines([("a", 10), ("a very long name that no line can hold", 5), ("中", 0)], 40, str)
    assert all(display_width(line) <= 40 for line in lines)
    assert lines[0].count("█") > lines[1].count("█") > 5 > lines[2].count("█")
    assert bar_lines([], 40, str) == []


def test_a_spark_line_has_a_column_a_value() -> None:
    assert spark([0, 1, 4, 8]) == " ▂▅█"
    assert spark([]) == ""


def test_a_year_without_articles_has_its_line_too() -> None:
    lines = month_lines({"2019-12": 4, "2021-01": 8}, str)
    assert lines == ["      JFMAMJJASOND", "2019             ▅  4", "2020                0", "2021  █             8"]
    assert month_lines({}, str) == []


def test_bars_of_several_charts_have_one_scale_and_what_is_not_known_is_a_dash() -> None:
    lines = bar_lines([("2019", 5.0), ("2020", None), ("2021", 0.0)], 30, str, most=10.0, write="{:.1f}".format)
    assert lines == ["2019    5.0  ████████▌", "2020      -", "2021    0.0"]


def test_years_of_months_end_with_what_is_said_of_them() -> None:
    lines = month_lines({"2019-12": 4.0, "2020-01": 8.0}, str, {"2019": "a", "2020": "b"}, most=16)
    assert [line.split() for line in lines[1:]] == [["2019", "▃", "a"], ["2020", "▅", "b"]]
