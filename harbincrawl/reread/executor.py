"""Who does the jobs of `--workers`: this process, several of this machine, or the workers of a Dask scheduler.

Reading may be done by any process or machine, storing is done by one: an executor is the one seam between them.
"""

from __future__ import annotations

import os
import re
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, Future
from concurrent.futures import Executor as Pool
from contextlib import contextmanager
from importlib import import_module
from itertools import chain, islice
from pathlib import Path
from typing import Any, TypeVar

from harbincrawl.errors import HarbincrawlError, MissingExtraError, OptionsError, SchedulerError, WorkerError

Workers = int | str | None
"""A number of processes, the address of a Dask scheduler (`tcp://host:port` or `tls://…`), or as many as there are
cores."""
FEW = 4
"""So few jobs are done in this process, sooner than another one starts."""
_SCHEDULER = re.compile(r"(?:tcp|tls)://(?:\[[0-9a-fA-F:.]+\]|[^\s/:\[\]@]+):[0-9]{1,5}/?")
_CONNECT = 10
"""Seconds to reach the scheduler; it may be starting."""
_PATIENCE = 30
"""Seconds to wait for its first worker."""
_CLOSE = 3
_TLS = "DASK_DISTRIBUTED__COMM__TLS__"
"""Before the names of Dask's settings of TLS in the environment."""
_GO_ON = "What was stored stays; run the command again to go on, with --workers 1 to read in one process."

J = TypeVar("J")
R = TypeVar("R")


class Executor:
    """Does jobs, functions without side effects, by a pool of `concurrent.futures`; without one in this process."""

    def __init__(self, pool: Pool | None = None, ahead: int = 0, check: Callable[[], None] | None = None) -> None:
        """At most `ahead` jobs, and one, are under way or done before their results are asked for.

        A pool of other machines has a `check`, which raises where the machine that leads them went away.
        """
        self._pool = pool
        self._ahead = ahead
        self._check = check

    def map(self, function: Callable[[J], R], jobs: Iterable[J], size: int = 1) -> Iterator[R]:
        """`function` of each of `jobs`, in their order, `size` of them at a time.

        `function`, jobs and results must be picklable. Raises what `function` raises; WorkerError.
        """
        chunks = cut(jobs, size)
        first = list(islice(chunks, FEW + 1)) if self._pool is not None else []
        if self._pool is None or len(first) <= FEW:
            yield from map(function, chain.from_iterable(chain(first, chunks)))
            return
        window: deque[Future[list[R]]] = deque()
        try:
            for chunk in chain(first, chunks):
                with self._explained():
                    window.append(self._pool.submit(_do_jobs, function, chunk))
                if len(window) > self._ahead:
                    yield from self._take_first(window)
            while window:
                yield from self._take_first(window)
        finally:
            for future in window:
                future.cancel()

    def _take_first(self, window: deque[Future[list[R]]]) -> list[R]:
        with self._explained():
            return window.popleft().result()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Raises WorkerError with the pool's own message where it, or a job on another machine, fails."""
        try:
            yield
        except HarbincrawlError:
            raise
        except Exception as error:
            if self._check is not None:
                self._check()
            elif not isinstance(error, BrokenExecutor):
                raise
            raise WorkerError(f"Reading by workers failed ({_name(error)}). {_GO_ON}") from error


def _do_jobs(function: Callable[[J], R], jobs: list[J]) -> list[R]:
    return [function(job) for job in jobs]


def _name(error: BaseException) -> str:
    """The engine's own message, in one line."""
    return " ".join(f"{type(error).__name__}: {error}".split()).removesuffix(":").removesuffix(".")


def cut(jobs: Iterable[J], size: int) -> Iterator[list[J]]:
    """`jobs` in lists of `size`, the last one shorter."""
    rest = iter(jobs)
    while chunk := list(islice(rest, size)):
        yield chunk


def check_folder(folder: Path) -> None:
    """Raises WorkerError where a worker of another machine has no folder of that name."""
    if not folder.is_dir():
        raise WorkerError(f"A worker does not see {folder}: every worker needs the archive under the same path.")


def parse_workers(text: str) -> int | str:
    """What `--workers` says. Raises OptionsError."""
    if text.isascii() and text.isdigit() and 0 < int(text[:6]) < 10_000 and len(text) < 6:
        return int(text)
    if _SCHEDULER.fullmatch(text):
        return text.rstrip("/")
    raise OptionsError(f"{text!r} is neither a number of processes nor the address of a scheduler: tcp://HOST:PORT.")


@contextmanager
def open_executor(workers: Workers) -> Iterator[Executor]:
    """An executor; what it started ends with the context. Raises MissingExtraError, SchedulerError."""
    if isinstance(workers, str):
        with _open_dask(workers) as executor:
            yield executor
    elif (processes := workers or count_cores()) < 2:
        yield Executor()
    else:
        from concurrent.futures import ProcessPoolExecutor
        from multiprocessing import get_context

        # Not forked: a fork would take over open databases and the locks of other threads.
        pool = ProcessPoolExecutor(processes, get_context("spawn"), initializer=_begin_worker)
        try:
            yield Executor(pool, 2 * processes)
        finally:
            pool.shutdown(cancel_futures=True)


def count_cores() -> int:
    """The cores that this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        # Not every system says which cores are ours.
        return os.cpu_count() or 1


def _begin_worker() -> None:
    # Ctrl-C reaches all processes of the terminal; the parent ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_follow_parent, daemon=True).start()


def _follow_parent() -> None:
    from multiprocessing import parent_process

    parent = parent_process()
    if parent is not None:
        parent.join()
        # A worker waits for its next job for ever where its parent was killed.
        os._exit(1)


class _DaskPool(Pool):
    """Dask's client as a pool; its own executor gives no result, or a wrong error, where a worker dies with one."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def submit(self, function: Callable[..., R], /, *words: Any, **more: Any) -> Future[R]:
        # A future of Dask's has what is used of one here: `result` and `cancel`.
        future: Future[R] = self._client.submit(function, *words, **more, pure=False)
        return future


@contextmanager
def _open_dask(address: str) -> Iterator[Executor]:
    """The workers of the scheduler at `address`; they stay when the context ends."""
    try:
        dask = import_module("dask")
        # What it would log while it is imported and later is said here in one sentence.
        dask.config.set({"logging": dict.fromkeys(("distributed", "distributed.client", "tornado"), "critical")})
        distributed = import_module("distributed")
    except ImportError:
        raise MissingExtraError("--workers tcp://… needs Dask: pip install 'harbincrawl[cluster]'.") from None
    try:
        # A client that was begun without keys takes 20 seconds to end.
        if address.startswith("tls:") and not distributed.Security().get_connection_args("client")["ssl_context"]:
            raise SchedulerError(f"{address} needs keys: set {_TLS}CA_FILE, {_TLS}CLIENT__CERT and {_TLS}CLIENT__KEY.")
        client = distributed.Client(address, timeout=_CONNECT, set_as_default=False)
    except SchedulerError:
        raise
    except Exception as error:
        raise SchedulerError(f"No Dask scheduler answers at {address} ({_name(error)}).") from error

    def check() -> None:
        if client.status != "running":
            raise SchedulerError(f"The Dask scheduler at {address} went away. {_GO_ON}")

    try:
        try:
            client.wait_for_workers(1, timeout=_PATIENCE)
            versions = client.get_versions(packages=["harbincrawl"])
            threads = sum(client.nthreads().values())
        except Exception as error:
            raise SchedulerError(f"No worker of {address} answers ({_name(error)}).") from error
        own = versions["client"]["packages"]["harbincrawl"]
        others = [each for each, found in versions["workers"].items() if found["packages"]["harbincrawl"] != own]
        if others:
            raise SchedulerError(f"Workers of {address} lack harbincrawl {own}: {', '.join(sorted(others))}.")
        yield Executor(_DaskPool(client), 3 * threads, check)
    finally:
        client.close(timeout=_CLOSE)
