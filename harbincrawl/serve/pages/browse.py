"""Lists to browse: sections, authors, sources, each with the number of its articles."""

from __future__ import annotations

from harbincrawl.search.choice import make_choice
from harbincrawl.search.facets import Bar, count_facet
from harbincrawl.search.filters import FILTERS, Filters
from harbincrawl.serve.answers import WebAnswer, make_json
from harbincrawl.serve.readers import Reader
from harbincrawl.serve.visit import Visit

NAMES = {each.field: each.name for each in FILTERS if each.facet}
"""The facets by what their pages are called."""
_SHOWN = 1000


def show_values(visit: Visit) -> WebAnswer:
    """All sections, authors or sources, the most frequent first."""
    (kind,) = visit.arguments
    name = NAMES[kind]
    bars = count_values(visit.reader, name)
    if visit.form == "json":
        return make_json(
            [{"value": bar.value, "count": bar.hits} | ({"path": bar.path} if bar.path else {}) for bar in bars]
        )
    known = [bar for bar in bars if bar.value or bar.path]
    return visit.show(
        "browse.html", kind.capitalize(), here=kind, kind=kind, name=name, bars=known[:_SHOWN], total=len(known),
        without=sum(bar.hits for bar in bars if not (bar.value or bar.path)),
    )  # fmt: skip


def count_values(reader: Reader, name: str) -> list[Bar]:
    """All values of a facet over all articles; copies count."""
    return reader.remember(
        ("values", name), lambda: count_facet(reader.connection, make_choice(Filters()), name, copies=True)
    )
