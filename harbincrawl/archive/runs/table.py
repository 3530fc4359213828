"""The table `runs`: one row for each crawl, ingest or reparse, from its start to its report."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from harbincrawl.text import time_text

from .log import RunLog
from .seals import Seal, describe_seal, put_seal


def start_run(
    connection: sqlite3.Connection,
    log: RunLog,
    kind: str,
    now: datetime,
    arguments: Mapping[str, Any],
    versions: Mapping[str, str],
) -> int:
    """Stores that a run begins, here and in the log, and returns its number; runs that never ended are aborted.

    The caller holds the lock, so no other run can be active.
    """
    with _logged(connection, log):
        connection.execute("UPDATE runs SET outcome = 'aborted' WHERE outcome = 'running'")
        added = connection.execute(
            "INSERT INTO runs(kind, started, outcome, arguments, versions) VALUES (?, ?, 'running', ?, ?)",
            (kind, time_text(now), json.dumps(arguments, ensure_ascii=False), json.dumps(versions)),
        )
        run = added.lastrowid
        assert run is not None  # noqa: S101 - SQLite gives every inserted row one
        begun = {"run": run, "kind": kind, "started": time_text(now), "arguments": arguments, "versions": versions}
        log.put_event("run-begun", begun)
    return run


@contextmanager
def _logged(connection: sqlite3.Connection, log: RunLog) -> Iterator[None]:
    """A transaction that the log has before it is committed."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        log.commit()
        connection.execute("COMMIT")
    except BaseException:
        # SQLite itself may have rolled back, as on a full disk.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


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
    log: RunLog,
    run: int,
    now: datetime,
    outcome: str,
    exit_code: int,
    report: Mapping[str, Any],
) -> Seal:
    """Stores how a run ended, here and in the log, and seals it. The seal is part of the stored report."""
    ended = {"ended": time_text(now), "outcome": outcome, "exit_code": int(exit_code)}
    with _logged(connection, log):
        connection.execute(
            "UPDATE runs SET ended = ?, outcome = ?, exit_code = ? WHERE run = ?", (*ended.values(), run)
        )
        log.put_event("run-ended", {"run": run, **ended, "report": leave_out_words(report)})
        leaves = log.leaves
        seal = put_seal(connection, run, leaves)
        log.put_seal(describe_seal(seal, leaves, log.head.ordinal))
        text = json.dumps({**report, "seal": seal.hash}, ensure_ascii=False)
        connection.execute("UPDATE runs SET report = ? WHERE run = ?", (text, run))
    return seal


def leave_out_words(report: Mapping[str, Any]) -> dict[str, Any]:
    """The report without its seal, which comes later, and without words and addresses of pages, which may be purged."""
    told = {name: value for name, value in report.items() if name not in ("seal", "failures")}
    if isinstance(unaccounted := told.get("unaccounted"), dict):
        told["unaccounted"] = {name: value for name, value in unaccounted.items() if name != "wordings"}
    return told


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
