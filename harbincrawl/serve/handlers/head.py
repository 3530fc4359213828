"""What stands above every page of a search: the number of articles, of how many, and when they are of."""

from __future__ import annotations

from typing import NamedTuple

from harbincrawl.search.choice import fit_choice
from harbincrawl.search.filters import SHARED, Filters
from harbincrawl.search.hits import count_hits
from harbincrawl.serve.figures import cite_figure
from harbincrawl.serve.links import Parameters
from harbincrawl.serve.readers import Reader
from harbincrawl.serve.strip import Strip, read_strip
from harbincrawl.serve.visit import Visit

_OTHERS = {"since": "years", "until": "years", "status": "states"}
"""What articles are of that a filter leaves out."""
_PATIENCE = 1.5
"""Seconds for each number above the tabs."""


class Head(NamedTuple):
    """What is said of a search on each of its pages: how many articles it finds, of how many, and when they are of."""

    total: int
    of: int | None
    """Articles that the filters leave without the query, or all; None: it finds all that there are."""
    left_out: int
    """Articles that the filters leave out, whatever the query."""
    others: str
    """What those are of: `sections and years`."""
    read_as: str | None
    strip: Strip | None
    taken: dict[str, str]
    cited: str


def read_head(visit: Visit, tab: str, asked: Parameters) -> Head | None:
    """None where there is no time to count."""
    reader = visit.reader
    understood = fit_choice(reader.connection, asked.filters)
    total = reader.within(_PATIENCE, lambda: count_found(reader, asked.filters, asked.copies))
    part = asked.filters._replace(query="")
    base = Filters(date=asked.filters.date)
    every = reader.within(_PATIENCE, lambda: count_found(reader, base, asked.copies))
    among = reader.within(_PATIENCE, lambda: count_found(reader, part, asked.copies)) if part.restricts() else every
    if total is None or every is None or among is None:
        return None
    used = (each.name for each in SHARED if each.restricts and asked.texts(each.name))
    names = list(dict.fromkeys(_OTHERS.get(each, f"{each}s") for each in used))
    strip = read_strip(visit, asked, "/search" if tab == "keywords" else f"/{tab}") if every else None
    pairs = asked._replace(after="", others=()).pairs()
    forms = ("csv", "svg", "json") if asked.q and tab != "trends" else ()
    return Head(
        total, (among if asked.q else every) if asked.filters.restricts() else None, every - among,
        " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:]))),
        understood.describe_reading()["read_as"], strip,
        {form: visit.links.to(f"/trends.{form}", pairs) for form in forms},
        cite_figure(visit, strip.what, "/search", pairs) if strip and tab != "trends" else "",
    )  # fmt: skip


def count_found(reader: Reader, filters: Filters, copies: bool) -> int:
    """The number of articles that filters leave."""
    return reader.remember(
        ("total", filters, copies),
        lambda: count_hits(reader.connection, fit_choice(reader.connection, filters), copies=copies),
    )
