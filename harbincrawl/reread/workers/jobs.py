"""What a worker on another machine does with a job: it checks that it may do it, does it, and says what came of it."""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable
from importlib import import_module
from typing import Any, NamedTuple

from harbincrawl.pages.version import PARSER
from harbincrawl.version import __version__


class SeenFile(NamedTuple):
    """A file that a job reads."""

    path: str
    size: int
    """Bytes of it that the one who gives the job sees."""


class Task(NamedTuple):
    """A job with what it needs."""

    versions: str
    """Of the one who gives it."""
    function: Callable[[Any], Any]
    job: Any
    files: tuple[SeenFile, ...] = ()


class Answer(NamedTuple):
    """What came of a task."""

    worker: str
    """The address of the one who did it."""
    result: Any
    error: Exception | None


class RefusedError(Exception):
    """The worker may not do the job."""

    def __init__(self, reason: str, file: SeenFile | None = None) -> None:
        """`reason` stands behind the worker's name: `has harbincrawl 0.0.9 …`; `file` is one that it does not see."""
        super().__init__(reason, file)
        self.reason = reason
        self.file = file


def read_versions() -> str:
    """What decides in this process how a page is read, and what is sent of it."""
    return f"harbincrawl {__version__} with parser {PARSER}"


def do_task(task: Task) -> Any:
    """Does a job if this process may. Raises RefusedError; what the job raises."""
    own = read_versions()
    if own != task.versions:
        raise RefusedError(f"has {own}, not {task.versions}")
    for file in task.files:
        if (reason := find_hindrance(file)) is not None:
            raise RefusedError(reason, file)
    return task.function(task.job)


def find_hindrance(file: SeenFile) -> str | None:
    """Why this process cannot read what the one who gives the job can."""
    try:
        size = os.stat(file.path).st_size  # noqa: PTH116 - a path of another machine, which only the system judges
    except OSError as error:
        return f"does not see {file.path} ({error.strerror})"
    if size < file.size:
        return f"sees {size:,} bytes of {file.path}, which has {file.size:,}"
    return None if os.access(file.path, os.R_OK) else f"may not read {file.path}"


def answer_task(task: Task) -> bytes:
    """Does a job in a Dask worker; the Answer, packed, so that Dask looks into nothing."""
    result, failure = None, None
    try:
        result = do_task(task)
    except Exception as error:  # noqa: BLE001 - it is raised again where the job came from
        failure = error
    return pickle.dumps(Answer(find_address(), result, failure), protocol=pickle.HIGHEST_PROTOCOL)


def find_address() -> str:
    """Of the Dask worker that this process is."""
    return str(import_module("distributed").get_worker().address)


class _Call(NamedTuple):
    function: Callable[..., Any]
    words: tuple[Any, ...]

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return self.function, self.words


def pack_call(function: Callable[..., Any], *words: Any) -> bytes:
    """A pickle that is what `function` gives where it is loaded.

    A scheduler unpacks what is submitted, and need not have harbincrawl: `pickle.loads` and bytes it always can.
    """
    return pickle.dumps(_Call(function, words), protocol=pickle.HIGHEST_PROTOCOL)
