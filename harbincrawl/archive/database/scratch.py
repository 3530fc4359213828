"""A database that is nobody's, and where there is room for it."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from tempfile import gettempdir, mkstemp

from .connection import CACHE_KB, FILE, add_function, make_tables, raise_typed_os


def choose_folder(archive: Path) -> Path:
    """Where a second database of the archive in the folder `archive` goes: beside it, else among temporary files."""
    path = archive / FILE
    size = path.stat().st_size if path.is_file() else 0
    has_room = os.access(archive, os.W_OK) and shutil.disk_usage(archive).free >= size
    return archive if has_room else Path(gettempdir())


def open_scratch(folder: Path) -> sqlite3.Connection:
    """A new database in a transaction that never ends. Its file in `folder` has no name, and goes with the connection.

    Raises DatabaseError, NoSpaceError, sqlite3.Error.
    """
    connection = _open_nameless(folder, make_tables)
    connection.execute("BEGIN")
    return connection


def copy_scratch(folder: Path, source: sqlite3.Connection) -> sqlite3.Connection:
    """A copy of the database `source`, kept as that of `open_scratch` is. Raises what that raises."""
    return _open_nameless(folder, source.backup)


def _open_nameless(folder: Path, fill: Callable[[sqlite3.Connection], object]) -> sqlite3.Connection:
    try:
        handle, name = mkstemp(prefix=f"{FILE}.scratch-", dir=folder)
    except OSError as error:
        raise_typed_os(error, folder / FILE)
    os.close(handle)
    try:
        connection = sqlite3.connect(name, isolation_level=None)
        connection.execute(f"PRAGMA cache_size = -{CACHE_KB}")
        # No journal of its own, for which a full disk may have no room.
        connection.execute("PRAGMA journal_mode = MEMORY")
        connection.execute("PRAGMA synchronous = OFF")
        fill(connection)
        # What was copied may say that it has a write-ahead log.
        connection.execute("PRAGMA journal_mode = MEMORY")
    finally:
        Path(name).unlink(missing_ok=True)
    add_function(connection)
    return connection
