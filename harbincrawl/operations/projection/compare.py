"""Rows of two databases against each other, by their keys: what the archive has, and what log and pages give."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from harbincrawl.archive.decisions import TOLD, choose_told

Row = tuple[Any, ...]
_KEYS = {name: table.keys for name, table in TOLD.items()} | {
    "_signatures": ("number",), "_bands": ("band", "copy", "place"), "duplicates": ("number",),
}  # fmt: skip
"""By table, the columns by which its rows are compared."""


class Pair(NamedTuple):
    """A row on both sides; None where there is no such row."""

    key: Row
    stored: Row | None
    right: Row | None
    columns: list[str]
    """The columns that differ, of a row that is on both sides."""

    @property
    def difference(self) -> str:
        """In words, for people; empty where the rows are the same."""
        if self.stored is None:
            return "missing"
        return ", ".join(self.columns) if self.right is not None else "not in the log"


def compare_logged(stored: sqlite3.Connection, right: sqlite3.Connection, name: str) -> Iterator[Pair]:
    """All rows of a table, as far as the log tells them; `temp.told_…` of `right` has what it tells."""
    table = TOLD[name]
    order = ", ".join(map(str, range(1, len(table.keys) + 1)))
    ours = stored.execute(
        f"SELECT {table.list_values('t', table.columns)} FROM main.{name} AS t"
        f" WHERE {choose_told(name, f't.{table.keys[0]}')} ORDER BY {order}"
    )
    told = right.execute(f"SELECT * FROM temp.told_{name} WHERE {choose_told(name, table.keys[0])} ORDER BY {order}")
    return _compare(ours, told, table.columns, len(table.keys))


def compare_read(stored: sqlite3.Connection, right: sqlite3.Connection, name: str) -> Iterator[Pair]:
    """All rows of a table, as far as the log does not tell them: what pages say, and what is made of that."""
    keys = _KEYS[name]
    told = TOLD[name].columns if name in TOLD else ()
    columns = [each for each in list_columns(right, name) if each not in told and each not in keys]
    names = ", ".join(f'"{column}"' for column in (*keys, *columns))
    query = f"SELECT {names} FROM main.{name} ORDER BY {', '.join(keys)}"
    return _compare(stored.execute(query), right.execute(query), (*keys, *columns), len(keys))


def list_columns(connection: sqlite3.Connection, name: str) -> list[str]:
    """The columns of a table."""
    return [column for _, column, *_ in connection.execute(f"PRAGMA main.table_info({name})")]


def match_key(name: str, *, is_told: bool = False) -> str:
    """SQL that is true of the row of the table `t`, or of what is told of it, with a key as `compare_read` gives it."""
    functions = TOLD[name].functions if is_told else {}
    return " AND ".join(f"{key} IS {functions.get(key, '')}(?)" for key in _KEYS[name])


def _compare(ours: Iterable[Row], theirs: Iterable[Row], columns: Iterable[str], keys: int) -> Iterator[Pair]:
    names = list(columns)
    for key, stored, right in pair_rows(ours, theirs, keys):
        both = () if stored is None or right is None or stored == right else zip(names, stored, right, strict=True)
        yield Pair(key, stored, right, [name for name, one, other in both if one != other])


def pair_rows(stored: Iterable[Row], right: Iterable[Row], keys: int) -> Iterator[tuple[Row, Row | None, Row | None]]:
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
