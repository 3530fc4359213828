"""Facets on stdout: bars for people, values and counts for programs."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from harbincrawl.charts.terminal import bar_lines
from harbincrawl.search.facets import Bar
from harbincrawl.text import clean, write_json

from .style import BOLD, CYAN, Style, read_style

NO_VALUE = "(none)"
TIMES = ("year", "month")
"""Facets whose values are points in time."""


def name_facet(name: str, date: str) -> str:
    """The heading of a facet: years and months say of which date they are."""
    return f"{name} of {date}" if name in TIMES else name


def print_facets(facets: Mapping[str, Sequence[Bar]], form: str, date: str) -> None:
    """Prints facets in one of the formats of `search`: bars, one JSON document, or lines of (facet, value, count).

    Where years or months are counted, `date` says of which date they are.
    """
    if form == "json":
        print(write_json(as_objects(facets) | ({"date": date} if not facets.keys().isdisjoint(TIMES) else {})))
    elif form == "jsonl":
        for name, objects in as_objects(facets).items():
            for each in objects:
                print(write_json({"facet": name} | each | ({"date": date} if name in TIMES else {})))
    elif form == "csv":
        print_table("facet", facets)
    else:
        style = read_style()
        print("\n\n".join("\n".join(facet_lines(name_facet(name, date), bars, style)) for name, bars in facets.items()))


def as_objects(facets: Mapping[str, Sequence[Bar]]) -> dict[str, list[dict[str, Any]]]:
    """The values of each facet for JSON; a section has its path, too."""
    return {
        name: [
            {"value": bar.value, "count": bar.hits} | ({} if bar.path is None else {"path": bar.path}) for bar in bars
        ]
        for name, bars in facets.items()
    }


def print_table(head: str, facets: Mapping[str, Sequence[Bar]]) -> None:
    """Prints CSV: name of the facet (under `head`), value, count."""
    import csv

    table = csv.writer(sys.stdout, lineterminator="\n")
    table.writerow((head, "value", "count"))
    table.writerows((name, bar.value and clean(bar.value), bar.hits) for name, bars in facets.items() for bar in bars)


def name_rows(bars: Sequence[Bar]) -> list[tuple[str, int]]:
    """(name, number) of each bar, for a chart; of sections with one label, each has its path behind it."""
    times = Counter(bar.value for bar in bars)
    return [
        (f"{bar.value} ({bar.path})" if bar.path and times[bar.value] > 1 else bar.value or NO_VALUE, bar.hits)
        for bar in bars
    ]


def facet_lines(name: str, bars: Sequence[Bar], style: Style) -> list[str]:
    """A facet for people: its name and a bar a value."""
    rows = name_rows(bars)
    return [style.paint(name, BOLD), *bar_lines(rows, style.width, lambda text: style.paint(text, CYAN))]
