"""The file `user.db` beside the archive: what is its user's and no evidence, which nothing makes anew from the log."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from harbincrawl.errors import DatabaseError

from .database.connection import APPLICATION_ID, USER, connect, raise_typed
from .schema.tables import run_script

SCHEMA = """
CREATE TABLE saved_searches (        -- searches that tell what is new: `harbincrawl watch`
  name TEXT PRIMARY KEY,             -- letters, digits, `-` and `_`
  query TEXT NOT NULL,               -- as `search` takes it
  filters TEXT NOT NULL,             -- JSON: the options of `search` that were given
  saved TEXT NOT NULL,
  printed INTEGER NOT NULL,          -- `watch run` has printed what changed up to this change of articles
  notified INTEGER NOT NULL          -- notices of what changed up to this change of articles have gone out
) WITHOUT ROWID;

CREATE TABLE targets (               -- targets of notices
  target TEXT PRIMARY KEY,           -- hash of its address: whoever knows that of a webhook can speak in our name
  shown TEXT NOT NULL,               -- its address as logs may show it
  good INTEGER NOT NULL,             -- whether it was told last that all is well
  waiting TEXT                       -- since when a notice waits for it; null: none does
) WITHOUT ROWID;
"""
VERSION = 1
"""`user_version`: how many migrations there are."""
_CURE = f"restore {USER} from a backup, or move it away; of the archive it has only saved searches."


@contextmanager
def read_user(folder: Path) -> Iterator[sqlite3.Connection]:
    """What is the user's of the archive in `folder`, for reading; nothing where there is no such file.

    Raises DatabaseError.
    """
    path = folder / USER
    try:
        with closing(_open(path)) as connection:
            yield connection
    except sqlite3.Error as error:
        raise_typed(error, path, _CURE)
    except ValueError as error:
        raise DatabaseError(f"{path} cannot be used ({error}): {_CURE}") from error


@contextmanager
def change_user(folder: Path) -> Iterator[sqlite3.Connection]:
    """A transaction on what is the user's, which is on disk at the end; makes the file where there is none.

    It needs no lock of the archive. Raises DatabaseError, NoSpaceError.
    """
    path = folder / USER
    try:
        with closing(connect(path)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            _migrate(connection)
            yield connection
            connection.execute("COMMIT")
    except sqlite3.Error as error:
        raise_typed(error, path, _CURE)


def _migrate(connection: sqlite3.Connection) -> None:
    """Brings the tables to today's version, in the caller's transaction; sqlite-utils notes there what it did."""
    if connection.execute("PRAGMA user_version").fetchone() == (VERSION,):
        return
    from sqlite_utils import Database, Migrations

    migrations = Migrations("harbincrawl")

    @migrations()
    def m001_tables(db: Database) -> None:
        run_script(db.conn, SCHEMA)

    migrations.apply(Database(connection))
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {VERSION}")


def _open(path: Path) -> sqlite3.Connection:
    if not path.is_file() or not path.stat().st_size:
        connection = sqlite3.connect(":memory:", isolation_level=None)
        run_script(connection, SCHEMA)
        return connection
    # What a killed command began has to be taken back first, which needs to write.
    mode = "rw" if os.access(path.parent, os.W_OK) and os.access(path, os.W_OK) else "ro"
    connection = connect(f"{path.absolute().as_uri()}?mode={mode}", is_uri=True)
    connection.execute("PRAGMA query_only = ON")
    return connection
