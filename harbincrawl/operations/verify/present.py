"""Whether the archive still refers to the files of a state that was checked: a purge may have replaced some since."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from harbincrawl.archive.database.connection import open_reader
from harbincrawl.errors import DatabaseError

_CAPTURE_OF = "SELECT 1 FROM captures WHERE warc = ? AND id NOT IN (SELECT capture FROM lost_captures) LIMIT 1"
"""Finds a capture in a WARC file that is not given up as lost."""
_FILES = "SELECT DISTINCT warc FROM captures UNION SELECT DISTINCT media FROM images UNION SELECT name FROM log_files"


def has_capture(connection: sqlite3.Connection, warc: str) -> bool:
    """Whether a capture that is not given up as lost is in the WARC file `warc`."""
    return connection.execute(_CAPTURE_OF, (warc,)).fetchone() is not None


def has_left_files(folder: Path, connection: sqlite3.Connection) -> bool:
    """Whether the state that `connection` reads refers to files to which the archive in `folder` no longer does.

    A purge deletes them, or gives them other names, after it has committed that nothing refers to them.
    """
    try:
        with closing(open_reader(folder, sifted=False)) as now:
            return bool(set(connection.execute(_FILES)) - set(now.execute(_FILES)))
    except (DatabaseError, sqlite3.DatabaseError):
        # A damaged database, which is reported already.
        return False
