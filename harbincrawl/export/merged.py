"""An export of several archives: their articles in one order, each record with the id of its site."""

from __future__ import annotations

import heapq
import io
import sqlite3
import sys
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import Any

from harbincrawl.errors import DestinationError
from harbincrawl.search.filters import KEYS, SITE_NAME, Filters

from .fields import Profile, profile_fields
from .formats.choice import choose_format, write_file, write_stream
from .formats.jsonl import JsonLinesWriter
from .job import ExportJob
from .selection import BATCH, Batch, Selection

FORMATS = ("jsonl", "csv", "parquet", "db")
"""Formats of records: the others hold an archive's own numbers, pages or files."""
_UPDATED, _CREATED, _ID = KEYS.index("updated"), KEYS.index("created"), KEYS.index("id")


class MergedSelection(Selection):
    """The articles of several archives, as if they were one's: by date, else archive by archive.

    Of an article that two archives of one site hold, the record of the archive that is named first is taken.
    """

    def __init__(self, connections: Sequence[sqlite3.Connection], filters: Filters, order: str) -> None:
        """Raises FilterError."""
        self.selections = [Selection(connection, filters, order) for connection in connections]
        self.connection = connections[0]
        self.filters = filters
        self.order = order
        self.sample = None
        self.purged = []
        self.cursor = 0
        # Those that two archives hold are not known before they are read.
        self.count = self.found = sum(selection.count for selection in self.selections)

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

    def lines(self, names: Sequence[str]) -> Iterator[list[bytes]]:
        """See Selection."""
        fields = profile_fields("full", tuple(names), bundle=False)
        for batch in self.batches():
            sink = io.BytesIO()
            JsonLinesWriter(sink, fields).write(batch)
            yield sink.getvalue().splitlines()

    def _read_rows_of(self, at: int, selection: Selection) -> Iterator[tuple[Any, ...]]:
        earlier = self.selections[:at]
        for batch in selection.batches():
            for row in zip(*(batch[name] for name in KEYS), strict=True):
                if not any(_holds(other, row[_ID]) for other in earlier):
                    yield row


def export_merged(
    connections: Sequence[sqlite3.Connection], job: ExportJob, progress: Callable[[int], None] = lambda _: None
) -> int:
    """Exports from several archives; the number of articles. Raises what `run_job` raises, and sqlite3.Error."""
    form = choose_format(job.destination, job.format)
    if form.format not in FORMATS or job.revisions or job.sample or job.filters.changed_since is not None:
        raise DestinationError(
            f"several archives go into {', '.join(FORMATS)}, without --revisions, --sample and --changed-since:"
            " name one --archive for all else."
        )
    profile: Profile = job.profile or "full"
    fields = profile_fields(profile, job.fields, bundle=False)
    selection = MergedSelection(connections, job.filters, job.order or "oldest")
    if job.destination == "-":
        with open(sys.stdout.fileno(), "wb", closefd=False) as sink:
            return write_stream(selection, sink, form, profile=profile, fields=fields, excel=job.excel)
    return write_file(
        selection, Path(job.destination), form, profile=profile, fields=fields, excel=job.excel, progress=progress
    )


def _find_day(row: tuple[Any, ...]) -> str:
    return str(row[_UPDATED] or row[_CREATED] or "")


def _holds(selection: Selection, record: str) -> bool:
    """Whether the archive holds the article of that record, `harbin-today:5370`."""
    site, _, id = record.partition(":")
    (own,) = selection.connection.execute(f"SELECT {SITE_NAME}").fetchone()
    if own != site:
        return False
    return selection.connection.execute("SELECT 1 FROM articles WHERE id = ?", (id,)).fetchone() is not None
