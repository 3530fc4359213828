"""The rows that the log tells, and the places of what they rest on."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

from harbincrawl.archive.decisions import EVENT, SEAL, TOLD, add_functions, replay_changes
from harbincrawl.archive.runs.log import POSITION, SEALED, put_files, put_head
from harbincrawl.archive.runs.table import put_words
from harbincrawl.errors import WarcError
from harbincrawl.warc.log import LogHead, find_head, find_number, list_files, list_heads

from .events import read_events

READ = ("listed", "_list_pages", "articles", "revisions", "images", "unaccounted")
"""Tables whose rows have words, too, that are read from pages."""


def load_told(connection: sqlite3.Connection, log: sqlite3.Connection, last: int | None) -> None:
    """Makes `temp.told_…` of what the log tells up to the record `last`; `temp.events` of `log` has its events."""
    add_functions(connection)
    replay_changes(connection, read_events(log, last, EVENT, SEAL))


def load_stored(connection: sqlite3.Connection, stored: sqlite3.Connection) -> None:
    """Makes `temp.told_…` of the rows of a database, where the log has lost what it told."""
    add_functions(connection)
    add_functions(stored)
    replay_changes(connection, ())
    for name, table in TOLD.items():
        places = ", ".join("?" * len(table.columns))
        rows = stored.execute(f"SELECT {table.list_values('t', table.columns)} FROM main.{name} AS t")
        connection.executemany(f"INSERT OR IGNORE INTO temp.told_{name} VALUES ({places})", rows)


def put_told_rows(connection: sqlite3.Connection) -> None:
    """Puts all rows that are told whole; those with words stay in `temp.told_…`."""
    for name, table in TOLD.items():
        if name not in READ:
            names = ", ".join(f'"{column}"' for column in table.columns)
            connection.execute(f"DELETE FROM main.{name}")
            connection.execute(f"INSERT INTO main.{name}({names}) SELECT {names} FROM temp.told_{name}")


def put_reports(connection: sqlite3.Connection) -> None:
    """Puts the words of their rows, and the seals, into the reports of the runs, which are told without either."""
    for run, text, seal in connection.execute("SELECT run, report, seal FROM runs WHERE report IS NOT NULL").fetchall():
        report = put_words(connection, run, json.loads(text)) | {"seal": seal}
        text = json.dumps(report, ensure_ascii=False)
        connection.execute("UPDATE runs SET report = ? WHERE run = ?", (text, run))


def put_position(connection: sqlite3.Connection, files: Path) -> int:
    """Stores how far the database has the log in the folder `files`; returns the number of the last record."""
    named = {name for (name,) in connection.execute("SELECT DISTINCT warc FROM temp.records")}
    put_files(connection, {number: name for name in sorted(named) if (number := find_number(name)) is not None})
    head = find_head(files, LogHead())
    put_head(connection, POSITION, head)
    # One of a transaction that was given up is no run's.
    seal = connection.execute(
        'SELECT r.warc, r."offset", r.ordinal FROM temp.events AS e JOIN temp.records AS r ON r.ordinal = e.ordinal'
        " WHERE e.kind = 'seal' AND json_extract(e.text, '$.seal') IN (SELECT seal FROM main.runs)"
        " ORDER BY e.ordinal DESC LIMIT 1"
    ).fetchone()
    if seal is None:
        return head.ordinal
    name, offset, ordinal = seal
    number = find_number(name) or 0
    sealed = next(list_heads(list_files(files)[number], number, offset), None)
    if sealed is None or sealed.ordinal != ordinal:
        raise WarcError(name, offset, "the last seal cannot be read")
    put_head(connection, SEALED, sealed)
    return head.ordinal
