"""Several processes of this machine."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from itertools import chain, islice
from typing import Generic, NamedTuple, TypeVar

from harbincrawl.errors import WorkerError
from harbincrawl.reread.executor import Files, read_nothing

FEW = 4
"""So few jobs are done sooner than another process starts."""
_DEATHS = 3
"""Times that the processes may die while one job is waited for."""

J = TypeVar("J")
R = TypeVar("R")


class ProcessExecutor:
    """Processes of this machine, started once there are more than FEW jobs. A job whose process died is done again."""

    def __init__(self, processes: int) -> None:
        self._processes = processes
        self._pool: ProcessPoolExecutor | None = None

    def map(
        self,
        function: Callable[[J], R],
        jobs: Iterable[J],
        files: Files[J] = read_nothing,  # noqa: ARG002 - processes of one machine see the same files
    ) -> Iterator[R]:
        """See Executor; at most twice as many jobs as processes, and one, are under way or done ahead."""
        waiting = iter(jobs)
        first = list(islice(waiting, FEW + 1))
        if self._pool is None and len(first) <= FEW:
            yield from map(function, first)
            return
        window: deque[_Begun[J, R]] = deque()
        try:
            for job in chain(first, waiting):
                window.append(self._submit(function, job))
                if len(window) > 2 * self._processes:
                    yield self._take_first(function, window)
            while window:
                yield self._take_first(function, window)
        finally:
            for begun in window:
                begun.future.cancel()

    def close(self) -> None:
        """Ends the processes; jobs that were not begun are dropped."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None

    def _submit(self, function: Callable[[J], R], job: J) -> _Begun[J, R]:
        if self._pool is not None:
            with suppress(BrokenProcessPool):
                return _Begun(job, self._pool, self._pool.submit(function, job))
            self.close()
        # Not forked: a fork would take over open databases and the locks of other threads.
        context = multiprocessing.get_context("spawn")
        self._pool = ProcessPoolExecutor(self._processes, context, initializer=_begin_worker)
        return _Begun(job, self._pool, self._pool.submit(function, job))

    def _take_first(self, function: Callable[[J], R], window: deque[_Begun[J, R]]) -> R:
        for _ in range(_DEATHS):
            with suppress(BrokenProcessPool):
                result = window[0].future.result()
                window.popleft()
                return result
            broken = window[0].pool
            for at, begun in enumerate(window):
                if begun.pool is broken and isinstance(begun.future.exception(), BrokenProcessPool):
                    window[at] = self._submit(function, begun.job)
        raise WorkerError(
            f"The processes that read pages died {_DEATHS} times in a row (killed, or out of memory)."
            " What was stored stays; run the command again, with --workers 1 to read in one process."
        )


class _Begun(NamedTuple, Generic[J, R]):
    job: J
    pool: ProcessPoolExecutor
    future: Future[R]


def _begin_worker() -> None:
    # Ctrl-C reaches all processes of the terminal; the parent ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_follow_parent, daemon=True).start()


def _follow_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        # A worker waits for its next job for ever where its parent was killed.
        os._exit(1)
