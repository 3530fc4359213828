"""The tables `log` and `log_files`: how far the WARC files were at the last commit, the last seal, which they are."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import astuple

from harbincrawl.warc.log import LogHead

POSITION, SEALED = "position", "sealed"
"""Rows of `log`: the last record on disk at the last commit (answers may wait for their batch), and the last seal."""


def read_head(connection: sqlite3.Connection, name: str) -> LogHead:
    """The record that a row names; that of an empty log where there is none."""
    row = connection.execute('SELECT ordinal, digest, file, "end" FROM log WHERE name = ?', (name,)).fetchone()
    return LogHead(*row) if row else LogHead()


def put_head(connection: sqlite3.Connection, name: str, head: LogHead) -> None:
    """Stores a row, in the caller's transaction."""
    connection.execute(
        'INSERT INTO log(name, ordinal, digest, file, "end") VALUES (?, ?, ?, ?, ?) ON CONFLICT(name) DO UPDATE SET'
        ' ordinal = excluded.ordinal, digest = excluded.digest, file = excluded.file, "end" = excluded."end"'
        " WHERE ordinal <> excluded.ordinal",
        (name, *astuple(head)),
    )


def read_files(connection: sqlite3.Connection) -> dict[int, str]:
    """The names of the log's files by their numbers."""
    return dict(connection.execute("SELECT number, name FROM log_files ORDER BY number").fetchall())


def put_files(connection: sqlite3.Connection, names: Mapping[int, str]) -> None:
    """Stores that these are files of the log, in the caller's transaction."""
    connection.executemany("INSERT OR REPLACE INTO log_files(number, name) VALUES (?, ?)", names.items())
