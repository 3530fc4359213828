"""A consistent copy of an archive, also while a crawl runs, and an archive out of such a copy."""

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
"""The file that says of a folder that it is a backup, and of when; written last."""
BEGUN = "backup.begun"
"""The same of a backup that is not whole yet."""
_ATTEMPTS = 3
_NO_LINK = (errno.EXDEV, errno.EPERM, errno.EMLINK, errno.ENOTSUP, errno.EACCES, errno.ENOENT)
"""Another disk, or one without hard links; or the file was renamed just now."""

Progress = Callable[[int, int], None]
"""Hears (files done, of how many)."""
Salvage = Callable[[Path], object]
"""Brings WARC files that were being written to their end, in a folder."""


class Receipt(NamedTuple):
    """What was copied."""

    articles: int
    files: int
    """WARC files and pictures."""
    linked: int
    """Those of them that share their bytes with the archive's, as hard links."""
    kept: int
    """Those that were there from the time before."""


class _Gone(Exception):  # noqa: N818 - the archive moved on, look again
    """A file that the copied database names is no longer there."""


def back_up(archive: Path, destination: Path, now: datetime, *, salvage: Salvage, progress: Progress) -> Receipt:
    """Copies the archive into the folder `destination`, which is made, empty, or an earlier backup of it.

    The database is one moment of the archive; every record that it names is on disk by then, so the files are copied
    after it. WARC files never change once they have their name, so hard links do where the disk is the same. Raises
    BackupError, NoArchiveError, DatabaseError, NoSpaceError.
    """
    _check_destination(archive, destination)
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            receipt = _copy_all(archive, destination, salvage, progress, link=True)
            break
        except _Gone as gone:
            # A purge has replaced files in the meantime: the next copy of the database knows the new ones.
            if attempt == _ATTEMPTS:
                said = f"{gone} is missing in the archive: harbincrawl verify says what is broken."
                raise BackupError(said) from gone
    note = {"harbincrawl": "backup", "made": time_text(now), "articles": receipt.articles}
    _write(destination / NOTE, json.dumps(note).encode())
    return receipt


def restore(source: Path, archive: Path, *, salvage: Salvage, progress: Progress) -> Receipt:
    """Makes an archive in `archive`, where there is none yet, out of the backup `source`; nothing is shared with it.

    Raises BackupError, NoArchiveError, HeldError, DatabaseError, NoSpaceError.
    """
    if not (source / FILE).is_file():
        raise NoArchiveError(f"no backup in {source}: expected {source / FILE}.")
    with lock.hold(archive, "restore"):
        if (archive / FILE).exists():
            raise BackupError(f"{archive} holds an archive already: move it away, or name another --archive.")
        try:
            return _copy_all(source, archive, salvage, progress, link=False)
        except _Gone as gone:
            raise BackupError(f"{source} is not whole: {gone} is missing.") from gone


def _check_destination(archive: Path, destination: Path) -> None:
    if destination.resolve().is_relative_to(archive.resolve()):
        raise BackupError(f"{destination} lies within the archive: name a place outside of it, best on another disk.")
    if not destination.exists():
        return
    if not destination.is_dir():
        raise BackupError(f"{destination} is no folder.")
    is_backup = any((destination / name).is_file() for name in (NOTE, BEGUN))
    if any(destination.iterdir()) and not is_backup:
        raise BackupError(f"{destination} is neither empty nor a backup: name another folder.")


def _copy_all(source: Path, target: Path, salvage: Salvage, progress: Progress, *, link: bool) -> Receipt:
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
            _drop_others(target / folder, names)
        if (source / SETTINGS).is_file():
            shutil.copy2(source / SETTINGS, target / SETTINGS)
        # An earlier copy's log would be taken for the new database's.
        for ending in ("-wal", "-shm"):
            (target / f"{FILE}{ending}").unlink(missing_ok=True)
        # The database has its name last: where it stands, everything that it names is there.
        (target / f"{FILE}.part").replace(target / FILE)
        (target / BEGUN).unlink(missing_ok=True)
    except OSError as error:
        raise_typed_os(error, target)
    return Receipt(articles, len(files), linked, kept)


def _copy_database(source: Path, target: Path) -> tuple[int, list[str], list[str]]:
    """(articles, names of WARC files, names of pictures) of the database that is now in `target` as .part."""
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
    """`linked`, `kept` or `copied`; raises _Gone where there is no such file."""
    if "/" in file.name or file.name in ("", ".", ".."):
        raise _Gone(str(file))
    copy = target / file
    copy.parent.mkdir(exist_ok=True)
    # The writer may rename between two looks; the second look at the final name sees it.
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
    raise _Gone(str(file))


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


def _drop_others(folder: Path, names: Iterable[str]) -> None:
    """Takes away what an earlier backup held and the archive has no more: what was purged must not live on here."""
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
