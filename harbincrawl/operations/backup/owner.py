"""Whose backup a folder is: a backup is replaced only by the archive that has all the runs in it."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from harbincrawl.archive.database.connection import APPLICATION_ID, FILE
from harbincrawl.archive.runs.seals import has_seal, read_id, read_last_seal
from harbincrawl.errors import BackupError
from harbincrawl.files import check_file, write_whole

NOTE = "backup.json"
"""The file that marks a folder as a complete backup; it is written last."""
BEGUN = "backup.begun"
"""The file that marks a backup as incomplete; it has the id of the archive as JSON."""

_RUN = "SELECT run, started, kind, arguments, versions FROM runs"
MOST_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Owner:
    """What tells one archive from another, and one state of it from a later one."""

    id: str
    site: str
    created: str
    run: tuple[object, ...]
    """The row of the last run that never changes; empty where there is none."""
    seal: str | None
    """The last seal."""

    def __str__(self) -> str:
        last = f"run {self.run[0]} of {self.run[1]}" if self.run else "no run"
        return f"archive {self.id[:12]} of {self.site or 'no site'} with {last}"


def read_owner(connection: sqlite3.Connection) -> Owner:
    """The owner of an archive."""
    facts = dict(connection.execute("SELECT name, value FROM facts WHERE name IN ('site', 'created')").fetchall())
    run = connection.execute(f"{_RUN} ORDER BY run DESC LIMIT 1").fetchone() or ()
    site, created = facts.get("site", ""), facts.get("created", "")
    return Owner(read_id(connection), site, created, run, read_last_seal(connection))


def check_owner(archive: Path, connection: sqlite3.Connection, destination: Path) -> None:
    """Raises BackupError if the folder `destination` has a backup that the archive, open in `connection`, does not
    continue. It only reads.

    A sealed backup is continued by an archive with its last seal, one without seals by an archive of the same id, site
    and date of creation that has its last run.
    """
    own = read_owner(connection)
    path = destination / FILE
    check_file(path)
    if not path.exists():
        _check_begun(archive, own, destination)
        return
    try:
        with closing(open_still(destination)) as backup:
            if backup.execute("PRAGMA application_id").fetchone() != (APPLICATION_ID,):
                raise BackupError(f"{path} is not the database of an archive: name another folder.")
            other = read_owner(backup)
    except sqlite3.Error as error:
        raise BackupError(
            f"whose backup {destination} is cannot be read ({error}): move it away, or name another folder."
        ) from error
    check_continued(archive, connection, other, destination)


def check_continued(archive: Path, connection: sqlite3.Connection, other: Owner, destination: Path | str) -> None:
    """Raises BackupError if the archive does not continue the one whose backup, of `other`, is in `destination`."""
    own = read_owner(connection)
    if other.seal is not None:
        is_continued = has_seal(connection, other.seal)
    else:
        same = (other.id, other.site, other.created) == (own.id, own.site, own.created)
        is_continued = same and (not other.run or _has_run(connection, other.run))
    if not is_continued:
        raise BackupError(
            f"{destination} holds a backup of {other}, which {archive} does not continue ({own}): name another folder."
        )


def open_still(folder: Path) -> sqlite3.Connection:
    """The database of a backup for reading; it leaves no file behind, unless it is used as an archive."""
    path = folder / FILE
    log = folder / f"{FILE}-wal"
    is_used = log.is_file() and log.stat().st_size > 0
    how = "mode=ro" if is_used else "immutable=1"
    return sqlite3.connect(f"{path.absolute().as_uri()}?{how}", uri=True, isolation_level=None)


def write_begun(connection: sqlite3.Connection, destination: Path) -> None:
    """Marks `destination` as an incomplete backup of the archive. Raises OSError."""
    write_whole(destination / BEGUN, json.dumps({"archive": read_id(connection)}).encode())


def _check_begun(archive: Path, own: Owner, destination: Path) -> None:
    if (destination / NOTE).exists():
        raise BackupError(f"{destination} is a backup without {FILE}: move it away, or name another folder.")
    check_file(destination / BEGUN)
    try:
        with (destination / BEGUN).open("rb") as stream:
            text = stream.read(MOST_BYTES)
    except OSError:
        return
    check_begun_by(archive, own, text, destination)


def check_begun_by(archive: Path, own: Owner, text: bytes, destination: Path | str) -> None:
    """Raises BackupError if the mark of an incomplete backup, `text`, is that of another archive."""
    try:
        begun = json.loads(text or b"{}").get("archive")
    except (ValueError, AttributeError):
        return
    if begun and begun != own.id:
        raise BackupError(
            f"{destination} holds a begun backup of archive {str(begun)[:12]}, not of {archive} ({own}):"
            " name another folder."
        )


def _has_run(connection: sqlite3.Connection, run: tuple[object, ...]) -> bool:
    return bool(connection.execute(f"{_RUN} WHERE run = ?", (run[0],)).fetchone() == run)
