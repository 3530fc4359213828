"""Maintenance: the index is merged within its time, and left alone where nothing was stored."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from harbincrawl.archive.database.connection import FILE, open_writer
from harbincrawl.operations.maintenance import maintain
from tests.support.archives import build_archive


def make_segments(folder: Path, many: int) -> Path:
    """An archive whose index has `many` segments."""
    build_archive(folder, [{"body": f"Word{number} snow and ice on the river."} for number in range(2)])
    with closing(sqlite3.connect(folder / FILE, isolation_level=None)) as connection:
        connection.execute("INSERT INTO articles_fts(articles_fts, rank) VALUES ('automerge', 0)")
        for number in range(many):
            body = f"some{number} " * 400
            connection.execute("INSERT INTO articles_fts(rowid, title, body) VALUES (?, 'x', ?)", (number + 1, body))
    return folder


def count_segments(connection: sqlite3.Connection) -> int:
    (count,) = connection.execute("SELECT count(DISTINCT segid) FROM articles_fts_idx").fetchone()
    return int(count)


def test_segments_of_the_index_are_merged(tmp_path: Path) -> None:
    with closing(open_writer(make_segments(tmp_path, 14))) as connection:
        before = count_segments(connection)
        assert maintain(connection, 5.0, stored=True) > 0
        assert count_segments(connection) < before
        assert maintain(connection, 5.0, stored=True) == 0
