"""Which articles the site changed after it had published them, and when that was seen."""

from __future__ import annotations

import sqlite3
from typing import NamedTuple


class ArticleChange(NamedTuple):
    """A revision that another one replaced."""

    number: int
    """Internal number of the article."""
    revision: int
    """The one that was replaced."""
    seen: str
    """When the next one was first seen (UTC, RFC 3339)."""


def list_last_changes(connection: sqlite3.Connection, limit: int) -> list[ArticleChange]:
    """The last change of each of the articles that changed last."""
    rows = connection.execute(
        # SQLite takes `revision` from the row with the maximum.
        "SELECT number, revision, max(replaced) AS seen FROM revisions"
        " GROUP BY number ORDER BY seen DESC, number DESC LIMIT ?",
        (limit,),
    )
    return [ArticleChange(*row) for row in rows]
