"""From what `--workers` says to an executor."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

from harbincrawl.errors import OptionsError
from harbincrawl.reread.executor import Executor, SerialExecutor

from .processes import ProcessExecutor

Workers = int | str | None
"""A number of processes, the address of a Dask scheduler (`tcp://host:port` or `tls://…`), or as many as there are
cores."""
_SCHEDULER = re.compile(r"(?:tcp|tls)://(?:\[[0-9a-fA-F:.]+\]|[^\s/:\[\]@]+):[0-9]{1,5}/?")


def read_workers(text: str) -> int | str:
    """What `--workers` says. Raises OptionsError."""
    if text.isascii() and text.isdigit() and 0 < int(text[:6]) < 10_000 and len(text) < 6:
        return int(text)
    if _SCHEDULER.fullmatch(text):
        return text.rstrip("/")
    raise OptionsError(f"{text!r} is neither a number of processes nor the address of a scheduler: tcp://HOST:PORT.")


@contextmanager
def open_executor(workers: Workers, warn: Callable[[str], None] = lambda _: None) -> Iterator[Executor]:
    """An executor; what it started ends with the context.

    `warn` gets a sentence for each worker that is refused. Raises MissingExtraError, SchedulerError, WorkerError.
    """
    if isinstance(workers, str):
        from .dask import open_dask

        with open_dask(workers, warn) as executor:
            yield executor
    elif (processes := workers or count_cores()) < 2:
        yield SerialExecutor()
    else:
        with closing(ProcessExecutor(processes)) as executor:
            yield executor


def count_cores() -> int:
    """The cores that this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        # Not every system says which cores are ours.
        return os.cpu_count() or 1
