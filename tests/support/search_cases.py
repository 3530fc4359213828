"""Searches for tests."""

from __future__ import annotations

import sqlite3
from typing import Any

from harbincrawl.search.choice import count_hits, make_choice, search_page
from harbincrawl.search.filters import Filters


def numbers(connection: sqlite3.Connection, query: str = "", sort: str = "best", **filters: Any) -> list[int]:
    """The hits of a search, which must also be as many as its count says."""
    choice = make_choice(Filters(query=query, **filters))
    page = search_page(connection, choice, sort=sort, limit=1000)
    assert len(page.hits) == count_hits(connection, choice)
    return [hit.number for hit in page.hits]
