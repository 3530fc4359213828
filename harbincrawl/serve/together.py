"""A search in all archives: each is asked by its own threads, and what they find is put in one order."""

from __future__ import annotations

import asyncio
import heapq
import logging
import sqlite3
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import islice
from operator import attrgetter
from typing import Any, NamedTuple, TypeVar

from multidict import MultiMapping

from harbincrawl.errors import FilterError, HarbincrawlError
from harbincrawl.fields import SITE_NAME
from harbincrawl.search.choice import fit_choice
from harbincrawl.search.hits import HALF_LIFE, Hit, HitPage, is_of_another_change, make_mark, read_order
from harbincrawl.search.merging import MergedHit, Source, join_parts, rank_hits, read_part, split_cursor, write_part

from .answers import Form, PageError, WebAnswer, make_json
from .app import App
from .counts import count_found
from .handlers.bench import CHIPS, by_name, list_chips, list_hidden, list_orders, list_unshown, refusing
from .handlers.search import describe_hits, make_object
from .links import Links, Parameters, Refusal, RefusedError
from .looks import render
from .readers import SECONDS, BusyError, LateError, Reader
from .visit import Visit

log = logging.getLogger(__name__)

_HITS = 20
_PATIENCE = 1.5
"""Seconds for counting the hits of one archive."""
_MOST_PLACES = 1000
"""Pages whose place is known."""
R = TypeVar("R")


class _Ranked(NamedTuple):
    """A hit, where it is in the order of all, and its wording."""

    place: tuple[int, int, int]
    merged: MergedHit
    wording: tuple[str, str]
    """Id and fingerprint."""


class _Part(NamedTuple):
    """What one archive found."""

    site: str
    order: str
    mark: str
    """Of its cursors."""
    hits: list[_Ranked]
    """At most _HITS and one."""
    total: int | None
    """None: too many to count in time."""
    query: dict[str, Any]
    """How the query was read."""


class Together:
    """Several archives as one to search in; `apps` by name, in the order in which they were named."""

    def __init__(self, apps: Mapping[str, App]) -> None:
        self._apps = apps
        self._names = list(apps)
        self._places: OrderedDict[Parameters, tuple[int, str]] = OrderedDict()
        """By search and cursor how many hits were shown on the pages before, and the cursor of the one before."""

    async def search(self, links: Links, query: MultiMapping[str], form: Form) -> WebAnswer:
        """A page of hits. Raises PageError."""
        try:
            return await self._find(links, Parameters.read(query), query, form)
        except RefusedError as error:
            if form != "html":
                raise
            values = self._frame(links, error.parameters, error.refusals)
            return WebAnswer(render("search_all.html", values), status=400, is_kept=False)

    def _frame(self, links: Links, asked: Parameters, refusals: Sequence[Refusal] = ()) -> dict[str, Any]:
        """What the page has beside its hits: the form, filters in use, what was refused."""
        return {
            "links": links, "here": "search", "title": asked.q or "All articles", "parameters": asked,
            "hits": None, "chips": list_chips(links, "search", asked, {})[:CHIPS],
            "hidden": list_hidden("search", asked),
            "refused": by_name(refusals),
            "unshown": list_unshown("search", asked, refusals),
        }  # fmt: skip

    async def _find(self, links: Links, parameters: Parameters, query: MultiMapping[str], form: Form) -> WebAnswer:
        with refusing(parameters, "after", parameters.after):
            shown = split_cursor(parameters.after, len(self._names)) if parameters.after else {}
        failed: dict[int, str] = {}
        # No query is refused: what an archive refuses is its part of the cursor.
        with refusing(parameters, "after", parameters.after):
            parts = await self._ask_each(
                {at: _find_hits(at, parameters, shown.get(at)) for at in range(len(self._names))}, failed
            )
        if not parts:
            raise PageError(503, "No archive answers", "; ".join(f"{self._names[at]}: {failed[at]}" for at in failed))
        repeated = await self._find_repeated(parts, failed)
        hits, cursor = _merge(parts, repeated, shown, len(self._names))
        described = await self._describe(hits, links, query, parameters, failed)
        is_shared = len({part.site for part in parts.values()}) < len(parts)
        totals = [part.total for part in parts.values()]
        total = None if is_shared or None in totals else sum(filter(None, totals))
        own = {at: self._link(at, links) for at in parts}
        is_changed = any(is_of_another_change(shown[at], part.mark) for at, part in parts.items() if at in shown)
        values: dict[str, Any] = next(iter(parts.values())).query | {"total": total}
        following = links.search(parameters, form, after=cursor) if cursor else None
        if form == "json":
            return make_json(
                {"query": parameters.q}
                | values
                | {
                    "hits": [
                        make_object(hit) | {"archive": self._names[at], "page": own[at].article(hit["record"]["id"])}
                        for at, hit in described
                    ],
                    "archives": [{"name": self._names[at], "hits": part.total} for at, part in parts.items()],
                    "failed": {self._names[at]: reason for at, reason in failed.items()},
                    "after": cursor,
                    "next": following,
                    "changed": is_changed,
                }
            )
        values |= self._frame(links, parameters) | {
            "hits": [(own[at], self._names[at], hit) for at, hit in described],
            "counts": [(own[at], self._names[at], part.total) for at, part in parts.items()],
            "failed": [(self._names[at], reason) for at, reason in failed.items()],
            "is_shared": is_shared, "next": following, "is_changed": is_changed,
            **self._place(links, parameters, cursor, len(described), total, is_changed=is_changed or bool(failed)),
            "pairs": parameters._replace(after="").pairs(),
            "orders": list_orders(links, "search", parameters, bool(parameters.q)),
        }  # fmt: skip
        return WebAnswer(render("search_all.html", values))

    def _place(
        self, links: Links, asked: Parameters, cursor: str | None, count: int, total: int | None, *, is_changed: bool
    ) -> dict[str, Any]:
        """Which hits the page has, and the page before it: known to whoever went from page to page, else left out."""
        place = (0, "") if not asked.after else self._places.get(asked)
        if place is None or is_changed or not count:
            return {"range": None, "previous": None}
        first, before = place
        if cursor:
            self._places[asked._replace(after=cursor)] = first + count, asked.after
            while len(self._places) > _MOST_PLACES:
                self._places.popitem(last=False)
        shown = f"{first + 1:,}–{first + count:,}"
        return {
            "range": f"{shown} of {total:,}" if total is not None else shown,
            "previous": links.search(asked, after=before) if asked.after else None,
        }

    def _link(self, at: int, links: Links) -> Links:
        return Links(self._apps[self._names[at]].settings.base, links.origin)

    async def _ask_each(self, questions: Mapping[int, Callable[[Reader], R]], failed: dict[int, str]) -> dict[int, R]:
        """The answers of archives; one that does not answer is put down, and the others do. Raises FilterError."""

        async def ask(at: int, question: Callable[[Reader], R]) -> tuple[int, R] | None:
            app = self._apps[self._names[at]]
            try:
                return at, await app.readers.ask(question, app.watch.read_state(time.monotonic()), "searches")
            except LateError:
                failed[at] = f"it took more than {SECONDS:g} seconds"
            except BusyError:
                failed[at] = "it has too many questions to answer"
            except FilterError:
                raise
            except (HarbincrawlError, sqlite3.Error, OSError) as error:
                log.warning("archive %s does not answer: %s", self._names[at], error)
                failed[at] = "it cannot be read; harbincrawl rebuild makes its database anew"
            return None

        answers = await asyncio.gather(*(ask(at, question) for at, question in questions.items()))
        return dict(filter(None, answers))

    async def _find_repeated(self, parts: Mapping[int, _Part], failed: dict[int, str]) -> set[tuple[str, str, str]]:
        """(site, id, fingerprint) of what archives have alike; looked up in all but the last archive of each site."""
        wanted: dict[int, set[tuple[str, str]]] = {}
        for at, part in parts.items():
            later = [other for place, other in parts.items() if place > at and other.site == part.site]
            if later:
                wanted[at] = {ranked.wording for other in later for ranked in other.hits}
        found = await self._ask_each({at: _find_wordings(wordings) for at, wordings in wanted.items()}, failed)
        return {(parts[at].site, *wording) for at, wordings in found.items() for wording in wordings}

    async def _describe(
        self,
        hits: list[MergedHit],
        links: Links,
        query: MultiMapping[str],
        parameters: Parameters,
        failed: dict[int, str],
    ) -> list[tuple[int, dict[str, Any]]]:
        """What the page shows of each hit, with the place of its archive."""
        chosen: dict[int, list[Hit]] = {}
        for merged in hits:
            chosen.setdefault(merged.source, []).append(merged.hit)
        found = await self._ask_each(
            {at: _describe_hits(self._link(at, links), query, parameters, own) for at, own in chosen.items()}, failed
        )
        return [
            (merged.source, found[merged.source][merged.hit.number])
            for merged in hits
            if merged.hit.number in found.get(merged.source, ())
        ]


def _merge(
    parts: Mapping[int, _Part], repeated: Collection[tuple[str, str, str]], shown: Mapping[int, str], count: int
) -> tuple[list[MergedHit], str | None]:
    """The first hits of all, each once, and the cursor after the last one; None if no more follow."""
    sites = [(at, part.site) for at, part in parts.items()]
    firsts = {site: at for at, site in reversed(sites)}
    last = dict(shown)
    hits: list[MergedHit] = []
    for ranked in heapq.merge(*(part.hits for part in parts.values()), key=attrgetter("place")):
        at = ranked.merged.source
        part = parts[at]
        is_new = firsts[part.site] == at or (part.site, *ranked.wording) not in repeated
        if is_new and len(hits) == _HITS:
            return hits, join_parts(last, count)
        hits += [ranked.merged] if is_new else []
        last[at] = write_part(ranked.merged, part.order, part.mark)
        if ranked is part.hits[-1] and len(part.hits) > _HITS:
            # Nobody knows what follows in this archive.
            return hits, join_parts(last, count)
    return hits, None


def _find_hits(at: int, parameters: Parameters, shown: str | None) -> Callable[[Reader], _Part]:
    """The first hits of an archive behind the one that was shown last."""

    def find(reader: Reader) -> _Part:
        connection = reader.connection
        understood = fit_choice(connection, parameters.filters)
        choice, sort = understood, parameters.sort_of_hits or "best"
        order = read_order(choice, sort)
        mark = make_mark(connection, choice, copies=parameters.copies)
        start = read_part(shown, order, mark, connection) if shown else None
        (site,) = connection.execute(f"SELECT {SITE_NAME}").fetchone()
        source = Source("", site, connection, choice)
        ranked = rank_hits(at, source, sort, order, start, _HITS + 1, parameters.copies, HALF_LIFE)
        found = [
            _Ranked(place, merged, _read_wording(connection, merged.hit)) for place, merged in islice(ranked, _HITS + 1)
        ]
        total = reader.within(_PATIENCE, lambda: count_found(reader, parameters.filters, copies=parameters.copies))
        return _Part(site, order, mark, found, total, understood.describe_reading())

    return find


def _read_wording(connection: sqlite3.Connection, hit: Hit) -> tuple[str, str]:
    id, fingerprint = connection.execute(
        "SELECT id, fingerprint FROM articles WHERE number = ?", (hit.number,)
    ).fetchone()
    return str(id), str(fingerprint)


def _find_wordings(wordings: Collection[tuple[str, str]]) -> Callable[[Reader], set[tuple[str, str]]]:
    """Those of the wordings that an archive has."""
    sql = "SELECT 1 FROM articles WHERE (id, fingerprint) = (?, ?)"
    return lambda reader: {each for each in wordings if reader.connection.execute(sql, each).fetchone()}


def _describe_hits(
    links: Links, query: MultiMapping[str], parameters: Parameters, hits: list[Hit]
) -> Callable[[Reader], dict[int, dict[str, Any]]]:
    """What the page shows of the hits of an archive, by number; what was purged a moment ago is left out."""

    def describe(reader: Reader) -> dict[int, dict[str, Any]]:
        there = "SELECT 1 FROM articles WHERE key = ?"
        left = tuple(hit for hit in hits if reader.connection.execute(there, (hit.key,)).fetchone())
        understood = fit_choice(reader.connection, parameters.filters)
        visit = Visit(reader, links, query, "html", ())
        described = describe_hits(visit, understood, HitPage(left, None))
        return {hit.number: each for hit, each in zip(left, described, strict=True)}

    return describe
