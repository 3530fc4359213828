"""Copying an archive, file by file, into a folder and never out of it."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import stat
from collections.abc import Callable, Collection, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

from harbincrawl.archive.database.connection import FILE, USER, raise_typed, raise_typed_os
from harbincrawl.archive.places import list_places
from harbincrawl.archive.runs.table import OpenRun
from harbincrawl.archive.user import read_user
from harbincrawl.config import FILE as SETTINGS
from harbincrawl.errors import BackupError
from harbincrawl.files import check_file, check_folder, check_part, is_file_name
from harbincrawl.operations.buckets.successors import Followed

from .owner import BEGUN, NOTE
from .settings import RestoredSettings

FOLDERS = ("warc", "media")
_NO_LINK = (errno.EXDEV, errno.EPERM, errno.EMLINK, errno.ENOTSUP, errno.EACCES, errno.ENOENT)
"""A hard link is not possible (another disk, or no support), or the file was renamed in the meantime."""

Progress = Callable[[int, int, str], None]
"""Gets (files done, total, the file that is copied)."""
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
    placed: int = 0
    """WARC files that are in a bucket and stay there: their rows were copied, not their bytes."""
    followed: Followed = Followed()
    """What the archive that was backed up has purged since, of the files in a bucket."""
    settings: RestoredSettings = RestoredSettings()
    """Of a restored archive."""
    open_run: OpenRun | None = None
    """Of a restored archive: the run that had not ended when the backup was made."""
    unannounced: str = ""
    """Why the bucket could not be told that a restored archive reads these, too."""


class MissingFileError(Exception):
    """A file that the copied database refers to does not exist any more."""


def check_backup(target: Path) -> None:
    """Raises DestinationError if a device, a pipe or a link is in the place of a part of the backup in `target`."""
    for name in FOLDERS:
        check_folder(target / name)
    databases = (*(f"{FILE}{ending}" for ending in ("", ".part", "-wal", "-shm", "-journal")), USER, f"{USER}-journal")
    for name in (*databases, f"{USER}.part", SETTINGS, NOTE, BEGUN):
        check_file(target / name)


def copy_archive(
    connection: sqlite3.Connection, source: Path, target: Path, salvage: Salvage, progress: Progress, *, link: bool
) -> BackupReceipt:
    """Copies the archive in `source`, open in `connection`, into the folder `target`; its database comes last.

    With `link` the source is an archive, else a backup: both hold regular files only. Raises MissingFileError,
    SpecialFileError, BackupError, DatabaseError, NoSpaceError.
    """
    check_backup(target)
    try:
        articles, placed, files = copy_database(connection, target)
        linked = kept = 0
        # A copy of what was offloaded since is the only other one: it stays.
        written = {target / "warc" / name for name in placed}
        for done, name in enumerate(files):
            progress(done, len(files), name)
            how, copied = _copy_file(source, target, name, link=link)
            linked += how == "linked"
            kept += how == "kept"
            written.add(copied)
        _delete_others(target, written)
        salvage(target / "warc")
        if (source / SETTINGS).is_file():
            _copy_bytes(source / SETTINGS, target / SETTINGS, shutil.copy2)
        copy_user(source, target)
        # The write-ahead log of an earlier copy must not be applied to the new database.
        for ending in ("-wal", "-shm"):
            (target / f"{FILE}{ending}").unlink(missing_ok=True)
        # The database gets its name last: then everything that it refers to is there.
        (target / f"{FILE}.part").replace(target / FILE)
    except OSError as error:
        raise_typed_os(error, target)
    return BackupReceipt(articles, len(files), linked, kept, len(placed))


def copy_database(connection: sqlite3.Connection, target: Path) -> tuple[int, set[str], list[str]]:
    """Copies the database to `target` as .part; returns what `list_copied` returns."""
    with _copy_pages(connection, target / f"{FILE}.part") as written:
        return list_copied(written)


def copy_user(source: Path, target: Path) -> bool:
    """Copies `user.db` of an archive or a backup, where an earlier copy goes in any case; whether there is one.

    Raises SpecialFileError, DatabaseError, NoSpaceError, OSError.
    """
    copy = target / USER
    if not (source / USER).is_file():
        copy.unlink(missing_ok=True)
        return False
    part = copy.with_name(f"{USER}.part")
    with read_user(source) as connection, _copy_pages(connection, part):
        pass
    part.replace(copy)
    return True


@contextmanager
def _copy_pages(connection: sqlite3.Connection, part: Path) -> Iterator[sqlite3.Connection]:
    """The copy of a database in the new file `part`, which is on disk at the end."""
    part.unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(part)) as written:
            connection.backup(written)
            yield written
    except sqlite3.Error as error:
        raise_typed(error, part)
    sync(part)


def list_copied(connection: sqlite3.Connection) -> tuple[int, set[str], list[str]]:
    """(articles, names of WARC files in buckets, the other files as `warc/NAME` and `media/NAME`) of a copied database.

    Raises BackupError, sqlite3.Error.
    """
    (articles,) = connection.execute("SELECT count(*) FROM articles").fetchone()
    placed = {one.file for one in list_places(connection)}
    warc = {*_read_names(connection, "log_files", "name"), *_read_names(connection, "captures", "warc")}
    files = [f"warc/{name}" for name in sorted(warc - placed)]
    return articles, placed, files + [f"media/{name}" for name in _read_names(connection, "images", "media")]


def _read_names(connection: sqlite3.Connection, table: str, column: str) -> list[str]:
    rows = connection.execute(f"SELECT DISTINCT {column} FROM {table} WHERE {column} IS NOT NULL ORDER BY 1")
    names = [name for (name,) in rows]
    for name in names:
        if not is_file_name(name):
            raise BackupError(
                f"{table}.{column} in the database is {name!r}, not the name of a file: nothing was copied."
            )
    return names


def _copy_file(source: Path, target: Path, name: str, *, link: bool) -> tuple[str, Path]:
    """Returns (`linked`, `kept` or `copied`, the copy of the file `name`). Raises MissingFileError, BackupError."""
    copy, whole = target / name, source / name
    copy.parent.mkdir(exist_ok=True)
    # The writer may rename the file between the first two checks; then the third one finds it.
    for original in (whole, whole.with_name(f"{whole.name}.open"), whole):
        try:
            state = original.lstat()
        except FileNotFoundError:
            continue
        if link:
            check_part(original)
        check_file(original)
        is_open = original.suffix == ".open"
        if not is_open and _is_file_of(copy, state.st_size):
            return "kept", copy
        copy.unlink(missing_ok=True)
        if link and not is_open and _link(original, copy):
            return "linked", copy
        copy = copy.with_name(f"{copy.name}.open") if is_open else copy
        try:
            _copy_bytes(original, copy, shutil.copyfile)
        except FileNotFoundError:
            continue
        return "copied", copy
    raise MissingFileError(name)


def _is_file_of(path: Path, size: int) -> bool:
    try:
        state = path.lstat()
    except FileNotFoundError:
        return False
    return stat.S_ISREG(state.st_mode) and state.st_size == size


def _link(original: Path, copy: Path) -> bool:
    try:
        copy.hardlink_to(original)
    except OSError as error:
        if error.errno in _NO_LINK:
            return False
        raise
    return True


def _copy_bytes(original: Path, copy: Path, act: Callable[[Path, Path], object]) -> None:
    part = copy.with_name(f"{copy.name}.part")
    part.unlink(missing_ok=True)
    try:
        act(original, part)
        sync(part)
        part.replace(copy)
    finally:
        part.unlink(missing_ok=True)


def _delete_others(target: Path, written: Collection[Path]) -> None:
    """Deletes files of an earlier backup that the archive no longer has, because purged files must not stay here."""
    folders = [folder for name in FOLDERS if (folder := target / name).is_dir()]
    for path in (each for folder in folders for each in folder.iterdir()):
        if path not in written and (path.is_symlink() or not path.is_dir()):
            path.unlink()


def sync(path: Path) -> None:
    """Syncs a file or a folder to disk. Raises OSError."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
