"""The charts that are drawn on a sheet: bars, columns over time, lines with a legend."""

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
_PALE = ("#8fabcb", "#dfb0b8", "#ecd49b", "#999999")
"""Of the whiskers of each: paler, so that the line is seen on them."""
_BEYOND = 2
"""How far beyond the highest line a plot goes to have room for whiskers."""
_APART = 4
"""Most pixels between the whiskers of two lines."""
_MARKED = 24
"""Most points of a line that are marked one by one."""
_LEAST = 3
"""Pixels of a column that a mouse can point at."""
_WIDEST = 40
"""Most pixels for a column."""
_HEAD, _FOOT = 24, 30
_BAR_ROW, _LEGEND_ROW = 17, 18


def draw_bars(title: str, rows: Sequence[tuple[str, float]], width: float = WIDTH / 2) -> Drawing:
    """Bars of (name, number), all on one scale from 0; names take up to 40% of the width, longer ones are cut."""
    inner = width - 2 * MARGIN
    names = [fit_text(name, inner * 0.4, SMALL) for name, _ in rows]
    most = max((number for _, number in rows), default=0)
    left = _begin_plot(names, 8)
    room = width - MARGIN - left - text_width(f"{most:,}", SMALL) - 6
    shapes: list[Shape] = [TextMark(MARGIN, _HEAD / 2, fit_text(title, inner), TEXT, bold=True)]
    for place, (name, (whole, number)) in enumerate(zip(names, rows, strict=True)):
        middle = _HEAD + (place + 0.5) * _BAR_ROW
        # A number above 0 always shows.
        length = max(number / most * room, 1) if number else 0
        shapes.append(TextMark(left - 8, middle, name, SMALL, "end"))
        if length:
            shapes.append(Box(left, middle - _BAR_ROW / 2 + 2, length, _BAR_ROW - 4, hint=f"{whole}: {number:,}"))
        shapes.append(TextMark(left + length + 6, middle, f"{number:,}", SMALL, colour=GREY))
    if not rows:
        shapes.append(TextMark(MARGIN, _HEAD + _BAR_ROW / 2, "none", SMALL, colour=GREY))
    return Drawing(title, width, _HEAD + max(len(rows), 1) * _BAR_ROW + MARGIN, tuple(shapes))


def draw_columns(title: str, unit: str, counts: Mapping[str, float], height: float = 130) -> Drawing:
    """A column a year (`2020`) or month (`2020-05`), empty ones included; `unit` is what the numbers count."""
    periods = fill_periods(counts)
    up = linear_scale(counts.values())
    left, right = _find_sides(up, WIDTH)
    across = time_scale(periods, right - left)
    shapes, place = _frame(title, across, up, _HEAD + 18, unit, height, WIDTH)
    step = (right - left) / max(len(periods), 1)
    # A lone column does not fill the sheet.
    wide = min(_find_box_width(step), _WIDEST)
    for index, period in enumerate(periods):
        if number := counts.get(period, 0):
            x, y = place(index, number)
            bottom = height - _FOOT
            hint = f"{period}: {number:,}" if step > _LEAST else ""
            shapes.append(Box(x - wide / 2, min(y, bottom - 1), wide, max(bottom - y, 1), hint=hint))
    return Drawing(title, WIDTH, height, tuple(shapes))


def draw_trends(
    title: str,
    unit: str,
    series: Mapping[str, Mapping[str, float | None]],
    intervals: Mapping[str, Mapping[str, tuple[float, float]]] | None = None,
    height: float = 320,
) -> Drawing:
    """A line a name over years or months; a period that a series does not have counts 0, at None its line is broken.

    `intervals` are the (low, high) of each period, drawn as whiskers. One that goes far beyond all lines ends at the
    top of the plot: else it would leave no height for them.
    """
    periods = fill_periods(period for counts in series.values() for period in counts)
    ends = {name: (intervals or {}).get(name, {}) for name in series}
    known = [number for counts in series.values() for number in counts.values() if number is not None]
    most, high = max(known, default=0), max((high for each in ends.values() for _, high in each.values()), default=0)
    up = linear_scale([*known, *([min(high, _BEYOND * most)] if high > most else [])])
    left, right = _find_sides(up, WIDTH)
    across = time_scale(periods, right - left)
    lines = {name: _split_line([counts.get(period, 0) for period in periods]) for name, counts in series.items()}
    # Those of several lines stand beside each other.
    apart = min(_APART / max(right - left, 1), 1 / max(len(periods), 1) / (len(series) + 1)) * len(periods)
    whiskers = {
        name: [
            [(at + apart * (place - (len(series) - 1) / 2), min(end, 1 / up.place(1))) for end in each[period]]
            for at, period in enumerate(periods)
            if period in each
        ]
        for place, (name, each) in enumerate(ends.items())
    }
    return _draw_lines(title, lines, across, up, unit, height, WIDTH, whiskers=whiskers)


def draw_powers(
    title: str, across: str, up: str, series: Mapping[str, Sequence[Point]], height: float = 420
) -> Drawing:
    """Lines of points (x, y), all above 0, with both axes logarithmic; `across` and `up` name what they measure."""
    points = [point for line in series.values() for point in line]
    lines = {name: [line] for name, line in series.items()}
    scales = log_scale(x for x, _ in points), log_scale(y for _, y in points)
    return _draw_lines(title, lines, *scales, up, height, WIDTH, below=across)


def _draw_lines(
    title: str,
    series: Mapping[str, Sequence[Sequence[Point]]],
    across: Scale,
    up: Scale,
    unit: str,
    height: float,
    width: float,
    below: str = "",
    whiskers: Mapping[str, Sequence[Sequence[Point]]] | None = None,
) -> Drawing:
    """A line a name, in one or more parts; below it its whiskers, of two points each."""
    legend, rows = _explain_lines(list(series), width)
    shapes, place = _frame(title, across, up, _HEAD + rows * _LEGEND_ROW + 26, unit, height, width, below)
    shapes += legend
    for at, name in enumerate(series):
        for ends in (whiskers or {}).get(name, ()):
            shapes.append(Stroke(tuple(place(x, y) for x, y in ends), _PALE[at % len(COLOURS)]))
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


def _explain_lines(names: Sequence[str], sheet: float) -> tuple[list[Shape], int]:
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


def _dash(at: int) -> float:
    return (0, 6, 2)[at // len(COLOURS) % 3]


def _begin_plot(labels: Iterable[str], gap: float) -> float:
    """Where a plot begins that has these labels on its left, with a gap between."""
    return MARGIN + max((text_width(label, SMALL) for label in labels), default=0) + gap


def _find_sides(up: Scale, width: float) -> tuple[float, float]:
    """Left and right end of the plot on a sheet so wide: right of the numbers, to the margin."""
    return _begin_plot((label for _, label in up.ticks), 6), width - MARGIN - 8


def _find_box_width(step: float) -> float:
    """How wide a box is of those that follow each other by `step`: of a few pixels, gaps would be as wide."""
    return step - 1 if step > 4 else step


def _frame(
    title: str, across: Scale, up: Scale, top: float, unit: str, height: float, width: float, below: str = ""
) -> tuple[list[Shape], Callable[[float, float], Point]]:
    """Title, grid and axis labels around a plot that begins at `top`, and where a value stands in it."""
    (left, right), bottom = _find_sides(up, width), height - _FOOT

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
