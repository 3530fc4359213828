"""Searching: a page of hits with its counts, and the same hits as JSON, CSV and a feed."""

from __future__ import annotations

import shlex
import time
from collections.abc import Iterator
from typing import Any, NamedTuple

from harbincrawl.errors import FilterError
from harbincrawl.fields import KEYS
from harbincrawl.search.choice import ArticleCondition, fit_choice
from harbincrawl.search.facets import FILTERED, count_facet
from harbincrawl.search.filters import BY_NAME
from harbincrawl.search.hits import SORTS, Hit, count_hits, search_page
from harbincrawl.search.records import read_records
from harbincrawl.search.snippets import CLOSE, OPEN, read_snippet
from harbincrawl.search.spelling import find_unknown_words
from harbincrawl.serve.answers import PageError, WebAnswer, make_csv, make_json
from harbincrawl.serve.bars import read_bars
from harbincrawl.serve.links import Parameters
from harbincrawl.serve.pager import PageRange, read_page
from harbincrawl.serve.visit import Visit
from harbincrawl.text import count_text, shorten

from .feeds import ENTRIES, make_feed
from .overview import describe_nothing

_HITS = 20
_MOST = 5000
"""Hits of a table: what is more is the command's."""
_WORDS = 36
"""Of a snippet."""
_LETTERS = 220
"""Of a snippet without a word that was found."""
_LONGEST = 40_000
"""Characters of a text in which words are marked; the longest known article has a quarter of it."""
_VALUES = 10
"""Of a facet."""
_PATIENCE = 1.0
"""Seconds for each facet, and for all snippets: hits are what people wait for."""
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
        return _show_hits(visit, Parameters.read(visit.query))
    except (FilterError, PageError) as error:
        if visit.form != "html" or (isinstance(error, PageError) and error.status != 400):
            raise
        text = error.text if isinstance(error, PageError) else str(error)
        return visit.show("search.html", "Search", status=400, error=text, typed=visit.query, nothing=None)


def _show_hits(visit: Visit, asked: Parameters) -> WebAnswer:
    connection = visit.reader.connection
    understood = fit_choice(connection, asked.filters)
    if visit.form == "atom":
        newest = _read_page(visit, understood, asked, asked.sort or "newest", PageRange(1, ENTRIES, 0))
        title = f"{visit.site.title}: {asked.q or 'all articles'}"
        own, page = visit.links.search(asked, "atom"), visit.links.search(asked)
        return make_feed(visit, title, own, page, read_records(connection, newest))
    total = visit.reader.remember(
        ("total", asked.filters, asked.copies), lambda: count_hits(connection, understood, copies=asked.copies)
    )
    sort = asked.sort or "best"
    if visit.form == "csv":
        return _make_table(visit, understood, asked, sort, total)
    place = read_page(visit.query, total, _HITS)
    found = list(_describe_hits(visit, understood, _read_page(visit, understood, asked, sort, place)))
    steps = place.link(lambda number: visit.links.search(asked, visit.form, page=number))
    values: dict[str, Any] = understood.describe_reading() | {"total": total, "page": place.page}
    if visit.form == "json":
        return make_json({"query": asked.q} | values | {"next": steps["next"], "hits": list(map(_make_object, found))})
    unknown = [] if total else list(find_unknown_words(connection, understood.matching.leaves))
    return visit.show(
        "search.html", asked.q or "All articles", here="search", error=None, typed=visit.query, asked=asked, **values,
        hits=found, facets=list(_list_facets(visit, understood, asked)) if total else [],
        bars=read_bars(visit, asked) if total else None, range=place.describe(), first=place.offset + 1,
        orders=_list_orders(visit, asked, understood), nothing=describe_nothing(visit.reader), **steps,
        hints=[
            (word, near, visit.links.search(asked, q=_replace_word(asked.q, word, near)))
            for word, others in unknown for near in others[:1]
        ],
        pairs=asked._replace(page=1).pairs(), kept=asked._replace(page=1, sort="", copies=False).pairs(),
    )  # fmt: skip


def _read_page(visit: Visit, understood: ArticleCondition, asked: Parameters, sort: str, place: PageRange) -> list[Hit]:
    found = search_page(
        visit.reader.connection, understood, sort=sort, limit=place.size, offset=place.offset, copies=asked.copies
    )
    return list(found.hits)


def _make_table(visit: Visit, understood: ArticleCondition, asked: Parameters, sort: str, total: int) -> WebAnswer:
    if total > _MOST:
        command = f"harbincrawl search {shlex.quote(asked.q)} --limit 0 --format csv"
        raise PageError(
            413, "Too much for a page",
            f"These are {count_text(total, 'hit')}, and a table has at most {_MOST:,}. The command has all: {command}",
        )  # fmt: skip
    found = _read_page(visit, understood, asked, sort, PageRange(1, _MOST, total))
    return make_csv("search.csv", KEYS, (each.values() for each in read_records(visit.reader.connection, found)))


def _describe_hits(visit: Visit, understood: ArticleCondition, hits: list[Hit]) -> Iterator[dict[str, Any]]:
    """What a page shows of each hit: its record, its title and a snippet with marks, its copies."""
    connection, begin = visit.reader.connection, time.monotonic()
    for hit, record in zip(hits, read_records(connection, hits), strict=True):
        longest = _LONGEST if time.monotonic() - begin < _PATIENCE else 1
        title, snippet = read_snippet(connection, understood, hit, _WORDS, longest)
        # Without a word that was found it is the text's beginning, which has no end of its own.
        text = snippet if OPEN in snippet else shorten(snippet, _LETTERS)
        yield {
            "record": record, "title": title or record["title"], "snippet": text, "also": visit.read_records(hit.also)
        }  # fmt: skip


def _make_object(hit: dict[str, Any]) -> dict[str, Any]:
    """What JSON says of a hit."""
    snippet = hit["snippet"].replace(OPEN, "").replace(CLOSE, "")
    record: dict[str, Any] = hit["record"]
    return record | {"snippet": snippet, "also": [each["id"] for each in hit["also"]]}


def _list_facets(visit: Visit, understood: ArticleCondition, asked: Parameters) -> Iterator[Facet]:
    """The sections, sources and authors of the hits, as far as they can be counted in time."""
    connection = visit.reader.connection
    for name in FILTERED:
        bars = visit.reader.within(
            _PATIENCE,
            lambda name=name: count_facet(connection, understood, name, copies=asked.copies),  # type: ignore[misc]
        )
        values = [
            (bar.value or bar.path or "", bar.hits, _address(visit, asked, name, (bar.path or bar.value or "",)))
            for bar in (bars or ())[:_VALUES]
            if bar.value or bar.path
        ]
        is_set = bool(asked.texts(name))
        if len(values) > 1 or is_set:
            everything = _address(visit, asked, name, ()) if is_set else None
            yield Facet(BY_NAME[name].name.capitalize(), values, everything)


def _address(visit: Visit, asked: Parameters, name: str, values: tuple[str, ...]) -> str:
    """The search with other values of a filter."""
    changes: dict[str, Any] = {name: values}
    return visit.links.search(asked, **changes)


def _list_orders(visit: Visit, asked: Parameters, understood: ArticleCondition) -> list[tuple[str, str, bool]]:
    """(name, address, whether it is used) of the orders that the hits have."""
    names = SORTS if understood.matching.ranked else ("newest", "oldest")
    used = asked.sort if asked.sort in names else names[0]
    return [
        (_ORDERS[name], visit.links.search(asked, sort="" if name == names[0] else name), name == used)
        for name in names
    ]


def _replace_word(query: str, word: str, near: str) -> str:
    at = query.lower().find(word.lower())
    return query[:at] + near + query[at + len(word) :] if at >= 0 else near
