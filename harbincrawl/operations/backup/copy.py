"""Copying an archive, file by file, into a folder and never out of it."""

from __future__ import annotations

import shutil
import sqlite3
import stat
from collections.abc import Callable, Collection, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

from harbincrawl.archive.database.connection import FILE, USER, raise_typed, raise_typed_os
from harbincrawl.archive.places import list_places
from harbincrawl.archive.user import read_user
from harbincrawl.buckets import get_file
from harbincrawl.config import FILE as SETTINGS
from harbincrawl.errors import DestinationError, FileMissingError
from harbincrawl.files import check_file, check_folder, is_file_name, replace_synced, sync_folder
from harbincrawl.places import BucketFile
from harbincrawl.reread.spans import Progress
from harbincrawl.warc.salvage import salvage

NOTE = "backup.json"
"""The file that marks a folder as a backup, and says of which archive; `made` in it: the backup is complete."""
FOLDERS = ("warc", "media")


class BackupReceipt(NamedTuple):
    """What a backup or restore copied."""

    articles: int
    files: int
    """WARC files and pictures."""
    kept: int
    """Files of these that an earlier backup already had."""
    left: tuple[str, ...]
    """Addresses of offloaded WARC files that are in the bucket alone: their rows were copied, not their bytes."""


def check_backup(target: Path) -> None:
    """Raises DestinationError if a device, a pipe or a link is in the place of a part of the backup in `target`."""
    for name in FOLDERS:
        check_folder(target / name)
    databases = (*(f"{FILE}{ending}" for ending in ("", ".part", "-wal", "-shm", "-journal")), USER, f"{USER}-journal")
    for name in (*databases, f"{USER}.part", SETTINGS, NOTE):
        check_file(target / name)


def copy_archive(
    connection: sqlite3.Connection,
    source: Path,
    target: Path,
    progress: Progress,
    *,
    offloaded: bool = False,
    is_new: bool = False,
) -> BackupReceipt:
    """Copies the archive in `source`, open in `connection`, into the folder `target`; its database comes last.

    `offloaded` WARC files are fetched from their bucket, if wanted; no settings are copied where the archive `is_new`.
    Raises FileMissingError, DestinationError, BucketError, DatabaseError, NoSpaceError.
    """
    check_backup(target)
    try:
        with _copy_pages(connection, target / f"{FILE}.part") as written:
            articles, placed, files = _list_copied(written)
        # What an offload left here, or a backup has of it, is copied as all else.
        here = {name for name in placed if (source / "warc" / name).is_file()}
        files += [f"warc/{name}" for name in sorted(here)]
        for path in (target / "warc").glob("*.open"):
            # A killed backup left it.
            path.unlink()
        kept = 0
        left: list[str] = []
        for done, name in enumerate(files):
            progress(done, len(files), name)
            kept += _copy_file(source, target, name)
        for name, place in sorted(placed.items()):
            copy = target / "warc" / name
            if name in here:
                continue
            if _is_file_of(copy, place.size):
                kept += 1
            elif offloaded:
                progress(len(files), len(files), name)
                _fetch_file(place, copy)
            else:
                left.append(place.address)
                continue
            files.append(f"warc/{name}")
        salvage(target / "warc")
        if (source / SETTINGS).is_file() and not is_new:
            _copy_bytes(source / SETTINGS, target / SETTINGS, shutil.copy2)
        _copy_user(source, target)
        # The write-ahead log of an earlier copy must not be applied to the new database.
        for ending in ("-wal", "-shm"):
            (target / f"{FILE}{ending}").unlink(missing_ok=True)
        # The database gets its name last: then everything that it refers to is there.
        (target / f"{FILE}.part").replace(target / FILE)
        sync_folder(target)
        _delete_others(target, {target / name for name in files})
    except OSError as error:
        raise_typed_os(error, target)
    return BackupReceipt(articles, len(files), kept, tuple(left))


def _copy_user(source: Path, target: Path) -> None:
    """Copies `user.db` of an archive or a backup; where there is none, an earlier copy goes."""
    copy = target / USER
    if not (source / USER).is_file():
        copy.unlink(missing_ok=True)
        return
    part = copy.with_name(f"{USER}.part")
    with read_user(source) as connection, _copy_pages(connection, part):
        pass
    part.replace(copy)


@contextmanager
def _copy_pages(connection: sqlite3.Connection, part: Path) -> Iterator[sqlite3.Connection]:
    """The copy of a database in the new file `part`, which is on disk at the end."""
    part.unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(part)) as written:
            connection.backup(written)
            # Whoever reads it leaves no file beside it.
            written.execute("PRAGMA journal_mode = DELETE")
            yield written
    except sqlite3.Error as error:
        raise_typed(error, part)
    sync_folder(part)


def _list_copied(connection: sqlite3.Connection) -> tuple[int, dict[str, BucketFile], list[str]]:
    """(articles, WARC files in buckets by name, the other files as `warc/NAME` and `media/NAME`) of a copied database.

    Raises DestinationError, sqlite3.Error.
    """
    (articles,) = connection.execute("SELECT count(*) FROM articles").fetchone()
    placed = list_places(connection)
    warc = {*_read_names(connection, "log_files", "name"), *_read_names(connection, "captures", "warc")}
    files = [f"warc/{name}" for name in sorted(warc - placed.keys())]
    return articles, placed, files + [f"media/{name}" for name in _read_names(connection, "images", "media")]


def _read_names(connection: sqlite3.Connection, table: str, column: str) -> list[str]:
    rows = connection.execute(f"SELECT DISTINCT {column} FROM {table} WHERE {column} IS NOT NULL ORDER BY 1")
    names = [name for (name,) in rows]
    for name in names:
        if not is_file_name(name):
            raise DestinationError(
                f"{table}.{column} in the database is {name!r}, not the name of a file: nothing was copied."
            )
    return names


def _copy_file(source: Path, target: Path, name: str) -> bool:
    """Copies the file `name`, unless one of its size is there: returns whether it is. Raises FileMissingError."""
    copy, whole = target / name, source / name
    copy.parent.mkdir(exist_ok=True)
    # The writer may rename the file between the first two checks; then the third one finds it.
    for original in (whole, whole.with_name(f"{whole.name}.open"), whole):
        try:
            state = original.lstat()
        except FileNotFoundError:
            continue
        is_open = original.suffix == ".open"
        if not is_open and _is_file_of(copy, state.st_size):
            return True
        copy.unlink(missing_ok=True)
        try:
            _copy_bytes(original, copy.with_name(f"{copy.name}.open") if is_open else copy, shutil.copyfile)
        except FileNotFoundError:
            continue
        return False
    raise FileMissingError(f"{name} is missing.")


def _fetch_file(placed: BucketFile, copy: Path) -> None:
    """Copies a WARC file out of its bucket. Raises FileMissingError, DestinationError, BucketError, OSError."""

    def fetch(_: Path, part: Path) -> None:
        if get_file(placed.address, placed.size, part) != placed.sha256:
            raise DestinationError(
                f"{placed.address} has other bytes than were uploaded: harbincrawl verify says what is broken."
            )

    copy.parent.mkdir(exist_ok=True)
    _copy_bytes(copy, copy, fetch)


def _is_file_of(path: Path, size: int) -> bool:
    try:
        state = path.lstat()
    except FileNotFoundError:
        return False
    return stat.S_ISREG(state.st_mode) and state.st_size == size


def _copy_bytes(original: Path, copy: Path, act: Callable[[Path, Path], object]) -> None:
    part = copy.with_name(f"{copy.name}.part")
    part.unlink(missing_ok=True)
    with replace_synced(part, copy):
        act(original, part)
        sync_folder(part)


def _delete_others(target: Path, written: Collection[Path]) -> None:
    """Deletes files of an earlier backup that the archive no longer has, because purged files must not stay here."""
    folders = [folder for name in FOLDERS if (folder := target / name).is_dir()]
    for path in (each for folder in folders for each in folder.iterdir()):
        if path not in written and (path.is_symlink() or not path.is_dir()):
            path.unlink()
