"""Reading the archive for many at once: threads with a read-only connection each, and a deadline for each question."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from harbincrawl.archive.database.connection import FILE, USER, open_reader
from harbincrawl.search.days import find_today

Value = TypeVar("Value")

THREADS = 4
WAITING = 400
"""Questions that may wait for a thread; more are refused."""
SECONDS = 5.0
"""The deadline of a question."""
PATIENCE = 1.0
"""Seconds behind a change of the archive in which further ones may wait to be seen: a crawl commits often."""
_STEPS = 20_000
"""Steps of SQLite's machine between two looks at the clock: about a millisecond."""
_REMOVED = "SELECT (SELECT count(*) FROM purged), (SELECT count(ended) FROM runs WHERE kind = 'purge')"
"""Changes whenever anything is taken down."""
_MOST_BYTES = 4 << 20
"""Of answers that are kept."""


class BusyError(Exception):
    """There is more to do than can be done."""


class LateError(Exception):
    """A question took longer than its deadline."""


class Watch:
    """Tells in a few microseconds whether the archive has changed; used by one thread."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._connection: sqlite3.Connection | None = None
        self._seen: tuple[object, ...] = ()
        self._state = 0
        self._urgent: tuple[object, ...] = ()
        """What is never kept a moment longer: which file it is, the user's own, the day, what was removed."""
        self._patient = 0.0
        """Until when, by `now`, other changes may wait."""

    def read_state(self, now: float) -> int:
        """A number that is another one after each commit, where the file was replaced, and on another day.

        A search may ask for `7d`. `now` are seconds of a clock that only goes on. A change is seen at once, others that
        follow it within PATIENCE together at its end: pages need not be made anew for each of a crawl's commits. What
        was taken down is gone at once in any case.

        Raises OSError, sqlite3.Error, HarbincrawlError.
        """
        file = _read_file(self._folder)
        if self._connection is None or self._seen[:2] != file:
            if self._connection is not None:
                self._connection.close()
            self._connection = open_reader(self._folder)
        version = self._connection.execute("PRAGMA data_version").fetchone()
        seen = (*file, *version, (_read_stamp(self._folder / USER), find_today()))
        if seen == self._seen:
            return self._state
        urgent = (*file, seen[-1], *self._connection.execute(_REMOVED).fetchone())
        if now >= self._patient or urgent != self._urgent:
            self._seen, self._urgent, self._patient = seen, urgent, now + PATIENCE
            self._state += 1
        return self._state

    def close(self) -> None:
        """Closes its connection."""
        if self._connection is not None:
            self._connection.close()


class Memory:
    """What was found out of one state of the archive; forgotten when it changes."""

    def __init__(self) -> None:
        self._state = -1
        self._values: OrderedDict[Any, tuple[Any, int]] = OrderedDict()
        self._bytes = 0
        self.lasting: dict[Any, tuple[Any, Any]] = {}
        """By key, a mark and what holds as long as the mark is the same, whatever else changes; few and small."""
        self._lock = threading.Lock()

    def find(self, state: int, key: Any) -> Any:
        """What was kept under `key`; None: nothing."""
        with self._lock:
            if state != self._state or key not in self._values:
                return None
            self._values.move_to_end(key)
            return self._values[key][0]

    def keep(self, state: int, key: Any, value: Any, size: int = 1000) -> None:
        """Keeps a value of some `size` in bytes; the least used ones make place for it."""
        with self._lock:
            if state < self._state or size > _MOST_BYTES // 8:
                return
            if state > self._state:
                self._state, self._bytes = state, 0
                self._values.clear()
            _, before = self._values.pop(key, (None, 0))
            self._values[key] = value, size
            self._bytes += size - before
            while self._bytes > _MOST_BYTES:
                _, (_, freed) = self._values.popitem(last=False)
                self._bytes -= freed


class Deadline:
    """When SQLite has to give up; asked about every millisecond."""

    def __init__(self, is_stopped: threading.Event) -> None:
        self.ends = float("inf")
        self._is_stopped = is_stopped

    def is_over(self) -> bool:
        """True where the question has to end."""
        return time.monotonic() > self.ends or self._is_stopped.is_set()


class Reader(NamedTuple):
    """What a page reads from: one state of the archive, within a transaction."""

    connection: sqlite3.Connection
    folder: Path
    memory: Memory
    state: int
    """The state of the archive, or an earlier one."""
    deadline: Deadline

    def remember(self, key: Any, make: Callable[[], Value]) -> Value:
        """What `make` returns, from memory where the archive has not changed since."""
        found: Value | None = self.memory.find(self.state, key)
        if found is None:
            found = make()
            self.memory.keep(self.state, key, found)
        return found

    def remember_while(self, mark: Any, key: Any, make: Callable[[], Value]) -> Value:
        """What `make` returned when it was asked last under this `key` and `mark`, also of an earlier state."""
        known, found = self.memory.lasting.get(key, (None, None))
        if known != mark:
            found = make()
            self.memory.lasting[key] = mark, found
        value: Value = found
        return value

    def within(self, seconds: float, make: Callable[[], Value]) -> Value | None:
        """What `make` returns; None where that takes longer, which leaves time for the rest of the page."""
        ends = self.deadline.ends
        self.deadline.ends = min(ends, time.monotonic() + seconds)
        try:
            return make()
        except sqlite3.OperationalError as error:
            self.deadline.ends = ends
            if not _is_interrupt(error) or self.deadline.is_over():
                raise
            return None
        finally:
            self.deadline.ends = ends


class Readers:
    """The threads that ask the archive."""

    def __init__(self, folder: Path, *, seconds: float = SECONDS, waiting: int = WAITING) -> None:
        self.folder = folder
        self.memory = Memory()
        self._seconds = seconds
        self._waiting = waiting
        self._asked = 0
        self._newest = -1
        """The newest state that was asked for."""
        self._threads = ThreadPoolExecutor(THREADS, "reader")
        self._own = threading.local()
        self._is_stopped = threading.Event()

    async def ask(self, question: Callable[[Reader], Value], state: int) -> Value:
        """The answer of `question`, which runs in a thread. Raises BusyError, LateError, and what `question` raises.

        `state` is what the archive's watch says now; a question that waited is of the newest state that was asked for.
        """
        if self._asked >= self._waiting + THREADS:
            raise BusyError
        self._asked += 1
        self._newest = max(self._newest, state)
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, self._answer, question)
        finally:
            self._asked -= 1

    def _answer(self, question: Callable[[Reader], Value]) -> Value:
        connection = self._find_connection()
        # Before the transaction begins: it sees all of that state.
        state = self._newest
        deadline: Deadline = self._own.deadline
        deadline.ends = time.monotonic() + self._seconds
        try:
            connection.execute("BEGIN")
            return question(Reader(connection, self.folder, self.memory, state, deadline))
        except sqlite3.OperationalError as error:
            if _is_interrupt(error):
                raise LateError from error
            raise
        finally:
            deadline.ends = float("inf")
            if connection.in_transaction:
                connection.execute("ROLLBACK")

    def _find_connection(self) -> sqlite3.Connection:
        """This thread's own connection; a new one where the file was replaced, by a restore for example."""
        file = _read_file(self.folder)
        if getattr(self._own, "file", None) != file:
            if (before := getattr(self._own, "connection", None)) is not None:
                before.close()
            self._own.file = None
            self._own.connection = open_reader(self.folder)
            self._own.deadline = Deadline(self._is_stopped)
            self._own.connection.set_progress_handler(self._own.deadline.is_over, _STEPS)
            self._own.file = file
        connection: sqlite3.Connection = self._own.connection
        return connection

    def stream(self, write: Callable[[sqlite3.Connection], Iterator[bytes]]) -> Stream:
        """A download, with a thread and a connection of its own."""
        return Stream(self.folder, write, self._is_stopped)

    def stop(self) -> None:
        """Ends all questions within a millisecond."""
        self._is_stopped.set()
        self._threads.shutdown(wait=False, cancel_futures=True)


class Stream:
    """The parts of a download, made one by one as they are asked for, all in one state of the archive."""

    def __init__(
        self, folder: Path, write: Callable[[sqlite3.Connection], Iterator[bytes]], is_stopped: threading.Event
    ) -> None:
        self._folder = folder
        self._write = write
        self._is_stopped = is_stopped
        self._thread = ThreadPoolExecutor(1, "download")
        self._connection: sqlite3.Connection | None = None
        self._parts: Iterator[bytes] | None = None

    async def next_part(self) -> bytes | None:
        """The next part; None: it was the last."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._make_part)

    def _make_part(self) -> bytes | None:
        if self._parts is None:
            self._connection = open_reader(self._folder)
            self._connection.set_progress_handler(self._is_stopped.is_set, _STEPS)
            self._connection.execute("BEGIN")
            self._parts = iter(self._write(self._connection))
        return next(self._parts, None)

    def close(self) -> None:
        """Ends it; its connection is closed by its thread."""
        with suppress(RuntimeError):
            self._thread.submit(self._close)
        self._thread.shutdown(wait=False)

    def _close(self) -> None:
        if self._connection is not None:
            self._parts = None
            self._connection.close()


def _read_file(folder: Path) -> tuple[int, int]:
    state = os.stat(folder / FILE)  # noqa: PTH116 - a hundred times a second, and `Path.stat` takes twice as long
    return state.st_dev, state.st_ino


def _read_stamp(path: Path) -> tuple[int, ...]:
    """Another one whenever a file is changed; empty where there is none."""
    try:
        state = os.stat(path)  # noqa: PTH116 - as above
    except FileNotFoundError:
        return ()
    return state.st_ino, state.st_size, state.st_mtime_ns


def _is_interrupt(error: sqlite3.OperationalError) -> bool:
    return getattr(error, "sqlite_errorname", "") == "SQLITE_INTERRUPT"
