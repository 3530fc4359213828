"""Measures of a finished run for the health rules, counted from the database."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable

_FIELDS = ("read", "title", "date", "source", "body", "photos")
_SQL = """SELECT a.section_path, count(*), total(a.title IS NOT NULL), total(a.updated IS NOT NULL),
  total(a.source IS NOT NULL), total(a.body IS NOT NULL),
  total(a.body IS NULL AND EXISTS (SELECT 1 FROM images AS i WHERE i.number = a.number))
 FROM articles AS a JOIN captures AS c ON c.id = a.capture
 WHERE c.run = ? AND a.id IN (SELECT value FROM json_each(?)) GROUP BY a.section_path"""


def measure_articles(connection: sqlite3.Connection, run: int, ids: Iterable[str]) -> dict[str, Counter[str]]:
    """By section, of those articles of `ids` whose stored state was read from a page of `run`, how many were `read`.

    And of these those with a `title`, `date`, `source` and `body`; with pictures and without a body: `photos`.
    """
    rows = connection.execute(_SQL, (run, json.dumps(list(ids))))
    return {path: Counter(dict(zip(_FIELDS, map(int, counts), strict=True))) for path, *counts in rows}


def list_failed(connection: sqlite3.Connection, run: int, kind: str) -> list[str]:
    """Addresses of the articles that failed in `run` with the failure class `kind`."""
    rows = connection.execute(
        "SELECT address FROM failures WHERE run = ? AND class = ? AND number IS NOT NULL", (run, kind)
    )
    return [address for (address,) in rows]


def measure_database(connection: sqlite3.Connection) -> dict[str, int]:
    """`stored` (number of articles) and `database_bytes`."""
    (stored,) = connection.execute("SELECT count(*) FROM articles").fetchone()
    return {"stored": stored, "database_bytes": measure_pages(connection)}


def measure_pages(connection: sqlite3.Connection) -> int:
    """Bytes of the database, without its write-ahead log, which has pages twice and is gone when all is closed."""
    (pages,), (size,) = (connection.execute(f"PRAGMA main.{name}").fetchone() for name in ("page_count", "page_size"))
    return int(pages) * int(size)
