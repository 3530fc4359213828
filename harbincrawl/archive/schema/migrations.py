"""The tables of a new archive, made by sqlite-utils, which notes in the database that it made them."""

from __future__ import annotations

from sqlite_utils import Database, Migrations

from .tables import SCHEMA, run_script

migrations = Migrations("harbincrawl")


@migrations()
def m001_tables(db: Database) -> None:
    """All tables of today, and the id of the archive."""
    run_script(db.conn, SCHEMA)
    db.conn.execute("INSERT INTO facts(name, value) VALUES ('id', lower(hex(randomblob(16))))")
