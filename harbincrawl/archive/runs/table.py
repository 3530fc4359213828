"""The table `runs`: one row for each crawl, ingest or reparse, from its start to its report."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from harbincrawl.text import time_text

from .seals import Seal, put_seal


def start_run(
    connection: sqlite3.Connection, kind: str, now: datetime, arguments: Mapping[str, Any], versions: Mapping[str, str]
) -> int:
    """Stores that a run begins and returns its number; runs that never ended are marked as aborted.

    The caller holds the lock, so no other run can be active.
    """
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("UPDATE runs SET outcome = 'aborted' WHERE outcome = 'running'")
    added = connection.execute(
        "INSERT INTO runs(kind, started, outcome, arguments, versions) VALUES (?, ?, 'running', ?, ?)",
        (kind, time_text(now), json.dumps(arguments, ensure_ascii=False), json.dumps(versions)),
    )
    connection.execute("COMMIT")
    assert added.lastrowid is not None  # noqa: S101 - SQLite gives every inserted row one
    return added.lastrowid


def read_aborted(connection: sqlite3.Connection, run: int) -> list[int]:
    """The aborted runs between `run` and the last run before it that ended."""
    rows = connection.execute(
        "SELECT run FROM runs WHERE outcome = 'aborted' AND run < ?1 AND run >"
        " (SELECT coalesce(max(run), 0) FROM runs WHERE outcome != 'aborted' AND run < ?1) ORDER BY run",
        (run,),
    )
    return [aborted for (aborted,) in rows]


def end_run(
    connection: sqlite3.Connection,
    run: int,
    now: datetime,
    outcome: str,
    exit_code: int,
    report: Mapping[str, Any],
    *,
    keep_seal: Callable[[Seal], None] = lambda _: None,
) -> Seal:
    """Stores how a run ended and seals it. The seal is part of the stored report.

    `keep_seal` gets the seal before the commit, to keep it in another place, too.
    """
    connection.execute("BEGIN IMMEDIATE")
    connection.execute(
        "UPDATE runs SET ended = ?, outcome = ?, exit_code = ? WHERE run = ?",
        (time_text(now), outcome, exit_code, run),
    )
    seal = put_seal(connection, run)
    keep_seal(seal)
    text = json.dumps({**report, "seal": seal.hash}, ensure_ascii=False)
    connection.execute("UPDATE runs SET report = ? WHERE run = ?", (text, run))
    connection.execute("COMMIT")
    return seal


def put_failure(
    connection: sqlite3.Connection, run: int, address: str, number: int | None, kind: str, reason: str, now: datetime
) -> None:
    """Stores the failure of an address in a run; a later one replaces it."""
    connection.execute(
        "INSERT INTO failures(run, address, number, class, reason, at) VALUES (?,?,?,?,?,?)"
        " ON CONFLICT(run, address) DO UPDATE SET class = excluded.class, reason = excluded.reason, at = excluded.at",
        (run, address, number, kind, reason, time_text(now)),
    )


def read_failures(connection: sqlite3.Connection, run: int) -> list[dict[str, str]]:
    """The failures of a run: address, class, reason."""
    rows = connection.execute("SELECT address, class, reason FROM failures WHERE run = ? ORDER BY address", (run,))
    return [{"address": address, "class": kind, "reason": reason} for address, kind, reason in rows]
