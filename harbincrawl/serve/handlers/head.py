"""What stands above every page of a search: the number of its articles, and when they are of."""

from __future__ import annotations

from typing import NamedTuple

from harbincrawl.search.choice import fit_choice
from harbincrawl.serve.counts import count_found
from harbincrawl.serve.links import Parameters
from harbincrawl.serve.strip import Strip, read_strip
from harbincrawl.serve.visit import Visit

_PATIENCE = 1.5
"""Seconds to count: people came for what stands below."""


class Head(NamedTuple):
    """The head of a page."""

    total: int | None
    """None: there was no time to count."""
    read_as: str | None
    """How the query was read, where that is not as it was typed."""
    strip: Strip | None
    """Says the number of hits, and of how many, in a sentence of its own."""


def read_head(visit: Visit, tab: str, asked: Parameters) -> Head:
    """What is known of a search whose query can be read."""
    reader = visit.reader
    read_as: str | None = fit_choice(reader.connection, asked.filters).describe_reading()["read_as"]
    return Head(
        reader.within(_PATIENCE, lambda: count_found(reader, asked.filters, copies=asked.copies)),
        read_as if read_as != asked.q else None,
        # Of what two choices have, bars of one year show the hits of the first.
        read_strip(visit, asked, "/search" if tab in ("keywords", "compare") else f"/{tab}"),
    )
