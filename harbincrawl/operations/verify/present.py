"""Whether the archive still refers to a file: a purge may have replaced or deleted it since the checks began."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from harbincrawl.archive.database import open_reader

CAPTURE_OF = "SELECT 1 FROM captures WHERE warc = ? AND id NOT IN (SELECT capture FROM lost_captures) LIMIT 1"
"""Finds a capture in a WARC file that is not given up as lost."""
PICTURE_OF = "SELECT 1 FROM images WHERE media = ? LIMIT 1"


def refers(connection: sqlite3.Connection, query: str, name: str) -> bool:
    """Whether a row that `query` finds refers to the file."""
    return connection.execute(query, (name,)).fetchone() is not None


def check_left(folder: Path, query: str, name: str) -> None:
    """Raises FileNotFoundError if the archive in `folder` does not refer to the file any more."""
    with closing(open_reader(folder)) as connection:
        if not refers(connection, query, name):
            raise FileNotFoundError(name)
