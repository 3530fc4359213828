"""Charts for a terminal: bars, sparklines and a calendar of months, as lines of text."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from harbincrawl.text import clean, display_width, shorten

from .scales import fill_periods

Paint = Callable[[str], str]
"""Gives a bar its colour."""

_SPARKS = "▁▂▃▄▅▆▇█"
_EIGHTHS = " ▏▎▍▌▋▊▉"


def bar(value: float, most: float, width: int) -> str:
    """A bar of up to `width` columns, in eighths of a column; a value above nothing always shows."""
    eighths = round(value / most * width * 8) if most else 0
    if value and not eighths:
        eighths = 1
    return ("█" * (eighths // 8) + _EIGHTHS[eighths % 8]).rstrip()


def spark(values: Sequence[float]) -> str:
    """A line of small columns, one a value; nothing is a blank."""
    most = max(values, default=0)
    return "".join(_SPARKS[min(7, int(value / most * 8))] if value else " " for value in values)


def bar_lines(rows: Sequence[tuple[str, int]], width: int, paint: Paint) -> list[str]:
    """A line of `width` columns each (name, number): name, number, bar."""
    names = [clean(name) for name, _ in rows]
    most = max((number for _, number in rows), default=0)
    room = max(6, min(max(map(display_width, names), default=0), width // 3))
    digits = len(str(most))
    length = max(1, width - room - digits - 4)
    lines = []
    for name, (_, number) in zip(names, rows, strict=True):
        short = shorten(name, room)
        pad = " " * (room - display_width(short))
        lines.append(f"{short}{pad}  {number:>{digits}}  {paint(bar(number, most, length))}".rstrip())
    return lines


def month_lines(counts: Mapping[str, int], paint: Paint) -> list[str]:
    """A line a year with twelve small columns, all years on one scale; the keys are YYYY-MM."""
    if not counts:
        return []
    years = fill_periods(month[:4] for month in counts)
    numbers = [counts.get(f"{year}-{month:02}", 0) for year in years for month in range(1, 13)]
    # One line of columns for all years, cut into years afterwards, gives them one scale.
    columns = spark(numbers)
    lines = ["      JFMAMJJASOND"]
    for place, year in enumerate(years):
        part = slice(place * 12, place * 12 + 12)
        lines.append(f"{year}  {paint(columns[part])}  {sum(numbers[part])}")
    return lines
