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


def spark(values: Sequence[float], most: float | None = None) -> str:
    """A line of small columns, one a value; nothing is a blank. `most` is as in `bar_lines`."""
    most = max(values, default=0) if most is None else most
    return "".join(_SPARKS[min(7, int(value / most * 8))] if value else " " for value in values)


def bar_lines(
    rows: Sequence[tuple[str, float | None]],
    width: int,
    paint: Paint,
    *,
    most: float | None = None,
    write: Callable[[float], str] = str,
    ranges: Sequence[str] = (),
) -> list[str]:
    """A line of `width` columns each (name, number): name, number, bar; without a number a dash.

    `most` is the number of a full bar, the largest one if it is not given; `ranges` are what stands behind each number.
    """
    names = [clean(name) for name, _ in rows]
    numbers = ["-" if number is None else write(number) for _, number in rows]
    if any(ranges):
        digits, room = (max(map(len, texts), default=0) for texts in (numbers, ranges))
        numbers = [f"{text:>{digits}} {end:<{room}}" for text, end in zip(numbers, ranges, strict=True)]
    most = max((number or 0 for _, number in rows), default=0) if most is None else most
    room = max(6, min(max(map(display_width, names), default=0), width // 3))
    digits = max(map(len, numbers), default=0)
    length = max(1, width - room - digits - 4)
    lines = []
    for name, text, (_, number) in zip(names, numbers, rows, strict=True):
        short = shorten(name, room)
        pad = " " * (room - display_width(short))
        lines.append(f"{short}{pad}  {text:>{digits}}  {paint(bar(number or 0, most, length))}".rstrip())
    return lines


def month_lines(
    counts: Mapping[str, float], paint: Paint, ends: Mapping[str, str] | None = None, *, most: float | None = None
) -> list[str]:
    """A line a year with twelve small columns, all years on one scale; the keys are YYYY-MM.

    `ends` is what stands behind each year, its sum if it is not given; `most` is as in `bar_lines`.
    """
    if not counts:
        return []
    years = fill_periods(month[:4] for month in counts)
    numbers = [counts.get(f"{year}-{month:02}", 0) for year in years for month in range(1, 13)]
    # One line of columns for all years, cut into years afterwards, gives them one scale.
    columns = spark(numbers, most)
    lines = ["      JFMAMJJASOND"]
    for place, year in enumerate(years):
        part = slice(place * 12, place * 12 + 12)
        lines.append(f"{year}  {paint(columns[part])}  {sum(numbers[part]) if ends is None else ends[year]}")
    return lines
