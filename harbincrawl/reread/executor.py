"""Who does jobs: the one seam between reading, which any process or machine may do, and storing, which one does."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Protocol, TypeVar

J = TypeVar("J")
R = TypeVar("R")
Files = Callable[[J], Iterable[Path]]
"""The files that a job reads, by absolute paths."""


def read_nothing(_: object) -> tuple[Path, ...]:
    """The files of a job that reads none."""
    return ()


class Executor(Protocol):
    """Does jobs: functions without side effects, so that one may be done twice."""

    def map(self, function: Callable[[J], R], jobs: Iterable[J], files: Files[J] = read_nothing) -> Iterator[R]:
        """`function` of each of `jobs`, in their order; a bounded number of jobs is begun ahead.

        `function`, jobs and results must be picklable. Raises what `function` raises; WorkerError.
        """
        ...


class SerialExecutor:
    """This process, one job when its result is asked for."""

    def map(
        self,
        function: Callable[[J], R],
        jobs: Iterable[J],
        files: Files[J] = read_nothing,  # noqa: ARG002 - what this process sees is what counts
    ) -> Iterator[R]:
        """See Executor."""
        return map(function, jobs)


def cut(jobs: Iterable[J], size: int) -> Iterator[list[J]]:
    """`jobs` in lists of `size`, the last one shorter."""
    rest = iter(jobs)
    while chunk := list(islice(rest, size)):
        yield chunk
