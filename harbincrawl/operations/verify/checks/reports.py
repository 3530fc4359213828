"""What the reports of crawls say of rows that no event tells: failures, and pages with unexplained lines."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from typing import Any

from harbincrawl.operations.verify.findings import DATABASE_BACKUP, Findings


def check_reports(connection: sqlite3.Connection, findings: Findings) -> None:
    """Compares the numbers in reports with the rows that are there, and those that were removed on purpose."""
    failures = _count(connection, "SELECT run, count(*) FROM failures GROUP BY 1")
    removed = _count(connection, "SELECT run, count(*) FROM removals WHERE kind = 'failure' GROUP BY 1")
    unaccounted = _count(connection, "SELECT run, count(DISTINCT address) FROM unaccounted GROUP BY 1")
    (last_purge,) = connection.execute("SELECT coalesce(max(run), 0) FROM runs WHERE kind = 'purge'").fetchone()
    for run, text in connection.execute(
        "SELECT run, report FROM runs WHERE kind = 'crawl' AND report IS NOT NULL AND seal IS NOT NULL ORDER BY run"
    ).fetchall():
        report = _read_object(text)
        if len(report.get("failures", ())) != failures[run] + removed[run]:
            said = "its report is not what it left: the number of failures"
            findings.report("value", f"run {run}", said, DATABASE_BACKUP)
        told = report.get("unaccounted")
        pages = told.get("pages", 0) if isinstance(told, dict) else 0
        # A purge removes some.
        if not (pages >= unaccounted[run] if run < last_purge else pages == unaccounted[run]):
            said = "its report is not what it left: the number of pages with unexplained lines"
            findings.report("value", f"run {run}", said, DATABASE_BACKUP)


def _count(connection: sqlite3.Connection, sql: str) -> Counter[int]:
    return Counter(dict(connection.execute(sql).fetchall()))


def _read_object(text: str) -> dict[str, Any]:
    """A JSON object; empty where the text is none, which is named elsewhere."""
    try:
        value = json.loads(text)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
