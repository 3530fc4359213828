"""Searching: hits, facets, hits over time, and the same hits as JSON, CSV, JSON lines and a feed."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from harbincrawl.fields import KEYS
from harbincrawl.search.choice import ArticleCondition, fit_choice, make_choice
from harbincrawl.search.days import Date
from harbincrawl.search.facets import FILTERED, Bar, count_facet
from harbincrawl.search.hits import Hit, HitPage, count_hits, read_counter, read_hits, search_page
from harbincrawl.search.records import read_records
from harbincrawl.search.snippets import CLOSE, OPEN, read_snippet
from harbincrawl.search.spelling import describe_unknown, find_unknown_words
from harbincrawl.serve.answers import TYPES, Download, WebAnswer, make_json, stream_csv
from harbincrawl.serve.links import Parameters
from harbincrawl.serve.readers import Reader
from harbincrawl.serve.strip import read_strip
from harbincrawl.serve.visit import Visit
from harbincrawl.text import shorten, write_json

from .feeds import ENTRIES, make_feed
from .overview import count_months, count_values

_HITS = 20
_WORDS = 36
"""Of a snippet."""
_LETTERS = 220
"""Of a snippet without a word that was found."""
_LONGEST = 40_000
"""Characters of a text in which words are marked; the longest known article has a quarter of it."""
_FACETS = ("month", *FILTERED)
_SHOWN = 8
"""Values of a facet that are shown at once."""
_LISTED = 200
"""Values of a facet in all."""
_PATIENCE = 1.5
"""Seconds for each facet, and for all snippets: hits are what people wait for."""
_BATCH = 25
"""Records of a download that are made at once."""


def show_search(visit: Visit) -> WebAnswer | Download:
    """A page of hits, or all of them as a download."""
    parameters = Parameters.read(visit.query)
    if visit.form == "atom":
        return _make_feed(visit, parameters)
    if visit.form in ("csv", "jsonl"):
        return _make_download(visit, parameters)
    reader = visit.reader
    understood = fit_choice(reader.connection, parameters.filters)
    choice, copies = understood, parameters.copies
    page = search_page(
        reader.connection, choice, sort=parameters.sort or "best", limit=_HITS, after=parameters.after or None,
        copies=copies,
    )  # fmt: skip
    same = parameters._replace(after="", sort="")
    total = reader.remember(("total", same), lambda: count_hits(reader.connection, choice, copies=copies))
    facets = reader.remember(("facets", same), lambda: _count_facets(reader, understood, copies))
    months = _compare_months(reader, facets.get("month"), choice.date, copies)
    hits = list(describe_hits(visit, understood, page))
    values: dict[str, Any] = understood.describe_reading() | {"total": total, "hits": hits}
    cursor = page.cursor
    following = visit.links.search(parameters, visit.form, after=cursor) if cursor else None
    unknown = [] if total else list(find_unknown_words(reader.connection, choice.matching.leaves))
    if visit.form == "json":
        notes = [*values["notes"], *(describe_unknown(word, others) for word, others in unknown)]
        return make_json(
            {"query": parameters.q}
            | values
            | {"notes": notes, "page": None if parameters.after else 1, "change": read_counter(reader.connection)}
            | {"hits": [make_object(each) for each in hits], "facets": {n: _as_values(b) for n, b in facets.items()}}
            | {"months": months, "date": choice.date, "after": cursor, "next": following, "changed": page.is_changed}
        )
    hinted = [
        (word, [(near, visit.links.search(parameters, q=_replace_word(parameters.q, word, near))) for near in others])
        for word, others in unknown
    ]
    return visit.show(
        "search.html", parameters.q or "All articles", here="search", parameters=parameters, **values,
        facets=[(name, facets.get(name)) for name in _FACETS], shown=_SHOWN, months=months,
        strip=read_strip(visit, parameters) if total else None, next=following, hinted=hinted,
        is_first=not parameters.after,
        is_changed=page.is_changed,
        date=choice.date, offers={"section": reader.remember("sections", lambda: _list_sections(visit))},
    )  # fmt: skip


def _count_facets(reader: Reader, understood: ArticleCondition, copies: bool) -> dict[str, list[Bar]]:
    """The facets that can be counted in time."""
    found: dict[str, list[Bar]] = {}
    for name in _FACETS:
        bars = reader.within(
            _PATIENCE,
            lambda name=name: count_facet(reader.connection, understood, name, copies=copies),  # type: ignore[misc]
        )
        if bars is None:
            break
        found[name] = bars[-_LISTED:] if name == "month" else bars[:_LISTED]
    return found


def _compare_months(reader: Reader, bars: list[Bar] | None, date: Date, copies: bool) -> list[dict[str, Any]]:
    """The hits of each month beside all articles of it, from the first month of the archive to the last."""
    if bars is None:
        return []
    hits = {bar.value: bar.hits for bar in bars if bar.value}
    return [
        {"month": bar.value, "hits": hits.get(bar.value, 0), "articles": bar.hits,
         "per_1000": round(1000 * hits.get(bar.value, 0) / bar.hits, 2)}
        for bar in count_months(reader, date, copies=copies) if bar.value
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


def _as_values(bars: Iterable[Bar]) -> list[dict[str, Any]]:
    return [{"value": bar.value, "count": bar.hits} | ({"path": bar.path} if bar.path else {}) for bar in bars]


def _list_sections(visit: Visit) -> list[tuple[str, str]]:
    """(path, label) of all sections."""
    return [(bar.path, bar.value or bar.path) for bar in count_values(visit.reader, "section") if bar.path]


def _replace_word(query: str, word: str, near: str) -> str:
    at = query.lower().find(word.lower())
    return query[:at] + near + query[at + len(word) :] if at >= 0 else near


def _make_feed(visit: Visit, parameters: Parameters) -> WebAnswer:
    """The first hits, newest first unless asked otherwise, as Atom."""
    connection, links = visit.reader.connection, visit.links
    choice = fit_choice(connection, parameters.filters)
    page = search_page(
        connection, choice, sort=parameters.sort or "newest", limit=ENTRIES, copies=parameters.copies
    )  # fmt: skip
    title = f"{visit.site.title}: {parameters.q or 'all articles'}"
    own, shown = links.search(parameters, "atom"), links.search(parameters)
    return make_feed(visit, title, own, shown, read_records(connection, page.hits))


def _make_download(visit: Visit, parameters: Parameters) -> Download:
    """All hits, one after the other: the memory that it takes does not grow with their number. Raises FilterError."""
    make_choice(parameters.filters)
    form = visit.form

    def write(connection: sqlite3.Connection) -> Iterator[bytes]:
        choice = fit_choice(connection, parameters.filters)
        hits = read_hits(connection, choice, sort=parameters.sort or "best", copies=parameters.copies)
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
