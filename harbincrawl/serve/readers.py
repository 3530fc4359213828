"""Reading the archive for many at once: lanes of threads, a read-only connection each, a deadline for each question."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypeVar

from .connections import Connections
from .streams import Stream
from .watch import read_file

Value = TypeVar("Value")
LaneName = Literal["pages", "searches", "heavy", "captures", "feeds"]


class Lane(NamedTuple):
    """Threads for questions of one kind; no other kind waits for them."""

    threads: int
    waiting: int
    """Questions that may wait for a thread; more are refused."""
    is_patient: bool = False
    """Whether a question that has a thread is waited for, however long: what it reads has a deadline of its own."""


LANES: dict[LaneName, Lane] = {
    "pages": Lane(4, 400),
    "searches": Lane(2, 60),
    "heavy": Lane(1, 20),
    "captures": Lane(4, 100, is_patient=True),
    "feeds": Lane(1, 60),
}
"""`pages` takes milliseconds, `searches` may take a second. `heavy` reads all texts, or is asked for very much at once:
one at a time, because Python has one processor for all threads. `captures` reads records, which may be in a bucket;
`feeds` are for programs, which may wait for each other."""
SECONDS = 5.0
"""Within which a question has its answer, if only that it takes too long."""
_EARLY = 0.9
"""The part of that after which a question is given up."""
LONGER = 60.0
"""Seconds for which something is known that need not be quite right."""
_MOST_BYTES = 4 << 20
"""Of answers that are kept."""


class BusyError(Exception):
    """There is more to do than can be done."""


class LateError(Exception):
    """A question took longer than its deadline."""


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
    """When SQLite has to give up; asked every few milliseconds."""

    def __init__(self) -> None:
        self.ends = float("inf")

    def is_over(self) -> bool:
        """True where the question has to end."""
        return time.monotonic() > self.ends


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


class _Question:
    """A question, from when it was asked to its answer."""

    def __init__(self, seconds: float) -> None:
        self.asked = time.monotonic()
        self.ends = self.asked + seconds
        self.begun: float | None = None

    @property
    def waited(self) -> bool:
        """Whether it had no thread most of its time, since others were before it."""
        return self.begun is None or self.begun - self.asked > self.ends - self.begun


class _Queue:
    """The threads of a lane, and how many questions they have."""

    def __init__(self, name: str, lane: Lane) -> None:
        self.lane = lane
        self.asked = 0
        self.threads = ThreadPoolExecutor(lane.threads, name)

    def forget(self, answer: asyncio.Future[Any]) -> None:
        """A question has its answer, for which perhaps nobody waits any more."""
        self.asked -= 1
        if not answer.cancelled():
            answer.exception()


class Readers:
    """The threads that ask the archive."""

    def __init__(self, folder: Path, *, seconds: float = SECONDS) -> None:
        self.folder = folder
        self.memory = Memory()
        self._seconds = seconds
        self._newest = -1
        """The newest state that was asked for."""
        self._queues = {name: _Queue(name, lane) for name, lane in LANES.items()}
        self._own = threading.local()
        self._connections = Connections(folder)

    async def ask(self, make: Callable[[Reader], Value], state: int, lane: LaneName) -> Value:
        """The answer of `make`, which runs in a thread. Raises BusyError, LateError, and what `make` raises.

        `state` is what the archive's watch says now; a question that waited is of the newest state that was asked for.
        """
        queue = self._queues[lane]
        if queue.asked >= queue.lane.threads + queue.lane.waiting:
            raise BusyError
        queue.asked += 1
        self._newest = max(self._newest, state)
        question = _Question(_EARLY * self._seconds)
        answer = asyncio.get_running_loop().run_in_executor(queue.threads, self._answer, make, question)
        answer.add_done_callback(queue.forget)
        # What Python does by itself nothing can end: then its thread goes on, and counts as asked until it is done.
        done, _ = await asyncio.wait([answer], timeout=_EARLY * self._seconds)
        if not done and (question.begun is None or not queue.lane.is_patient):
            raise BusyError if question.waited else LateError
        return await answer

    def _answer(self, make: Callable[[Reader], Value], question: _Question) -> Value:
        if time.monotonic() > question.ends:
            raise BusyError
        question.begun = time.monotonic()
        connection = self._find_connection()
        # Before the transaction begins: it sees all of that state.
        state = self._newest
        deadline: Deadline = self._own.deadline
        deadline.ends = question.ends
        try:
            connection.execute("BEGIN")
            return make(Reader(connection, self.folder, self.memory, state, deadline))
        except sqlite3.OperationalError as error:
            if _is_interrupt(error):
                raise (BusyError if question.waited else LateError) from error
            raise
        finally:
            deadline.ends = float("inf")
            if connection.in_transaction:
                connection.execute("ROLLBACK")

    def _find_connection(self) -> sqlite3.Connection:
        """This thread's own connection; a new one where the file was replaced, by a restore for example."""
        file = read_file(self.folder)
        if getattr(self._own, "file", None) != file:
            if (before := getattr(self._own, "connection", None)) is not None:
                before.close()
            self._own.file = None
            self._own.deadline = Deadline()
            self._own.connection = self._connections.open(self._own.deadline.is_over)
            self._own.file = file
        connection: sqlite3.Connection = self._own.connection
        return connection

    def stream(self, write: Callable[[sqlite3.Connection], Iterator[bytes]]) -> Stream:
        """A download, with a thread and a connection of its own."""
        return Stream(self._connections, write)

    def stop(self) -> None:
        """Ends all questions within some milliseconds."""
        self._connections.stop()
        for queue in self._queues.values():
            queue.threads.shutdown(wait=False, cancel_futures=True)


def _is_interrupt(error: sqlite3.OperationalError) -> bool:
    return getattr(error, "sqlite_errorname", "") == "SQLITE_INTERRUPT"
