"""A Dask client without machines: workers come, die, wait and answer in any order, as dice say."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field
from random import Random
from typing import Any
from unittest.mock import patch

from harbincrawl.reread.workers import jobs
from harbincrawl.reread.workers.dask import DaskExecutor


class KilledWorker(Exception):  # noqa: N818 - Dask's name
    """A job was begun on several workers, and all died."""


@dataclass(frozen=True, slots=True)
class Worker:
    """One that has come."""

    name: str
    threads: int


@dataclass
class FakeCluster:
    """As much of Dask's client as is used; a job is done when its result is asked for."""

    dice: Random
    deaths: float = 0.0
    """Chance that an asking finds the worker dead; another one takes its place, at another address."""
    delays: float = 0.0
    """Chance that an asking finds nothing yet."""
    workers: dict[str, Worker] = field(default_factory=dict)
    """By address."""
    versions: dict[str, str | Exception] = field(default_factory=dict)
    """Of the workers, by name, that have not ours: what they say instead, or TimeoutError for nothing."""
    blind: set[str] = field(default_factory=set)
    """The names of workers that see no files."""
    on_job: Callable[[], None] = lambda: None
    """Called when a job is begun."""
    did: list[str] = field(default_factory=list)
    """The names of the workers that did jobs."""
    time: float = 0.0
    under_way: int = 0
    most: int = 0
    status: str = "running"

    def add(self, name: str, threads: int = 1) -> None:
        """A worker comes."""
        address = f"tcp://machine:{len(self.did) + self.dice.randrange(1 << 30)}"
        self.workers[address] = Worker(name, threads)

    def kill(self, address: str) -> None:
        """A worker dies, and is started again."""
        worker = self.workers.pop(address)
        self.add(worker.name, worker.threads)

    def pause(self, seconds: float) -> None:
        self.time += seconds

    def make_executor(self, warn: Callable[[str], None] = lambda _: None) -> DaskExecutor:
        return DaskExecutor(self, "tcp://scheduler:8786", warn, lambda: self.time, self.pause)

    def nthreads(self, callback_timeout: float) -> dict[str, int]:  # noqa: ARG002 - it always answers
        return {address: worker.threads for address, worker in self.workers.items()}

    def scheduler_info(self) -> dict[str, Any]:
        return {"workers": {address: {"name": worker.name} for address, worker in self.workers.items()}}

    def run(
        self, function: Callable[..., Any], *words: Any, workers: list[str], on_error: str, callback_timeout: float
    ) -> dict[str, Any]:
        """Has workers do something at once."""
        assert on_error == "return"
        silent = any(isinstance(self.versions.get(self.workers[each].name), TimeoutError) for each in workers)
        # A question waits behind no job, so it is rarely late.
        if silent or self.dice.random() < self.delays**8:
            self.time += callback_timeout
            raise TimeoutError
        return {address: self._do(address, function, *words) for address in workers}

    def submit(self, function: Callable[..., Any], *words: Any, workers: Iterable[str], pure: bool) -> FakeFuture:
        """Begins a job."""
        assert not pure
        self.on_job()
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        return FakeFuture(self, lambda address: self._do(address, function, *words), frozenset(workers))

    def _do(self, address: str, function: Callable[..., Any], *words: Any) -> Any:
        """What a worker does; how it is known from others is all that is not real of it."""
        worker = self.workers[address]
        versions = self.versions.get(worker.name, jobs.read_versions())
        if isinstance(versions, Exception):
            return versions
        with ExitStack() as stack:
            stack.enter_context(patch.object(jobs, "read_versions", lambda: versions))
            stack.enter_context(patch.object(jobs, "find_address", lambda: address))
            if worker.name in self.blind:
                stack.enter_context(patch.object(jobs, "find_hindrance", lambda file: f"does not see {file.path}"))
            return function(*words)


@dataclass
class FakeFuture:
    """As much of a future of Dask's as is used."""

    cluster: FakeCluster
    do: Callable[[str], Any]
    addresses: frozenset[str]
    is_given_up: bool = False
    is_released: bool = False

    def exception(self, timeout: float) -> None:
        """Waits for the end of the job, which a death may be, or come before or behind."""
        cluster, dice = self.cluster, self.cluster.dice
        able = self._list_able()
        is_done = bool(able) and dice.random() >= cluster.delays
        if is_done and dice.random() < cluster.deaths:
            cluster.kill(dice.choice(able))
            is_done = dice.random() < 0.5
            self.is_given_up = is_done and dice.random() < 0.5
        if not is_done:
            cluster.time += timeout
            raise TimeoutError

    def result(self, timeout: float) -> bytes:
        """What came of the job; where the worker died with it, it does not come."""
        if self.is_given_up:
            raise KilledWorker
        able = self._list_able()
        if not able:
            self.cluster.time += timeout
            raise TimeoutError
        address = self.cluster.dice.choice(able)
        packed: bytes = self.do(address)
        answer: jobs.Answer = jobs.pickle.loads(packed)
        if not isinstance(answer.error, jobs.RefusedError):
            self.cluster.did.append(self.cluster.workers[address].name)
        return packed

    def _list_able(self) -> list[str]:
        return sorted(self.addresses & self.cluster.workers.keys())

    def release(self) -> None:
        """It is not wanted, or not any more."""
        self.cluster.under_way -= not self.is_released
        self.is_released = True
