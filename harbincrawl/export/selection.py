"""Articles chosen in an archive, given out in batches of columns: constant memory, one moment of the archive."""

from __future__ import annotations

import json
import sqlite3
from array import array
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any

from harbincrawl.search.filters import KEYS, ORDERS, SITE_NAME, Filters, choose

BATCH = 512
"""Articles a batch: some 2 MB of text."""
LINES = 64
"""Articles a batch of encoded lines: what SQLite has just made is still in the processor's cache when it is written."""

Batch = dict[str, Sequence[Any]]
"""Columns by field name, equally long. Lists and structs are compact JSON text, all else as SQLite gives it."""

_CELLS = {
    "id": f"{SITE_NAME} || ':' || a.number",
    **{name: f"nullif(a.{name}, '')" for name in ("title", "author", "source", "summary", "body")},
    "authors": "json(a.authors)",
    # By position without being asked: `images` is stored in the order of its key, (number, position).
    "images": """(SELECT json_group_array(json_object('url', i.url, 'caption', nullif(i.caption, ''),
      'credit', nullif(i.credit, ''), 'file_name', nullif(i.file_name, '')))
      FROM images AS i WHERE i.number = a.number)""",
    "duplicate_of": f"{SITE_NAME} || ':' || d.original",
    "similarity": "d.similarity",
    "capture": """CASE WHEN c.id IS NOT NULL THEN
      json_object('warc', c.warc, 'offset', c."offset", 'digest', c.digest, 'fetched_at', c.fetched_at) END""",
}
"""SQL of the fields that are no plain column; SQLite writes JSON several times as fast as Python does."""
_NESTED = ("images", "capture")
_PROBE = f"""WITH a(number) AS (VALUES (1)),
 images(number, url, caption, credit, file_name) AS (VALUES (1, '', '', '', '')),
 c(id, warc, "offset", digest, fetched_at) AS (VALUES (1, '', 1, '', ''))
 SELECT json_array({", ".join(_CELLS[name] for name in _NESTED)}) FROM a JOIN c"""

_JOINS = {
    "d": " LEFT JOIN duplicates AS d ON d.number = a.number",
    "c": " LEFT JOIN captures AS c ON c.id = a.capture",
}


class Selection:
    """What an export takes from an archive, as it stands at the moment this is made.

    The connection is held in one read transaction until `close`, so that a crawl that goes on meanwhile does not
    show. `order` is one of ORDERS. Raises FilterError.
    """

    def __init__(self, connection: sqlite3.Connection, filters: Filters, order: str = "oldest") -> None:
        self.connection = connection
        self.filters = filters
        self.order = order
        connection.execute("BEGIN")
        (self.cursor,) = connection.execute("SELECT coalesce(max(change), 0) FROM articles").fetchone()
        self.purged = self._purged()
        choice = choose(filters)
        self._tables = choice.tables(articles=True)
        self._where, self._values = choice.conditions()
        counted = connection.execute(f"SELECT count(*) FROM {self._tables}{self._where}", self._values)
        self.count: int = counted.fetchone()[0]

    def close(self) -> None:
        """Lets the archive go on."""
        self.connection.execute("ROLLBACK")

    def batches(self) -> Iterator[Batch]:
        """Every chosen article, a batch of columns at a time."""
        yield from self._read(", ".join(map(_cell, KEYS)), self.filters, self.order)

    def numbered(self, numbers: Sequence[int]) -> Iterator[Batch]:
        """The articles with these numbers, in order of number where `numbers` are."""
        source = iter(numbers)
        while chosen := tuple(islice(source, BATCH)):
            yield from self._read(", ".join(map(_cell, KEYS)), Filters(numbers=chosen), "number")

    def lines(self, names: Sequence[str]) -> Iterator[list[bytes]]:
        """The chosen articles as JSON objects with the fields `names`, a batch at a time, put together by SQLite."""
        # Digits of a number with a fraction differ between releases of SQLite; Python's are always the shortest.
        self.connection.create_function("shortest", 1, _shortest, deterministic=True)
        special = {"similarity": "CASE WHEN d.number IS NOT NULL THEN json(shortest(d.similarity)) END"}
        if not keeps_json(self.connection):
            special |= {name: f"json({_CELLS[name]})" for name in _NESTED}
        pairs = ", ".join(f"'{name}', {special.get(name) or _cell(name)}" for name in names)
        for rows in self._rows(f"CAST(json_object({pairs}) AS BLOB)", self.filters, self.order, LINES):
            yield [line for (line,) in rows]

    def years(self) -> dict[str, Sequence[int]]:
        """Numbers of the chosen articles by year of `created` (`undated` without one), years in order."""
        year = "coalesce(substr(a.created, 1, 4), 'undated')"
        sql = f"SELECT {year}, a.number FROM {self._tables}{self._where} ORDER BY a.number"
        found: dict[str, array[int]] = {}
        for name, number in self.connection.execute(sql, self._values):
            found.setdefault(name, array("q")).append(number)
        return dict(sorted(found.items()))

    def choice(self) -> tuple[str, Sequence[Any]]:
        """SQL from FROM to the end of WHERE, `articles AS a` in it, with its values: for counts of the same choice."""
        return f"FROM {self._tables}{self._where}", self._values

    def _read(self, cells: str, filters: Filters, order: str) -> Iterator[Batch]:
        for rows in self._rows(cells, filters, order):
            yield dict(zip(KEYS, zip(*rows, strict=True), strict=True))

    def _rows(self, cells: str, filters: Filters, order: str, size: int = BATCH) -> Iterator[list[tuple[Any, ...]]]:
        choice = choose(filters)
        where, values = choice.conditions()
        by = ORDERS[order].replace("a.key", choice.key)
        joins = "".join(join for name, join in _JOINS.items() if f"{name}." in cells)
        rows = self.connection.execute(
            f"SELECT {cells} FROM {choice.tables(articles=True)}{joins}{where} ORDER BY {by}", values
        )
        while found := rows.fetchmany(size):
            yield found

    def _purged(self) -> list[str]:
        """Ids of articles purged since the cursor that the filters name; without one, tombstones say nothing."""
        since = self.filters.changed_since
        known = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'purged'"
        if self.connection.execute(known).fetchone() is None:
            return []
        (newest,) = self.connection.execute("SELECT coalesce(max(change), 0) FROM purged").fetchone()
        self.cursor = max(self.cursor, newest)
        if since is None:
            return []
        sql = f"SELECT {SITE_NAME} || ':' || number FROM purged WHERE change > ? ORDER BY change"
        return [found for (found,) in self.connection.execute(sql, (since,))]


def keeps_json(connection: sqlite3.Connection) -> bool:
    """True where this SQLite still knows JSON for JSON when it comes out of a subquery or a CASE.

    It need not; what it takes for text would be a string in the line. Reading it as JSON once more costs a tenth.
    """
    (found,) = connection.execute(_PROBE).fetchone()
    return not any(isinstance(value, str) for value in json.loads(found))


def tombstones(batch_fields: Sequence[str], ids: Sequence[str]) -> Batch:
    """Purged articles as a Batch: `id` and `status`, nothing else."""
    empty: Batch = {name: [None] * len(ids) for name in batch_fields}
    return empty | {"id": ids, "status": ["purged"] * len(ids)}


compact: Callable[[Any], str] = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
"""JSON without blanks, letters as they are."""


def _cell(name: str) -> str:
    return _CELLS.get(name, f"a.{name}")


def _shortest(number: float) -> str:
    return repr(float(number))
