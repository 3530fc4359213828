"""Intervals of shares: how far a share of few articles may be off."""

from __future__ import annotations

from math import sqrt
from typing import NamedTuple

_Z = 1.959963984540054
"""A normal variable is between -z and z in 95% of cases."""


class Interval(NamedTuple):
    """Both ends of an interval."""

    low: float
    high: float


def find_interval(hits: int, articles: int) -> Interval | None:
    """The 95% interval of the share `hits / articles`, between 0 and 1, by Wilson's score; None without articles.

    Wilson, E. B. (1927), Probable inference, the law of succession, and statistical inference, JASA 22, 209-212. All
    shares of which a sample of so many articles would be as far off as this in more than 5% of cases, by the normal
    approximation, without a correction for continuity. It takes the articles as if they were drawn by chance.
    """
    if articles < 1:
        return None
    share = hits / articles
    square = _Z * _Z / articles
    middle = (share + square / 2) / (1 + square)
    half = _Z * sqrt(share * (1 - share) / articles + square / 4 / articles) / (1 + square)
    # What rounding leaves at the very ends is no share.
    return Interval(middle - half if hits else 0.0, middle + half if hits < articles else 1.0)
