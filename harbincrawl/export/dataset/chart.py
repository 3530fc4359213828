"""The coverage chart: a heat map of articles by month and section, drawn as SVG with nothing but numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from math import log

from .summary import Summary

_CELL = 7
_ROW = 22
_LEFT = 190
_TOP = 58
_RIGHT = 70
_SHADES = ("#dbe9f6", "#b3d0ea", "#7fb2dc", "#4a90c9", "#2a6eb0", "#134b87", "#08306b")
"""Light to dark, one hue; every step can be told from the next in grey too."""
_STYLE = "text{font:12px system-ui,sans-serif;fill:#222}.s{font-size:11px;fill:#555}.h{font-size:14px;font-weight:600}"


def draw_coverage(summary: Summary) -> str:
    """SVG text of the months from the first article to the last; empty where no article has a date."""
    if not summary.months:
        return ""
    months = _months(min(month for _, month, _ in summary.months), max(month for _, month, _ in summary.months))
    counts = {(label, month): count for label, month, count in summary.months}
    labels = list(dict.fromkeys(section.label for section in summary.sections))
    most = max(counts.values())
    width = max(_LEFT + len(months) * _CELL + _RIGHT, 560)
    height = _TOP + len(labels) * _ROW + 64
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        f'role="img" aria-label="Articles by month and section"><style>{_STYLE}</style>',
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
        f'<text class="h" x="16" y="24">Articles by month and section, {months[0]} to {months[-1]}</text>',
        *_draw_years(months, len(labels)),
    ]
    for place, label in enumerate(labels):
        top = _TOP + place * _ROW
        total = sum(count for (name, _), count in counts.items() if name == label)
        parts.append(f'<text x="{_LEFT - 10}" y="{top + 15}" text-anchor="end">{escape(_cut(label))}</text>')
        end = _LEFT + len(months) * _CELL + 10
        parts.append(f'<text class="s" x="{end}" y="{top + 15}">{total:,}</text>')
        for column, month in enumerate(months):
            if count := counts.get((label, month)):
                parts.append(
                    f'<rect x="{_LEFT + column * _CELL}" y="{top + 3}" width="{_CELL - 1}" height="{_ROW - 6}" '
                    f'fill="{_SHADES[_shade(count, most)]}"><title>{escape(label)}, {month}: {count:,}</title></rect>'
                )
    parts += _draw_legend(most, height - 34)
    return "\n".join([*parts, "</svg>"]) + "\n"


def _draw_years(months: Sequence[str], rows: int) -> Iterator[str]:
    """A line at every January; a year's name where there is room for it."""
    spacing = 1 if len(months) < 40 * 12 else 5
    for column, month in enumerate(months):
        if column == 0 or month.endswith("-01"):
            x = _LEFT + column * _CELL
            yield f'<path d="M{x - 0.5} {_TOP - 6}V{_TOP + rows * _ROW}" stroke="#ccc"/>'
            full_year = column or month.endswith("-01") or len(months) < 6
            if (full_year or months[min(5, len(months) - 1)][:4] == month[:4]) and int(month[:4]) % spacing == 0:
                yield f'<text class="s" x="{x + 2}" y="{_TOP - 10}">{month[:4]}</text>'


def _draw_legend(most: int, y: int) -> Iterator[str]:
    yield f'<text class="s" x="{_LEFT}" y="{y + 12}">articles a month</text>'
    bounds = [count for count in range(1, most + 1) if count == 1 or _shade(count, most) != _shade(count - 1, most)]
    for place, least in enumerate(bounds):
        x = _LEFT + 110 + place * 52
        upper = bounds[place + 1] - 1 if place + 1 < len(bounds) else most
        words = f"{least:,}" if least == upper else f"{least:,}–{upper:,}"
        yield f'<rect x="{x}" y="{y}" width="48" height="8" fill="{_SHADES[_shade(least, most)]}"/>'
        yield f'<text class="s" x="{x}" y="{y + 22}">{words}</text>'


def _shade(count: int, most: int) -> int:
    """Which shade: each stands for a like factor, so that a section of few articles is seen beside a large one."""
    if most == 1:
        return len(_SHADES) - 1
    return min(len(_SHADES) - 1, int(log(count) / log(most + 1) * len(_SHADES) + 1e-9))


def _months(first: str, last: str) -> list[str]:
    year, month = int(first[:4]), int(first[5:])
    found = []
    while (name := f"{year:04}-{month:02}") <= last:
        found.append(name)
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return found


def _cut(label: str) -> str:
    return label if len(label) <= 26 else label[:25] + "…"
