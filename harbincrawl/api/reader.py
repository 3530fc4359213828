"""The database of an archive as any number of threads read it: a connection each, closed with the archive."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from weakref import WeakSet

from harbincrawl.archive.database.connection import FILE, open_reader, raise_typed, read_archive
from harbincrawl.errors import ClosedArchiveError

_BATCH = 50
"""Rows that an iterator fetches at once: between them other threads may read, or close the archive."""
_LEFT: list[sqlite3.Connection] = []
"""Of the process that this one was forked from: SQLite says that they must not even be closed here."""


class Own:
    """The connection of one thread. The cursors that it made keep it, and may be read on in other threads."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.lock = threading.RLock()
        """Of whoever uses the connection."""
        self.process = os.getpid()

    def __del__(self) -> None:
        # The thread has ended, and nobody reads what it began.
        if self.process == os.getpid():
            self.connection.close()
        else:
            _LEFT.append(self.connection)


class Reader:
    """An archive opened for reading, from any thread, and from processes that were forked."""

    def __init__(self, folder: Path) -> None:
        self._prepare(folder)
        self._take_own()

    def _prepare(self, folder: Path) -> None:
        self._folder = folder
        self._is_closed = False
        self._begin()

    def _begin(self) -> None:
        self._process = os.getpid()
        self._adding = threading.Lock()
        self._of_thread = threading.local()
        self._all: WeakSet[Own] = WeakSet()

    @property
    def folder(self) -> Path:
        """Where the archive is."""
        return self._folder

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __reduce__(self) -> tuple[Any, ...]:
        # Another process opens the archive anew, when it is asked: there may be one for each of many articles.
        return _make_later, (type(self), self._folder)

    def close(self) -> None:
        """Closes the database for all threads; what they read at the moment ends with ClosedArchiveError."""
        self._is_closed = True
        if self._process != os.getpid():
            return
        with self._adding:
            every = list(self._all)
        for own in every:
            self._close_unused(own)

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """The connection of this thread, for SQL of your own; it only reads. SQLite's errors are DatabaseError."""
        with self._using(self._take_own()) as connection:
            yield connection

    @contextmanager
    def _using(self, own: Own) -> Iterator[sqlite3.Connection]:
        """The connection of a thread, this one's or another's, which waits as long as it is in use."""
        if own.process != os.getpid():
            raise ClosedArchiveError(
                f"this was begun in another process: ask the archive in {self.folder} for it again in this one."
            )
        try:
            with own.lock:
                if self._is_closed:
                    raise self._closed()
                yield own.connection
        except sqlite3.Error as error:
            if self._is_closed:
                raise self._closed() from None
            raise_typed(error, self.folder / FILE)
        finally:
            if self._is_closed:
                self._close_unused(own)

    @contextmanager
    def _one_state(self) -> Iterator[sqlite3.Connection]:
        """A connection of its own, so that open iterators do not matter, which sees one state of the archive."""
        if self._is_closed:
            raise self._closed()
        with read_archive(self.folder) as connection:
            yield connection

    def _read_rows(self, sql: str, values: list[Any]) -> Iterator[tuple[Any, ...]]:
        """The rows of a statement one by one. Mistakes are raised before the first is asked for."""
        own = self._take_own()
        with self._using(own) as connection:
            cursor = connection.execute(sql, values)
        return self._fetch(own, cursor)

    def _fetch(self, own: Own, cursor: sqlite3.Cursor) -> Iterator[tuple[Any, ...]]:
        while True:
            with self._using(own):
                rows = cursor.fetchmany(_BATCH)
            if not rows:
                return
            for row in rows:
                # What was fetched of an archive that was closed since is not given any more.
                if self._is_closed:
                    raise self._closed()
                yield row

    def _take_own(self) -> Own:
        """The connection of this thread. Raises ClosedArchiveError, and as `open_reader`."""
        if self._is_closed:
            raise self._closed()
        if self._process != os.getpid():
            # Forked: another thread may have held a lock at that moment, and nobody would ever free it here.
            self._begin()
        own: Own | None = getattr(self._of_thread, "own", None)
        if own is None:
            own = self._of_thread.own = Own(open_reader(self.folder, is_shared=True))
            with self._adding:
                self._all.add(own)
        return own

    def _close_unused(self, own: Own) -> None:
        """Closes a connection; one that is in use is stopped, and closed by its user, who looks again behind it."""
        if not own.lock.acquire(blocking=False):
            with suppress(sqlite3.ProgrammingError):  # its user was faster
                own.connection.interrupt()
            return
        try:
            own.connection.close()
        finally:
            own.lock.release()

    def _closed(self) -> ClosedArchiveError:
        return ClosedArchiveError(f"the archive in {self.folder} was closed: open it again with open_archive().")


def _make_later(kind: type[Reader], folder: Path) -> Reader:
    """A reader that opens its archive when it is first asked."""
    reader = kind.__new__(kind)
    reader._prepare(folder)
    return reader
