"""What a worker on another machine does with a job: it checks that it may do it, does it, and says what came of it."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from harbincrawl.pages.version import PARSER
from harbincrawl.version import __version__


class Versions(NamedTuple):
    """What decides how a page is read, and what is sent of it."""

    harbincrawl: str
    parser: str

    def __str__(self) -> str:
        return f"harbincrawl {self.harbincrawl} with parser {self.parser}"


class SeenFile(NamedTuple):
    """A file that a job reads."""

    path: str
    size: int
    """Bytes of it that the one who gives the job sees."""


@dataclass(frozen=True, slots=True)
class Task:
    """A job with what it needs."""

    versions: Versions
    """Of the one who gives it."""
    function: Callable[[Any], Any]
    job: Any
    files: tuple[SeenFile, ...] = ()


@dataclass(frozen=True, slots=True)
class Done:
    """The job was done."""

    result: Any


@dataclass(frozen=True, slots=True)
class Failed:
    """The job raised an error."""

    error: Exception


@dataclass(frozen=True, slots=True)
class Refused:
    """The worker may not do the job."""

    reason: str
    """Behind the worker's name: `has harbincrawl 0.0.9 with parser 3, not …`."""
    file: SeenFile | None = None
    """The file that it does not see."""


Outcome = Done | Failed | Refused


def read_versions() -> Versions:
    """Those of this process."""
    return Versions(__version__, PARSER)


def do_task(task: Task, own: Versions) -> Outcome:
    """Does a job if a process of the versions `own` may."""
    if own != task.versions:
        return Refused(f"has {own}, not {task.versions}")
    for file in task.files:
        if (reason := _find_hindrance(file)) is not None:
            return Refused(reason, file)
    try:
        return Done(task.function(task.job))
    except Exception as error:  # noqa: BLE001 - it is raised again where the job came from
        return Failed(error)


def _find_hindrance(file: SeenFile) -> str | None:
    """Why this process cannot read what the other one can."""
    try:
        size = os.stat(file.path).st_size  # noqa: PTH116 - a path of another machine, which only the system judges
    except OSError as error:
        return f"does not see {file.path} ({error.strerror})"
    if size < file.size:
        return f"sees {size:,} bytes of {file.path}, which has {file.size:,}"
    return None if os.access(file.path, os.R_OK) else f"may not read {file.path}"


def confirm(_: None) -> None:
    """The job that only asks whether a worker may do any."""
