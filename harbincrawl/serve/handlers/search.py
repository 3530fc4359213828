"""Searching: hits, facets, hits over time, and the same hits as JSON, CSV, JSON lines and a feed."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from harbincrawl.fields import KEYS
from harbincrawl.search.choice import ArticleCondition, fit_choice
from harbincrawl.search.days import Date
from harbincrawl.search.facets import Bar
from harbincrawl.search.filters import Filters
from harbincrawl.search.hits import Hit, HitPage, read_counter, read_hits, search_page
from harbincrawl.search.records import read_records
from harbincrawl.search.snippets import CLOSE, OPEN, read_snippet
from harbincrawl.search.spelling import describe_unknown, find_unknown_words
from harbincrawl.serve.answers import TYPES, Download, WebAnswer, make_json, stream_csv
from harbincrawl.serve.counts import count_found, count_months
from harbincrawl.serve.links import Links, Parameters
from harbincrawl.serve.places import find_place
from harbincrawl.serve.readers import Reader
from harbincrawl.serve.trends import address_months
from harbincrawl.serve.visit import Visit
from harbincrawl.text import shorten, write_json

from .bench import frame_bench, keeping_form, list_orders, refusing
from .facets import LISTED, NAMES, count_facets, list_facets
from .feeds import ENTRIES, make_feed

_HITS = 20
_WORDS = 36
"""Of a snippet."""
_LETTERS = 220
"""Of a snippet without a word that was found."""
_LONGEST = 40_000
"""Characters of a text in which words are marked; the longest known article has a quarter of it."""
_SHOWN = 8
"""Values of a facet that are shown at once."""
_PATIENCE = 1.5
"""Seconds for all snippets: hits are what people wait for."""
_BATCH = 25
"""Records of a download that are made at once."""


@keeping_form("search")
def show_search(visit: Visit, asked: Parameters) -> WebAnswer | Download:
    """A page of hits, or all of them as a download."""
    reader = visit.reader
    understood = fit_choice(reader.connection, asked.filters)
    if visit.form == "atom":
        return _make_feed(visit, asked, understood)
    if visit.form in ("csv", "jsonl"):
        return _make_download(visit, asked)
    sort, copies = asked.sort_of_hits or "best", asked.copies
    with refusing(asked, "after", asked.after):
        page = search_page(
            reader.connection, understood, sort=sort, limit=_HITS, after=asked.after or None, copies=copies
        )
    total = count_found(reader, asked.filters, copies=copies)
    facets = reader.remember(("facets", asked.filters, copies), lambda: count_facets(reader, asked, understood))
    by_month = facets["month"].bars if "month" in facets else None
    months = _compare_months(reader, by_month, understood.date, copies=copies)
    hits = list(describe_hits(visit, understood, page))
    values: dict[str, Any] = understood.describe_reading() | {"total": total, "hits": hits}
    cursor = page.cursor
    following = visit.links.search(asked, visit.form, after=cursor) if cursor else None
    meant = understood.parsed.meant if understood.parsed else ()
    unknown = [] if total or meant else list(find_unknown_words(reader.connection, understood.matching.leaves))
    if visit.form == "json":
        listed = {name: _as_values(name, facets[name].bars) for name in NAMES if name in facets}
        notes = [*values["notes"], *(describe_unknown(word, others) for word, others in unknown)]
        return make_json(
            {"query": asked.q}
            | values
            | {"notes": notes, "page": None if asked.after else 1, "change": read_counter(reader.connection)}
            | {"hits": [make_object(each) for each in hits], "facets": listed}
            | {"months": months, "date": understood.date, "after": cursor, "next": following}
            | {"changed": page.is_changed}
        )
    hinted = [
        (word, [(near, visit.links.search(asked, q=_replace_word(asked.q, word, near))) for near in others])
        for word, others in unknown
    ]
    pairs = asked._replace(after="").pairs()
    place = find_place(reader, understood, asked, sort, page, _HITS)
    return visit.show(
        "search.html", asked.q or "All articles", **frame_bench(visit, "search", asked) | values, shown=_SHOWN,
        facets=list_facets(visit.links, asked, facets), months=months,
        next=following, hinted=hinted, place=place, pairs=pairs, meant=_link_meant(visit.links, asked, meant),
        range=f"{place.first:,}–{place.first + len(hits) - 1:,} of {total:,}" if place else None,
        month_addresses=address_months(visit.links, asked, (each["month"] for each in months if each["hits"]))
        if visit.links.has_room(asked, len(months)) else {},
        previous=visit.links.search(asked, after=place.before) if place and place.first > 1 else None,
        is_changed=page.is_changed, date=understood.date,
        orders=list_orders(visit.links, "search", asked, understood.matching.ranked),
    )  # fmt: skip


def _compare_months(reader: Reader, bars: list[Bar] | None, date: Date, *, copies: bool) -> list[dict[str, Any]]:
    """The hits of each month beside all articles of it, from the first month of the archive to the last."""
    if bars is None:
        return []
    hits = {bar.value: bar.hits for bar in bars if bar.value}
    return [
        {"month": month, "hits": hits.get(month, 0), "articles": articles,
         "per_1000": round(1000 * hits.get(month, 0) / articles, 2)}
        for month, articles in count_months(reader, Filters(date=date), copies=copies).items() if month
    ]  # fmt: skip


def describe_hits(visit: Visit, understood: ArticleCondition, page: HitPage) -> Iterator[dict[str, Any]]:
    """What a page shows of each hit: its record, its title and a snippet with marks, its copies."""
    connection, begin = visit.reader.connection, time.monotonic()
    for hit, record in zip(page.hits, read_records(connection, page.hits), strict=True):
        longest = _LONGEST if time.monotonic() - begin < _PATIENCE else 1
        title, snippet = read_snippet(connection, understood, hit, _WORDS, longest)
        also = [
            {"id": each["id"], "section": each["section"], "title": each["title"]}
            for each in visit.read_records(hit.also)
        ]
        # Without a word that was found it is the text's beginning, which has no end of its own.
        text = snippet if OPEN in snippet else shorten(snippet, _LETTERS)
        yield {"record": record, "title": title or record["title"], "snippet": text, "also": also}


def make_object(hit: dict[str, Any]) -> dict[str, Any]:
    """What JSON says of a hit."""
    snippet = hit["snippet"].replace(OPEN, "").replace(CLOSE, "")
    record: dict[str, Any] = hit["record"]
    return record | {"snippet": snippet, "also": [each["id"] for each in hit["also"]]}


def _as_values(name: str, bars: Sequence[Bar]) -> list[dict[str, Any]]:
    bars = bars[-LISTED:] if name == "month" else bars
    return [{"value": bar.value, "count": bar.hits} | ({"path": bar.path} if bar.path else {}) for bar in bars]


def _link_meant(links: Links, asked: Parameters, meant: Sequence[tuple[str, str]]) -> tuple[str, str] | None:
    """The query with the fields that were probably meant, and its search; None: every field is one."""
    if not meant:
        return None
    query = asked.q
    for typed, right in meant:
        query = query.replace(typed, right)
    return query, links.search(asked, q=query)


def _replace_word(query: str, word: str, near: str) -> str:
    at = query.lower().find(word.lower())
    return query[:at] + near + query[at + len(word) :] if at >= 0 else near


def _make_feed(visit: Visit, parameters: Parameters, understood: ArticleCondition) -> WebAnswer:
    """The first hits, newest first unless asked otherwise, as Atom."""
    connection, links = visit.reader.connection, visit.links
    sort = parameters.sort_of_hits or "newest"
    page = search_page(connection, understood, sort=sort, limit=ENTRIES, copies=parameters.copies)
    title = f"{visit.site.title}: {parameters.q or 'all articles'}"
    own, shown = links.search(parameters, "atom"), links.search(parameters)
    return make_feed(visit, title, own, shown, read_records(connection, page.hits))


def _make_download(visit: Visit, parameters: Parameters) -> Download:
    """All hits, one after the other: the memory that it takes does not grow with their number."""
    form = visit.form

    def write(connection: sqlite3.Connection) -> Iterator[bytes]:
        choice = fit_choice(connection, parameters.filters)
        hits = read_hits(connection, choice, sort=parameters.sort_of_hits or "best", copies=parameters.copies)
        records = _read_all(connection, hits)
        if form == "csv":
            yield from stream_csv(KEYS, (each.values() for each in records))
        else:
            lines = (f"{write_json(each)}\n" for each in records)
            while some := "".join(islice(lines, _BATCH)):
                yield some.encode("utf-8", "replace")

    return Download(write, TYPES[form], f"search.{form}")


def _read_all(connection: sqlite3.Connection, hits: Iterator[Hit]) -> Iterator[dict[str, Any]]:
    while batch := list(islice(hits, _BATCH)):
        yield from read_records(connection, batch)
