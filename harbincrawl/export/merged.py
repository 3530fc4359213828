"""The selected articles of several archives, in one order."""

from __future__ import annotations

import heapq
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import chain, compress, islice
from typing import Any, TypeVar

from harbincrawl.fields import KEYS, SITE_NAME
from harbincrawl.search.filters import Filters

from .selection import BATCH, Batch, Selection

T = TypeVar("T")
Failed = Callable[[sqlite3.Connection, sqlite3.Error], None]
"""Gets an archive that turned out damaged."""

_UPDATED, _CREATED, _ID = KEYS.index("updated"), KEYS.index("created"), KEYS.index("id")


class MergedSelection(Selection):
    """The articles of several archives, as if they were one's: by date, else archive by archive.

    Of an article that two archives of one site hold, the record of the archive that is named first is taken.
    """

    def __init__(
        self,
        connections: Sequence[sqlite3.Connection],
        filters: Filters,
        failed: Failed,
        order: str = "oldest",
    ) -> None:
        """A damaged archive is handed to `failed`, and its articles end there. Raises FilterError."""
        self.failed = failed
        self.selections: list[Selection] = []
        for connection in connections:
            try:
                self.selections.append(Selection(connection, filters, order))
            except sqlite3.Error as error:
                failed(connection, error)
        self.connection = self.selections[0].connection if self.selections else connections[0]
        self.filters = filters
        self.order = order
        self.purged = []
        self.cursor = 0
        # Those that two archives hold are not known before they are read.
        self.count = sum(selection.count for selection in self.selections)

    def _is_held(self, at: int, record: str) -> bool:
        return any(self._try(other, partial(_holds, other, record)) for other in self.selections[:at])

    def _guard(self, selection: Selection, read: Iterator[T]) -> Iterator[T]:
        """What `read` gives of an archive, until it turns out damaged."""
        try:
            yield from read
        except sqlite3.Error as error:
            self.failed(selection.connection, error)

    def count_revisions(self) -> int:
        """Earlier wordings of the selected articles, those that two archives hold counted in both."""
        counts = [self._try(each, each.count_revisions) for each in self.selections]
        return sum(count or 0 for count in counts)

    def _try(self, selection: Selection, act: Callable[[], T]) -> T | None:
        """What `act` gives; None where its archive turns out damaged."""
        try:
            return act()
        except sqlite3.Error as error:
            self.failed(selection.connection, error)
            return None

    def revisions(self) -> Iterator[Batch]:
        """The earlier wordings of the articles, archive after archive."""
        for at, selection in enumerate(self.selections):
            for batch in self._guard(selection, selection.revisions()):
                kept = [not self._is_held(at, id) for id in batch["id"]]
                if any(kept):
                    yield {name: list(compress(column, kept)) for name, column in batch.items()}

    def batches(self) -> Iterator[Batch]:
        """See Selection."""
        each = [self._read_rows_of(at, selection) for at, selection in enumerate(self.selections)]
        rows: Iterator[tuple[Any, ...]]
        if self.order in ("oldest", "newest"):
            rows = heapq.merge(*each, key=_find_day, reverse=self.order == "newest")
        else:
            rows = chain.from_iterable(each)
        while some := list(islice(rows, BATCH)):
            yield dict(zip(KEYS, zip(*some, strict=True), strict=True))

    def _read_rows_of(self, at: int, selection: Selection) -> Iterator[tuple[Any, ...]]:
        for batch in self._guard(selection, selection.batches()):
            for row in zip(*(batch[name] for name in KEYS), strict=True):
                if not self._is_held(at, row[_ID]):
                    yield row


def _find_day(row: tuple[Any, ...]) -> str:
    return str(row[_UPDATED] or row[_CREATED] or "")


def _holds(selection: Selection, record: str) -> bool:
    """Whether the archive holds the article of that record, `harbin-today:5370`."""
    site, _, id = record.partition(":")
    if _find_site(selection) != site:
        return False
    return selection.connection.execute("SELECT 1 FROM articles WHERE id = ?", (id,)).fetchone() is not None


def _find_site(selection: Selection) -> str:
    (site,) = selection.connection.execute(f"SELECT {SITE_NAME}").fetchone()
    return str(site)
