"""Every kind of chart, whatever its names and numbers: all of it is on the sheet, and files say it."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harbincrawl.charts.drawings import draw_bars, draw_columns, draw_powers, draw_trends
from harbincrawl.charts.files import as_svg, write_plot
from harbincrawl.charts.shapes import WIDTH, Box, Drawing, Stroke, TextMark, arrange, text_width
from harbincrawl.errors import HarbincrawlError, PlotError

NAMES = st.one_of(st.text(), st.text("哈尔滨Wi .", min_size=40), st.just("<script>alert(1)</script> & \x1b[31m\uffff"))
MONTHS = st.builds("{:04}-{:02}".format, st.integers(1995, 2026), st.integers(1, 12))
COUNTS = st.integers(0, 10**7)
SHARES = st.dictionaries(MONTHS, st.none() | st.floats(0, 1e3))


DRAWINGS = st.one_of(
    st.builds(draw_bars, NAMES, st.lists(st.tuples(NAMES, COUNTS))),
    st.builds(draw_columns, NAMES, st.just("articles"), st.dictionaries(MONTHS, COUNTS)),
    st.builds(draw_trends, NAMES, NAMES, st.dictionaries(NAMES, SHARES, max_size=9)),
)  # fmt: skip


def left_end(words: TextMark) -> float:
    wide = text_width(words.text, words.size)
    return words.x - {"start": 0.0, "middle": wide / 2, "end": wide}[words.anchor]


@given(DRAWINGS)
def test_nothing_leaves_the_sheet(drawing: Drawing) -> None:
    for shape in drawing.shapes:
        if isinstance(shape, TextMark):
            across = [left_end(shape), left_end(shape) + text_width(shape.text, shape.size)]
            down = [shape.y - shape.size / 2, shape.y + shape.size / 2]
        elif isinstance(shape, Box):
            across, down = [shape.x, shape.x + shape.width], [shape.y, shape.y + shape.height]
        else:
            across, down = [x for x, _ in shape.points], [y for _, y in shape.points]
        assert min(across) >= 0
        assert max(across) <= drawing.width
        assert min(down) >= 0
        assert max(down) <= drawing.height


@given(DRAWINGS)
def test_an_svg_is_well_formed_and_holds_no_script_or_style(drawing: Drawing) -> None:
    root = ET.fromstring(as_svg(drawing))  # noqa: S314  # our own text
    names = {each.tag.rpartition("}")[2] for each in root.iter()}
    assert names <= {"svg", "rect", "polyline", "text", "title"}
    attributes = {name for each in root.iter() for name in each.attrib}
    assert not attributes & {"style", "class", "href"}
    assert not any(name.startswith("on") for name in attributes)


def test_a_column_stands_where_its_month_is() -> None:
    drawing = draw_columns("Articles by month", "articles", {"2019-01": 5, "2019-02": 5, "2022-12": 5})
    first, second, last = (shape.x for shape in drawing.shapes if isinstance(shape, Box))
    assert (last - first) / (second - first) == pytest.approx(47)


def test_each_line_can_be_told_from_the_others() -> None:
    series = {str(number): {"2020": number, "2021": number} for number in range(9)}
    lines = [shape for shape in draw_trends("t", "u", series).shapes if isinstance(shape, Stroke) and shape.width == 2]
    assert len({(line.colour, line.dash) for line in lines}) == 9


def test_a_line_is_broken_where_nothing_is_known_and_a_lone_point_is_seen() -> None:
    months = {f"{year}-{month:02}": 1.0 for year in range(2018, 2022) for month in range(1, 13)}
    known: dict[str, float | None] = {**months, "2022-01": 3.0, "2020-06": None, "2021-12": None, "2020-08": None}
    drawing = draw_trends("t", "u", {"snow": known})
    lines = [shape for shape in drawing.shapes if isinstance(shape, Stroke) and shape.width == 2]
    assert [len(line.points) for line in lines] == [29, 1, 15, 1]
    lone = {lines[1].points[0], lines[3].points[0]}
    marks = {(box.x, box.y) for box in drawing.shapes if isinstance(box, Box)}
    assert marks == {(x - 2.5, y - 2.5) for x, y in lone}


def test_a_full_sheet_fits_a_page() -> None:
    rows = [(f"name {number}", number) for number in range(16)]
    months = {f"20{year:02}-06": 3 for year in range(10, 27)}
    bars = [draw_bars("by", rows)] * 3 + [draw_bars("by", rows[:5])]
    sheet = arrange("title", [draw_columns("by", "articles", months)] * 2, bars)
    assert sheet.width == WIDTH
    assert sheet.height <= WIDTH * 297 / 210


@pytest.mark.parametrize(
    "draw",
    [
        lambda: draw_bars("Title 标题", [("2019", 3), ("", 0)]),
        lambda: draw_trends("Title", "u", {str(at): {"2020": 1, "2021": at} for at in range(6)}),
        lambda: draw_powers("Title", "articles", "ms", {"crawl": [(100, 0.5), (1000, 40)]}),
    ],
)
def test_a_png_is_drawn_where_pillow_is_there(tmp_path: Path, draw: Callable[[], Drawing]) -> None:
    image = pytest.importorskip("PIL.Image")
    drawing = draw()
    write_plot(tmp_path / "chart.png", drawing)
    with image.open(tmp_path / "chart.png") as picture:
        assert picture.size == (drawing.width * 3, drawing.height * 3)
        assert len(picture.getcolors(1 << 20)) > 3


@pytest.mark.parametrize("name", ["chart.pdf", "none/chart.svg"])
def test_a_chart_that_cannot_be_written_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(PlotError) as caught:
        write_plot(tmp_path / name, draw_bars("Title", []))
    assert isinstance(caught.value, HarbincrawlError)
    assert caught.value.exit_code == 2
