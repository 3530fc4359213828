"""Rows that say what a run decided, which no page shows: each change of them is told in the log, in its transaction."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

EVENT = "decided"
"""The event that tells rows as a transaction left them: `rows` and, of rows that it deleted, the keys in `gone`.

With `all` it tells all rows that there are: what was told before it counts no more.
"""


class ToldTable(NamedTuple):
    """A table whose rows are told."""

    keys: tuple[str, ...]
    columns: tuple[str, ...]
    """Of a row in the event, in this order; the keys are among them. None has words of a page."""

    @property
    def names(self) -> str:
        """The columns as SQL."""
        return ", ".join(f'"{name}"' for name in self.columns)


TOLD = {
    "sections": ToldTable(
        ("path",),
        ("path", "floor", "offset", "last_page", "hole", "full_at", "total", "seen", "rhythm_days", "rhythm_changes"),
    ),
    "walks": ToldTable(
        ("run", "section"), ("run", "section", "walk", "listing_pages", "total_records", "known", "gap", "reason")
    ),
    # The address is the one that a list shows.
    "queue": ToldTable(("number",), ("number", "wanted", "state")),
}


def watch_changes(connection: sqlite3.Connection) -> None:
    """From now on the connection notes which of these rows change; it is rolled back with them."""
    # A key that is to be unique would end a statement of its own conflicts: its rule counts within a trigger, too.
    connection.execute("CREATE TEMP TABLE IF NOT EXISTS changed(name TEXT, key TEXT)")
    for name, table in TOLD.items():
        for action, row in (("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD")):
            key = ", ".join(f"{row}.{column}" for column in table.keys)
            connection.execute(
                f"CREATE TEMP TRIGGER IF NOT EXISTS {name}_{action} AFTER {action} ON main.{name} BEGIN"
                f" INSERT INTO changed VALUES ('{name}', json_array({key})); END"
            )


def tell_all(connection: sqlite3.Connection) -> dict[str, Any]:
    """The values of an event that tells all rows, for a log that has lost records."""
    take_changes(connection)
    rows = {
        name: [list(row) for row in connection.execute(f"SELECT {table.names} FROM main.{name}")]
        for name, table in TOLD.items()
    }
    return {"all": True, "rows": rows}


def take_changes(connection: sqlite3.Connection) -> dict[str, Any]:
    """The values of an event that tells what has changed since the last call; empty where nothing has."""
    rows: dict[str, list[list[Any]]] = {}
    gone: dict[str, list[list[Any]]] = {}
    for name, table in TOLD.items():
        same = " AND ".join(f"t.{key} = json_extract(c.key, '$[{at}]')" for at, key in enumerate(table.keys))
        columns = ", ".join(f't."{column}"' for column in table.columns)
        for key, *values in connection.execute(
            f"SELECT DISTINCT c.key, {columns} FROM temp.changed AS c LEFT JOIN main.{name} AS t ON {same}"
            " WHERE c.name = ? ORDER BY c.key",
            (name,),
        ):
            if values[table.columns.index(table.keys[0])] is None:
                gone.setdefault(name, []).append(json.loads(key))
            else:
                rows.setdefault(name, []).append(values)
    connection.execute("DELETE FROM temp.changed")
    return {part: found for part, found in (("rows", rows), ("gone", gone)) if found}


def replay_changes(connection: sqlite3.Connection, events: Iterable[Mapping[str, Any]]) -> None:
    """Makes the rows that `events` tell, in their order, in temporary tables `told_…`.

    Raises sqlite3.Error, TypeError, ValueError, AttributeError for an event that is none.
    """
    for name, table in TOLD.items():
        connection.execute(f"DROP TABLE IF EXISTS temp.told_{name}")
        keys = ", ".join(table.keys)
        connection.execute(f"CREATE TEMP TABLE told_{name}({table.names}, PRIMARY KEY ({keys})) WITHOUT ROWID")
    for event in events:
        for name, table in TOLD.items():
            if event.get("all"):
                connection.execute(f"DELETE FROM temp.told_{name}")
            places = ", ".join("?" * len(table.columns))
            put = f"INSERT OR REPLACE INTO temp.told_{name} VALUES ({places})"
            connection.executemany(put, event.get("rows", {}).get(name, ()))
            same = " AND ".join(f"{key} = ?" for key in table.keys)
            connection.executemany(f"DELETE FROM temp.told_{name} WHERE {same}", event.get("gone", {}).get(name, ()))
