"""The write lock of an archive: one writer at a time. The system releases it when the process dies."""

from __future__ import annotations

import fcntl
import json
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from harbincrawl.errors import HeldError
from harbincrawl.text import time_text

from .connection import FILE as DATABASE
from .connection import open_writer, raise_typed, raise_typed_os

FILE = "lock"
PATIENCE = 0.2
"""Seconds to wait: `check_free` of another command takes the lock for a moment, too."""


@contextmanager
def hold(folder: Path, command: str, patience: float = PATIENCE) -> Iterator[None]:
    """Holds the write lock of the archive in `folder`; `command` is shown to another process that wants the lock.

    Waits up to `patience` seconds for it. Raises HeldError if another process holds it, DatabaseError if the folder
    cannot be made or written, NoSpaceError if the disk is full.
    """
    path = folder / FILE
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise_typed_os(error, path)
    with hold_file(path, patience, lambda handle: _held_error(_read_holder(handle), folder)) as handle:
        holder = json.dumps({"pid": os.getpid(), "command": command, "since": time_text(datetime.now(UTC))})
        try:
            os.ftruncate(handle, 0)
            os.pwrite(handle, holder.encode(), 0)
        except OSError as error:
            raise_typed_os(error, path)
        yield
        os.ftruncate(handle, 0)


@contextmanager
def hold_file(path: Path, patience: float, describe: Callable[[int], HeldError]) -> Iterator[int]:
    """Holds the lock of a file, which is made where there is none; its handle.

    Waits up to `patience` seconds for it. Raises what `describe` makes of the handle if another process holds it,
    DatabaseError if the file cannot be written, NoSpaceError.
    """
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o644)
    except OSError as error:
        raise_typed_os(error, path)
    try:
        if not _take_lock(handle, path, patience):
            raise describe(handle)
        yield handle
    finally:
        os.close(handle)


@contextmanager
def write_archive(folder: Path, command: str) -> Iterator[sqlite3.Connection]:
    """The connection for writing to the archive in `folder`, with its lock held; what was not committed is given up.

    Raises what `hold` and `open_writer` raise, and DatabaseError, NoSpaceError for what SQLite or the disk says.
    """
    with hold(folder, command), closing(open_writer(folder)) as connection:
        try:
            yield connection
        except sqlite3.Error as error:
            raise_typed(error, folder / DATABASE)
        except BrokenPipeError:
            raise
        except OSError as error:
            raise_typed_os(error, Path(error.filename or folder))


def _take_lock(handle: int, path: Path, patience: float) -> bool:
    """Locks an open file, `path` in errors; waits up to `patience` seconds. False: another process holds it."""
    end = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            if time.monotonic() >= end:
                return False
        except OSError as error:
            raise_typed_os(error, path)
        time.sleep(0.02)


def check_free(folder: Path) -> None:
    """Raises HeldError if another process holds the archive. Used before slow imports, to fail at once."""
    if (holder := find_holder(folder)) is not None:
        raise _held_error(holder, folder)


def find_holder(folder: Path) -> str | None:
    """Who writes to the archive in `folder` now, for people: command, process, since when; None: nobody."""
    try:
        handle = os.open(folder / FILE, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return _read_holder(handle)
    finally:
        os.close(handle)
    return None


def _read_holder(handle: int) -> str:
    try:
        holder = json.loads(os.pread(handle, 4096, 0))
        return f"`{holder['command']}` (process {holder['pid']}, since {holder['since']})"
    except (ValueError, KeyError, TypeError):
        return "another process"


def _held_error(holder: str, folder: Path) -> HeldError:
    return HeldError(f"the archive {folder} is held by {holder}: wait for it to end.")
