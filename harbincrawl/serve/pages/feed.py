"""The feed of the whole archive: what is new and what changed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from harbincrawl.search.choice import make_record, select_records
from harbincrawl.search.filters import Filters
from harbincrawl.serve.answers import TYPES, WebAnswer
from harbincrawl.serve.feeds import write_feed
from harbincrawl.serve.visit import Visit

_ENTRIES = 50


def show_feed(visit: Visit) -> WebAnswer:
    """The articles that changed last, as Atom."""
    connection = visit.reader.connection
    site, links = visit.site, visit.links
    parts = write_feed(
        connection, links, site, site.title, links.to("/feed.atom"), links.to("/"), _read_changed(connection)
    )
    return WebAnswer(b"".join(parts), TYPES["atom"])


def _read_changed(connection: sqlite3.Connection) -> Iterator[dict[str, object]]:
    sql, values = select_records(Filters(), "change")
    return map(make_record, connection.execute(f"{sql} DESC LIMIT ?", (*values, _ENTRIES)))
