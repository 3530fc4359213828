"""The list of captures for programs, as CDX servers give it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from functools import lru_cache, partial

from harbincrawl.archive.mementos import MementoRange, count_captures, cover_address, cover_prefix, list_mementos
from harbincrawl.archive.naming import names_purged
from harbincrawl.archive.purged import read_purged
from harbincrawl.serve.answers import JSON, TEXT, Download, WebAnswer, make_text
from harbincrawl.serve.cdx import PAGE_ROWS, CdxError, CdxQuery, read_query, write_answer
from harbincrawl.serve.kept import find_address
from harbincrawl.serve.mementos import find_host, list_forms
from harbincrawl.serve.visit import Visit
from harbincrawl.sites import Site

_REMEMBERED = 16
"""Addresses of which it is known whether they are purged: rows of one address follow each other."""


def show_list(visit: Visit) -> WebAnswer | Download:
    """The captures that are asked for; what is wrong with the question is one line."""
    try:
        query = read_query(visit.query)
        covered = _find_range(visit, query)
        if query.counts_pages or query.page is not None:
            count = count_captures(visit.reader.connection, covered) if covered else 0
            pages = -(-count // PAGE_ROWS)
            if query.counts_pages:
                return make_text(f"{pages}\n", JSON if query.is_json else TEXT)
            if query.page and query.page >= pages:
                raise CdxError(f"page={query.page}: expected less than {pages}, for so many there are")
    except CdxError as error:
        return WebAnswer(f"{error}\n".encode(), TEXT, status=400)
    return Download(partial(_write, query, covered, visit.site), JSON if query.is_json else TEXT, None)


def _find_range(visit: Visit, query: CdxQuery) -> MementoRange | None:
    """What the archive has of what is asked for; None: nothing."""
    site = visit.site
    if query.match == "exact":
        address = find_address(visit, query.url)
        ends = cover_address(address) if address else None
    elif query.match == "prefix":
        forms = list_forms(query.url, site)
        ends = cover_prefix(forms[0]) if forms else None
    else:
        own, asked = find_host(site.base), find_host(query.url)
        is_own = bool(asked) and site.canonical(f"http://{asked}/") is not None
        is_above = query.match == "domain" and bool(asked) and own.endswith(f".{asked}")
        ends = cover_prefix(f"{site.base}/") if is_own or is_above else None
    return MementoRange(*ends, query.since, query.until, query.after) if ends else None


def _write(
    query: CdxQuery, covered: MementoRange | None, site: Site, connection: sqlite3.Connection
) -> Iterator[bytes]:
    if covered is None:
        yield from write_answer(query, ())
        return
    purged = read_purged(connection)
    # Its pages went with the article, but not what a redirect or a missing page said of its address.
    is_removed = lru_cache(_REMEMBERED)(lambda address: names_purged(f" {address}".encode(), purged, site))
    page = (PAGE_ROWS, query.page * PAGE_ROWS) if query.page is not None else (-1, 0)
    mementos = list_mementos(connection, covered, near=query.near, page=page)
    yield from write_answer(query, (each for each in mementos if not is_removed(each.address)))
