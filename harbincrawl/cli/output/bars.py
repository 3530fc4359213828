"""Bars of blocks for a terminal."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from harbincrawl.text import clean, display_width, shorten

_EIGHTHS = " ▏▎▍▌▋▊▉"


def bar(value: float, most: float, width: int) -> str:
    """A bar of up to `width` columns, in eighths of a column; a value above nothing always shows."""
    eighths = round(max(value, 0) / most * width * 8) if most else 0
    if value > 0 and not eighths:
        eighths = 1
    return ("█" * (eighths // 8) + _EIGHTHS[eighths % 8]).rstrip()


def bar_lines(rows: Sequence[tuple[str, int]], width: int, paint: Callable[[str], str]) -> list[str]:
    """A line of `width` columns each (name, number): name, number, bar; `paint` gives a bar its colour."""
    names = [clean(name) for name, _ in rows]
    most = max((number for _, number in rows), default=0)
    room = max(6, min(max(map(display_width, names), default=0), width // 3))
    digits = max((len(str(number)) for _, number in rows), default=0)
    length = max(1, width - room - digits - 4)
    lines = []
    for name, (_, number) in zip(names, rows, strict=True):
        short = shorten(name, room)
        pad = " " * (room - display_width(short))
        lines.append(f"{short}{pad}  {number:>{digits}}  {paint(bar(number, most, length))}".rstrip())
    return lines
