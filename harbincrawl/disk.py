"""The disk: syncing folders, folders for temporary copies, and telling a full disk from other errors."""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_COPIES = "harbincrawl-copy-"
_RANDOM = "[a-z0-9_]" * 8
"""What `mkdtemp` puts behind a prefix."""
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def sync_folder(folder: Path) -> None:
    """Syncs the names in `folder` to disk. Raises OSError."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


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
        handle = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
        try:
            with suppress(OSError):  # where there are no locks, none is ever taken for abandoned either
                fcntl.flock(handle, fcntl.LOCK_SH)
            if not folder.is_dir():
                continue  # taken for an abandoned one before it was locked
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
