"""Hits as the records that leave the house: in their order, and as a table."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from harbincrawl.fields import KEYS
from harbincrawl.text import clean, disarm, write_json

from .choice import make_record, select_records
from .filters import Filters

if TYPE_CHECKING:
    from .hits import Hit

CHUNK = 500
"""Records fetched at once; a statement takes a bounded number of parameters."""


class Sink(Protocol):
    """What a table is written to."""

    def write(self, text: str, /) -> object:
        """Takes a line."""


def read_records(connection: sqlite3.Connection, hits: Sequence[Hit]) -> Iterator[dict[str, Any]]:
    """The records of the hits, in their order; hits whose articles are left out give none."""
    for first in range(0, len(hits), CHUNK):
        numbers = tuple(hit.number for hit in hits[first : first + CHUNK])
        sql, values = select_records(Filters(numbers=numbers), "number", numbered=True)
        by_number = {row[-1]: make_record(row) for row in connection.execute(sql, values)}
        yield from (by_number[number] for number in numbers if number in by_number)


def write_table(
    sink: Sink,
    records: Iterable[dict[str, Any]],
    *,
    head: bool = True,
    keys: Sequence[str] = KEYS,
    is_disarmed: bool = False,
) -> None:
    """Writes records as CSV, with `head` under a line of their `keys`.

    Lists and structs are JSON in the cell, null is an empty cell. With `is_disarmed`, no text is a formula.
    """
    write = (lambda text: disarm(clean(text))) if is_disarmed else clean
    import csv  # only a table needs it

    table = csv.writer(sink, lineterminator="\n")
    if head:
        table.writerow(keys)
    for each in records:
        cells = (write_json(value) if isinstance(value, list | dict) else value for value in each.values())
        table.writerow(write(cell) if isinstance(cell, str) else cell for cell in cells)
