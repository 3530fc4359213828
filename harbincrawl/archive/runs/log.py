"""What a run writes into the WARC files: answers, events, its seal; and how far the database has them (`log`)."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from harbincrawl.archive.captures import find_original
from harbincrawl.archive.conversions import list_conversions
from harbincrawl.archive.decisions import EVENT as DECIDED
from harbincrawl.archive.decisions import take_changes, tell_all, watch_changes
from harbincrawl.archive.places import find_offloaded
from harbincrawl.archive.schema.tables import upsert
from harbincrawl.version import __version__
from harbincrawl.warc.log import SEAL, LogHead, find_head, list_digests, list_files
from harbincrawl.warc.salvage import salvage
from harbincrawl.warc.writer import MAX_BYTES, WarcWriter

from .seals import read_id

POSITION, SEALED = "position", "sealed"
"""Rows of `log`: the last record on disk at the last commit (answers may wait for their batch), and the last seal."""
FOLDER = "warc"
"""Of the WARC files, in that of an archive."""
UNKEPT = "unkept"
"""The event that stands in the place of an answer of which no record is kept: it shows a purged article."""
RECOVERED = "recovered"
"""The event that says what was cut off after a crash: `cut`, by file the bytes that were kept and those that it had."""
REMOVED = "records-removed"
"""The event that says in the place of which records a run puts notices: `files`, by name before any purge, offsets."""


class RunLog(WarcWriter):
    """The end of an archive's log while a run writes there. All methods raise WarcError, WarcFullError."""

    def __init__(
        self,
        folder: Path,
        connection: sqlite3.Connection,
        kind: str,
        *,
        max_bytes: int = MAX_BYTES,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """For a run of this kind of the archive in `folder`; files that a killed run left open are ended first.

        The caller holds the lock, and closes the log. Raises OSError, too.
        """
        self.folder = folder
        self.connection = connection
        files = folder / FOLDER
        watch_changes(connection)
        position = read_head(connection, POSITION)
        self.salvaged = tuple(salvage(files, position))
        """Files that a killed run left open, mended."""
        head = find_head(files, position)
        left = {number: path.name for number, path in list_files(files).items() if position.file < number <= head.file}
        put_files(connection, left)
        super().__init__(
            files,
            info={"software": f"harbincrawl/{__version__}", "format": "WARC File Format 1.1", "description": kind},
            now=now,
            archive=read_id(connection),
            head=head,
            find_original=partial(find_original, connection),
            elsewhere=partial(find_offloaded, folder),
            max_bytes=max_bytes,
            host="harbincrawl" if kind == "crawl" else f"harbincrawl-{kind}",
        )
        self._synced = self._told = head
        """The last record that is on disk; the last one that a transaction was to store, which it may not have."""
        self._untold_cuts = {each.file: [each.kept_bytes, each.size] for each in self.salvaged if each.lost_bytes}
        self._before = list_digests(files, read_head(connection, SEALED), head)
        self._sealed = 0
        """Bytes of `leaves` that are sealed."""

    @property
    def unsealed(self) -> bytes:
        """The digests of all records from the last seal on, 32 bytes each."""
        return self._before + bytes(self.leaves[self._sealed :])

    def leave_out(self, address: str, status: int) -> int:
        """Says that no record is kept of an answer; the number of the record that says so is the answer's."""
        self.write_event(UNKEPT, {"address": address, "status": status})
        return self.head.ordinal

    def tell_changes(self) -> None:
        """Tells what the caller's transaction has decided so far; `commit` tells what follows."""
        self._write_conversions(changed=True)
        for values in take_changes(self.connection):
            self.write_event(DECIDED, values)

    def tell_all(self) -> None:
        """Tells all that was ever decided once more, in the caller's transaction: the log has lost records."""
        self._write_conversions(changed=False)
        for values in tell_all(self.connection):
            self.write_event(DECIDED, values)

    def put_seal(self, values: Mapping[str, Any]) -> None:
        """Writes the seal over all records so far, in the caller's transaction; the next seal covers this record."""
        self._sealed = len(self.leaves)
        self._before = b""
        offset = self.write_event(SEAL, values)
        put_head(self.connection, SEALED, self.head)
        put_seal_place(self.connection, int(values["run"]), self.head.file, offset)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """A transaction of the database that the log has before it is committed; an error rolls it back."""
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self.commit()
            self.connection.execute("COMMIT")
        except BaseException:
            # SQLite itself may have rolled back, as on a full disk.
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK")
            raise

    def commit(self) -> None:
        """Tells what the caller's transaction decided, and brings to the disk what was written.

        It stores in that transaction that the database has it. What was written for one that was rolled back, or by
        a killed run, is said to be void first.
        """
        position = read_head(self.connection, POSITION)
        if 0 < position.ordinal < self._told.ordinal:
            self.write_event("void", {"first": position.ordinal + 1, "last": self._told.ordinal})
        if self._untold_cuts:
            self.write_event(RECOVERED, {"cut": self._untold_cuts})
            self._untold_cuts = {}
        self.tell_changes()
        self._told = self.head
        if self._told != self._synced:
            self.sync()
            self._synced = self.head
            put_files(self.connection, self.names)
        put_head(self.connection, POSITION, self._synced)

    def _write_conversions(self, *, changed: bool) -> None:
        for page in list_conversions(self.connection, changed=changed):
            self.write_conversion(*page)


def read_head(connection: sqlite3.Connection, name: str) -> LogHead:
    """The record that a row names; that of an empty log where there is none."""
    row = connection.execute('SELECT ordinal, digest, file, "end" FROM log WHERE name = ?', (name,)).fetchone()
    return LogHead(*row) if row else LogHead()


def put_head(connection: sqlite3.Connection, name: str, head: LogHead) -> None:
    """Stores a row, in the caller's transaction."""
    if read_head(connection, name).ordinal != head.ordinal:
        upsert(connection, "log", {"name": name, **asdict(head)})


def put_seal_place(connection: sqlite3.Connection, run: int, file: int, offset: int) -> None:
    """Stores where the record of a run's seal is, in the caller's transaction."""
    connection.execute('INSERT OR REPLACE INTO _seals(run, file, "offset") VALUES (?, ?, ?)', (run, file, offset))


def read_files(connection: sqlite3.Connection) -> dict[int, str]:
    """The names of the log's files by their numbers."""
    return dict(connection.execute("SELECT number, name FROM log_files ORDER BY number").fetchall())


def put_files(connection: sqlite3.Connection, names: Mapping[int, str]) -> None:
    """Stores that these are files of the log, in the caller's transaction."""
    connection.executemany("INSERT OR REPLACE INTO log_files(number, name) VALUES (?, ?)", names.items())
