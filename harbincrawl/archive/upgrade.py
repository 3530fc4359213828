"""Upgrading an older archive: first a copy of the database, then the missing migrations."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from harbincrawl.archive.database.connection import APPLICATION_ID, FILE, is_no_space, open_writer, raise_typed
from harbincrawl.archive.runs.outcomes import put_outcomes
from harbincrawl.archive.runs.table import end_run, start_run
from harbincrawl.archive.schema.migrations import UPGRADED_FROM
from harbincrawl.errors import DatabaseError, NoArchiveError
from harbincrawl.version import __version__

from .database import connection as database
from .database import lock

_UNSEALED = (
    "SELECT number FROM articles AS a WHERE NOT EXISTS"
    " (SELECT 1 FROM outcomes AS o WHERE o.number = a.number AND o.hash IS NOT NULL)"
)


class Upgraded(NamedTuple):
    """What an upgrade did."""

    before: int
    """Version of the archive before the upgrade."""
    after: int
    copy: Path | None
    """The copy of the database from before the upgrade; None if it was up to date, or an earlier upgrade made it."""


def upgrade(folder: Path, now: datetime) -> Upgraded:
    """Upgrades the archive in `folder`. Raises NoArchiveError, HeldError, DatabaseError, NoSpaceError."""
    path = folder / FILE
    if not path.is_file():
        raise NoArchiveError(f"no archive in {folder}: expected {path}.")
    with lock.hold(folder, "upgrade"):
        try:
            before = _read_version(path)
            if before == database.VERSION and (begun := _read_begun(path)) is None:
                return Upgraded(before, before, None)
            copy = None
            if before < database.VERSION:
                copy = folder / f"articles-version-{before}-{now:%Y%m%dT%H%M%SZ}.db"
                _copy(path, copy)
            else:
                # An upgrade was killed after its migrations: the copy is there.
                before = int(begun or 0)
            with closing(open_writer(folder, upgrade=True)) as connection:
                _shrink(connection)
                _seal(connection, before, now)
        except sqlite3.Error as error:
            raise_typed(error, path)
        except OSError as error:
            raise DatabaseError(f"{path} cannot be copied ({error.strerror}): nothing was changed.") from error
        return Upgraded(before, database.VERSION, copy)


def _seal(connection: sqlite3.Connection, before: int, now: datetime) -> None:
    """Records the upgrade as a run. If the archive has no seals yet, this run seals all stored articles."""
    steps = {"from": before, "to": database.VERSION}
    versions = {"harbincrawl": __version__, "sqlite": sqlite3.sqlite_version}
    run = start_run(connection, "upgrade", now, steps, versions)
    connection.execute("BEGIN IMMEDIATE")
    numbers = [number for (number,) in connection.execute(_UNSEALED)]
    put_outcomes(connection, run, dict.fromkeys(numbers, "kept"), numbers)
    connection.execute("COMMIT")
    report = steps | {"articles": len(numbers)}
    end_run(connection, run, now, "complete", 0, report, keep_seal=lambda _: _forget_begun(connection))


def _read_begun(path: Path) -> str | None:
    """The version from which an upgrade was begun that has not ended; None if there is none."""
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        row = connection.execute("SELECT value FROM facts WHERE name = ?", (UPGRADED_FROM,)).fetchone()
    return row[0] if row else None


def _forget_begun(connection: sqlite3.Connection) -> None:
    connection.execute("DELETE FROM facts WHERE name = ?", (UPGRADED_FROM,))


def _shrink(connection: sqlite3.Connection) -> None:
    """Gives back the space of the old tables; where the disk has too little for that, it is used by and by."""
    try:
        connection.execute("VACUUM")
    except sqlite3.OperationalError as error:
        if not is_no_space(error):
            raise


def _read_version(path: Path) -> int:
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if application != APPLICATION_ID or version > database.VERSION:
            database.check_version(connection, path)
    return int(version)


def _copy(path: Path, copy: Path) -> None:
    """Copies the database and syncs it to disk before it gets its final name."""
    part = copy.with_name(f"{copy.name}.part")
    try:
        with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(part)) as target:
            source.backup(target)
        with part.open("rb") as stream:
            os.fsync(stream.fileno())
        part.replace(copy)
    finally:
        part.unlink(missing_ok=True)
