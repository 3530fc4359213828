"""Lists to browse: sections, authors, sources, each with the number of its articles."""

from __future__ import annotations

from harbincrawl.search.facets import Bar, count_facet
from harbincrawl.search.filters import Filters, make_choice
from harbincrawl.serve.answers import WebAnswer, make_json, not_found
from harbincrawl.serve.readers import Reader
from harbincrawl.serve.visit import Visit

_NAMES = {"sections": "section", "authors": "author", "sources": "source"}
_SHOWN = 1000


def show_values(visit: Visit) -> WebAnswer:
    """All sections, authors or sources, the most frequent first."""
    (kind,) = visit.arguments
    if kind not in _NAMES:
        raise not_found(f"There is no page {kind[:80]}.")
    name = _NAMES[kind]
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
