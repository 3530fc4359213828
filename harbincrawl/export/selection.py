"""Articles chosen in an archive, given out in batches of columns: constant memory, one moment of the archive."""

from __future__ import annotations

import json
import sqlite3
from array import array
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from json.encoder import encode_basestring
from typing import Any

from ..archive.query import KEYS, SITE_NAME, Filters, choose, select_records

BATCH = 512
"""Articles a batch: some 2 MB of text."""

Batch = dict[str, Sequence[Any]]
"""Columns by field name, equally long. Lists and structs are compact JSON text, all else as SQLite gives it."""


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
        rows = self.connection.execute(*select_records(self.filters, self.order))
        while found := rows.fetchmany(BATCH):
            yield columns(found)

    def numbered(self, numbers: Sequence[int]) -> Iterator[Batch]:
        """The articles with these numbers, which are in the selection's order."""
        source = iter(numbers)
        while chosen := tuple(islice(source, BATCH)):
            yield columns(self.connection.execute(*select_records(Filters(numbers=chosen), self.order)).fetchall())

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


def columns(rows: Sequence[tuple[Any, ...]]) -> Batch:
    """Rows of `select_records` as a Batch; says the same as `record` does of each row."""
    given = list(zip(*rows, strict=True))
    found: Batch = dict(zip(KEYS, given, strict=False))
    for name in ("title", "author", "source", "summary", "body"):
        found[name] = [value or None for value in found[name]]
    found["authors"] = [text if text == "[]" else compact(json.loads(text)) for text in found["authors"]]
    found["images"] = [text if text == "[]" else _images(text) for text in found["images"]]
    found["capture"] = [
        None
        if fetched is None
        else f'{{"warc":{_quote(warc)},"offset":{"null" if offset is None else offset},'
        f'"digest":{_quote(digest)},"fetched_at":{_quote(fetched)}}}'
        for warc, offset, digest, fetched in zip(*given[len(KEYS) - 1 :], strict=True)
    ]
    return found


def tombstones(batch_fields: Sequence[str], ids: Sequence[str]) -> Batch:
    """Purged articles as a Batch: `id` and `status`, nothing else."""
    empty: Batch = {name: [None] * len(ids) for name in batch_fields}
    return empty | {"id": ids, "status": ["purged"] * len(ids)}


compact: Callable[[Any], str] = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
"""JSON without blanks, letters as they are."""


def _images(text: str) -> str:
    names = ("url", "caption", "credit", "file_name")
    return compact([dict(zip(names, (part or None for part in image), strict=True)) for image in json.loads(text)])


def _quote(text: str | None) -> str:
    return "null" if text is None else encode_basestring(text)
