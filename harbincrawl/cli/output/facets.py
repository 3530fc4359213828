"""Facets on stdout: bars for people, values and counts for programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from harbincrawl.search.facets import Bar

from .bars import bar_lines
from .stream import Output
from .style import BOLD, read_style

NO_VALUE = "(none)"


def print_facets(facets: Mapping[str, Sequence[Bar]], output: Output) -> None:
    """Prints facets: bars, one JSON document, or lines of (facet, value, count)."""
    if output.form == "json":
        output.print_document(as_objects(facets))
    elif output.form in ("jsonl", "csv"):
        print_bars("facet", facets, output)
    else:
        style = read_style()
        parts = [
            [style.paint(name, BOLD), *bar_lines(name_rows(bars), style.width, style.paint_bar)]
            for name, bars in facets.items()
        ]
        print("\n\n".join("\n".join(lines) for lines in parts))


def as_objects(facets: Mapping[str, Sequence[Bar]]) -> dict[str, list[dict[str, Any]]]:
    """The values of each facet for JSON; a section has its path, too."""
    return {
        name: [
            {"value": bar.value, "count": bar.hits} | ({} if bar.path is None else {"path": bar.path}) for bar in bars
        ]
        for name, bars in facets.items()
    }


def print_bars(head: str, facets: Mapping[str, Sequence[Bar]], output: Output) -> None:
    """Prints a row a value: the name of its facet under the key `head`, value, count; in JSON lines also its path."""
    rows: Iterator[dict[str, Any]] = (
        {head: name} | each for name, objects in as_objects(facets).items() for each in objects
    )
    keys = (head, "value", "count")
    if output.form == "csv":
        rows = ({key: row[key] for key in keys} for row in rows)
    output.print_rows(rows, keys)


def name_rows(bars: Sequence[Bar]) -> list[tuple[str, int]]:
    """(name, number) of each bar, for a chart; of sections with one label, each has its path behind it."""
    times = Counter(bar.value for bar in bars)
    return [
        (f"{bar.value} ({bar.path})" if bar.path and times[bar.value] > 1 else bar.value or NO_VALUE, bar.hits)
        for bar in bars
    ]
