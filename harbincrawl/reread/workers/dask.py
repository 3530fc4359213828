"""The workers of a Dask scheduler: the one module that knows Dask's names."""

from __future__ import annotations

import logging
import pickle
import socket
import ssl
import threading
import warnings
from collections.abc import Callable, Collection
from concurrent.futures import CancelledError
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

from harbincrawl.errors import MissingExtraError, SchedulerError, WorkerError

from .cluster import LostError, Worker
from .jobs import Outcome, Refused, Task, do_task, read_versions

_CONNECT = 10
"""Seconds to reach the scheduler; it may be starting."""
_ANSWER = 30
"""Seconds that it may take to answer a question."""
_FETCHES = (2, 4, 8, 16)
"""Seconds that a result may take to come; after each it is asked whether its worker lives."""
_GREETING = 2
"""Seconds in which a scheduler says whether it takes our keys."""
_CLOSE = 3
_TLS = "DASK_DISTRIBUTED__COMM__TLS__"
"""Before the names of Dask's settings of TLS in the environment."""


class DaskCluster:
    """The workers of a running scheduler, which stays when this is closed."""

    def __init__(self, address: str) -> None:
        """`address` is `tcp://host:port`. Raises MissingExtraError; SchedulerError where no scheduler answers."""
        self.address = address
        try:
            self._distributed = import_module("distributed")
        except ImportError:
            raise MissingExtraError(
                "Workers of a Dask scheduler need dask[distributed]: pip install 'harbincrawl[cluster]'."
            ) from None
        # They log at length what is said here in one sentence; some of them have levels of their own.
        for name in ("tornado", "asyncio", *logging.root.manager.loggerDict):
            if name.partition(".")[0] in ("tornado", "asyncio", "distributed"):
                logging.getLogger(name).setLevel(logging.CRITICAL + 1)
        self._check_keys()
        try:
            with warnings.catch_warnings():
                # Versions of packages that Dask itself compares; ours are checked by every worker.
                warnings.simplefilter("ignore")
                self._client = self._distributed.Client(address, timeout=_CONNECT, set_as_default=False)
        except Exception as error:
            raise SchedulerError(f"No Dask scheduler answers at {address} within {_CONNECT} seconds.") from error

    def _check_keys(self) -> None:
        """Dask itself takes long to say that it has no keys, and does it with a traceback."""
        if not self.address.startswith("tls:"):
            return
        try:
            found = self._distributed.Security().get_connection_args("client").get("ssl_context")
            reason = "none is set" if found is None else _find_refusal(self.address, found)
        except (OSError, ValueError) as error:
            reason = str(error)
        if reason is not None:
            raise SchedulerError(
                f"{self.address} needs the keys of TLS ({reason}): set {_TLS}CA_FILE, {_TLS}CLIENT__CERT and"
                f" {_TLS}CLIENT__KEY."
            )

    def list_workers(self) -> list[Worker]:
        """See Cluster."""
        try:
            found = self._client.sync(self._client.scheduler.identity, n_workers=-1, callback_timeout=_ANSWER)
        except (OSError, TimeoutError, CancelledError, RuntimeError) as error:
            raise self.make_error() from error
        return [Worker(address, str(each["name"]), int(each["nthreads"])) for address, each in found["workers"].items()]

    def submit(self, task: Task, addresses: Collection[str]) -> DaskHandle:
        """See Cluster."""
        call = pickle.dumps(_Call(task), protocol=pickle.HIGHEST_PROTOCOL)
        try:
            # The scheduler unpacks what is submitted, and need not have harbincrawl: `loads` and bytes it always can.
            future = self._client.submit(pickle.loads, call, workers=sorted(addresses), pure=False)
        except (OSError, CancelledError, RuntimeError) as error:
            raise self.make_error() from error
        return DaskHandle(self, future, next(iter(addresses)))

    def close(self) -> None:
        """Leaves the scheduler; its workers stay."""
        with suppress(Exception):
            self._client.close(timeout=_CLOSE)

    @property
    def is_lost(self) -> bool:
        """Whether the scheduler went away."""
        return bool(self._client.status != "running")

    def make_error(self) -> SchedulerError:
        """What ends a command whose scheduler went away."""
        return SchedulerError(
            f"The Dask scheduler at {self.address} went away. What was stored stays; run the command again to go on."
        )


class DaskHandle:
    """See Handle."""

    def __init__(self, cluster: DaskCluster, future: Any, address: str) -> None:
        self._cluster = cluster
        self._future = future
        self._address = address
        self._ended = threading.Event()
        future.add_done_callback(lambda _: self._ended.set())

    def wait(self, seconds: float) -> tuple[str, Outcome] | None:
        """See Handle."""
        if not self._ended.wait(seconds):
            if self._cluster.is_lost:
                raise self._cluster.make_error()
            return None
        try:
            packed = self._fetch()
        except LostError:
            raise
        except CancelledError as error:
            raise (self._cluster.make_error() if self._cluster.is_lost else LostError()) from error
        except Exception as error:
            if type(error).__name__ == "KilledWorker":
                raise LostError from error
            if isinstance(error, ImportError | AttributeError):
                return self._address, Refused(f"has another harbincrawl, or none ({error})")
            raise WorkerError(f"A worker of {self._cluster.address} failed: {error!r}") from error
        found: tuple[str, Outcome] = pickle.loads(packed)  # noqa: S301 - of a worker that could do anything anyway
        return found

    def _fetch(self) -> bytes:
        """The result of a job that was done. Raises LostError where its worker died with it; what Dask raises."""
        for patience in _FETCHES:
            if self._future.status in ("pending", "lost"):
                # Dask has it done again, but only by the workers that were named with it, and these may be gone.
                raise LostError
            with suppress(TimeoutError):
                found: bytes = self._future.result(timeout=patience)
                return found
        raise LostError

    def drop(self) -> None:
        """See Handle."""
        with suppress(Exception):
            self._future.cancel()


def _find_refusal(address: str, keys: ssl.SSLContext) -> str | None:
    """Why the scheduler takes no connection with these keys; None if it does, or where that cannot be told.

    Dask asks again and again until its time is over, and does not say why.
    """
    parts = urlsplit(address)
    try:
        with (
            socket.create_connection((parts.hostname or "", parts.port or 0), _GREETING) as plain,
            keys.wrap_socket(plain, server_hostname=parts.hostname) as connection,
        ):
            # Whose keys are not taken hears so only now; to others the scheduler speaks first.
            connection.recv(1)
    except ssl.SSLError as error:
        return f"refused: {error.reason or error}".lower().replace("_", " ")
    except OSError:
        # The scheduler may be starting.
        return None
    return None


@dataclass(frozen=True, slots=True)
class _Call:
    """A task that is done where it is unpacked."""

    task: Task

    def __reduce__(self) -> tuple[Callable[[Task], bytes], tuple[Task]]:
        return do_packed, (self.task,)


def do_packed(task: Task) -> bytes:
    """Does a task in a Dask worker; the worker's address and what came of it, packed."""
    address = import_module("distributed").get_worker().address
    return pickle.dumps((address, do_task(task, read_versions())), protocol=pickle.HIGHEST_PROTOCOL)
