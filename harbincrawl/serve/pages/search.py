"""Searching: a page of hits with its counts, and the same hits as JSON, CSV and a feed."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from typing import Any, NamedTuple

from harbincrawl.api import Hit, Rows
from harbincrawl.api.questions import SEARCH_FILTERS
from harbincrawl.errors import FilterError
from harbincrawl.fields import KEYS
from harbincrawl.serve.answers import PageError, WebAnswer, make_csv, make_json
from harbincrawl.serve.bars import read_bars
from harbincrawl.serve.links import Parameters
from harbincrawl.serve.pager import read_page
from harbincrawl.serve.visit import Visit
from harbincrawl.text import CLOSE, OPEN, count_text, shorten

from .browse import has_articles
from .feed import ENTRIES, make_feed

_HITS = 20
_MOST = 5000
"""Hits of a table: what is more is the command's."""
_LETTERS = 220
"""Of a snippet without a word that was found."""
_VALUES = 10
"""Of a facet."""
_PATIENCE = 1.0
"""Seconds for each facet: hits are what people wait for."""
_ORDERS = {"best": "best match", "newest": "newest", "oldest": "oldest"}


class Facet(NamedTuple):
    """The most frequent values of a filter."""

    label: str
    values: list[tuple[str, int, str]]
    """(value, hits, address of the search with it)."""
    all: str | None
    """The address of the search without the filter; None: it is not set."""


def show_search(visit: Visit) -> WebAnswer:
    """A page of hits, or all of them as a table; what cannot be read is said above the form."""
    try:
        return _show_hits(visit, visit.asked)
    except FilterError as error:
        if visit.form != "html":
            raise
        return visit.show("search.html", "Search", status=400, error=str(error), typed=visit.query, is_empty=False)


def _show_hits(visit: Visit, asked: Parameters) -> WebAnswer:
    links = visit.links
    if visit.form == "atom":
        newest = _search(visit, asked, asked.sort or "newest", ENTRIES)
        title = f"{visit.site.title}: {asked.q or 'all articles'}"
        return make_feed(
            visit, title, links.search(asked, "atom"), links.search(asked), (hit.to_dict() for hit in newest)
        )
    if visit.form == "csv":
        return _make_table(visit, asked)
    hits = _search(visit, asked, asked.sort or "best", _HITS, (asked.page - 1) * _HITS)
    total = hits.total or 0
    place = read_page(visit.query, total, _HITS)
    steps = place.link(lambda number: links.search(asked, visit.form, page=number))
    found = [(hit, *_cut_snippet(hit)) for hit in hits]
    if visit.form == "json":
        about = {"query": asked.q, "total": total, "page": place.page, "notes": list(hits.notes), "next": steps["next"]}
        return make_json(about | {"hits": [_make_object(hit, snippet) for hit, _, snippet in found]})
    is_linked = total > 0 and not asked.is_long
    return visit.show(
        "search.html", asked.q or "All articles", here="search", error=None, typed=visit.query, asked=asked,
        total=total, notes=hits.notes, hits=found, facets=list(_list_facets(visit, asked)) if is_linked else [],
        bars=read_bars(visit, asked) if is_linked else None, range=place.describe(), first=place.offset + 1,
        orders=_list_orders(visit, asked), is_empty=not has_articles(visit.reader), **steps,
        kept=asked._replace(page=1, sort="", copies=False).pairs(),
    )  # fmt: skip


def _search(visit: Visit, asked: Parameters, sort: Any, limit: int, offset: int = 0) -> Rows[Hit]:
    return visit.reader.archive.search(
        asked.q, sort=sort, limit=limit, offset=offset, copies=asked.copies, **asked.filters
    )


def _make_table(visit: Visit, asked: Parameters) -> WebAnswer:
    hits = _search(visit, asked, asked.sort or "best", _MOST)
    if hits.is_cut:
        command = f"harbincrawl search {shlex.quote(asked.q)} --limit 0 --format csv"
        raise PageError(
            413, "Too much for a page",
            f"These are {count_text(hits.total or 0, 'hit')}, and a table has at most {_MOST:,}. The command has all:"
            f" {command}",
        )  # fmt: skip
    return make_csv("search.csv", KEYS, (hit.to_dict().values() for hit in hits))


def _cut_snippet(hit: Hit) -> tuple[str, str]:
    """(title, piece of the text) with what was found marked."""
    title, text = hit.cut_snippet(marks=(OPEN, CLOSE))
    # Without a word that was found it is the text's beginning, which has no end of its own.
    return title or hit.title or "", text if OPEN in text else shorten(text, _LETTERS)


def _make_object(hit: Hit, snippet: str) -> dict[str, Any]:
    """What JSON says of a hit."""
    return hit.to_dict() | {"snippet": snippet.replace(OPEN, "").replace(CLOSE, ""), "also": list(hit.copies)}


def _list_facets(visit: Visit, asked: Parameters) -> Iterator[Facet]:
    """The sections, sources and authors of the hits, as far as they can be counted in time."""
    archive = visit.reader.archive
    for name in (each.name for each in SEARCH_FILTERS if each.facet):

        def count(name: Any = name) -> Rows[Any]:
            return archive.facet(name, asked.q, copies=asked.copies, **asked.filters)

        values = [
            (row.value or row.path or "", row.articles, _address(visit, asked, name, row.path or row.value or ""))
            for row in (visit.reader.within(_PATIENCE, count) or ())
            if row.value or row.path
        ]
        is_set = bool(asked.texts(name))
        if len(values) > 1 or is_set:
            everything = _address(visit, asked, name, "") if is_set else None
            yield Facet(name.capitalize(), values[:_VALUES], everything)


def _address(visit: Visit, asked: Parameters, name: str, value: str) -> str:
    """The search with another value of a filter."""
    return visit.links.search(asked.change(**{name: value}))


def _list_orders(visit: Visit, asked: Parameters) -> list[tuple[str, str, bool]]:
    """(name, address, whether it is used) of the orders that the hits have."""
    names = [name for name in _ORDERS if asked.q or name != "best"]
    used = asked.sort if asked.sort in names else names[0]
    return [
        (_ORDERS[name], visit.links.search(asked, sort="" if name == names[0] else name), name == used)
        for name in names
    ]
