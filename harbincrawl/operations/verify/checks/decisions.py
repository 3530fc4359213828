"""What was decided: rows that no page shows, against the events of the log that told them."""

from __future__ import annotations

import json
import sqlite3

from harbincrawl.archive.decisions import TOLD, add_functions, choose_told
from harbincrawl.operations.verify.comparison import compare_rows, report_row
from harbincrawl.operations.verify.findings import Findings


def check_decisions(stored: sqlite3.Connection, right: sqlite3.Connection, findings: Findings) -> None:
    """Compares the rows of `stored` with the last event of each; `temp.told_…` of `right` has these."""
    add_functions(stored)
    for name, table in TOLD.items():
        columns, count = table.list_values("t", table.columns), len(table.keys)
        order = ", ".join(map(str, range(1, count + 1)))
        ours = stored.execute(
            f"SELECT {columns} FROM main.{name} AS t WHERE {choose_told(name, f't.{table.keys[0]}')} ORDER BY {order}"
        )
        told = right.execute(
            f"SELECT * FROM temp.told_{name} WHERE {choose_told(name, table.keys[0])} ORDER BY {order}"
        )
        same = 0
        for key, row, wanted in compare_rows(ours, told, count):
            if row == wanted:
                same += 1
                continue
            if row is None or wanted is None:
                said = f"its row in {name}: {'is gone' if row is None else 'no run told of it'}"
            else:
                pairs = zip(table.columns, row, wanted, strict=True)
                said = f"{', '.join(column for column, one, other in pairs if one != other)}: not what the log says"
            report_row(right, findings, name, key, said)
        if name == "queue":
            findings.proven[name] += same


def check_reports(stored: sqlite3.Connection, right: sqlite3.Connection, findings: Findings) -> None:
    """Compares the reports of runs with those that their rows give."""
    reports = "SELECT run, report FROM main.runs WHERE report IS NOT NULL ORDER BY run"
    for key, row, wanted in compare_rows(stored.execute(reports), right.execute(reports), 1):
        if row is not None and wanted is not None and not _is_same(row[1], wanted[1]):
            said = "its report has other failures or other unaccounted lines than the run has left"
            report_row(right, findings, "runs", key, said)


def _is_same(report: str, wanted: str) -> bool:
    try:
        return bool(json.loads(report) == json.loads(wanted))
    except ValueError:
        return False
