"""A cluster without machines: workers come, die, wait and answer in any order, as dice say."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from random import Random
from typing import Any

from harbincrawl.reread.workers.cluster import ClusterExecutor, LostError, Worker
from harbincrawl.reread.workers.jobs import Outcome, Refused, Task, Versions, confirm, do_task, read_versions


@dataclass
class FakeCluster:
    """Does a task when its result is asked for, in a copy as a wire makes it."""

    dice: Random
    deaths: float = 0.0
    """Chance that an asking finds the worker dead; another one takes its place, at another address."""
    delays: float = 0.0
    """Chance that an asking finds nothing yet."""
    address: str = "tcp://scheduler:8786"
    workers: dict[str, Worker] = field(default_factory=dict)
    versions: dict[str, Versions] = field(default_factory=dict)
    """Of the workers, by name, that have not ours."""
    blind: set[str] = field(default_factory=set)
    """The names of workers that see no files."""
    on_job: Callable[[], None] = lambda: None
    """Called when a job is begun."""
    did: list[str] = field(default_factory=list)
    """The names of the workers that did jobs."""
    time: float = 0.0
    under_way: int = 0
    most: int = 0

    def add(self, name: str, threads: int = 1) -> None:
        """A worker comes."""
        address = f"tcp://machine:{len(self.did) + self.dice.randrange(1 << 30)}"
        self.workers[address] = Worker(address, name, threads)

    def kill(self, address: str) -> None:
        """A worker dies, and is started again."""
        worker = self.workers.pop(address)
        self.add(worker.name, worker.threads)

    def list_workers(self) -> list[Worker]:
        return list(self.workers.values())

    def submit(self, task: Task, addresses: Collection[str]) -> FakeHandle:
        if task.function is not confirm:
            self.on_job()
            self.under_way += 1
            self.most = max(self.most, self.under_way)
        return FakeHandle(self, pickle.dumps(task), frozenset(addresses), task.function is not confirm)

    def pause(self, seconds: float) -> None:
        self.time += seconds

    def make_executor(self, warn: Callable[[str], None] = lambda _: None) -> ClusterExecutor:
        return ClusterExecutor(self, warn, lambda: self.time, self.pause)


@dataclass
class FakeHandle:
    cluster: FakeCluster
    packed: bytes
    addresses: frozenset[str]
    is_job: bool
    is_lost: bool = False

    def wait(self, seconds: float) -> tuple[str, Outcome] | None:
        cluster, dice = self.cluster, self.cluster.dice
        cluster.time += seconds
        able = sorted(self.addresses & cluster.workers.keys())
        if not able or dice.random() < cluster.delays:
            return None
        address = dice.choice(able)
        if self.is_job and dice.random() < cluster.deaths:
            cluster.kill(address)
            if len(able) > 1:
                return None
            raise LostError
        worker = cluster.workers[address]
        task: Task = pickle.loads(self.packed)  # noqa: S301 - our own
        if worker.name in cluster.blind and task.files:
            return address, Refused(f"does not see {task.files[0].path}", task.files[0])
        outcome = do_task(task, cluster.versions.get(worker.name, read_versions()))
        if self.is_job and not isinstance(outcome, Refused):
            cluster.did.append(worker.name)
        answer: tuple[str, Any] = pickle.loads(pickle.dumps((address, outcome)))  # noqa: S301 - our own
        return answer

    def drop(self) -> None:
        self.cluster.under_way -= self.is_job
        self.is_job = False
