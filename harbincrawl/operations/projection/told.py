"""The events of a log in `temp.events`, the rows that they tell, and the places of what these rest on."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from harbincrawl.archive.decisions import EVENT, TOLD, add_functions, replay_changes
from harbincrawl.archive.runs.log import POSITION, SEALED, put_files, put_head, put_seal_place
from harbincrawl.archive.runs.table import put_words
from harbincrawl.errors import WarcError
from harbincrawl.warc.log import SEAL, LogHead, find_head, find_number, list_files, list_heads

READ = ("listed", "_list_pages", "articles", "revisions", "images", "unaccounted")
"""Tables whose rows have words, too, that are read from pages."""
_DECIDED = "SELECT ordinal FROM temp.told_events WHERE kind = 'decided' AND json_valid(text)"
_IS_LAST = "NOT coalesce(json_extract(text, '$.more'), FALSE)"
_UNENDED = (
    f"SELECT min(ordinal) FROM ({_DECIDED} AND ordinal >"
    f" (SELECT coalesce(max(ordinal), 0) FROM ({_DECIDED} AND {_IS_LAST})))"
)


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
    (last,) = connection.execute("SELECT max(ordinal) FROM temp.records WHERE leaf IS NOT NULL").fetchone()
    head = locate_record(connection, files, last) or find_head(files, LogHead())
    # Where a transaction at the end was not told whole the next run says that it is void.
    (unended,) = connection.execute(_UNENDED).fetchone()
    put_head(connection, POSITION, locate_record(connection, files, unended and unended - 1) or head)
    # One of a transaction that was given up is no run's.
    seals = connection.execute(
        """SELECT s.run, e.warc, e."offset", e.ordinal FROM temp.events AS e JOIN main.runs AS s
 ON s.seal = json_extract(e.text, '$.seal') WHERE e.kind = 'seal' ORDER BY e.ordinal"""
    ).fetchall()
    if not seals:
        return head.ordinal
    for run, name, offset, _ in seals:
        put_seal_place(connection, run, find_number(name) or 0, offset)
    _, name, offset, ordinal = seals[-1]
    number = find_number(name) or 0
    sealed = next(list_heads(list_files(files)[number], number, offset), None)
    if sealed is None or sealed.ordinal != ordinal:
        raise WarcError(name, offset, "the last seal cannot be read")
    put_head(connection, SEALED, sealed)
    return head.ordinal


def locate_record(connection: sqlite3.Connection, files: Path, ordinal: int | None) -> LogHead | None:
    """The record of the log with this number; None where it is not here."""
    query = 'SELECT warc, "offset" FROM temp.records WHERE ordinal = ? AND leaf IS NOT NULL'
    place = connection.execute(query, (ordinal,)).fetchone()
    number = find_number(place[0]) if place else None
    if number is None or (path := list_files(files).get(number)) is None:
        return None
    found = next(list_heads(path, number, place[1]), None)
    return found if found is not None and found.ordinal == ordinal else None


def find_told(connection: sqlite3.Connection, last: int | None) -> int:
    """The number of the last event up to the number `last` that began to tell all rows; 0: there is none."""
    begun = f"{_DECIDED} AND ordinal <= coalesce(?, ordinal) AND json_extract(text, '$.all')"
    (found,) = connection.execute(f"SELECT coalesce(max(ordinal), 0) FROM ({begun})", (last,)).fetchone()
    return int(found)


def has_told(connection: sqlite3.Connection, after: int) -> bool:
    """Whether a transaction was told to its end behind the record `after`."""
    found = connection.execute(f"{_DECIDED} AND ordinal > ? AND {_IS_LAST} LIMIT 1", (after,)).fetchone()
    return found is not None


def read_events(connection: sqlite3.Connection, last: int | None, *kinds: str) -> Iterator[dict[str, Any]]:
    """The events of these kinds up to the number `last`, in their order: none of a transaction that was given up.

    Raises TypeError, ValueError for an event that is none.
    """
    for ordinal, text in connection.execute(
        "SELECT ordinal, text FROM temp.told_events WHERE ordinal <= coalesce(?, ordinal)"
        " AND kind IN (SELECT value FROM json_each(?)) ORDER BY ordinal",
        (last, json.dumps(kinds)),
    ):
        values = json.loads(text)
        if not isinstance(values, dict):
            raise TypeError(f"event {ordinal} is no object")
        yield values


def list_events(connection: sqlite3.Connection, kind: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """(number, values) of the events of a kind, those of a transaction that was given up, too; none that is damaged."""
    for ordinal, text in connection.execute(
        "SELECT ordinal, text FROM temp.events WHERE kind = ? ORDER BY ordinal", (kind,)
    ):
        try:
            values = json.loads(text)
        except ValueError:  # SQLite's `json_valid` ends at a null character
            continue
        if isinstance(values, dict):
            yield ordinal, values
