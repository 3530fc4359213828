"""What is checked without the log: the form of the database, its index, pictures, and what is the user's."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

from harbincrawl.archive.database.connection import FILE, USER, is_no_space
from harbincrawl.archive.saved import read_saved
from harbincrawl.archive.schema.tables import SCHEMA, run_script
from harbincrawl.archive.user import read_user
from harbincrawl.errors import DatabaseError
from harbincrawl.files import read_sha256
from harbincrawl.text import clean, shorten

from .findings import Findings

_UNINDEXED = "SELECT count(*) FROM articles WHERE key NOT IN (SELECT id FROM articles_fts_docsize)"
_STRAY = "SELECT count(*) FROM articles_fts_docsize WHERE id NOT IN (SELECT key FROM articles)"
_COMMENT = re.compile(r"--[^\n]*")
_HARMLESS = ("sqlite_stat1", "sqlite_stat4", "_sqlite_migrations", "_litestream_seq", "_litestream_lock")
"""Tables of ANALYZE, sqlite-utils and Litestream, which no query of ours reads or writes."""


def check_schema(connection: sqlite3.Connection, findings: Findings) -> bool:
    """Checks that tables, indexes and views are those of the schema, and that nothing else is there, such as a trigger.

    False where they are not: then no query of ours may be asked, for a view in the place of a table may never end.
    """
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as made:
        run_script(made, SCHEMA)
        wanted = _read_statements(made)
    found = _read_statements(connection)
    for name in sorted({*wanted, *found}):
        if name not in wanted:
            findings.report("database", clean(shorten(name, 80)), "it is not part of the schema")
        elif found.get(name) != wanted[name]:
            wrong = "it is not made as the schema says" if name in found else "it is missing"
            findings.report("database", name, wrong)
    return found == wanted


def check_structure(connection: sqlite3.Connection, findings: Findings) -> None:
    """Checks the file with SQLite's own check."""
    pragma = "quick_check" if findings.quick else "integrity_check"
    for (message,) in connection.execute(f"PRAGMA main.{pragma}(20)").fetchall():
        if "articles_fts" in message:
            findings.report_index(message)
        elif message != "ok":
            findings.report("database", FILE, message)


def check_keys(connection: sqlite3.Connection, findings: Findings) -> None:
    """Checks that the index has the articles that there are, by their keys."""
    for query, said in ((_UNINDEXED, "articles are not in it"), (_STRAY, "of its rows are of no article")):
        (count,) = connection.execute(query).fetchone()
        if count:
            findings.report_index(f"{count:,} {said}")


def check_words(connection: sqlite3.Connection, findings: Findings) -> None:
    """Checks the index against the texts of the articles.

    The integrity check of FTS5 is a write statement, so on the archive it would block a crawl. It runs on a copy of the
    index in a temporary database instead, over a view of the articles.
    """
    (create_table,) = connection.execute("SELECT sql FROM main.sqlite_master WHERE name = 'articles_fts'").fetchone()
    connection.execute("CREATE TEMP VIEW articles AS SELECT * FROM main.articles")
    try:
        connection.execute(create_table.replace("articles_fts", "temp.articles_fts", 1))
        for part in ("data", "idx", "docsize", "config"):
            connection.execute(f"DELETE FROM temp.articles_fts_{part}")
            connection.execute(f"INSERT INTO temp.articles_fts_{part} SELECT * FROM main.articles_fts_{part}")
        connection.execute("INSERT INTO temp.articles_fts(articles_fts, rank) VALUES ('integrity-check', 1)")
        connection.execute("DROP TABLE temp.articles_fts")
    except sqlite3.DatabaseError as error:
        if is_no_space(error):
            raise
        # The copy disappears with the connection.
        findings.report_index(f"the index does not match the articles ({error})")
    finally:
        connection.execute("DROP VIEW temp.articles")


def check_media(folder: Path, connection: sqlite3.Connection, findings: Findings) -> None:
    """Checks that the file of each picture is there, and is of the hash in its name."""
    for (name,) in connection.execute("SELECT DISTINCT media FROM images WHERE media IS NOT NULL ORDER BY 1"):
        path = folder / "media" / name
        findings.checked["media"] += 1
        if "/" in name or not path.is_file():
            findings.report("media", f"media/{name}", "the file is missing")
        elif findings.quick:
            continue
        elif read_sha256(path) != path.stem:
            findings.report("media", f"media/{name}", "its content does not have the hash that is its name")
        else:
            findings.proven["media"] += 1


def check_user(folder: Path, findings: Findings) -> None:
    """Checks that `user.db` of the archive in `folder` can be read."""
    try:
        with read_user(folder) as user:
            read_saved(user)
    except DatabaseError as error:
        findings.report("database", USER, f"{error} Restore it from a backup, or move it away.")


def _read_statements(connection: sqlite3.Connection) -> dict[str, str]:
    """The statement that made each object, without what says nothing: white space and comments."""
    rows = connection.execute(
        "SELECT type || ' ' || name, CAST(sql AS BLOB) FROM main.sqlite_master"
        " WHERE NOT (type = 'index' AND sql IS NULL AND name GLOB 'sqlite_autoindex_' || tbl_name || '_*')"
        f" AND NOT (type IN ('table', 'index') AND tbl_name IN {_HARMLESS})"
    )
    return {
        str(name): "".join(_COMMENT.sub("", bytes(sql or b"").decode(errors="replace")).split()) for name, sql in rows
    }
