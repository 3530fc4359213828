"""What was decided: rows that no page shows, against the events of the log that told them."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from harbincrawl.archive.articles.ids import read_id
from harbincrawl.archive.decisions import EVENT, SEAL, TOLD, add_functions, choose_told, replay_changes
from harbincrawl.archive.position import POSITION, read_head
from harbincrawl.archive.runs.table import write_report
from harbincrawl.operations.verify.events import find_told, read_events
from harbincrawl.operations.verify.findings import FROM_LOG, MEND, Findings


def check_decisions(connection: sqlite3.Connection, findings: Findings) -> None:
    """Compares the rows that are told in the log with the last event of each; `temp.events` is there."""
    last = read_head(connection, POSITION).ordinal
    if findings.last_gap > find_told(connection):
        # An event may be among the lost records.
        return
    replay_changes(connection, read_events(connection, last, EVENT, SEAL))
    add_functions(connection)
    for run, report in connection.execute("SELECT run, report FROM runs WHERE report IS NOT NULL").fetchall():
        written = write_report(connection, run, report)
        if written is None or json.loads(written) != json.loads(report):
            said = "its report has other failures or other unexplained lines than the run has left"
            findings.report("value", f"run {run}", said, FROM_LOG)
    for name, table in TOLD.items():
        stored = {column: table.list_values("m", (column,)) for column in table.columns}
        is_same = " AND ".join(f'{value} IS t."{column}"' for column, value in stored.items())
        by_key = " AND ".join(f'{stored[key]} = t."{key}"' for key in table.keys)
        keys = [f"coalesce(m.{key}, t.{key})" for key in table.keys]
        there, told_of = f"m.{table.keys[0]} IS NOT NULL", f"t.{table.keys[0]} IS NOT NULL"
        for *key, is_there, is_told in connection.execute(
            f"SELECT {', '.join(keys)}, {there}, {told_of}"
            f" FROM main.{name} AS m FULL JOIN temp.told_{name} AS t ON {by_key}"
            f" WHERE NOT ({there} AND {told_of} AND {is_same}) AND {choose_told(name, keys[0])}"
        ).fetchall():
            said = "is not what the log says" if is_there and is_told else "is gone" if is_told else "no run told of it"
            if name == "queue":
                findings.wrong_queue.add(key[0])
            kind = "queue" if name == "queue" else "value"
            where = _name_row(connection, name, key)
            findings.report(kind, where, f"its row in {name}: {said}", MEND if name == "queue" else FROM_LOG)


def _name_row(connection: sqlite3.Connection, name: str, key: list[Any]) -> str:
    if name == "queue":
        return read_id(connection, key[0])
    if name in ("sections", "walks"):
        return f"the list {key[-1]}" + (f" in run {key[0]}" if name == "walks" else "")
    return ", ".join(map(str, key))
