"""What was decided: rows that no page shows, against the events of the log that told them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from typing import Any

from harbincrawl.archive.articles.ids import read_id
from harbincrawl.archive.decisions import EVENT, TOLD, replay_changes
from harbincrawl.archive.position import POSITION, read_head
from harbincrawl.archive.runs.table import leave_out_words
from harbincrawl.operations.verify.findings import DATABASE_BACKUP, MEND, Findings

_VOID = (
    "SELECT json_extract(text, '$.first'), json_extract(text, '$.last') FROM temp.events"
    " WHERE kind = 'void' AND json_valid(text)"
)
_ALL = (
    "SELECT coalesce(max(ordinal), 0) FROM temp.events WHERE kind = ? AND json_valid(text)"
    " AND json_extract(text, '$.all')"
)
_COMPARED = ("sections", "walks", "queue")
_KINDS = {"sections": "value", "walks": "value", "queue": "queue"}
_RUN = ("kind", "started", "ended", "outcome", "exit_code", "arguments", "versions", "report")


def check_decisions(connection: sqlite3.Connection, findings: Findings) -> None:
    """Compares the rows that are told in the log with the last event of each; `temp.events` is there."""
    _check_runs(connection, findings)
    (told,) = connection.execute(_ALL, (EVENT,)).fetchone()
    if findings.last_gap > told:
        # An event may be among the lost records.
        return
    replay_changes(connection, _read_events(connection, EVENT))
    for name in _COMPARED:
        table = TOLD[name]
        mend = MEND if name == "queue" else DATABASE_BACKUP
        is_same = " AND ".join(f't."{column}" IS m."{column}"' for column in table.columns)
        by_key = " AND ".join(f"t.{key} = m.{key}" for key in table.keys)
        keys = ", ".join(f"coalesce(m.{key}, t.{key})" for key in table.keys)
        for *key, is_there, is_told in connection.execute(
            f"SELECT {keys}, m.{table.keys[0]} IS NOT NULL, t.{table.keys[0]} IS NOT NULL"
            f" FROM main.{name} AS m FULL JOIN temp.told_{name} AS t ON {by_key} WHERE NOT ({is_same})"
        ).fetchall():
            said = "is not what the log says" if is_there and is_told else "is gone" if is_told else "no run told of it"
            where = _name_row(connection, name, key)
            if name == "queue":
                findings.wrong_queue.add(key[0])
            findings.report(_KINDS[name], where, f"its row in {name}: {said}", mend)


def _name_row(connection: sqlite3.Connection, name: str, key: list[Any]) -> str:
    if name == "queue":
        return read_id(connection, key[0])
    return f"the list {key[-1]}" + (f" in run {key[0]}" if name == "walks" else "")


def _read_events(connection: sqlite3.Connection, *kinds: str) -> Iterator[dict[str, Any]]:
    """The events that the database has, in their order: none of a transaction that never came to its end."""
    void = connection.execute(_VOID).fetchall()
    last = read_head(connection, POSITION).ordinal
    for ordinal, text in connection.execute(
        "SELECT ordinal, text FROM temp.events WHERE ordinal <= ? AND kind IN (SELECT value FROM json_each(?))"
        " ORDER BY ordinal",
        (last, json.dumps(kinds)),
    ):
        if any(first <= ordinal <= last for first, last in void):
            continue
        values = json.loads(text)
        if not isinstance(values, dict):
            raise TypeError(f"event {ordinal} is no object")
        yield values


def _check_runs(connection: sqlite3.Connection, findings: Findings) -> None:
    """Each run is what the log says of its begin and its end."""
    told: dict[int, dict[str, Any]] = {}
    for values in _read_events(connection, "run-begun", "run-ended"):
        told[values["run"]] = told.get(values["run"], {}) | values
    names = ", ".join(_RUN)
    stored = {run: values for run, *values in connection.execute(f"SELECT run, {names} FROM runs ORDER BY run")}
    last_purge = max((run for run, values in told.items() if values.get("kind") == "purge"), default=0)
    for run in sorted(told.keys() | stored.keys()):
        if run in stored and run not in told and findings.last_gap:
            continue
        if run not in stored or run not in told:
            said = "the log tells of it, and it has no row" if run in told else "the log tells nothing of it"
            findings.report("value", f"run {run}", said, DATABASE_BACKUP)
            continue
        found = dict(zip(_RUN, stored[run], strict=True))
        report = found.pop("report")
        if "report" in told[run] or not findings.last_gap:
            _check_report(findings, run, report, told[run].get("report"), last_purge)
        for name, value in found.items():
            if name not in told[run] and findings.last_gap:
                continue
            expected = told[run].get(name)
            if name in ("arguments", "versions"):
                value = json.loads(value)
            elif name == "outcome" and expected is None:
                # It goes on, or a later run found that it had died.
                expected = value if value in ("running", "aborted") else None
            if value != expected:
                findings.report("value", f"run {run}", f"its {name} is not what the log says", DATABASE_BACKUP)


def _check_report(findings: Findings, run: int, text: str | None, told: dict[str, Any] | None, last_purge: int) -> None:
    """The report is the one that was told; a later purge may have removed it, as one that quotes what is gone."""
    if text is None:
        if told is not None and run > last_purge:
            findings.report("value", f"run {run}", "its report is gone", DATABASE_BACKUP)
        return
    report = json.loads(text)
    if not isinstance(report, dict) or leave_out_words(report) != told:
        findings.report("value", f"run {run}", "its report is not what the log says", DATABASE_BACKUP)
