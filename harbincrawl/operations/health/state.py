"""The state of an archive in one document: runs, sections, failures, and every rule with its history."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from harbincrawl.archive import history, lock
from harbincrawl.archive.history import OpenFailure, RunRecord, SectionRecord
from harbincrawl.errors import HeldError
from harbincrawl.text import time_text
from harbincrawl.walk import OUTCOMES

from . import read_verdicts, settle

COUNTS = (*OUTCOMES, "left", "requests")
"""What is told of a run, from its report."""
AMISS = 3
_LOOKED = 60
_DRAWN = 20
"""So many runs are drawn of a rule."""
_INTERRUPTED = 130


def read_state(connection: sqlite3.Connection, archive: Path, most: int, now: datetime) -> dict[str, Any]:
    """All that `status --json` prints, of the last `most` runs. Raises sqlite3.Error."""
    connection.execute("BEGIN")
    looked = history.read_runs(connection, max(most, _LOOKED))
    going = looked[0].run if looked and looked[0].outcome == "running" and is_held(archive) else None
    crawls = [each for each in looked if each.kind == "crawl" and each.run != going]
    rules = _read_rules(crawls)
    broken = [each["rule"] for each in rules if each["ok"] is False]
    due = history.find_next_due(connection)
    found = {
        "archive": str(archive),
        **history.count_articles(connection),
        "exit_code": _judge(crawls, broken),
        "running": _describe_going(connection, looked[0], now) if going else None,
        "runs": [_run_object(each, going) for each in looked[:most]],
        "sections": [_section_object(each) for each in history.read_sections(connection)],
        "next_due": time_text(due) if due else None,
        "failures": [_failure_object(each) for each in history.read_open_failures(connection)],
        "health": {"ok": not broken, "broken": broken, "rules": rules},
    }
    connection.execute("ROLLBACK")
    return found


def is_held(archive: Path) -> bool:
    """Whether a command is writing to the archive right now."""
    try:
        lock.check_free(archive)
    except HeldError:
        return True
    return False


def _judge(crawls: Sequence[RunRecord], broken: Sequence[str]) -> int:
    """0 where the last crawl that is over went well, or was interrupted on purpose, and no rule stands broken."""
    sound = not crawls or crawls[0].exit_code in (0, _INTERRUPTED)
    return 0 if sound and not broken else AMISS


def _read_rules(crawls: Sequence[RunRecord]) -> list[dict[str, Any]]:
    """Every rule by the last run that could say, with what it measured in the last runs, the oldest first."""
    told = [(each.run, read_verdicts(each.report)) for each in crawls if each.report.get("health")]
    values: dict[str, list[float | None]] = {}
    for _, verdicts in reversed(told[:_DRAWN]):
        for verdict in verdicts:
            values.setdefault(verdict.rule, []).append(verdict.value)
    return [{**verdict._asdict(), "run": run, "history": values.get(verdict.rule, [])} for run, verdict in settle(told)]


def _describe_going(connection: sqlite3.Connection, run: RunRecord, now: datetime) -> dict[str, Any]:
    """The run that is going on: run, seconds, responses, failures."""
    (responses,) = connection.execute("SELECT count(*) FROM captures WHERE run = ?", (run.run,)).fetchone()
    (failures,) = connection.execute("SELECT count(*) FROM failures WHERE run = ?", (run.run,)).fetchone()
    seconds = max(0, round((now - run.started).total_seconds()))
    return {"run": run.run, "kind": run.kind, "seconds": seconds, "responses": responses, "failures": failures}


def _run_object(found: RunRecord, going: int | None) -> dict[str, Any]:
    # Nobody holds the archive: what claims to be running was killed, and the next run will say so.
    outcome = "aborted" if found.outcome == "running" and found.run != going else found.outcome
    return {
        "run": found.run,
        "kind": found.kind,
        "started": time_text(found.started),
        "ended": time_text(found.ended) if found.ended else None,
        "seconds": found.report.get("seconds"),
        "outcome": outcome,
        "exit_code": found.exit_code,
        **{name: found.report.get(name) for name in COUNTS},
        "broken": (found.report.get("health") or {}).get("broken", []),
    }


def _section_object(found: SectionRecord) -> dict[str, Any]:
    return {
        "path": found.path,
        "floor": found.floor,
        "walk": found.walk,
        "reason": found.reason,
        "total_records": found.total,
        "known": found.standing,
        "gap": found.gap,
        "offset": found.offset,
        "hole": found.hole,
        "full_at": time_text(found.full_at) if found.full_at else None,
    }


def _failure_object(found: OpenFailure) -> dict[str, Any]:
    return {
        "class": found.kind,
        "reason": found.reason,
        "count": found.count,
        "next_try": time_text(found.next_try) if found.next_try else None,
        "example": found.example,
    }
