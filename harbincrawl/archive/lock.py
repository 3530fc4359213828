"""One writer at a time: a lock on the archive's folder that the system lets go when its holder dies."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from ..records import HarbincrawlError
from .database import DatabaseError

FILE = "lock"


class HeldError(HarbincrawlError):
    """Another command is writing to the archive."""

    exit_code = 5


@contextmanager
def hold(folder: Path, command: str) -> Iterator[None]:
    """Holds the archive in `folder` for writing; `command` is what the next one is told.

    Raises HeldError at once where another process holds it, naming it; DatabaseError where the folder cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(folder / FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise DatabaseError(f"{folder} cannot be written: {error.strerror}.") from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise HeldError(f"the archive {folder} is held by {_read_holder(handle)}: wait for it to end.") from None
        started = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        os.ftruncate(handle, 0)
        os.pwrite(handle, json.dumps({"pid": os.getpid(), "command": command, "since": started}).encode(), 0)
        yield
        os.ftruncate(handle, 0)
    finally:
        os.close(handle)


def check_free(folder: Path) -> None:
    """Raises HeldError where another process holds the archive; for telling so before anything heavy is loaded."""
    try:
        handle = os.open(folder / FILE, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise HeldError(f"the archive {folder} is held by {_read_holder(handle)}: wait for it to end.") from None
    finally:
        os.close(handle)


def _read_holder(handle: int) -> str:
    try:
        told = json.loads(os.pread(handle, 4096, 0))
        return f"`{told['command']}` (process {told['pid']}, since {told['since']})"
    except (ValueError, KeyError, TypeError):
        return "another process"
