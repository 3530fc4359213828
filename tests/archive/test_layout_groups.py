"""Which captures a layout is learnt from, whatever the order in which files of others came."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import permutations
from pathlib import Path

import pytest

from harbincrawl.archive.database.connection import open_writer
from harbincrawl.archive.layouts import FOREIGN, LayoutGroup, list_groups

FILES = {"a.warc": ("00", 6), "b.warc": ("00", 7), "c.warc": ("01", 6), "d.warc": ("01", 2)}
"""By file, the second in which it begins, and how many pages of a template it has."""


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(open_writer(tmp_path)) as connection:
        yield connection


def put_file(connection: sqlite3.Connection, name: str) -> None:
    second, count = FILES[name]
    for page in range(count):
        added = connection.execute(
            "INSERT INTO captures(run, address, fetched_at, status, body_hash, origin, source, host)"
            " VALUES (1, ?, ?, 200, ?, ?, 'ingest', '')",
            (f"/{name}/{page}", f"2024-01-01T00:00:{second}Z", f"{name}-{page}", name),
        )
        connection.execute("INSERT INTO frames VALUES (?, 'f')", (added.lastrowid,))


def read_groups(connection: sqlite3.Connection) -> list[tuple[LayoutGroup, list[str]]]:
    """The groups, each with the pages that it is learnt from."""
    query = "SELECT body_hash FROM captures WHERE id = ?"
    return [
        (group, [connection.execute(query, (capture,)).fetchone()[0] for capture in group.samples])
        for group in list_groups(connection)
    ]


@pytest.mark.parametrize("order", list(permutations(FILES))[::5])
def test_files_that_begin_in_one_second_are_of_one_group(archive: sqlite3.Connection, order: tuple[str, ...]) -> None:
    for name in order:
        put_file(archive, name)
    groups = read_groups(archive)
    keys = [group.key for group, _ in groups]
    assert keys == [(FOREIGN, "f", 20240101000000), (FOREIGN, "f", 20240101000001)]
    assert [group.pages for group, _ in groups] == [10, 5]
    first, second = ({page.partition("-")[0] for page in pages} for _, pages in groups)
    assert first == {"a.warc", "b.warc"}
    assert second >= {"c.warc"}
    archive.execute("DELETE FROM frames")
    archive.execute("DELETE FROM captures")
    for name in FILES:
        put_file(archive, name)
    assert [pages for _, pages in read_groups(archive)] == [pages for _, pages in groups]
