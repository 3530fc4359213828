"""Backup: a consistent copy of an archive, also while a crawl runs; and restoring an archive from it."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path

from harbincrawl.archive.database import lock
from harbincrawl.archive.database.connection import (
    FILE,
    USER,
    check_version,
    open_reader,
    open_writer,
    raise_typed,
    raise_typed_os,
)
from harbincrawl.archive.database.leftovers import STAGING
from harbincrawl.archive.runs.table import OpenRun, find_open
from harbincrawl.config import FILE as SETTINGS
from harbincrawl.errors import BackupError, BucketError, DatabaseError, NoArchiveError
from harbincrawl.files import check_folder, write_whole
from harbincrawl.operations.buckets.notes import announce, borrow
from harbincrawl.operations.buckets.successors import follow_purges
from harbincrawl.text import time_text

from .bucket import download_archive, upload_archive
from .copy import FOLDERS, BackupReceipt, MissingFileError, Progress, Salvage, check_backup, copy_archive, sync
from .owner import BEGUN, NOTE, check_owner, open_still, write_begun
from .settings import LEFT, settle_settings

__all__ = ["NOTE", "BackupReceipt", "back_up", "restore"]

_ATTEMPTS = 3


def back_up(
    archive: Path, destination: Path | str, now: datetime, *, salvage: Salvage, progress: Progress
) -> BackupReceipt:
    """Copies the archive into `destination`, a folder or `s3://…`: new or empty, or an earlier backup of this archive.

    The database is copied first, in a consistent state. All records that it refers to are then on disk, and the files
    are copied after it. WARC files with their final names never change, so they are hard-linked if possible. Raises
    BackupError, BucketError, DestinationError, NoArchiveError, HeldError, DatabaseError, NoSpaceError.
    """
    if isinstance(destination, str):
        with closing(open_reader(archive)) as connection:
            return _repeat(lambda: upload_archive(archive, connection, str(destination), now, salvage, progress))
    _check_destination(archive, destination)
    with closing(open_reader(archive)) as connection:
        # Twice: before anything is written there, and when no other backup can write there any more.
        _check_owner(archive, connection, destination)
        with lock.hold(destination, "backup"):
            _check_owner(archive, connection, destination)
            try:
                write_begun(connection, destination)
                receipt = _repeat(lambda: copy_archive(connection, archive, destination, salvage, progress, link=True))
                (destination / BEGUN).unlink()
                note = {"harbincrawl": "backup", "made": time_text(now), "articles": receipt.articles}
                write_whole(destination / NOTE, json.dumps(note).encode())
            except OSError as error:
                raise_typed_os(error, destination)
    return receipt


def restore(
    source: Path | str,
    archive: Path,
    *,
    salvage: Salvage,
    progress: Progress,
    prove: Callable[[Path], object] = lambda _: None,
    with_settings: bool = False,
) -> BackupReceipt:
    """Makes a new archive in `archive` from the backup `source`, a folder or `s3://…`. Files are copied, not linked.

    Everything is copied to a folder within `archive`, where `prove` gets it, and has its place only then: a restore
    that fails or is killed leaves no archive. Settings that are there stay; of the backup's, those that act are left
    off, unless `with_settings`. Where a purge has replaced objects in a bucket since, the new archive reads what it
    made of them. Raises BackupError, BucketError, DestinationError, NoArchiveError, HeldError, DatabaseError,
    NoSpaceError, and what `prove` raises.
    """
    if isinstance(source, str):
        prefix = source
        return _restore(archive, lambda staging: download_archive(prefix, staging, progress), prove, with_settings)
    folder = source
    path = folder / FILE
    check_backup(folder)
    if not path.is_file():
        raise NoArchiveError(f"no backup in {source}: expected {path}.")
    with closing(open_still(folder)) as connection:
        try:
            check_version(connection, path)
        except sqlite3.Error as error:
            raise_typed(error, path)

        def fill(staging: Path) -> BackupReceipt:
            try:
                return copy_archive(connection, folder, staging, salvage, progress, link=False)
            except MissingFileError as missing:
                raise BackupError(f"{source} is incomplete: {missing} is missing.") from missing

        return _restore(archive, fill, prove, with_settings)


def _restore(
    archive: Path, fill: Callable[[Path], BackupReceipt], prove: Callable[[Path], object], with_settings: bool
) -> BackupReceipt:
    _check_free(archive)
    with lock.hold(archive, "restore"):
        _check_free(archive)
        staging = archive / STAGING
        check_folder(staging)
        try:
            if staging.exists():
                shutil.rmtree(staging)
            staging.mkdir()
            receipt = fill(staging)
            receipt = receipt._replace(open_run=_find_open(staging))
            if _is_taken(archive / SETTINGS):
                (staging / SETTINGS).unlink(missing_ok=True)
            else:
                receipt = receipt._replace(settings=settle_settings(staging, with_settings=with_settings))
            if receipt.placed:
                with closing(open_writer(staging)) as connection:
                    receipt = receipt._replace(followed=follow_purges(connection, staging))
                    # It forgets, too, what has become loose by following: those objects are the other archive's.
                    borrow(connection)
            prove(staging)
            _move_in(staging, archive)
            return receipt._replace(unannounced=_announce(archive)) if receipt.placed else receipt
        except OSError as error:
            raise_typed_os(error, archive)
        finally:
            shutil.rmtree(staging, ignore_errors=True)


def _find_open(staging: Path) -> OpenRun | None:
    """The run that had not ended when the backup was made; what is broken of the database is for `prove` to name."""
    with suppress(DatabaseError, sqlite3.Error), closing(open_reader(staging)) as connection:
        return find_open(connection)
    return None


def _announce(archive: Path) -> str:
    """Says in the buckets what the new archive reads there; why it could not, else nothing."""
    try:
        with closing(open_reader(archive)) as connection:
            announce(connection)
    except BucketError as error:
        return str(error)
    return ""


def _check_destination(archive: Path, destination: Path) -> None:
    if destination.resolve().is_relative_to(archive.resolve()):
        raise BackupError(f"{destination} is inside the archive: name a folder outside of it, best on another disk.")
    if not destination.exists():
        return
    if not destination.is_dir():
        raise BackupError(f"{destination} is not a folder.")
    is_backup = any((destination / name).is_file() for name in (NOTE, BEGUN))
    if not is_backup and any(path.name != lock.FILE for path in destination.iterdir()):
        raise BackupError(f"{destination} is neither empty nor a backup: name another folder.")
    check_backup(destination)


def _check_owner(archive: Path, connection: sqlite3.Connection, destination: Path) -> None:
    try:
        check_owner(archive, connection, destination)
    except sqlite3.Error as error:
        raise_typed(error, archive / FILE)


def _repeat(copy: Callable[[], BackupReceipt]) -> BackupReceipt:
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            return copy()
        except MissingFileError as missing:
            # A purge may have replaced files in the meantime: copy the database again.
            if attempt == _ATTEMPTS:
                raise BackupError(
                    f"{missing} is missing in the archive: harbincrawl verify says what is broken."
                ) from missing
    raise AssertionError


def _check_free(archive: Path) -> None:
    """Raises BackupError if `archive` has anything of an archive: not even a part of one is overwritten."""
    if _is_taken(archive / FILE):
        raise BackupError(f"{archive} already contains an archive: move it away, or name another --archive.")
    for name in (*FOLDERS, f"{FILE}-wal", LEFT, USER):
        path = archive / name
        is_empty = path.is_dir() and not path.is_symlink() and not any(path.iterdir())
        if _is_taken(path) and not is_empty:
            raise BackupError(f"{archive} already contains {name}: move it away, or name another --archive.")


def _move_in(staging: Path, archive: Path) -> None:
    """Gives the parts of a new archive their places, the database last: without it there is no archive."""
    moved: list[str] = []
    try:
        for name in (*FOLDERS, LEFT, SETTINGS, USER, FILE):
            if name == FILE:
                sync(archive)
            if (staging / name).exists():
                (staging / name).replace(archive / name)
                moved.append(name)
        sync(archive)
    except OSError:
        # A part of an archive would keep the next restore from its place.
        for name in reversed(moved):
            (archive / name).replace(staging / name)
        raise


def _is_taken(path: Path) -> bool:
    return path.exists() or path.is_symlink()
