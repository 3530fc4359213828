"""Whether a database has the tables, indexes and views of the schema, and nothing else that could run or be read."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator

from .tables import SCHEMA

_STATEMENT = re.compile(
    r"^(CREATE (?:VIRTUAL )?(TABLE|INDEX|VIEW) (\w+).*?);\n(?=\n|CREATE|\Z)", re.DOTALL | re.MULTILINE
)
_COMMENT = re.compile(r"--[^\n]*")
_INDEX_TABLES = {
    "data": "(id INTEGER PRIMARY KEY, block BLOB)",
    "idx": "(segid, term, pgno, PRIMARY KEY(segid, term)) WITHOUT ROWID",
    "docsize": "(id INTEGER PRIMARY KEY, sz BLOB)",
    "config": "(k PRIMARY KEY, v) WITHOUT ROWID",
}
"""What FTS5 makes for `articles_fts`, in all versions of SQLite that are read here."""
_HARMLESS = re.compile(
    r'CREATE TABLE ["[]?(sqlite_stat[14]|_sqlite_migrations|_litestream_(?:seq|lock))["\]]?\s*\(.*|'
    r'CREATE (UNIQUE )?INDEX ["[]?idx__sqlite_migrations_\w+["\]]?\s+'
    r'ON ["[]?_sqlite_migrations["\]]?\s*\([\w\s,"[\]]*\)',
    re.DOTALL,
)
"""Tables of SQLite's ANALYZE, of sqlite-utils and of Litestream, which no query of ours reads or writes."""

Statements = dict[tuple[str, str], str | None]
"""The statement that makes each table, index and view, by type and name; None: SQLite made it without one."""


def read_statements(connection: sqlite3.Connection) -> Statements:
    """Of a database, whatever is in it. Values that are no text are None."""
    rows = connection.execute(
        "SELECT type, name, CAST(sql AS BLOB) FROM main.sqlite_master"
        " WHERE NOT (type = 'index' AND sql IS NULL AND name GLOB 'sqlite_autoindex_' || tbl_name || '_*')"
    )
    return {
        (str(kind), str(name)): sql.decode(errors="replace") if isinstance(sql, bytes) else None
        for kind, name, sql in rows
    }


def parse_statements(script: str) -> Statements:
    """Of a script that makes tables, indexes and views."""
    return {(kind.lower(), name): statement for statement, kind, name in _STATEMENT.findall(script)}


def list_statements() -> Statements:
    """Of the schema of the archive."""
    made = {
        ("table", f"articles_fts_{end}"): f"CREATE TABLE 'articles_fts_{end}'{rest}"
        for end, rest in _INDEX_TABLES.items()
    }
    return parse_statements(SCHEMA) | made


def list_differences(connection: sqlite3.Connection, wanted: Statements) -> Iterator[tuple[str, str]]:
    """(`trigger evil`, what is wrong with it) of each object that is not as in the schema. Raises sqlite3.Error."""
    found = read_statements(connection)
    if found == wanted:
        return
    for (kind, name), sql in found.items():
        if (kind, name) not in wanted:
            if not _HARMLESS.fullmatch(sql or ""):
                yield f"{kind} {name}", "it is not part of the schema"
        elif (ours := wanted[kind, name]) != sql and _squeeze(ours) != _squeeze(sql):
            yield f"{kind} {name}", "it is not made as the schema says"
    for kind, name in wanted.keys() - found.keys():
        yield f"{kind} {name}", "it is missing"


def _squeeze(sql: str | None) -> str:
    """Without comments and white space, which say nothing."""
    return "".join(_COMMENT.sub("", sql or "").split())
