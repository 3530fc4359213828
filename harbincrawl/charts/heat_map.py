"""Heat map: how many of each name in each month, as shades of one colour."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import log

from .scales import fill_periods, time_scale
from .shapes import (
    GREY,
    HEADING,
    MARGIN,
    SMALL,
    WIDTH,
    Box,
    Drawing,
    Shape,
    Stroke,
    TextMark,
    fit_text,
    text_width,
)

SHADES = ("#9ecae1", "#6baed6", "#4292c6", "#2171b5", "#08519c", "#08306b")
"""Light to dark, one hue: each step is told from the next in grey, and the lightest from the paper."""
_ROW = 18
_TOP = 64
_NAMES = 190
"""Most pixels for a name."""
_WIDEST = 40
"""Most pixels for a month."""


def draw_heat_map(title: str, unit: str, names: Sequence[str], counts: Mapping[tuple[str, str], int]) -> Drawing:
    """A row a name, a column a month from the first to the last of `counts`, whose keys are (name, YYYY-MM).

    `unit` says what is counted. The sum of a row is at its end. Without any count the drawing has no shapes.
    """
    if not counts:
        return Drawing(title, WIDTH, 0, ())
    months = fill_periods(month for _, month in counts)
    sums = [sum(counts.get((name, month), 0) for month in months) for name in names]
    most = max(counts.values())
    labels = [fit_text(name, _NAMES, SMALL) for name in names]
    left = MARGIN + max((text_width(label, SMALL) for label in labels), default=0) + 8
    room = WIDTH - left - MARGIN - max(text_width(f"{total:,}", SMALL) for total in [0, *sums]) - 8
    step = min(room / len(months), _WIDEST)
    right = left + step * len(months)
    bottom = _TOP + len(names) * _ROW
    shapes: list[Shape] = [
        TextMark(MARGIN, MARGIN + HEADING / 2, fit_text(title, WIDTH - 2 * MARGIN, HEADING), HEADING, bold=True)
    ]
    for at, label in time_scale(months, right - left).ticks:
        x = left + at * (right - left)
        shapes.append(Stroke(((x, _TOP - 6), (x, bottom))))
        shapes.append(TextMark(x, _TOP - 14, label, SMALL, "middle", GREY))
    for place, (name, label, total) in enumerate(zip(names, labels, sums, strict=True)):
        top = _TOP + place * _ROW
        shapes.append(TextMark(left - 8, top + _ROW / 2, label, SMALL, "end"))
        shapes.append(Stroke(((left, top + _ROW), (right, top + _ROW))))
        for column, month in enumerate(months):
            if count := counts.get((name, month)):
                wide = step - 1 if step > 4 else step
                colour = SHADES[_shade(count, most)]
                hint = f"{name}, {month}: {count:,}"
                shapes.append(Box(left + column * step, top + 2, wide, _ROW - 3, colour, hint))
        shapes.append(TextMark(right + 8, top + _ROW / 2, f"{total:,}", SMALL, colour=GREY))
    shapes += _legend(unit, most, bottom + 22)
    return Drawing(title, WIDTH, bottom + 58, tuple(shapes))


def _legend(unit: str, most: int, y: float) -> Iterator[Shape]:
    yield TextMark(MARGIN, y + 5, unit, SMALL, colour=GREY)
    x = MARGIN + text_width(unit, SMALL) + 12
    bounds = [count for count in range(1, most + 1) if count == 1 or _shade(count, most) != _shade(count - 1, most)]
    for place, least in enumerate(bounds):
        upper = bounds[place + 1] - 1 if place + 1 < len(bounds) else most
        yield Box(x, y, 60, 10, SHADES[_shade(least, most)])
        label = f"{least:,}" if least == upper else f"{least:,}-{upper:,}"
        yield TextMark(x + 30, y + 20, label, SMALL, "middle", GREY)
        x += 64


def _shade(count: int, most: int) -> int:
    """Which shade: each stands for a like factor, so that a row of few is seen beside one of many."""
    if most == 1:
        return len(SHADES) - 1
    return min(len(SHADES) - 1, int(log(count) / log(most + 1) * len(SHADES) + 1e-9))
