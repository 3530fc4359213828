"""The selected articles of an archive, read in batches of columns with constant memory and in one transaction."""

from __future__ import annotations

import json
import sqlite3
from array import array
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any

from harbincrawl.fields import CAPTURE_KEYS, CELLS, IMAGE_KEYS, SITE_NAME
from harbincrawl.identity import write_id
from harbincrawl.search.choice import ArticleCondition, fit_choice, has_counted, make_choice, write_order
from harbincrawl.search.filters import Filters

from .changes import write_change
from .fields import REVISION_FIELDS

BATCH = 512
"""Articles in a batch: some 2 MB of text."""
LINES = 64
"""Articles in a batch of encoded lines: so small that they are still in the processor's cache when written."""

Batch = dict[str, Sequence[Any]]
"""Columns of equal length by field name. Lists and structs are compact JSON text, other values as in SQLite."""

_STRUCTS = ("images", "capture")
_PROBE = f"""WITH a(number) AS (VALUES (1)),
 images(number, {", ".join(IMAGE_KEYS)}) AS (VALUES (1{", ''" * len(IMAGE_KEYS)})),
 c(id, {", ".join(f"[{name}]" for name in CAPTURE_KEYS)}) AS (VALUES (1{", ''" * len(CAPTURE_KEYS)}))
 SELECT json_array({", ".join(CELLS[name] for name in _STRUCTS)}) FROM a JOIN c"""

_JOINS = {
    "d": " LEFT JOIN duplicates AS d ON d.number = a.number",
    "c": " LEFT JOIN captures AS c ON c.id = a.first_capture",
}

_REVISION_CELLS = {
    "id": f"{SITE_NAME} || ':' || a.id",
    "url": "a.url",
    **{name: f"nullif(r.{name}, '')" for name in ("title", "author", "source", "body")},
    "images": """(SELECT json_group_array(json_object('url', value ->> 'url',
      'caption', nullif(value ->> 'caption', ''), 'credit', nullif(value ->> 'credit', ''),
      'file_name', nullif(value ->> 'file_name', ''))) FROM json_each(r.images))""",
    "capture": """CASE WHEN c.id IS NOT NULL THEN
      json_object('warc', c.warc, 'offset', c."offset", 'digest', c.digest, 'fetched_at', c.fetched_at,
       'source', c.source, 'host', c.host) END""",
}
"""What is read of an earlier wording; other fields are columns of `revisions AS r`."""


class Selection:
    """The articles of an export.

    All reading happens in the caller's transaction, so a running crawl does not change the result. Articles come by
    date, oldest first; with a cursor in the order of changes. Raises FilterError.
    """

    def __init__(self, connection: sqlite3.Connection, filters: Filters) -> None:
        self.connection = connection
        self.filters = filters
        self._order = "oldest" if filters.changed_since is None else "change"
        (self.cursor,) = connection.execute("SELECT coalesce(max(change), 0) FROM articles").fetchone()
        self.purged = self._read_purged()
        self.counted = has_counted(connection)
        # Behind a cursor each row has one column more.
        since = filters.changed_since
        self._cells = CELLS if since is None else CELLS | {"change": write_change(connection, since)}
        self._choice = fit_choice(connection, filters)._replace(counted=self.counted)
        self.count = self._count()

    def batches(self) -> Iterator[Batch]:
        """All selected articles in batches."""
        yield from self._read_batches(", ".join(self._cells.values()), self._choice, self._order)

    def numbered(self, numbers: Sequence[int]) -> Iterator[Batch]:
        """The articles with these internal numbers in batches, which must be in the order of `years`."""
        source = iter(numbers)
        while chosen := tuple(islice(source, BATCH)):
            choice = make_choice(Filters(numbers=chosen))._replace(counted=self.counted)
            yield from self._read_batches(", ".join(self._cells.values()), choice, "number")

    def lines(self, names: Sequence[str]) -> Iterator[list[bytes]]:
        """The selected articles as JSON objects with the fields `names`, written by SQLite, in batches."""
        # Versions of SQLite write fractions with different digits; Python always writes the shortest form.
        self.connection.create_function("shortest", 1, _shortest, deterministic=True)
        special = {"similarity": "CASE WHEN d.number IS NOT NULL THEN json(shortest(d.similarity)) END"}
        if not keeps_json(self.connection):
            special |= {name: f"json({CELLS[name]})" for name in _STRUCTS}
        pairs = ", ".join(f"'{name}', {special.get(name) or self._cells[name]}" for name in names)
        for rows in self._read_rows(f"CAST(json_object({pairs}) AS BLOB)", self._choice, self._order, LINES):
            yield [line for (line,) in rows]

    def years(self) -> dict[str, Sequence[int]]:
        """Internal numbers of the selected articles by year of `created` (`undated` without one), in order of years.

        Those of a year are in the order of ids.
        """
        year = "coalesce(substr(a.created, 1, 4), 'undated')"
        selected, values = self.choice()
        sql = f"SELECT {year}, a.number {selected} ORDER BY {write_order(self._choice, 'number')}"
        numbers: dict[str, array[int]] = {}
        for name, number in self.connection.execute(sql, values):
            numbers.setdefault(name, array("q")).append(number)
        return dict(sorted(numbers.items()))

    def count_revisions(self) -> int:
        """Earlier wordings of the selected articles."""
        selected, values = self.choice()
        sql = f"SELECT count(*) FROM revisions WHERE number IN (SELECT a.number {selected})"
        (count,) = self.connection.execute(sql, values).fetchone()
        return int(count)

    def revisions(self) -> Iterator[Batch]:
        """They, in batches with all of REVISION_FIELDS, in the order of their articles, the oldest of each first."""
        names = [field.name for field in REVISION_FIELDS]
        cells = ", ".join(_REVISION_CELLS.get(name, f"r.{name}") for name in names)
        selected, values = self.choice()
        by = write_order(make_choice(Filters())._replace(counted=self.counted), self._order)
        rows = self.connection.execute(
            f"SELECT {cells} FROM articles AS a CROSS JOIN revisions AS r ON r.number = a.number"
            " LEFT JOIN captures AS c ON c.id = r.first_capture"
            f" WHERE a.number IN (SELECT a.number {selected}) ORDER BY {by}, r.revision",
            values,
        )
        while batch := rows.fetchmany(BATCH):
            yield dict(zip(names, zip(*batch, strict=True), strict=True))

    def choice(self) -> tuple[str, Sequence[Any]]:
        """(SQL from FROM to the end of WHERE with `articles AS a`, its values), for counts over the selection."""
        where, values = self._choice.write_conditions()
        return f"FROM {self._choice.tables(articles=True)}{where}", values

    def _count(self) -> int:
        selected, values = self.choice()
        (count,) = self.connection.execute(f"SELECT count(*) {selected}", values).fetchone()
        return int(count)

    def _read_batches(self, cells: str, choice: ArticleCondition, order: str) -> Iterator[Batch]:
        for rows in self._read_rows(cells, choice, order):
            yield dict(zip(self._cells, zip(*rows, strict=True), strict=True))

    def _read_rows(
        self, cells: str, choice: ArticleCondition, order: str, size: int = BATCH
    ) -> Iterator[list[tuple[Any, ...]]]:
        where, values = choice.write_conditions()
        by = write_order(choice, order)
        joins = "".join(join for name, join in _JOINS.items() if f"{name}." in cells)
        rows = self.connection.execute(
            f"SELECT {cells} FROM {choice.tables(articles=True)}{joins}{where} ORDER BY {by}", values
        )
        while batch := rows.fetchmany(size):
            yield batch

    def _read_purged(self) -> list[str]:
        """Ids of the articles purged since the cursor of the filters; empty without a cursor."""
        since = self.filters.changed_since
        known = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'purged'"
        if self.connection.execute(known).fetchone() is None:
            return []
        (newest,) = self.connection.execute("SELECT coalesce(max(change), 0) FROM purged").fetchone()
        self.cursor = max(self.cursor, newest)
        if since is None:
            return []
        sql = f"SELECT {SITE_NAME} || ':' || {write_id('number')} FROM purged WHERE change > ? ORDER BY change"
        return [identity for (identity,) in self.connection.execute(sql, (since,))]


def keeps_json(connection: sqlite3.Connection) -> bool:
    """True if this version of SQLite keeps the JSON subtype of a value from a subquery or a CASE.

    Otherwise the value would be a string in the line and must be wrapped in `json()`, which takes a tenth more time.
    """
    (probe,) = connection.execute(_PROBE).fetchone()
    return not any(isinstance(value, str) for value in json.loads(probe))


write_compact_json: Callable[[Any], str] = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
"""JSON without spaces and without escapes for non-ASCII letters."""


def _shortest(number: float) -> str:
    return repr(float(number))
