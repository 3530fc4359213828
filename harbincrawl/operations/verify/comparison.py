"""Rows of the database against those that the log and the captured pages give, by their keys."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from typing import Any

from harbincrawl.archive.articles.ids import read_id
from harbincrawl.archive.decisions import TOLD, add_functions, choose_told
from harbincrawl.operations.projection.articles import put_copies
from harbincrawl.operations.projection.told import put_reports
from harbincrawl.text import count_text

from .findings import MEND, REBUILD, Findings

Row = tuple[Any, ...]
_ALL_KEYS = {name: table.keys for name, table in TOLD.items()} | {
    "_signatures": ("number",), "_bands": ("band", "copy", "place"), "duplicates": ("number",),
}  # fmt: skip


def compare_rows(
    stored: Iterable[Row], right: Iterable[Row], keys: int
) -> Iterator[tuple[Row, Row | None, Row | None]]:
    """(key, stored row, right row) of all rows of either side, None for one that is not there.

    Both come in SQLite's order of their first `keys` values.
    """
    ours, theirs = iter(stored), iter(right)
    left, other = next(ours, None), next(theirs, None)
    while left is not None or other is not None:
        if left is not None and other is not None and left[:keys] == other[:keys]:
            yield left[:keys], left, other
            left, other = next(ours, None), next(theirs, None)
        elif other is None or (left is not None and _rank(left[:keys]) < _rank(other[:keys])):
            assert left is not None  # noqa: S101 - one of both is there
            yield left[:keys], left, None
            left = next(ours, None)
        else:
            yield other[:keys], None, other
            other = next(theirs, None)


def _rank(values: Row) -> list[tuple[int, Any]]:
    """SQLite's order: null, numbers, texts by their bytes, blobs."""
    return [
        (0, 0) if value is None
        else (1, value) if isinstance(value, int | float)
        else (2, value.encode("utf-8", "surrogatepass")) if isinstance(value, str)
        else (3, value)
        for value in values
    ]  # fmt: skip


def compare_table(
    stored: sqlite3.Connection, right: sqlite3.Connection, name: str
) -> Iterator[tuple[Row, Row | None, Row | None, list[str]]]:
    """(key, stored row, right row, names of the columns that differ), of what the log does not tell of a table."""
    keys = _ALL_KEYS[name]
    columns = [*keys, *_list_content(right, name)]
    chosen = ", ".join(f'"{column}"' for column in columns)
    query = f"SELECT {chosen} FROM main.{name} ORDER BY {', '.join(keys)}"
    for key, row, wanted in compare_rows(stored.execute(query), right.execute(query), len(keys)):
        both = () if row is None or wanted is None else zip(columns, row, wanted, strict=True)
        yield key, row, wanted, [column for column, one, other in both if one != other]


def _list_content(connection: sqlite3.Connection, name: str) -> list[str]:
    """The columns of a table, but for its key, that the log does not tell: what pages say."""
    told = TOLD[name].columns if name in TOLD else ()
    columns = (column for _, column, *_ in connection.execute(f"PRAGMA main.table_info({name})"))
    return [each for each in columns if each not in told and each not in _ALL_KEYS[name]]


def find_row(connection: sqlite3.Connection, name: str, key: Row) -> dict[str, Any] | None:
    """A whole row of the database, by the key under which the log tells it."""
    cursor = connection.execute(f"SELECT * FROM main.{name} AS t WHERE {match_key(name)}", key)
    row = cursor.fetchone()
    return row and dict(zip((column for column, *_ in cursor.description), row, strict=True))


def match_key(name: str) -> str:
    """SQL that is true of the row of the table `t` with this key."""
    table = TOLD[name]
    return " AND ".join(f"{table.list_values('t', (key,))} IS ?" for key in table.keys)


def report_row(
    connection: sqlite3.Connection, findings: Findings, name: str, key: Row, what: str, mend: str = MEND
) -> None:
    """Reports a row as wrong; a repair puts the right one in its place."""
    findings.wrong_rows.add((name, key))
    kind, where = _name_row(connection, name, key)
    findings.report(kind, where, what, mend)


def _name_row(connection: sqlite3.Connection, name: str, key: Row) -> tuple[str, str]:
    """(kind of problem, which row it is)."""
    if name == "queue":
        return "queue", read_id(connection, key[0])
    if name in ("articles", "images"):
        return "article", read_id(connection, key[0])
    if name == "revisions":
        return "revision", f"{read_id(connection, key[0])}, revision {key[1]}"
    if name in ("listed", "_list_pages"):
        return "list", ", ".join(map(str, key))
    if name == "captures":
        row = connection.execute("SELECT address FROM captures WHERE id = ?", key).fetchone()
        return "capture", f"{key[0]} ({row[0]})" if row else str(key[0])
    if name in ("sections", "walks"):
        return "value", f"the list {key[-1]}" + (f" in run {key[0]}" if name == "walks" else "")
    return "value", f"{name}: {', '.join(map(str, key))}"


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
    """Compares the reports of runs with those that the rows of `right` give."""
    put_reports(right)
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


def check_copies(stored: sqlite3.Connection, right: sqlite3.Connection, findings: Findings) -> None:
    """Compares signatures, bands and links to copies with those that the texts of `right` give."""
    put_copies(right)
    bands = 0
    for name in ("_signatures", "_bands", "duplicates"):
        for key, row, wanted, _ in compare_table(stored, right, name):
            if name == "_bands":
                bands += row != wanted
            elif row == wanted:
                findings.proven["copies"] += name == "duplicates"
            elif name == "duplicates":
                said = f"it is {_describe(right, wanted)}, and the archive says {_describe(right, row)}"
                findings.report("copy", read_id(right, key[0]), said, REBUILD)
            else:
                findings.report("copy", read_id(right, key[0]), "its signature is not that of its text", REBUILD)
    if bands:
        those = count_text(bands, "row")
        findings.report("copy", "bands", f"{those} of them are not as the signatures give them", REBUILD)


def _describe(connection: sqlite3.Connection, link: Row | None) -> str:
    if link is None:
        return "no copy"
    _, original, similarity, kind = link
    return f"a copy of {read_id(connection, original)} ({kind}, {similarity})"
