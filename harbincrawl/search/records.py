"""Hits as exported records: in their order, and as a table."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, TextIO

from harbincrawl.fields import KEYS
from harbincrawl.text import make_cell

from .choice import make_record, select_records
from .filters import Filters

if TYPE_CHECKING:
    from .hits import Hit

CHUNK = 500
"""Records fetched at once; a statement takes a bounded number of parameters."""


def read_records(connection: sqlite3.Connection, hits: Iterable[Hit]) -> Iterator[dict[str, Any]]:
    """The records of the hits, in their order; hits whose articles are left out give none."""
    return read_numbered(connection, [hit.number for hit in hits])


def read_numbered(connection: sqlite3.Connection, numbers: Sequence[int]) -> Iterator[dict[str, Any]]:
    """The records of articles by their internal numbers, in their order; those that are left out give none."""
    for first in range(0, len(numbers), CHUNK):
        some = tuple(numbers[first : first + CHUNK])
        by_number = read_by_number(connection, some)
        yield from (by_number[number] for number in some if number in by_number)


def read_by_number(connection: sqlite3.Connection, numbers: Iterable[int]) -> dict[int, dict[str, Any]]:
    """The records of at most some hundred articles by their internal numbers, without those that are left out."""
    sql, values = select_records(Filters(numbers=tuple(numbers)), "number", numbered=True)
    return {row[-1]: make_record(row) for row in connection.execute(sql, values)}


def write_table(sink: TextIO, records: Iterable[dict[str, Any]], keys: Sequence[str] = KEYS) -> None:
    """Writes records as CSV, under a line of their `keys`; lists and structs are JSON in the cell, null is empty."""
    import csv  # only a table needs it

    table = csv.writer(sink, lineterminator="\n")
    table.writerow(keys)
    table.writerows(map(make_cell, each.values()) for each in records)
