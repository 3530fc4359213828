"""Rows that no page can tell by itself: each change of them is told in the log, in its transaction."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

EVENT, SEAL = "decided", "seal"
"""The event that tells rows as a transaction left them: `rows` and, of rows that it deleted, the keys in `gone`.

With `all` it tells all rows that there are: what was told before it counts no more. With `more` the next one goes on:
the rows of a transaction count together. A seal tells by itself of which run it is.
"""
MOST_ROWS, MOST_TEXT = 5_000, 2_000_000
"""Rows in an event, and characters of their texts: whoever reads it has it in memory."""


class ToldTable(NamedTuple):
    """A table whose rows are told."""

    keys: tuple[str, ...]
    columns: tuple[str, ...]
    """Of a row in the event, in this order; the keys are among them. None has words of a page."""
    functions: Mapping[str, str] = MappingProxyType({})
    """By column with words, the SQL function of what is told of it."""

    def list_values(self, row: str, names: Iterable[str]) -> str:
        """These columns of `row` as SQL, as they are told."""
        return ", ".join(f'{self.functions.get(name, "")}({row}."{name}")' for name in names)


def _tell(keys: str, others: str, **functions: str) -> ToldTable:
    return ToldTable(tuple(keys.split()), tuple(f"{keys} {others}".split()), functions)


TOLD = {
    "facts": _tell("name", "value"),
    "_ids": _tell("internal", "id"),
    "runs": _tell(
        "run", "kind started ended outcome exit_code arguments versions report seal", report="report_without_words"
    ),
    "timestamps": _tell("run authority", "at token"),
    "sections": _tell("path", "floor offset last_page hole full_at total seen boxes rhythm_days rhythm_changes"),
    "walks": _tell("run section", "walk listing_pages total_records known gap reason"),
    "queue": _tell("number", "address wanted state"),
    "listed": _tell("section item", "number capture since stands"),
    "_list_pages": _tell("address", "capture"),
    "captures": _tell(
        "id",
        "run address fetched_at status etag last_modified digest body_hash charset warc offset origin source host"
        " first_page redirected",
    ),
    "lost_captures": _tell("capture", "run reason"),
    "articles": _tell(
        "number",
        "section section_path first_seen last_seen last_changed revision status capture line summary_line change",
    ),
    "revisions": _tell("number revision", "capture line seen replaced cause"),
    "images": _tell("number position", "media"),
    "frames": _tell("capture", "frame"),
    "layouts": _tell("origin kind frame period", "since learnt parser pages samples digest layout reason"),
    "failures": _tell("run address", "number class reason at"),
    "unaccounted": _tell("run address kind text", "capture", text="text_digest"),
    "outcomes": _tell("run number", "outcome capture hash"),
    "purged": _tell("number", "change at"),
    "places": _tell("file", "address sha256 size"),
    "rescue": _tell(
        "source original timestamp", "address number page digest length place state outcome tries capture run"
    ),
    "_rescue_lists": _tell("source list", ""),
}
PASSING = ("purging", "loose_objects", "borrowed_objects")
"""Facts that are not told: they stand for as long as a command has work to end."""


def watch_changes(connection: sqlite3.Connection) -> None:
    """From now on the connection notes which of these rows change; it is rolled back with them."""
    add_functions(connection)
    # A key that is to be unique would end a statement of its own conflicts: its rule counts within a trigger, too.
    connection.execute("CREATE TEMP TABLE IF NOT EXISTS changed(name TEXT, key TEXT)")
    for name, table in TOLD.items():
        columns = ", ".join(f'"{column}"' for column in table.columns)
        old, new = (table.list_values(row, table.columns) for row in ("OLD", "NEW"))
        is_other = f"WHEN ({old}) IS NOT ({new})"
        for action, row, when in (
            ("INSERT", "NEW", ""), (f"UPDATE OF {columns}", "NEW", is_other), ("DELETE", "OLD", ""),
        ):  # fmt: skip
            connection.execute(
                f"CREATE TEMP TRIGGER IF NOT EXISTS {name}_{action[:6]} AFTER {action} ON main.{name} {when} BEGIN"
                f" INSERT INTO changed VALUES ('{name}', json_array({table.list_values(row, table.keys)})); END"
            )
    # What is known of the site is told by every run: some of it is stored before a run begins.
    connection.execute("INSERT INTO temp.changed SELECT 'facts', json_array(name) FROM main.facts")


def add_functions(connection: sqlite3.Connection) -> None:
    """Adds the SQL functions of what is told in the place of words."""
    connection.create_function("text_digest", 1, make_digest, deterministic=True)
    connection.create_function("report_without_words", 1, leave_out_words, deterministic=True)


def make_digest(text: str | None) -> str | None:
    """The sha256 of a text, in hexadecimal digits."""
    return None if text is None else hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def leave_out_words(text: str | None) -> str | None:
    """The report of a run without words and addresses of pages, which may be purged, and without its seal.

    These stand elsewhere; what is left out is null, in its place.
    """
    try:
        report = json.loads(text or "null")
    except ValueError:
        return None
    if not isinstance(report, dict):
        return None
    report |= {name: None for name in ("failures", "seal") if name in report}
    if isinstance(unaccounted := report.get("unaccounted"), dict):
        report["unaccounted"] = unaccounted | {"wordings": None}
    return json.dumps(report, ensure_ascii=False)


def tell_all(connection: sqlite3.Connection) -> Iterator[dict[str, Any]]:
    """The values of events that tell all rows, for a log that has lost records."""
    forget_changes(connection)
    rows = (
        (name, "rows", list(row))
        for name, table in TOLD.items()
        for row in connection.execute(
            f"SELECT {table.list_values('t', table.columns)} FROM main.{name} AS t"
            f" WHERE {choose_told(name, f't.{table.keys[0]}')}"
        )
    )
    return _make_events(rows, {"all": True})


def forget_changes(connection: sqlite3.Connection) -> None:
    """Leaves untold what has changed since the last call of `take_changes`: other events tell it."""
    connection.execute("DELETE FROM temp.changed")


def take_changes(connection: sqlite3.Connection) -> Iterator[dict[str, Any]]:
    """The values of events that tell what has changed since the last call; none where nothing has."""
    yield from _make_events(_list_changes(connection), {})
    forget_changes(connection)


def choose_told(name: str, key: str) -> str:
    """SQL that is true of the rows of a table that are told; `key` is their first key."""
    return f"{key} NOT IN ({', '.join(map(repr, PASSING))})" if name == "facts" else "1"


def _list_changes(connection: sqlite3.Connection) -> Iterator[tuple[str, str, list[Any]]]:
    first_key = "json_extract(c.key, '$[0]')"
    for name, table in TOLD.items():
        keys = enumerate(table.list_values("t", (key,)) for key in table.keys)
        same = " AND ".join(f"{key} IS json_extract(c.key, '$[{at}]')" for at, key in keys)
        for key, is_there, *values in connection.execute(
            f"SELECT DISTINCT c.key, t.{table.keys[0]} IS NOT NULL, {table.list_values('t', table.columns)}"
            f" FROM temp.changed AS c LEFT JOIN main.{name} AS t ON {same} WHERE c.name = ?"
            f" AND {choose_told(name, first_key)} ORDER BY c.key",
            (name,),
        ):
            yield (name, "rows", values) if is_there else (name, "gone", json.loads(key))


def _make_events(rows: Iterable[tuple[str, str, list[Any]]], first: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Events of (table, `rows` or `gone`, values), `first` with the first of them."""
    event, count, size = dict(first), 0, 0
    for name, part, values in rows:
        if count == MOST_ROWS or size > MOST_TEXT:
            yield {**event, "more": True}
            event, count, size = {}, 0, 0
        event.setdefault(part, {}).setdefault(name, []).append(values)
        count += 1
        size += sum(len(value) for value in values if isinstance(value, str))
    if event:
        yield event


def replay_changes(connection: sqlite3.Connection, events: Iterable[Mapping[str, Any]]) -> None:
    """Makes the rows that `events` and seals tell, in their order, in temporary tables `told_…`.

    Raises sqlite3.Error, TypeError, ValueError, AttributeError for an event that is none.
    """
    for name, table in TOLD.items():
        connection.execute(f"DROP TABLE IF EXISTS temp.told_{name}")
        # Of the same types: else no index is used where they are compared.
        types = {column: kind for _, column, kind, *_ in connection.execute(f"PRAGMA main.table_info({name})")}
        names = ", ".join(f'"{column}" {types[column]}' for column in table.columns)
        connection.execute(
            f"CREATE TEMP TABLE told_{name}({names}, PRIMARY KEY ({', '.join(table.keys)})) WITHOUT ROWID"
        )
    waiting: list[Mapping[str, Any]] = []
    for event in events:
        waiting.append(event)
        if event.get("more"):
            continue
        for each in waiting:
            _put_event(connection, each)
        waiting.clear()


def _put_event(connection: sqlite3.Connection, event: Mapping[str, Any]) -> None:
    if event["event"] == SEAL:
        connection.execute("UPDATE temp.told_runs SET seal = ? WHERE run = ?", (event["seal"], event["run"]))
        return
    for name, table in TOLD.items():
        if event.get("all"):
            connection.execute(f"DELETE FROM temp.told_{name}")
        places = ", ".join("?" * len(table.columns))
        put = f"INSERT OR REPLACE INTO temp.told_{name} VALUES ({places})"
        connection.executemany(put, event.get("rows", {}).get(name, ()))
        same = " AND ".join(f"{key} = ?" for key in table.keys)
        connection.executemany(f"DELETE FROM temp.told_{name} WHERE {same}", event.get("gone", {}).get(name, ()))
