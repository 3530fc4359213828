"""Backup: a consistent copy of an archive, also while a crawl runs; and restoring an archive from it."""

from __future__ import annotations

import errno
import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from harbincrawl.archive import lock
from harbincrawl.archive.database import FILE, open_reader, raise_typed, raise_typed_os
from harbincrawl.config import FILE as SETTINGS
from harbincrawl.errors import BackupError, NoArchiveError
from harbincrawl.text import time_text

NOTE = "backup.json"
"""The file that marks a folder as a complete backup; it is written last."""
BEGUN = "backup.begun"
"""The file that marks a backup as incomplete."""
_ATTEMPTS = 3
_NO_LINK = (errno.EXDEV, errno.EPERM, errno.EMLINK, errno.ENOTSUP, errno.EACCES, errno.ENOENT)
"""A hard link is not possible (another disk, or no support), or the file was renamed in the meantime."""

Progress = Callable[[int, int], None]
"""Gets (files done, total)."""
Salvage = Callable[[Path], object]
"""Salvages the `.open` WARC files in a folder."""


class BackupReceipt(NamedTuple):
    """What a backup or restore copied."""

    articles: int
    files: int
    """WARC files and pictures."""
    linked: int
    """Files of these that are hard links to files of the archive."""
    kept: int
    """Files of these that an earlier backup already had."""


class _MissingFileError(Exception):
    """A file that the copied database refers to does not exist any more."""


def back_up(archive: Path, destination: Path, now: datetime, *, salvage: Salvage, progress: Progress) -> BackupReceipt:
    """Copies the archive into the folder `destination`: a new or empty folder, or an earlier backup.

    The database is copied first, in a consistent state. All records that it refers to are then on disk, and the files
    are copied after it. WARC files with their final names never change, so they are hard-linked if possible. Raises
    BackupError, NoArchiveError, DatabaseError, NoSpaceError.
    """
    _check_destination(archive, destination)
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            receipt = _copy_all(archive, destination, salvage, progress, link=True)
            break
        except _MissingFileError as missing:
            # A purge may have replaced files in the meantime: copy the database again.
            if attempt == _ATTEMPTS:
                raise BackupError(
                    f"{missing} is missing in the archive: harbincrawl verify says what is broken."
                ) from missing
    note = {"harbincrawl": "backup", "made": time_text(now), "articles": receipt.articles}
    _write(destination / NOTE, json.dumps(note).encode())
    return receipt


def restore(source: Path, archive: Path, *, salvage: Salvage, progress: Progress) -> BackupReceipt:
    """Makes a new archive in `archive` from the backup `source`. Files are copied, not linked.

    Raises BackupError, NoArchiveError, HeldError, DatabaseError, NoSpaceError.
    """
    if not (source / FILE).is_file():
        raise NoArchiveError(f"no backup in {source}: expected {source / FILE}.")
    with lock.hold(archive, "restore"):
        if (archive / FILE).exists():
            raise BackupError(f"{archive} already contains an archive: move it away, or name another --archive.")
        try:
            return _copy_all(source, archive, salvage, progress, link=False)
        except _MissingFileError as missing:
            raise BackupError(f"{source} is incomplete: {missing} is missing.") from missing


def _check_destination(archive: Path, destination: Path) -> None:
    if destination.resolve().is_relative_to(archive.resolve()):
        raise BackupError(f"{destination} is inside the archive: name a folder outside of it, best on another disk.")
    if not destination.exists():
        return
    if not destination.is_dir():
        raise BackupError(f"{destination} is not a folder.")
    is_backup = any((destination / name).is_file() for name in (NOTE, BEGUN))
    if any(destination.iterdir()) and not is_backup:
        raise BackupError(f"{destination} is neither empty nor a backup: name another folder.")


def _copy_all(source: Path, target: Path, salvage: Salvage, progress: Progress, *, link: bool) -> BackupReceipt:
    try:
        target.mkdir(parents=True, exist_ok=True)
        if link:
            _write(target / BEGUN, b"")
        articles, warcs, pictures = _copy_database(source, target)
        files = [(Path("warc") / name) for name in warcs] + [(Path("media") / name) for name in pictures]
        linked = kept = 0
        for done, file in enumerate(files):
            progress(done, len(files))
            how = _copy_file(source, target, file, link=link)
            linked += how == "linked"
            kept += how == "kept"
        salvage(target / "warc")
        for folder, names in (("warc", warcs), ("media", pictures)):
            _delete_others(target / folder, names)
        if (source / SETTINGS).is_file():
            shutil.copy2(source / SETTINGS, target / SETTINGS)
        # The write-ahead log of an earlier copy must not be applied to the new database.
        for ending in ("-wal", "-shm"):
            (target / f"{FILE}{ending}").unlink(missing_ok=True)
        # The database gets its name last: then everything that it refers to is there.
        (target / f"{FILE}.part").replace(target / FILE)
        (target / BEGUN).unlink(missing_ok=True)
    except OSError as error:
        raise_typed_os(error, target)
    return BackupReceipt(articles, len(files), linked, kept)


def _copy_database(source: Path, target: Path) -> tuple[int, list[str], list[str]]:
    """Copies the database to `target` as .part; returns (articles, names of WARC files, names of pictures)."""
    part = target / f"{FILE}.part"
    part.unlink(missing_ok=True)
    with closing(open_reader(source)) as read:
        try:
            with closing(sqlite3.connect(part)) as written:
                read.backup(written)
                (articles,) = written.execute("SELECT count(*) FROM articles").fetchone()
                warcs = _read_names(written, "captures", "warc")
                pictures = _read_names(written, "images", "media")
        except sqlite3.Error as error:
            raise_typed(error, part)
    _sync(part)
    return articles, warcs, pictures


def _read_names(connection: sqlite3.Connection, table: str, column: str) -> list[str]:
    rows = connection.execute(f"SELECT DISTINCT {column} FROM {table} WHERE {column} IS NOT NULL ORDER BY 1")
    return [name for (name,) in rows]


def _copy_file(source: Path, target: Path, file: Path, *, link: bool) -> str:
    """Returns `linked`, `kept` or `copied`. Raises _MissingFileError."""
    if "/" in file.name or file.name in ("", ".", ".."):
        raise _MissingFileError(str(file))
    copy = target / file
    copy.parent.mkdir(exist_ok=True)
    # The writer may rename the file between the first two checks; then the third one finds it.
    for original in (source / file, source / f"{file}.open", source / file):
        try:
            size = original.stat().st_size
        except FileNotFoundError:
            continue
        is_open = original.suffix == ".open"
        if not is_open and copy.exists() and copy.stat().st_size == size:
            return "kept"
        copy.unlink(missing_ok=True)
        if link and not is_open and _link(original, copy):
            return "linked"
        try:
            _copy_bytes(original, copy.with_name(f"{copy.name}.open") if is_open else copy)
        except FileNotFoundError:
            continue
        return "copied"
    raise _MissingFileError(str(file))


def _link(original: Path, copy: Path) -> bool:
    try:
        copy.hardlink_to(original)
    except OSError as error:
        if error.errno in _NO_LINK:
            return False
        raise
    return True


def _copy_bytes(original: Path, copy: Path) -> None:
    part = copy.with_name(f"{copy.name}.part")
    try:
        shutil.copyfile(original, part)
        _sync(part)
        part.replace(copy)
    finally:
        part.unlink(missing_ok=True)


def _delete_others(folder: Path, names: Iterable[str]) -> None:
    """Deletes files of an earlier backup that the archive no longer has, because purged files must not stay here."""
    kept = set(names)
    for path in folder.glob("*") if folder.is_dir() else ():
        if path.is_file() and path.name not in kept:
            path.unlink()


def _sync(path: Path) -> None:
    with path.open("rb") as stream:
        os.fsync(stream.fileno())


def _write(path: Path, data: bytes) -> None:
    try:
        path.write_bytes(data)
    except OSError as error:
        raise_typed_os(error, path)
