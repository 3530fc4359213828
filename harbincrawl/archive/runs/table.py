"""The table `runs`: one row for each crawl, ingest or reparse, from its start to its report."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from harbincrawl.archive.decisions import forget_changes
from harbincrawl.archive.saved import read_counter
from harbincrawl.archive.schema.tables import upsert
from harbincrawl.archive.unaccounted import list_wordings
from harbincrawl.text import time_text

from .log import RunLog
from .seals import put_seal

READER = "json_extract(iif(json_valid(r.versions), r.versions, '{}'), '$.parser')"
"""SQL of the version of the reader that the run `r` had; null where it had none."""


def start_run(log: RunLog, kind: str, now: datetime, arguments: Mapping[str, Any], versions: Mapping[str, str]) -> int:
    """Stores that a run begins, here and in the log, and returns its number; runs that never ended are aborted.

    The caller holds the lock, so no other run can be active.
    """
    with log.transaction():
        log.connection.execute("UPDATE runs SET outcome = 'aborted' WHERE outcome = 'running'")
        added = log.connection.execute(
            "INSERT INTO runs(kind, started, outcome, arguments, versions) VALUES (?, ?, 'running', ?, ?)",
            (kind, time_text(now), json.dumps(arguments, ensure_ascii=False), json.dumps(versions)),
        )
        run = added.lastrowid
        assert run is not None  # noqa: S101 - SQLite gives every inserted row one
    return run


def read_aborted(connection: sqlite3.Connection, run: int) -> list[int]:
    """The aborted runs between `run` and the last run before it that ended."""
    rows = connection.execute(
        "SELECT run FROM runs WHERE outcome = 'aborted' AND run < ?1 AND run >"
        " (SELECT coalesce(max(run), 0) FROM runs WHERE outcome != 'aborted' AND run < ?1) ORDER BY run",
        (run,),
    )
    return [aborted for (aborted,) in rows]


def end_run(log: RunLog, run: int, now: datetime, outcome: str, exit_code: int, report: Mapping[str, Any]) -> str:
    """Stores how a run ended, here and in the log, and seals it; returns the seal, part of the stored report.

    So is `cursor`, the number of the last change until then: what changes later has a higher one.
    """
    connection = log.connection
    report = {**put_words(connection, run, report), "cursor": read_counter(connection)}
    text = json.dumps({**report, "seal": None}, ensure_ascii=False)
    with log.transaction():
        connection.execute(
            "UPDATE runs SET ended = ?, outcome = ?, exit_code = ?, report = ? WHERE run = ?",
            (time_text(now), outcome, int(exit_code), text, run),
        )
        log.tell_changes()
        event = put_seal(connection, run, log.unsealed, log.head.ordinal)
        log.put_seal(event)
        text = json.dumps({**report, "seal": event["seal"]}, ensure_ascii=False)
        connection.execute("UPDATE runs SET report = ? WHERE run = ?", (text, run))
        # The seal tells of itself.
        forget_changes(connection)
    return str(event["seal"])


def put_words(connection: sqlite3.Connection, run: int, told: Mapping[str, Any]) -> dict[str, Any]:
    """A report as the log tells it, with the words that the rows of the run have."""
    report = dict(told)
    if "failures" in report:
        report["failures"] = read_failures(connection, run)
    if isinstance(unaccounted := report.get("unaccounted"), dict):
        report["unaccounted"] = unaccounted | {"wordings": list_wordings(connection, run)}
    return report


def write_report(connection: sqlite3.Connection, run: int, text: str) -> str | None:
    """The report `text` of a run with the words that its rows have now; None for a text that is no report."""
    try:
        report = json.loads(text)
    except ValueError:
        return None
    return json.dumps(put_words(connection, run, report), ensure_ascii=False) if isinstance(report, dict) else None


def put_failure(
    connection: sqlite3.Connection, run: int, address: str, number: int | None, kind: str, reason: str, now: datetime
) -> None:
    """Stores the failure of an address in a run; a later one replaces it."""
    values = {"run": run, "address": address, "number": number, "class": kind, "reason": reason, "at": time_text(now)}
    upsert(connection, "failures", values)


def read_failures(connection: sqlite3.Connection, run: int) -> list[dict[str, str]]:
    """The failures of a run: address, class, reason."""
    rows = connection.execute("SELECT address, class, reason FROM failures WHERE run = ? ORDER BY address", (run,))
    return [{"address": address, "class": kind, "reason": reason} for address, kind, reason in rows]
