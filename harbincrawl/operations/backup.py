"""Backup: a consistent copy of an archive, also while a crawl runs; and restoring an archive from it."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import stat
import tomllib
from collections.abc import Callable, Collection, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from harbincrawl.archive.database import lock
from harbincrawl.archive.database.connection import FILE, USER, open_reader, raise_typed, raise_typed_os
from harbincrawl.archive.places import list_places
from harbincrawl.archive.runs.seals import read_id
from harbincrawl.archive.user import read_user
from harbincrawl.buckets import get_file
from harbincrawl.config import FILE as SETTINGS
from harbincrawl.errors import DestinationError, FileMissingError, NoArchiveError
from harbincrawl.files import check_file, check_folder, is_file_name, replace_synced, sync_folder, write_whole
from harbincrawl.places import BucketFile
from harbincrawl.reread.spans import Progress
from harbincrawl.text import time_text
from harbincrawl.warc.salvage import salvage

NOTE = "backup.json"
"""The file that marks a folder as a backup, and says of which archive; `made` in it: the backup is complete."""
FOLDERS = ("warc", "media")
_COMMAND = re.compile(
    r"""^[ \t]*(?:notify\.)?"?command"?[ \t]*=[ \t]*\[(?:[^]"']|"(?:\\.|[^"\\\n])*"|'[^'\n]*')*\][ \t]*(?:#.*)?\n?""",
    re.MULTILINE,
)
"""A list of words in config.toml, on lines of its own."""
_MAX_NOTE = 1 << 20
"""Bytes of the note of a backup that are read."""


class BackupReceipt(NamedTuple):
    """What a backup or restore copied."""

    articles: int
    files: int
    """WARC files and pictures."""
    kept: int
    """Files of these that an earlier backup already had."""
    left: tuple[str, ...]
    """Addresses of offloaded WARC files that are in the bucket alone: their rows were copied, not their bytes."""


def back_up(
    archive: Path, destination: Path, now: datetime, *, progress: Progress, offloaded: bool = False
) -> BackupReceipt:
    """Copies the archive into the folder `destination`: new or empty, or an earlier backup of this archive.

    The database is copied first, in a consistent state. All records that it refers to are then on disk, and the files
    are copied after it, `offloaded` ones out of their bucket if wanted. Raises DestinationError, BucketError,
    NoArchiveError, HeldError, DatabaseError, NoSpaceError.
    """
    with closing(open_reader(archive)) as connection:
        id = read_id(connection)
        # Twice: before anything is written there, and when no other backup can write there any more.
        _check_destination(archive, destination, id)
        with lock.hold(destination, "backup"):
            _check_destination(archive, destination, id)
            note: dict[str, object] = {"harbincrawl": "backup", "archive": id}
            try:
                write_whole(destination / NOTE, json.dumps(note).encode())
                if (archive / SETTINGS).is_file():
                    with _write_part(destination / SETTINGS) as part:
                        shutil.copy2(archive / SETTINGS, part)
                receipt = _copy_archive(connection, archive, destination, progress, offloaded=offloaded)
                note |= {"made": time_text(now), "articles": receipt.articles, "left": receipt.left}
                write_whole(destination / NOTE, json.dumps(note).encode())
            except FileMissingError as error:
                raise DestinationError(
                    f"{error} If a purge took it meanwhile, back up again; else harbincrawl verify says what is broken."
                ) from error
            except OSError as error:
                raise_typed_os(error, destination)
    return receipt


def restore(
    source: Path, archive: Path, *, progress: Progress, prove: Callable[[Path], object] = lambda _: None
) -> tuple[BackupReceipt, str | None]:
    """Makes a new archive in `archive` from the backup in the folder `source`, which `prove` gets.

    The database has its place only when all else is copied: a restore that fails or is killed meanwhile leaves no
    archive, nor does one that `prove` ends with an error. Settings that are there stay; of the backup's, the command of
    `[notify]` is left out: its line in config.toml is returned, with what was copied. Raises DestinationError,
    NoArchiveError, HeldError, DatabaseError, NoSpaceError, and what `prove` raises.
    """
    path = source / FILE
    _check_parts(source)
    if not path.is_file():
        raise NoArchiveError(f"no backup in {source}: expected {path}.")
    with closing(open_reader(source)) as connection, lock.hold(archive, "restore"):
        _check_free(archive)
        has_settings = _is_taken(archive / SETTINGS)
        with _remove_broken(source, archive, has_settings=has_settings):
            command = None if has_settings else _copy_settings(source, archive)
            copied = _copy_archive(connection, source, archive, progress)
    try:
        prove(archive)
    except BaseException:
        # Whoever writes into it meanwhile keeps it.
        with lock.hold(archive, "restore"), _remove_broken(source, archive, has_settings=has_settings):
            raise
    return copied, command


def _copy_settings(source: Path, archive: Path) -> str | None:
    """Copies the settings but the command of `[notify]`; that."""
    path = source / SETTINGS
    if not path.is_file():
        return None
    text, command = drop_command(path.read_text("utf-8", "replace"))
    write_whole(archive / SETTINGS, text.encode())
    shutil.copymode(path, archive / SETTINGS)
    return command


@contextmanager
def _remove_broken(source: Path, archive: Path, *, has_settings: bool) -> Iterator[None]:
    """Removes what was restored, the database first, where the block ends with an error, which is typed."""
    try:
        yield
    except BaseException as error:
        for name in (*(f"{FILE}{ending}" for ending in ("", ".part", "-wal", "-shm")), USER):
            (archive / name).unlink(missing_ok=True)
        for name in FOLDERS:
            shutil.rmtree(archive / name, ignore_errors=True)
        if not has_settings:
            (archive / SETTINGS).unlink(missing_ok=True)
        if isinstance(error, FileMissingError):
            raise DestinationError(f"{source} is incomplete: {error}") from error
        if isinstance(error, OSError):
            raise_typed_os(error, archive)
        raise


def _check_destination(archive: Path, destination: Path, id: str) -> None:
    """Raises DestinationError if `destination` cannot have a backup of `archive`, whose id is `id`. It only reads."""
    if destination.resolve().is_relative_to(archive.resolve()):
        raise DestinationError(f"{destination} is inside the archive: name a folder on another disk.")
    if not destination.exists():
        return
    if not destination.is_dir():
        raise DestinationError(f"{destination} is not a folder.")
    _check_parts(destination)
    note = destination / NOTE
    if not note.is_file():
        if any(path.name != lock.FILE for path in destination.iterdir()):
            raise DestinationError(f"{destination} is neither empty nor a backup: name another folder.")
        return
    try:
        with note.open("rb") as stream:
            other = json.loads(stream.read(_MAX_NOTE))["archive"]
    except (OSError, ValueError, TypeError, LookupError) as error:
        raise DestinationError(f"whose backup {destination} is cannot be read: name another folder.") from error
    if other != id:
        raise DestinationError(f"{destination} is a backup of another archive: name another folder.")


def _check_free(archive: Path) -> None:
    """Raises DestinationError if `archive` has anything of an archive: not even a part of one is overwritten."""
    if _is_taken(archive / FILE):
        raise DestinationError(f"{archive} already contains an archive: move it away, or name another --archive.")
    for name in (*FOLDERS, f"{FILE}-wal", USER):
        path = archive / name
        is_empty = path.is_dir() and not path.is_symlink() and not any(path.iterdir())
        if _is_taken(path) and not is_empty:
            raise DestinationError(f"{archive} already contains {name}: move it away, or name another --archive.")


def _is_taken(path: Path) -> bool:
    return path.exists() or path.is_symlink()


def drop_command(text: str) -> tuple[str, str | None]:
    """Settings without `command` of `[notify]`, and that as a line of TOML; None where there is no such command.

    It would run for whoever wrote the backup. Raises DestinationError where it does not stand on lines of its own.
    """
    try:
        settings = tomllib.loads(text)
    except ValueError:
        # What is no TOML is refused by every command, and nothing of it runs.
        return text, None
    notify = settings.get("notify")
    if not isinstance(notify, dict) or "command" not in notify:
        return text, None
    # JSON's texts and lists of them are TOML's, too.
    shown = f"command = {json.dumps(notify.pop('command'), ensure_ascii=False, default=str)}"
    rest = _COMMAND.sub("", text)
    try:
        is_cut = {"notify": {}} | tomllib.loads(rest) == settings
    except tomllib.TOMLDecodeError:
        is_cut = False
    if not is_cut:
        raise DestinationError(
            f"{shown} of [notify] does not stand on lines of its own in config.toml of the backup: write it so, or"
            " move the file away, and restore again."
        )
    return rest, shown


def _check_parts(target: Path) -> None:
    """Raises DestinationError if a device, a pipe or a link is in the place of a part of the backup in `target`."""
    for name in FOLDERS:
        check_folder(target / name)
    databases = (*(f"{FILE}{ending}" for ending in ("", ".part", "-wal", "-shm", "-journal")), USER, f"{USER}-journal")
    for name in (*databases, f"{USER}.part", SETTINGS, NOTE):
        check_file(target / name)


def _copy_archive(
    connection: sqlite3.Connection, source: Path, target: Path, progress: Progress, *, offloaded: bool = False
) -> BackupReceipt:
    """Copies the archive in `source`, open in `connection`, into the folder `target`; its database comes last.

    `offloaded` WARC files are fetched from their bucket, if wanted; settings are the caller's.
    Raises FileMissingError, DestinationError, BucketError, DatabaseError, NoSpaceError.
    """
    _check_parts(target)
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
            with _write_part(copy.with_name(f"{copy.name}.open") if is_open else copy) as part:
                shutil.copyfile(original, part)
        except FileNotFoundError:
            continue
        return False
    raise FileMissingError(f"{name} is missing.")


def _fetch_file(placed: BucketFile, copy: Path) -> None:
    """Copies a WARC file out of its bucket. Raises FileMissingError, DestinationError, BucketError, OSError."""
    copy.parent.mkdir(exist_ok=True)
    with _write_part(copy) as part:
        if get_file(placed.address, placed.size, part) != placed.sha256:
            raise DestinationError(
                f"{placed.address} has other bytes than were uploaded: harbincrawl verify says what is broken."
            )


def _is_file_of(path: Path, size: int) -> bool:
    try:
        state = path.lstat()
    except FileNotFoundError:
        return False
    return stat.S_ISREG(state.st_mode) and state.st_size == size


@contextmanager
def _write_part(copy: Path) -> Iterator[Path]:
    """What the block writes there becomes the file `copy`, synced."""
    part = copy.with_name(f"{copy.name}.part")
    part.unlink(missing_ok=True)
    with replace_synced(part, copy):
        yield part
        sync_folder(part)


def _delete_others(target: Path, written: Collection[Path]) -> None:
    """Deletes files of an earlier backup that the archive no longer has, because purged files must not stay here."""
    folders = [folder for name in FOLDERS if (folder := target / name).is_dir()]
    for path in (each for folder in folders for each in folder.iterdir()):
        if path not in written and (path.is_symlink() or not path.is_dir()):
            path.unlink()
