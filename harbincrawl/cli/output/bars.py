"""Bars of blocks for a terminal."""

from __future__ import annotations

_EIGHTHS = " ▏▎▍▌▋▊▉"


def bar(value: float, most: float, width: int) -> str:
    """A bar of up to `width` columns, in eighths of a column; a value above nothing always shows."""
    eighths = round(max(value, 0) / most * width * 8) if most else 0
    if value > 0 and not eighths:
        eighths = 1
    return ("█" * (eighths // 8) + _EIGHTHS[eighths % 8]).rstrip()
