"""One writer at a time: a lock on the archive's folder that the system lets go when its holder dies."""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from harbincrawl.errors import HeldError

from .database import raise_typed_os

FILE = "lock"
PATIENCE = 0.2
"""Seconds: a command that only looks whether the archive is free holds it for a moment, too."""


@contextmanager
def hold(folder: Path, command: str) -> Iterator[None]:
    """Holds the archive in `folder` for writing; `command` is what the next one is told.

    Raises HeldError at once where another process holds it, naming it; DatabaseError where the folder cannot be made
    or written, NoSpaceError where the disk is full.
    """
    path = folder / FILE
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise_typed_os(error, path)
    try:
        _take(handle, folder)
        started = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        told = json.dumps({"pid": os.getpid(), "command": command, "since": started}).encode()
        try:
            os.ftruncate(handle, 0)
            os.pwrite(handle, told, 0)
        except OSError as error:
            raise_typed_os(error, path)
        yield
        os.ftruncate(handle, 0)
    finally:
        os.close(handle)


def _take(handle: int, folder: Path) -> None:
    end = time.monotonic() + PATIENCE
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() >= end:
                raise HeldError(
                    f"the archive {folder} is held by {_read_holder(handle)}: wait for it to end."
                ) from None
        except OSError as error:
            raise_typed_os(error, folder / FILE)
        time.sleep(0.02)


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
