"""How a time is written below a chart, and how high a value stands in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

_WIDTHS = {"narrow": 14, "middle": 29, "wide": 46}
"""The least width of the bars, in the page's letter size (rem), for each set of labels; style/strip.css has widths of
the whole strip, which are 3 more."""
_ROOM = {"year": 2.9, "month": 2.5}
"""What a label takes in that unit, with a gap."""


class AxisLabel(NamedTuple):
    """What stands below the bars."""

    text: str
    span: int
    """Bars that it stands below."""
    widths: tuple[str, ...]
    """The widths of the strip at which it has room, by their names."""
    address: str = ""
    """Of a year below its months."""


def name_period(period: str) -> str:
    """`March 2019`, `2019`."""
    return f"{date(int(period[:4]), int(period[5:7]), 1):%B} {period[:4]}" if len(period) > 4 else period


def make_labels(periods: Sequence[str]) -> Iterator[AxisLabel]:
    """Years below their months or bars, months where they are those of one year."""
    if len(periods[0]) == 4:
        spans = [(period, int(period), 1) for period in periods]
    elif periods[0][:4] == periods[-1][:4]:
        spans = [(name_period(period)[:3], int(period[5:7]) - 1, 1) for period in periods]
    else:
        years = sorted({period[:4] for period in periods})
        spans = [(year, int(year), sum(period[:4] == year for period in periods)) for year in years]
    room = _ROOM["month" if spans[0][0].isalpha() else "year"]
    most = max(span for _, _, span in spans)
    for text, at, span in spans:
        widths = []
        for name, width in _WIDTHS.items():
            every = _choose_every(width / len(periods) * most, room, is_month=text.isalpha())
            if at % every == 0 and (span == most or width / len(periods) * span >= room):
                widths.append(name)
        yield AxisLabel(text, span, tuple(widths))


def _choose_every(each: float, room: float, *, is_month: bool) -> int:
    """Which labels are written, if each has so much room and needs that much."""
    steps = (1, 2, 3, 6) if is_month else (1, 2, 5, 10, 20, 50)
    return next((step for step in steps if each * step >= room), 100)


def scale_value(value: float, most: float) -> float:
    """Percent of the greatest value, at most all of it; what is not nothing shows."""
    return round(min(max(100 * value / most, 1.5), 100), 1) if value and most else 0


def write_top(most: float) -> str:
    """The number at the top of a scale, as short as it says enough."""
    return f"{most:,.0f}" if most >= 100 or most == int(most) else f"{most:,.3g}"
