"""Horizontal bars: a name, a bar and a number a line."""

from __future__ import annotations

from collections.abc import Sequence

from .shapes import GREY, MARGIN, SMALL, TEXT, WIDTH, Box, Drawing, Shape, TextMark, fit_text, text_width

_ROW = 17
_HEAD = 24


def draw_bars(title: str, rows: Sequence[tuple[str, float]], width: float = WIDTH / 2) -> Drawing:
    """Bars of (name, number), all on one scale from 0; names take up to 40% of the width, longer ones are cut."""
    inner = width - 2 * MARGIN
    names = [fit_text(name, inner * 0.4, SMALL) for name, _ in rows]
    most = max((number for _, number in rows), default=0)
    left = MARGIN + max((text_width(name, SMALL) for name in names), default=0) + 8
    room = width - MARGIN - left - text_width(f"{most:,}", SMALL) - 6
    shapes: list[Shape] = [TextMark(MARGIN, _HEAD / 2, fit_text(title, inner), TEXT, bold=True)]
    for place, (name, (whole, number)) in enumerate(zip(names, rows, strict=True)):
        middle = _HEAD + (place + 0.5) * _ROW
        # A number above 0 always shows.
        length = max(number / most * room, 1) if number else 0
        shapes.append(TextMark(left - 8, middle, name, SMALL, "end"))
        if length:
            shapes.append(Box(left, middle - _ROW / 2 + 2, length, _ROW - 4, hint=f"{whole}: {number:,}"))
        shapes.append(TextMark(left + length + 6, middle, f"{number:,}", SMALL, colour=GREY))
    if not rows:
        shapes.append(TextMark(MARGIN, _HEAD + _ROW / 2, "none", SMALL, colour=GREY))
    return Drawing(title, width, _HEAD + max(len(rows), 1) * _ROW + MARGIN, tuple(shapes))
