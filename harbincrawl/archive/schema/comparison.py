"""Whether a database has the tables, indexes and views of the schema, and nothing else that could run or be read."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing

from .tables import SCHEMA, run_script

_COMMENT = re.compile(r"--[^\n]*")
_HARMLESS = ("sqlite_stat1", "sqlite_stat4", "_sqlite_migrations", "_litestream_seq", "_litestream_lock")
"""Tables of ANALYZE, sqlite-utils and Litestream, which no query of ours reads or writes."""


def list_differences(connection: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    """(`trigger evil`, what is wrong with it) of each object that the schema does not make. Raises sqlite3.Error."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as made:
        run_script(made, SCHEMA)
        wanted = _read_statements(made)
    found = _read_statements(connection)
    for name, sql in found.items():
        if name not in wanted:
            yield name, "it is not part of the schema"
        elif wanted[name] != sql:
            yield name, "it is not made as the schema says"
    for name in wanted.keys() - found.keys():
        yield name, "it is missing"


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
