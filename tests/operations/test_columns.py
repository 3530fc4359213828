"""Each column of each table changed in a row, a row of each taken or put in, behind the archive's back: it is named."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from harbincrawl.archive.database.connection import FILE
from harbincrawl.archive.schema.tables import SCHEMA
from tests.support.crawling import ask, crawl
from tests.support.families import sample
from tests.support.odd_pages import make_odd
from tests.support.purging import check
from tests.support.purging import run as purge
from tests.support.runs import tell
from tests.support.twin import changes, make_twin, serve

EMPTY = {"places", "_ids", "timestamps"}
"""Tables of archives with files in buckets, of sites whose ids are words, and of stamped ones (tests/stamps)."""
UNIQUE = {"articles": ("number", "id"), "log_files": ("name",), "_signatures": ("place",)}
"""Further columns of which no two rows have the same value."""


def list_columns() -> Iterator[tuple[str, str]]:
    """(table, column) of all tables of the schema."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(SCHEMA)
        tables = connection.execute(
            "SELECT name FROM pragma_table_list WHERE type = 'table' AND schema = 'main' AND name NOT LIKE 'sqlite_%'"
        )
        for (table,) in sorted(tables.fetchall()):
            for _, column, *_ in connection.execute(f"PRAGMA table_info({table})"):
                yield table, column


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three visits, with edits, a gone article, failures, unaccounted lines, pictures, layouts, copies."""
    folder = tmp_path_factory.mktemp("crawled") / "archive"
    twin = make_twin(9, 60, sections=("news", "gallery", "civilization"))
    make_odd(twin, lambda path: path.startswith("/news/"))
    with serve(twin, gzip=True) as server:
        crawl(folder, server, "news", "gallery", "civilization", "--images", code=3)
        live = [number for number, story in twin.stories.items() if not story.gone and story.listed]
        for number in live[:3]:
            changes.edit(twin, number, "body")
        changes.remove(twin, live[7])
        crawl(folder, server, "news", "gallery", "civilization", "--recheck", "all", code=None)
        purge(folder, live[5])
    tell(
        folder, "INSERT INTO failures VALUES (2, 'http://e.my399.com/x.jpg', NULL, 'http', 'x', '2026-01-01T00:00:00Z')"
    )
    return folder


OTHER = """CASE typeof("{0}") WHEN 'null' THEN 1 WHEN 'integer' THEN "{0}" + 1000000 WHEN 'real' THEN "{0}" / 2
 WHEN 'blob' THEN zeroblob(128) ELSE iif("{0}" GLOB '20??-*', '2001-01-01T00:00:00Z', "{0}" || 'x') END"""
"""Another value of the same type."""


def forge(archive: Path, table: str, column: str, how: str) -> bool:
    """Changes a value, takes a row or puts one in; False where the table has none."""
    with closing(sqlite3.connect(archive / FILE, isolation_level=None)) as connection:
        columns = connection.execute(f"PRAGMA table_info({table})").fetchall()
        keys = [name for _, name, *_, is_key in columns if is_key]
        row = connection.execute(
            f'SELECT {", ".join(keys)} FROM {table} ORDER BY "{column}" IS NULL, 1 DESC LIMIT 1'
        ).fetchone()
        if row is None:
            return False
        same = " AND ".join(f"{key} IS ?" for key in keys)
        if how == "changed":
            connection.execute(f'UPDATE {table} SET "{column}" = {OTHER.format(column)} WHERE {same}', row)
        elif how == "taken":
            connection.execute(f"DELETE FROM {table} WHERE {same}", row)
        else:
            unique = {*keys, *(UNIQUE.get(table, ()))}
            values = (OTHER.format(name) if name in unique else f'"{name}"' for _, name, *_ in columns)
            connection.execute(f"INSERT INTO {table} SELECT {', '.join(values)} FROM {table} WHERE {same}", row)
    return True


COLUMNS = list(list_columns())
ROWS = [(table, column, how) for table, column in dict(reversed(COLUMNS)).items() for how in ("taken", "put in")]


@pytest.mark.parametrize(
    ("table", "column", "how"), sample([*((table, column, "changed") for table, column in COLUMNS), *ROWS], 77)
)
def test_a_forged_row_is_named(crawled: Path, tmp_path: Path, table: str, column: str, how: str) -> None:
    archive = shutil.copytree(crawled, tmp_path / "archive")
    ((seal,),) = ask(archive, "SELECT seal FROM runs ORDER BY run DESC LIMIT 1")
    is_forged = forge(archive, table, column, how)
    assert is_forged or table in EMPTY
    if is_forged:
        findings = check(archive, seal=seal)
        assert findings.exit_code == 7
