"""Articles by year for each of many values, as charts so small that they stand in a line of text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from harbincrawl.search.choice import make_choice
from harbincrawl.search.facets import Bar, count_facet
from harbincrawl.search.filters import Filters

from .axis import scale_value
from .readers import Reader

_PATIENCE = 1.0
"""Seconds to count: a page is whole without them."""


class Spark(NamedTuple):
    """Bars so small that they stand in a line of text."""

    heights: tuple[float, ...]
    """In percent, a year each."""
    label: str
    """`2011 to 2024; most in 2019: 120`."""


def read_sparks(reader: Reader, name: str, bars: Sequence[Bar], years: Sequence[str]) -> list[Spark]:
    """The articles of each value of the facet `name` by year; none where that takes too long to count."""
    counts = reader.remember(
        ("sparks", name), lambda: reader.within(_PATIENCE, lambda: _count_values(reader, name, years)) or {}
    )
    return [
        make_spark({year: found.get((bar.path or bar.value or "").lower(), 0) for year, found in counts.items()})
        for bar in (bars if counts else ())
    ]


def _count_values(reader: Reader, name: str, years: Sequence[str]) -> dict[str, dict[str, int]]:
    """By year, what each value has; together the years read every article once."""
    found: dict[str, dict[str, int]] = {}
    for year in years:
        choice = make_choice(Filters(since=year, until=year))
        bars = count_facet(reader.connection, choice, name, copies=True, labels=False)
        found[year] = {(bar.path or bar.value or "").lower(): bar.hits for bar in bars}
    return found


def make_spark(counts: Mapping[str, int]) -> Spark:
    """Bars of these years on a scale of their own."""
    most = max(counts.values(), default=0)
    best = next((year for year, number in counts.items() if number == most), "")
    about = f"; most in {best}: {most:,}" if most else ""
    return Spark(
        tuple(scale_value(number, most) for number in counts.values()), f"{min(counts)} to {max(counts)}{about}"
    )
