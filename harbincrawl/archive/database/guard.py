"""What a database that comes from a stranger cannot make SQLite do: run its code, take all memory, never end."""

from __future__ import annotations

import sqlite3
from typing import Any

_LONGEST = 1 << 28
"""Bytes of a text or a row; the longest honest ones, reports and lists of numbers, have some 10 MB."""
_OPERATIONS = 1_000_000
"""Of SQLite's machine, between two looks."""
_LOOKS = 1_000
"""A statement may take so many looks, some 20 to 40 s, and …"""
_LOOKS_A_PAGE = 0.1
"""… more in a large database: reading a million articles takes a hundredth of that."""


class GuardedConnection(sqlite3.Connection):
    """A connection whose statements end: a tree of pages that refers to itself would be read for ever."""

    looks = 0
    most_looks = 0

    def execute(self, *arguments: Any) -> sqlite3.Cursor:
        """As of its parent; the statement has all looks before it."""
        self.looks = 0
        try:
            return super().execute(*arguments)
        except UnicodeDecodeError as error:
            # What SQLite says of a damaged schema quotes its bytes.
            raise sqlite3.DatabaseError("malformed database schema, with bytes that are no UTF-8") from error

    def is_endless(self) -> bool:
        """Counts one look; whether the statement has taken more work than reading the database honestly can."""
        self.looks += 1
        return self.looks > self.most_looks


def harden(connection: sqlite3.Connection) -> None:
    """Nothing in the schema of the database runs functions of ours, and damaged pages are noticed as they are read."""
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA cell_size_check = ON")
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST)


def guard(connection: sqlite3.Connection) -> None:
    """Hardens a reader, and gives its statements an end."""
    connection.set_progress_handler(None, 0)
    harden(connection)
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    if isinstance(connection, GuardedConnection):
        connection.most_looks = int(_LOOKS + pages * _LOOKS_A_PAGE)
        connection.set_progress_handler(connection.is_endless, _OPERATIONS)
