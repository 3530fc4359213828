"""Charts between two axes: columns over time, and lines with a legend."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from .scales import Scale, fill_periods, linear_scale, log_scale, time_scale
from .shapes import (
    GREY,
    GRID,
    MARGIN,
    SMALL,
    TEXT,
    WIDTH,
    Box,
    Drawing,
    Point,
    Shape,
    Stroke,
    TextMark,
    fit_text,
    text_width,
)

COLOURS = ("#004488", "#bb5566", "#ddaa33", "#000000")
"""Told apart by colour-blind people, and in grey: no two are equally dark. Further lines are dashed."""
_MARKED = 24
"""Most points of a line that are marked one by one."""
_LEAST = 3
"""Pixels of a column that a mouse can point at."""
_HEAD = 24
_FOOT = 30
_LEGEND_ROW = 18


def draw_columns(
    title: str, unit: str, counts: Mapping[str, float], height: float = 130, width: float = WIDTH
) -> Drawing:
    """A column a year (`2020`) or month (`2020-05`), empty ones included; `unit` is what the numbers count."""
    periods = fill_periods(counts)
    up = linear_scale(counts.values())
    left, right = _left(up), _right(width)
    across = time_scale(periods, right - left)
    shapes, place = _frame(title, across, up, (left, _HEAD + 18, right, height - _FOOT), "", unit)
    step = (right - left) / max(len(periods), 1)
    # Columns a few pixels wide touch: gaps would be as wide as they are. A lone one does not fill the sheet.
    wide = min(step - 1 if step > 4 else step, 40)
    hinted = step > _LEAST
    for index, period in enumerate(periods):
        if number := counts.get(period, 0):
            x, y = place(index, number)
            bottom = height - _FOOT
            hint = f"{period}: {number:,}" if hinted else ""
            shapes.append(Box(x - wide / 2, min(y, bottom - 1), wide, max(bottom - y, 1), hint=hint))
    return Drawing(title, width, height, tuple(shapes))


def draw_trends(
    title: str,
    unit: str,
    series: Mapping[str, Mapping[str, float | None]],
    height: float = 320,
    width: float = WIDTH,
) -> Drawing:
    """A line a name over years or months; a period that a series does not have counts 0, at None its line is broken."""
    periods = fill_periods(period for counts in series.values() for period in counts)
    up = linear_scale(number for counts in series.values() for number in counts.values() if number is not None)
    lines = {name: _split_line([counts.get(period, 0) for period in periods]) for name, counts in series.items()}
    return _draw_lines(title, lines, time_scale(periods, _right(width) - _left(up)), up, "", unit, height, width)


def draw_powers(
    title: str, across: str, up: str, series: Mapping[str, Sequence[Point]], height: float = 420
) -> Drawing:
    """Lines of points (x, y), all above 0, with both axes logarithmic; `across` and `up` name what they measure."""
    points = [point for line in series.values() for point in line]
    lines = {name: [line] for name, line in series.items()}
    return _draw_lines(
        title, lines, log_scale(x for x, _ in points), log_scale(y for _, y in points), across, up, height
    )


def _draw_lines(
    title: str,
    series: Mapping[str, Sequence[Sequence[Point]]],
    across: Scale,
    up: Scale,
    below: str,
    unit: str,
    height: float,
    width: float = WIDTH,
) -> Drawing:
    """A line a name, in one or more parts."""
    legend, rows = _legend(list(series), width)
    top = _HEAD + rows * _LEGEND_ROW + 26
    shapes, place = _frame(title, across, up, (_left(up), top, _right(width), height - _FOOT), below, unit)
    shapes += legend
    for at, parts in enumerate(series.values()):
        colour = COLOURS[at % len(COLOURS)]
        marked = sum(map(len, parts)) <= _MARKED
        for part in filter(None, parts):
            placed = tuple(place(x, y) for x, y in part)
            shapes.append(Stroke(placed, colour, 2, _dash(at)))
            # A point between two gaps has no line.
            if marked or len(placed) == 1:
                shapes += [Box(x - 2.5, y - 2.5, 5, 5, colour) for x, y in placed]
    return Drawing(title, width, height, tuple(shapes))


def _split_line(values: Iterable[float | None]) -> list[list[Point]]:
    """The points of a line, by index, in parts between the values that are not there."""
    parts: list[list[Point]] = [[]]
    for at, value in enumerate(values):
        if value is None:
            parts.append([])
        else:
            parts[-1].append((at, value))
    return parts


def _dash(at: int) -> float:
    return (0, 6, 2)[at // len(COLOURS) % 3]


def _left(up: Scale) -> float:
    """Where the plot begins: right of the numbers."""
    return MARGIN + max(text_width(label, SMALL) for _, label in up.ticks) + 6


def _right(width: float) -> float:
    """Where the plot of a sheet so wide ends."""
    return width - MARGIN - 8


def _frame(
    title: str, across: Scale, up: Scale, plot: tuple[float, float, float, float], below: str, unit: str
) -> tuple[list[Shape], Callable[[float, float], Point]]:
    """Title, grid and axis labels around a plot (left, top, right, bottom), and where a value stands in it."""
    left, top, right, bottom = plot

    def place(x: float, y: float) -> Point:
        return left + across.place(x) * (right - left), bottom - up.place(y) * (bottom - top)

    shapes: list[Shape] = [
        TextMark(MARGIN, _HEAD / 2, fit_text(title, right - MARGIN), TEXT, bold=True),
        TextMark(MARGIN, top - 14, fit_text(unit, right - MARGIN, SMALL), SMALL, colour=GREY),
    ]
    for at, label in up.ticks:
        y = bottom - at * (bottom - top)
        shapes.append(Stroke(((left, y), (right, y)), GRID if at else GREY))
        shapes.append(TextMark(left - 6, y, label, SMALL, "end", GREY))
    for at, label in across.ticks:
        x = left + at * (right - left)
        shapes.append(Stroke(((x, bottom), (x, bottom + 4)), GREY))
        shapes.append(TextMark(x, bottom + 12, label, SMALL, "middle", GREY))
    if not across.ticks:
        shapes.append(TextMark((left + right) / 2, (top + bottom) / 2, "none", SMALL, "middle", GREY))
    if below:
        shapes.append(TextMark(right, bottom + 24, below, SMALL, "end", GREY))
    return shapes, place


def _legend(names: Sequence[str], sheet: float) -> tuple[list[Shape], int]:
    """A short line and a name a series, in as many rows as they need."""
    shapes: list[Shape] = []
    x, row = float(MARGIN), 0
    for at, name in enumerate(names):
        text = fit_text(name, sheet / 2, SMALL)
        width = 30 + text_width(text, SMALL) + 16
        if x > MARGIN and x + width > sheet - MARGIN:
            x, row = MARGIN, row + 1
        y = _HEAD + (row + 0.5) * _LEGEND_ROW
        shapes.append(Stroke(((x, y), (x + 24, y)), COLOURS[at % len(COLOURS)], 3, _dash(at)))
        shapes.append(TextMark(x + 30, y, text, SMALL))
        x += width
    return shapes, row + 1
