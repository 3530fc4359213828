"""The disk: syncing folders, folders for temporary copies, and telling a full disk from other errors."""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from harbincrawl.errors import NoSpaceError

_COPIES = "harbincrawl-copy-"
_RANDOM = "[a-z0-9_]" * 8
"""What `mkdtemp` puts behind a prefix."""
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_PROBE = 1 << 16
"""Bytes: more than SQLite adds to any of its files at once."""


def sync_folder(folder: Path) -> None:
    """Syncs the names in `folder` to disk. Raises OSError."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def replace_synced(part: Path, path: Path) -> Iterator[None]:
    """Gives `part`, which the block writes and syncs, the name `path` when the block is done, and syncs the folder.

    Whatever fails, no `part` is left. Raises OSError.
    """
    try:
        yield
        part.replace(path)
        sync_folder(path.parent)
    finally:
        part.unlink(missing_ok=True)


def is_full(error: OSError) -> bool:
    """Whether `error` means that the disk is full."""
    return error.errno in _FULL


@contextmanager
def private_folder() -> Iterator[Path]:
    """A new folder for copies of an archive's files. It is locked while it is in use. Raises OSError."""
    # They cost 5 ms, and a search needs none of them.
    import shutil
    from tempfile import mkdtemp

    while True:
        folder = Path(mkdtemp(prefix=_COPIES))
        try:
            handle = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            continue  # another command took it for an abandoned one before it was opened
        try:
            with suppress(OSError):  # where there are no locks, none is ever taken for abandoned either
                fcntl.flock(handle, fcntl.LOCK_SH)
            if not folder.is_dir():
                continue  # or after that, before it was locked
            yield folder
            return
        finally:
            os.close(handle)
            shutil.rmtree(folder, ignore_errors=True)


def remove_abandoned() -> None:
    """Deletes the private folders that killed commands of this user left among the system's temporary files."""
    import shutil
    from tempfile import gettempdir

    for folder in Path(gettempdir()).glob(_COPIES + _RANDOM):
        try:
            handle = os.open(folder, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_DIRECTORY)
        except OSError:
            continue
        try:
            if os.fstat(handle).st_uid == os.geteuid():
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
        except OSError:
            continue
        finally:
            os.close(handle)


def check_full(error: OSError, path: Path) -> None:
    """Raises NoSpaceError if `error`, met while `path` was written, means that the disk is full."""
    if is_full(error):
        raise NoSpaceError(f"no space left for {path} ({error.strerror}): free disk space and run again.") from error


def has_room(folder: Path | None) -> bool:
    """Whether there is room for another file in `folder` (None: where temporary files are), and for some bytes."""
    from tempfile import TemporaryFile

    try:
        with TemporaryFile(dir=folder, buffering=0) as stream:
            stream.write(bytes(_PROBE))
    except OSError as error:
        return not is_full(error)
    return True
