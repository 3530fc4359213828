"""Runs of an archive without a command: begun and ended in its database and in its log."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from harbincrawl.archive.database.connection import open_writer
from harbincrawl.archive.runs import table
from harbincrawl.archive.runs.log import RunLog

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


def start_run(
    connection: sqlite3.Connection, kind: str, now: datetime, arguments: Mapping[str, Any], versions: Mapping[str, str]
) -> int:
    """As the program does, with a log of its own."""
    with closing(_open_log(connection, kind, now)) as log:
        return table.start_run(log, kind, now, arguments, versions)


def end_run(
    connection: sqlite3.Connection, run: int, now: datetime, outcome: str, code: int, report: Mapping[str, Any]
) -> str:
    """As the program does, with a log of its own."""
    with closing(_open_log(connection, "end", now)) as log:
        return table.end_run(log, run, now, outcome, code, report)


def tell(archive: Path, sql: str, *values: object) -> None:
    """Changes the database of an archive as a command would, which says so in the log."""
    with closing(open_writer(archive)) as connection, closing(_open_log(connection, "told", NOW)) as log:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(sql, values)
        log.commit()
        connection.execute("COMMIT")


def _open_log(connection: sqlite3.Connection, kind: str, now: datetime) -> RunLog:
    ((_, _, path),) = connection.execute("PRAGMA database_list").fetchall()[:1]
    return RunLog(Path(path).parent, connection, kind, now=lambda: now)


def read_latest(connection: sqlite3.Connection) -> dict[int, str]:
    """By number, the hash of the last outcome of each article that has one."""
    return dict(
        connection.execute(
            "SELECT number, hash FROM outcomes AS o WHERE hash IS NOT NULL AND run ="
            " (SELECT max(run) FROM outcomes AS l WHERE l.number = o.number AND l.hash IS NOT NULL)"
        )
    )
