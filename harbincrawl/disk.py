"""The disk: syncing folders, replacing a file, and telling a full disk from other errors."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from harbincrawl.errors import NoSpaceError

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_PROBE = 1 << 16
"""Bytes: more than SQLite adds to any of its files at once."""


def sync_folder(folder: Path) -> None:
    """Syncs the names in `folder` to disk, or the bytes of a file. Raises OSError."""
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


def check_full(error: OSError, path: Path | str) -> None:
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
