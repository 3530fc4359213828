"""Which row of a database is damaged: looked for once a command could not use what it had read."""

from __future__ import annotations

import json
import sqlite3
from datetime import date

from harbincrawl.text import read_time

_TYPES: dict[str, tuple[type, ...]] = {"TEXT": (str,), "INTEGER": (int,), "REAL": (float, int), "BLOB": (bytes,)}
_JSON = {
    ("articles", "authors"), ("revisions", "images"), ("runs", "arguments"), ("runs", "versions"), ("runs", "report"),
    ("queue", "state"), ("layouts", "samples"), ("layouts", "layout"), ("_list_pages", "listing"),
}  # fmt: skip
_DAYS = {"created", "updated", "date"}
_TIMES = {"started", "ended", "fetched_at", "first_seen", "last_seen", "last_changed", "seen", "replaced", "full_at"}
_LONGEST_KEY = 80


def find_damaged_row(connection: sqlite3.Connection) -> str | None:
    """The first value that its column cannot have, as `the title of the row 5370 of articles`; None: there is none.

    It reads the whole database. Raises sqlite3.Error.
    """
    connection.text_factory = lambda data: data.decode("utf-8", "surrogateescape")
    tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT GLOB '*_fts*'")
    for (table,) in tables.fetchall():
        columns = connection.execute(f"PRAGMA table_info({table})").fetchall()
        keys = [at for at, (*_, place) in enumerate(columns) if place]
        for row in connection.execute(f"SELECT * FROM {table}"):
            for (_, column, kind, is_needed, *_), value in zip(columns, row, strict=True):
                if is_needed if value is None else not _can_be(table, column, kind, value):
                    key = ", ".join(ascii(row[at])[:_LONGEST_KEY] for at in keys)
                    return f"the {column} of the row {key} of {table}"
    return None


def _can_be(table: str, column: str, kind: str, value: object) -> bool:
    if not isinstance(value, _TYPES.get(kind, (object,))):
        return False
    if not isinstance(value, str):
        return True
    try:
        value.encode()  # a byte that is no UTF-8 was read as half a letter
        if (table, column) in _JSON:
            json.loads(value)
        elif column in _DAYS:
            date.fromisoformat(value)
        elif column in _TIMES:
            read_time(value)
    except (ValueError, RecursionError):
        return False
    return True
