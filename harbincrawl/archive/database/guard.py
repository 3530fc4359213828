"""Databases of strangers: what they cannot make SQLite do, and how one is read in a folder that cannot be written."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from harbincrawl.disk import private_folder
from harbincrawl.errors import DatabaseError

_LONGEST = 1 << 28
"""Bytes of a text or a row; the longest honest ones, reports and lists of numbers, have some 10 MB."""
_OPERATIONS = 1_000_000
"""Of SQLite's machine, between two looks."""
_LOOKS = 1_000
"""A statement may take so many looks, some 20 to 40 s, and …"""
_LOOKS_A_PAGE = 0.1
"""… more in a large database: reading a million articles takes a hundredth of that."""
_ATTEMPTS = 3


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


def open_readonly(path: Path, *, is_shared: bool = False) -> sqlite3.Connection:
    """A connection to the database `path` with all that was committed.

    Without a write-ahead log the file is complete and is opened as it is. With one, a private copy of both is read; it
    is gone from its folder at once. Raises sqlite3.Error, OSError, DatabaseError if the database is being written.
    """
    import shutil  # costs 5 ms, as in `private_folder`

    log = path.with_name(f"{path.name}-wal")
    if not log.exists() or log.stat().st_size == 0:
        return _open(path, is_shared)
    for _ in range(_ATTEMPTS):
        before = _read_state(path, log)
        with private_folder() as folder:
            copy = folder / path.name
            shutil.copyfile(path, copy)
            shutil.copyfile(log, copy.with_name(log.name))
            if _read_state(path, log) != before:
                continue
            with closing(sqlite3.connect(copy)) as connection:
                # Writes the log into the file.
                connection.execute("PRAGMA journal_mode = DELETE")
            return _open(copy, is_shared)
    raise DatabaseError(f"{path} cannot be read: its folder is read-only here, and another program writes to it.")


def _open(path: Path, is_shared: bool) -> sqlite3.Connection:
    uri = f"{path.absolute().as_uri()}?immutable=1"
    return sqlite3.connect(
        uri, uri=True, isolation_level=None, factory=GuardedConnection, check_same_thread=not is_shared
    )


def _read_state(*paths: Path) -> list[tuple[int, int]]:
    return [(state.st_size, state.st_mtime_ns) for state in (path.stat() for path in paths)]
