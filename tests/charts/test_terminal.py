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
