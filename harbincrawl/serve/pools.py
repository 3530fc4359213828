"""Reading the archive for many at once: two pools of threads, a connection each, a deadline for each question."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypeVar

from harbincrawl.api import Archive
from harbincrawl.archive.database.connection import FILE, open_reader

Value = TypeVar("Value")
PoolName = Literal["pages", "heavy"]


class Pool(NamedTuple):
    """Threads for questions of one kind; the other kind does not wait for them."""

    threads: int
    waiting: int
    """Questions that may wait for a thread; more are refused."""


POOLS: dict[PoolName, Pool] = {"pages": Pool(4, 400), "heavy": Pool(2, 20)}
"""`pages` takes milliseconds, a search at most a second. `heavy` reads all texts, many articles at once, or records,
which may be in a bucket."""
SECONDS = 5.0
"""Within which a question has its answer, if only that it takes too long."""
_EARLY = 0.9
"""The part of that after which a question is given up."""
_STEPS = 100_000
"""Steps of SQLite's machine between two looks at the clock: some milliseconds. Each look waits for other threads."""
_File = tuple[int, int]
"""Device and number of a file: another one where the archive was replaced, by a restore for example."""


class BusyError(Exception):
    """There is more to do than can be done."""


class LateError(Exception):
    """A question took longer than its deadline."""


class _Own:
    """What a thread has for itself: its connection, and when its question has to end."""

    def __init__(self, folder: Path, file: _File, is_stopped: threading.Event) -> None:
        self.file = file
        self.ends = float("inf")
        self.connection = open_reader(folder)
        self.connection.set_progress_handler(lambda: is_stopped.is_set() or self.is_over(), _STEPS)

    def is_over(self) -> bool:
        """True where the question has to end."""
        return time.monotonic() > self.ends


class Reader:
    """What a page reads from: one state of the archive, within a transaction."""

    def __init__(self, folder: Path, own: _Own) -> None:
        self.folder = folder
        self.archive = Archive(folder, own.connection)
        self.connection = own.connection
        self._own = own

    def within(self, seconds: float, make: Callable[[], Value]) -> Value | None:
        """What `make` returns; None where that takes longer, which leaves time for the rest of the page."""
        ends = self._own.ends
        self._own.ends = min(ends, time.monotonic() + seconds)
        try:
            return make()
        except sqlite3.OperationalError as error:
            self._own.ends = ends
            if not _is_interrupt(error) or self._own.is_over():
                raise
            return None
        finally:
            self._own.ends = ends


class _Question:
    """A question, from when it was asked to its answer."""

    def __init__(self, seconds: float) -> None:
        self.asked = time.monotonic()
        self.ends = self.asked + seconds
        self.begun: float | None = None

    def make_error(self) -> Exception:
        """What is said of it where it has no answer in time: was it slow, or were others before it?"""
        is_late = self.begun is not None and self.begun - self.asked <= self.ends - self.begun
        return LateError() if is_late else BusyError()


class _Queue:
    """The threads of a pool, and how many questions they have."""

    def __init__(self, name: str, pool: Pool) -> None:
        self.pool = pool
        self.asked = 0
        self.threads = ThreadPoolExecutor(pool.threads, name)

    def forget(self, answer: asyncio.Future[Any]) -> None:
        """A question has its answer, for which perhaps nobody waits any more."""
        self.asked -= 1
        if not answer.cancelled():
            answer.exception()


class Readers:
    """The threads that ask the archive in `folder`."""

    def __init__(self, folder: Path, *, seconds: float = SECONDS) -> None:
        self.folder = folder
        self._seconds = seconds
        self._queues = {name: _Queue(name, pool) for name, pool in POOLS.items()}
        self._of_thread = threading.local()
        self._is_stopped = threading.Event()

    async def ask(self, make: Callable[[Reader], Value], pool: PoolName) -> Value:
        """The answer of `make`, which runs in a thread. Raises BusyError, LateError, and what `make` raises."""
        queue = self._queues[pool]
        if self._is_stopped.is_set() or queue.asked >= queue.pool.threads + queue.pool.waiting:
            raise BusyError
        queue.asked += 1
        question = _Question(_EARLY * self._seconds)
        answer = asyncio.get_running_loop().run_in_executor(queue.threads, self._answer, make, question)
        answer.add_done_callback(queue.forget)
        # What Python does by itself nothing can end: then its thread goes on, and counts as asked until it is done.
        done, _ = await asyncio.wait([answer], timeout=_EARLY * self._seconds)
        if not done:
            raise question.make_error()
        return await answer

    def _answer(self, make: Callable[[Reader], Value], question: _Question) -> Value:
        if time.monotonic() > question.ends:
            raise BusyError
        question.begun = time.monotonic()
        own = self._find_own()
        own.ends = question.ends
        try:
            own.connection.execute("BEGIN")
            return make(Reader(self.folder, own))
        except sqlite3.OperationalError as error:
            if _is_interrupt(error):
                raise question.make_error() from error
            raise
        finally:
            own.ends = float("inf")
            if own.connection.in_transaction:
                own.connection.execute("ROLLBACK")

    def _find_own(self) -> _Own:
        """What this thread has; anew where the file was replaced."""
        status = (self.folder / FILE).stat()
        file = status.st_dev, status.st_ino
        own: _Own | None = getattr(self._of_thread, "own", None)
        if own is None or own.file != file:
            if own is not None:
                own.connection.close()
                self._of_thread.own = None
            own = self._of_thread.own = _Own(self.folder, file, self._is_stopped)
        return own

    def stop(self) -> None:
        """Ends all questions within some milliseconds."""
        self._is_stopped.set()
        for queue in self._queues.values():
            queue.threads.shutdown(wait=False, cancel_futures=True)


def _is_interrupt(error: sqlite3.OperationalError) -> bool:
    return getattr(error, "sqlite_errorname", "") == "SQLITE_INTERRUPT"
