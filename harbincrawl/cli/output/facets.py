"""Facets on stdout: bars for people, values and counts for programs."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Any

from harbincrawl.search.facets import Bar

from .jsontext import write_json
from .style import BOLD, Style, bars, read_style

NO_VALUE = "(none)"


def print_facets(facets: Mapping[str, Sequence[Bar]], form: str) -> None:
    """Prints facets in one of the formats of `search`: bars, one JSON document, or lines of (facet, value, count)."""
    if form == "json":
        print(write_json({name: list(map(as_object, found)) for name, found in facets.items()}))
    elif form == "jsonl":
        for name, found in facets.items():
            for each in found:
                print(write_json({"facet": name} | as_object(each)))
    elif form == "csv":
        import csv

        table = csv.writer(sys.stdout, lineterminator="\n")
        table.writerow(("facet", "value", "count"))
        table.writerows((name, each.value, each.hits) for name, found in facets.items() for each in found)
    else:
        style = read_style()
        for place, (name, found) in enumerate(facets.items()):
            if place:
                print()
            print("\n".join(facet_lines(name, found, style)))


def as_object(found: Bar) -> dict[str, Any]:
    """A value of a facet for JSON; a section has its path, too."""
    return {"value": found.value, "count": found.hits} | ({"path": found.path} if found.path is not None else {})


def facet_lines(name: str, found: Sequence[Bar], style: Style) -> list[str]:
    """A facet for people: its name and a bar a value."""
    return [style.paint(name, BOLD), *bars([(each.value or NO_VALUE, each.hits) for each in found], style)]
