"""The workers of a Dask scheduler: which ones may do jobs, and what becomes of the jobs of those that are lost."""

from __future__ import annotations

import logging
import math
import pickle
import ssl
import time
import warnings
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any, Generic, NamedTuple, TypeVar

from harbincrawl.errors import MissingExtraError, SchedulerError, WorkerError
from harbincrawl.reread.executor import Files, read_nothing

from .jobs import Answer, RefusedError, SeenFile, Task, answer_task, find_hindrance, pack_call, read_versions

J = TypeVar("J")
R = TypeVar("R")

_CONNECT = 10
"""Seconds to reach the scheduler; it may be starting."""
_CLOSE = 3
_PATIENCE = 30.0
"""Seconds to wait for a worker where there is none, as those that died are started again; and for the scheduler."""
_ANSWER = 3.0
"""Seconds that a worker may take to say its versions."""
_GLANCE = 1.0
"""Seconds between two looks at who is there."""
_BLINK = 0.05
"""The same while there is nobody to do jobs."""
_ATTEMPTS = 10
"""Times that a job is begun; each time all workers that were to do it are lost."""
_TLS = "DASK_DISTRIBUTED__COMM__TLS__"
"""Before the names of Dask's settings of TLS in the environment."""


@contextmanager
def open_dask(address: str, warn: Callable[[str], None]) -> Iterator[DaskExecutor]:
    """An executor of the scheduler at `address`, `tcp://host:port`, once one of its workers may do jobs.

    Scheduler and workers stay when the context ends. Raises MissingExtraError, SchedulerError.
    """
    try:
        distributed = import_module("distributed")
    except ImportError:
        raise MissingExtraError(
            "Workers of a Dask scheduler need dask[distributed]: pip install 'harbincrawl[cluster]'."
        ) from None
    # They log at length what is said here in one sentence; some of them have levels of their own.
    for name in ("tornado", "asyncio", *logging.root.manager.loggerDict):
        if name.partition(".")[0] in ("tornado", "asyncio", "distributed"):
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    client = _connect(distributed, address)
    try:
        executor = DaskExecutor(client, address, warn)
        executor.wait_for_workers()
        yield executor
    finally:
        with suppress(Exception):
            client.close(timeout=_CLOSE)


def _connect(distributed: Any, address: str) -> Any:
    """A client; raises SchedulerError."""
    closed = distributed.comm.CommClosedError
    try:
        # A client that was begun without keys takes 20 seconds to end.
        if not address.startswith("tls:") or distributed.Security().get_connection_args("client")["ssl_context"]:
            with warnings.catch_warnings():
                # Versions of packages that Dask itself compares; ours are checked by every worker.
                warnings.simplefilter("ignore")
                return distributed.Client(address, timeout=_CONNECT, set_as_default=False)
        reason = "none is set"
    except Exception as error:
        if not address.startswith("tls:") or not isinstance(
            error, closed | ssl.SSLError | FileNotFoundError | PermissionError
        ):
            raise SchedulerError(f"No Dask scheduler answers at {address} within {_CONNECT} seconds.") from error
        # Dask puts before its reason which connection of the two sides it was.
        reason = f"refused: {str(error).rpartition('>: ')[2]}" if isinstance(error, closed) else str(error)
    raise SchedulerError(
        f"{address} needs the keys of TLS ({reason}): set {_TLS}CA_FILE, {_TLS}CLIENT__CERT and {_TLS}CLIENT__KEY."
    )


class DaskExecutor:
    """Has the workers of a Dask scheduler do the jobs; each shows first that it reads as this process does.

    One of another version, or one that does not see a file that this process sees, is refused by its name; those that
    remain do its jobs.
    """

    def __init__(
        self,
        client: Any,
        address: str,
        warn: Callable[[str], None],
        now: Callable[[], float] = time.monotonic,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        """`client` is Dask's, of the scheduler at `address`; `warn` gets a sentence for each worker that is refused.

        `now` gives seconds, `pause` waits for some.
        """
        self._client = client
        self._address = address
        self._warn = warn
        self._now = now
        self._pause = pause
        self._versions = read_versions()
        self._present: dict[str, int] = {}
        """By address, the threads of the workers that are there."""
        self._able: set[str] = set()
        """The addresses of those that may do jobs."""
        self._refused: dict[str, str] = {}
        """By address, sentences."""
        self._silent: dict[str, float] = {}
        """By address, when those that did not answer are asked again."""
        self._warned: set[str] = set()
        self._looked = -math.inf

    def map(self, function: Callable[[J], R], jobs: Iterable[J], files: Files[J] = read_nothing) -> Iterator[R]:
        """See Executor; at most three times as many jobs as workers have threads, and one, are begun ahead."""
        window: deque[_Begun[J]] = deque()
        begin = partial(self._begin, function, files)
        try:
            for job in jobs:
                window.append(begin(job))
                if len(window) > 3 * sum(self._present[address] for address in self._able):
                    yield self._finish(window, begin)
            while window:
                yield self._finish(window, begin)
        finally:
            for begun in window:
                begun.future.release()

    def wait_for_workers(self) -> frozenset[str]:
        """The addresses of the workers that may do jobs; raises SchedulerError where none comes, or all are refused."""
        begin = self._now()
        self._look()
        while not self._able:
            if self._now() - begin > _PATIENCE or (self._present and len(self._refused) == len(self._present)):
                raise self._explain()
            self._pause(_BLINK)
            self._look()
        return frozenset(self._able)

    def _begin(self, function: Callable[[J], Any], files: Files[J], job: J, attempt: int = 1) -> _Begun[J]:
        addresses = self.wait_for_workers()
        call = pack_call(answer_task, Task(self._versions, function, job, _measure(files(job))))
        future = self._ask(self._client.submit, pickle.loads, call, workers=sorted(addresses), pure=False)
        return _Begun(job, future, addresses, attempt)

    def _finish(self, window: deque[_Begun[J]], begin: Callable[[J, int], _Begun[J]]) -> Any:
        """The result of the first job, which leaves the window."""
        while True:
            answer, attempt = self._wait(window[0]), window[0].attempt
            if answer is None:
                attempt += 1
            elif isinstance(answer.error, RefusedError):
                # No fault of the job. A file that this process does not see any more either got its final name.
                if answer.error.file is None or find_hindrance(answer.error.file) is None:
                    self._refuse(answer.worker, answer.error.reason)
            elif answer.error is not None:
                raise answer.error
            else:
                window.popleft().future.release()
                return answer.result
            if attempt > _ATTEMPTS:
                raise WorkerError(
                    f"Workers of {self._address} were lost {_ATTEMPTS} times in a row while one job was waited"
                    " for (killed, or out of memory). What was stored stays; run the command again, with --workers 1"
                    " to read in one process."
                )
            for at, begun in enumerate(window):
                # Dask does a job again by those that were named with it: where all are gone, it is begun anew.
                if at == 0 or self._able.isdisjoint(begun.addresses):
                    begun.future.release()
                    window[at] = begin(begun.job, begun.attempt if at else attempt)

    def _wait(self, begun: _Begun[J]) -> Answer | None:
        """What came of a job; None where all workers that could do it are lost."""
        patience = _GLANCE
        while not self._able.isdisjoint(begun.addresses):
            try:
                begun.future.exception(timeout=_GLANCE)
                # Of a worker that died a moment ago it does not come; a long one needs its time.
                patience *= 2
                return self._take(begun.future, patience)
            except TimeoutError:
                self._look()
        return None

    def _take(self, future: Any, seconds: float) -> Answer | None:
        """What came of a job that has ended; None where those that did it are lost.

        Raises TimeoutError where it does not come in so many seconds; SchedulerError, WorkerError.
        """
        try:
            answer: Answer = pickle.loads(future.result(timeout=seconds))  # noqa: S301 - of our own worker
        except TimeoutError:
            raise
        except (OSError, RuntimeError) as error:
            raise self._make_error() from error
        except CancelledError as error:
            if self._client.status != "running":
                raise self._make_error() from error
            return None
        except Exception as error:
            if type(error).__name__ == "KilledWorker":
                return None
            raise WorkerError(f"A worker of {self._address} failed: {error!r}") from error
        return answer

    def _look(self) -> None:
        """Sees who came and who went, unless that is known since a moment; those who came are asked for versions."""
        if self._now() - self._looked < (_GLANCE if self._able else _BLINK):
            return
        self._present = self._ask(self._client.nthreads, callback_timeout=_PATIENCE)
        self._looked = self._now()
        self._able &= self._present.keys()
        self._refused = {each: said for each, said in self._refused.items() if each in self._present}
        for address in sorted(self._present.keys() - self._able - self._refused.keys()):
            if not self._able or self._now() >= self._silent.get(address, 0):
                self._judge(address)

    def _judge(self, address: str) -> None:
        """Asks a worker for its versions, beside its jobs."""
        call, more = pack_call(read_versions), {"on_error": "return", "callback_timeout": _ANSWER}
        found: object = None
        # It may die, or be stopped, so that it says nothing.
        with suppress(OSError, RuntimeError):
            found = self._client.run(pickle.loads, call, workers=[address], **more)[address]
        if found == self._versions:
            self._able.add(address)
        elif isinstance(found, str):
            self._refuse(address, f"has {found}, not {self._versions}")
        elif isinstance(found, ImportError | AttributeError):
            self._refuse(address, f"has another harbincrawl, or none ({found})")
        else:
            self._silent[address] = self._now() + _PATIENCE

    def _refuse(self, address: str, reason: str) -> None:
        self._able.discard(address)
        workers = self._ask(self._client.scheduler_info)["workers"]
        sentence = f"worker {workers.get(address, {}).get('name', address)} {reason}"
        self._refused[address] = sentence
        if sentence not in self._warned:
            self._warned.add(sentence)
            self._warn(f"{sentence}: it gets no jobs")

    def _ask(self, question: Callable[..., Any], *words: Any, **more: Any) -> Any:
        """What Dask's client says; raises SchedulerError where the scheduler went away."""
        try:
            if self._client.status == "running":
                return question(*words, **more)
        except (OSError, CancelledError, RuntimeError) as error:
            raise self._make_error() from error
        raise self._make_error()

    def _make_error(self) -> SchedulerError:
        return SchedulerError(
            f"The Dask scheduler at {self._address} went away. What was stored stays; run the command again to go on."
        )

    def _explain(self) -> SchedulerError:
        if self._refused:
            sentences = "; ".join(sorted(self._refused.values()))
            return SchedulerError(f"No worker of {self._address} may do the jobs: {sentences}.")
        if self._present:
            return SchedulerError(f"The workers of {self._address} did not answer for {_PATIENCE:.0f} seconds.")
        return SchedulerError(f"{self._address} has no workers: start one with: dask worker {self._address}")


class _Begun(NamedTuple, Generic[J]):
    job: J
    future: Any
    """Dask's."""
    addresses: frozenset[str]
    """Of the workers that may do it."""
    attempt: int


def _measure(paths: Iterable[Path]) -> tuple[SeenFile, ...]:
    """Those that this process sees: the lack of others is a result."""
    found = []
    for path in set(paths):
        with suppress(OSError):
            found.append(SeenFile(str(path), path.stat().st_size))
    return tuple(found)
