"""A database in a folder that cannot be written: SQLite's own way of reading a write-ahead log makes files there."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from harbincrawl.disk import private_folder
from harbincrawl.errors import DatabaseError

_ATTEMPTS = 3


def open_readonly(path: Path) -> sqlite3.Connection:
    """A connection to the database `path` with all that was committed.

    Without a write-ahead log the file is complete and is opened as it is. With one, a private copy of both is read; it
    is gone from its folder at once. Raises sqlite3.Error, OSError, DatabaseError if the database is being written.
    """
    log = path.with_name(f"{path.name}-wal")
    if not log.exists() or log.stat().st_size == 0:
        return _open(path)
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
            return _open(copy)
    raise DatabaseError(f"{path} cannot be read: its folder is read-only here, and another program writes to it.")


def _open(path: Path) -> sqlite3.Connection:
    uri = f"{path.absolute().as_uri()}?immutable=1"
    return sqlite3.connect(uri, uri=True, isolation_level=None)


def _read_state(*paths: Path) -> list[tuple[int, int]]:
    return [(state.st_size, state.st_mtime_ns) for state in (path.stat() for path in paths)]
