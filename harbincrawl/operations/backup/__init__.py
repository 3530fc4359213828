"""Backup: a consistent copy of an archive, also while a crawl runs; and restoring an archive from it."""

from __future__ import annotations

import json
import re
import shutil
import tomllib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from harbincrawl.archive.database import lock
from harbincrawl.archive.database.connection import FILE, USER, open_reader, raise_typed_os
from harbincrawl.archive.runs.seals import read_id
from harbincrawl.config import FILE as SETTINGS
from harbincrawl.errors import DestinationError, FileMissingError, NoArchiveError
from harbincrawl.files import write_whole
from harbincrawl.reread.spans import Progress
from harbincrawl.text import time_text

from .copy import FOLDERS, NOTE, BackupReceipt, check_backup, copy_archive

__all__ = ["NOTE", "BackupReceipt", "Restored", "back_up", "restore"]

_COMMAND = re.compile(
    r"""^[ \t]*(?:notify\.)?"?command"?[ \t]*=[ \t]*\[(?:[^]"']|"(?:\\.|[^"\\\n])*"|'[^'\n]*')*\][ \t]*(?:#.*)?\n?""",
    re.MULTILINE,
)
"""A list of words in config.toml, on lines of its own."""
_MAX_NOTE = 1 << 20
"""Bytes of the note of a backup that are read."""


class Restored(NamedTuple):
    """What a restore did."""

    copied: BackupReceipt
    command: str | None
    """The command of `[notify]` that was left out, as its line in config.toml."""


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
                receipt = copy_archive(connection, archive, destination, progress, offloaded=offloaded)
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
) -> Restored:
    """Makes a new archive in `archive` from the backup in the folder `source`, which `prove` gets.

    The database has its place only when all else is copied: a restore that fails or is killed meanwhile leaves no
    archive, nor does one that `prove` ends with an error. Settings that are there stay; of the backup's, the command of
    `[notify]` is left out. Raises DestinationError, NoArchiveError, HeldError, DatabaseError, NoSpaceError, and what
    `prove` raises.
    """
    path = source / FILE
    check_backup(source)
    if not path.is_file():
        raise NoArchiveError(f"no backup in {source}: expected {path}.")
    with closing(open_reader(source)) as connection, lock.hold(archive, "restore"):
        _check_free(archive)
        has_settings = _is_taken(archive / SETTINGS)
        with _remove_broken(source, archive, has_settings=has_settings):
            command = None if has_settings else _copy_settings(source, archive)
            copied = copy_archive(connection, source, archive, progress, is_new=True)
    try:
        prove(archive)
    except BaseException:
        # Whoever writes into it meanwhile keeps it.
        with lock.hold(archive, "restore"), _remove_broken(source, archive, has_settings=has_settings):
            raise
    return Restored(copied, command)


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
    check_backup(destination)
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
