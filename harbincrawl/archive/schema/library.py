"""The tables of a new archive, made by sqlite-utils, which is loaded without what it would load for itself."""

from __future__ import annotations

import sqlite3
import sys
from typing import TYPE_CHECKING

from .tables import SCHEMA, run_script

if TYPE_CHECKING:
    from sqlite_utils import Database


def load_database_class() -> type[Database]:
    """The class `Database`.

    Where pandas is installed, sqlite-utils loads it, for a third of a second, only to know the type of its timestamps,
    which this project never stores. A program that has loaded pandas before, or sqlite-utils, keeps them as they are.
    """
    is_hidden = "pandas" not in sys.modules
    if is_hidden:
        # This is how Python is told that a module is not there.
        sys.modules["pandas"] = None  # type: ignore[assignment]
    try:
        from sqlite_utils import Database
    finally:
        if is_hidden:
            del sys.modules["pandas"]
    return Database


def make_schema(connection: sqlite3.Connection) -> None:
    """Makes all tables of today, and the id of the archive; sqlite-utils notes in the database that it did."""
    database_class = load_database_class()
    from sqlite_utils import Migrations

    migrations = Migrations("harbincrawl")

    @migrations()
    def m001_tables(db: Database) -> None:
        run_script(db.conn, SCHEMA)
        db.conn.execute("INSERT INTO facts(name, value) VALUES ('id', lower(hex(randomblob(16))))")

    migrations.apply(database_class(connection))
