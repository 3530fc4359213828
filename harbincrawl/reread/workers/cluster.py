"""Workers of other machines, given jobs by name: which ones may do them, and what becomes of the jobs of those lost."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

from harbincrawl.errors import SchedulerError, WorkerError
from harbincrawl.reread.executor import Files, read_nothing

from .jobs import Done, Failed, Outcome, Refused, SeenFile, Task, confirm, read_versions

J = TypeVar("J")
R = TypeVar("R")

_PATIENCE = 30.0
"""Seconds to wait for a worker where there is none: those that died are started again."""
_GLANCE = 1.0
"""Seconds between two looks at who is there."""
_BLINK = 0.05
"""The same while there is nobody to do jobs."""
_ATTEMPTS = 10
"""Times that a job is begun; each time all workers that were to do it are lost."""


@dataclass(frozen=True, slots=True)
class Worker:
    """One that has come."""

    address: str
    name: str
    threads: int


class LostError(Exception):
    """The workers that did a job died."""


class Handle(Protocol):
    """A job under way."""

    def wait(self, seconds: float) -> tuple[str, Outcome] | None:
        """(address of the worker, what came of it); None: nothing yet. Raises LostError, SchedulerError."""
        ...

    def drop(self) -> None:
        """The result is not wanted, or not any more."""
        ...


class Cluster(Protocol):
    """Those who do jobs, and the one who hands them out."""

    address: str
    """Of the scheduler."""

    def list_workers(self) -> list[Worker]:
        """Those that are there now. Raises SchedulerError."""
        ...

    def submit(self, task: Task, addresses: Collection[str]) -> Handle:
        """Has any of the workers at `addresses` do it. Raises SchedulerError."""
        ...


class ClusterExecutor:
    """Has a cluster do the jobs; a worker does none before it has shown that it reads as this process does.

    One of another version, or one that does not see a file that this process sees, is refused by its name; those that
    remain do its jobs.
    """

    def __init__(
        self,
        cluster: Cluster,
        warn: Callable[[str], None],
        now: Callable[[], float] = time.monotonic,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        """`warn` gets a sentence for each worker that is refused; `now` gives seconds, `pause` waits for some."""
        self._cluster = cluster
        self._warn = warn
        self._now = now
        self._pause = pause
        self._versions = read_versions()
        self._present: dict[str, Worker] = {}
        self._asked: dict[str, Handle] = {}
        """By address, the workers that were not judged yet."""
        self._hands: dict[str, Worker] = {}
        """By address, those that may do jobs."""
        self._refused: dict[str, str] = {}
        """By address, sentences."""
        self._warned: set[str] = set()
        self._looked: float | None = None

    def map(self, function: Callable[[J], R], jobs: Iterable[J], files: Files[J] = read_nothing) -> Iterator[R]:
        """See Executor; at most three times as many jobs as workers have threads, and one, are begun ahead."""
        window: deque[_Begun[J]] = deque()
        try:
            for job in jobs:
                window.append(self._begin(function, job, files))
                if len(window) > 3 * sum(worker.threads for worker in self._hands.values()):
                    yield self._finish(function, window, files)
            while window:
                yield self._finish(function, window, files)
        finally:
            for begun in window:
                begun.handle.drop()

    def wait_for_workers(self) -> Collection[str]:
        """The addresses of the workers that may do jobs; raises WorkerError where none comes, or all are refused."""
        self._look(_GLANCE)
        begin = self._now()
        while not self._hands:
            if self._now() - begin > _PATIENCE:
                raise self._explain()
            if self._present and len(self._refused) == len(self._present):
                raise self._explain()
            self._pause(_BLINK)
            self._look(_BLINK)
        return self._hands.keys()

    def _begin(self, function: Callable[[J], R], job: J, files: Files[J], attempt: int = 1) -> _Begun[J]:
        addresses = frozenset(self.wait_for_workers())
        seen = tuple(SeenFile(str(path), size) for path in set(files(job)) if (size := _measure(path)) is not None)
        task = Task(self._versions, function, job, seen)
        return _Begun(job, self._cluster.submit(task, addresses), addresses, attempt)

    def _finish(self, function: Callable[[J], R], window: deque[_Begun[J]], files: Files[J]) -> Any:
        while True:
            begun = window[0]
            outcome = self._wait(begun)
            if isinstance(outcome, Done):
                window.popleft()
                begun.handle.drop()
                return outcome.result
            if isinstance(outcome, Failed):
                raise outcome.error
            begun.handle.drop()
            # A refusal is no fault of the job.
            attempt = begun.attempt + (outcome is None)
            if attempt > _ATTEMPTS:
                raise WorkerError(
                    f"Workers of {self._cluster.address} were lost {_ATTEMPTS} times in a row while one job was waited"
                    " for (killed, or out of memory). What was stored stays; run the command again, with --workers 1"
                    " to read in one process."
                )
            window[0] = self._begin(function, begun.job, files, attempt)
            for at, other in enumerate(window):
                # Who could do it is gone: it is begun again now, not when its turn comes.
                if not other.addresses & self._hands.keys():
                    other.handle.drop()
                    window[at] = self._begin(function, other.job, files, other.attempt)

    def _wait(self, begun: _Begun[J]) -> Outcome | None:
        """What came of a job; None where all workers that could do it are lost."""
        while True:
            try:
                found = begun.handle.wait(_GLANCE)
            except LostError:
                return None
            if found is not None:
                address, outcome = found
                if isinstance(outcome, Refused) and (outcome.file is None or _is_seen(outcome.file)):
                    self._refuse(address, outcome.reason)
                return outcome
            self._look(_GLANCE)
            if not begun.addresses & self._hands.keys():
                return None

    def _look(self, seconds: float) -> None:
        """Sees who came and who went, unless that is known since less than `seconds`."""
        if self._looked is not None and self._now() - self._looked < seconds:
            return
        self._present = {worker.address: worker for worker in self._cluster.list_workers()}
        self._looked = self._now()
        for known in (self._asked, self._hands, self._refused):
            for address in [address for address in known if address not in self._present]:
                del known[address]
        for address in self._present.keys() - self._asked.keys() - self._hands.keys() - self._refused.keys():
            task = Task(self._versions, confirm, None)
            self._asked[address] = self._cluster.submit(task, [address])
        for address, handle in list(self._asked.items()):
            try:
                answer = handle.wait(0)
            except LostError:
                del self._asked[address]
                continue
            if answer is None:
                continue
            handle.drop()
            del self._asked[address]
            if isinstance(answer[1], Refused):
                self._refuse(address, answer[1].reason)
            else:
                self._hands[address] = self._present[address]

    def _refuse(self, address: str, reason: str) -> None:
        self._hands.pop(address, None)
        worker = self._present.get(address)
        sentence = f"worker {worker.name if worker else address} {reason}"
        self._refused[address] = sentence
        if sentence not in self._warned:
            self._warned.add(sentence)
            self._warn(f"{sentence}: it gets no jobs")

    def _explain(self) -> SchedulerError:
        if self._refused:
            return SchedulerError(
                f"No worker of {self._cluster.address} may do the jobs: {'; '.join(sorted(self._refused.values()))}."
            )
        if self._present:
            return SchedulerError(f"The workers of {self._cluster.address} did not answer for {_PATIENCE:.0f} seconds.")
        return SchedulerError(
            f"{self._cluster.address} has no workers: start one with: dask worker {self._cluster.address}"
        )


@dataclass(frozen=True, slots=True)
class _Begun(Generic[J]):
    job: J
    handle: Handle
    addresses: frozenset[str]
    """Of the workers that may do it."""
    attempt: int


def _measure(path: Path) -> int | None:
    """Bytes of a file; None where this process does not see it either, so that its lack is a result."""
    try:
        return path.stat().st_size
    except OSError:
        return None


def _is_seen(file: SeenFile) -> bool:
    """Whether this process still sees the file, which may have got its final name in between."""
    size = _measure(Path(file.path))
    return size is not None and size >= file.size
