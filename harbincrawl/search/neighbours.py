"""The articles before and after one, by date."""

from __future__ import annotations

import sqlite3

_BESIDE = "SELECT number FROM articles WHERE key {} (SELECT key FROM articles WHERE number = ?) ORDER BY key {} LIMIT 1"


def find_neighbours(connection: sqlite3.Connection, number: int) -> tuple[int | None, int | None]:
    """(the next older article, the next newer one) of the article `number`; None at the ends."""
    older = connection.execute(_BESIDE.format("<", "DESC"), (number,)).fetchone()
    newer = connection.execute(_BESIDE.format(">", "ASC"), (number,)).fetchone()
    return (older[0] if older else None), (newer[0] if newer else None)
