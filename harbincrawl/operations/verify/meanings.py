"""What the address of every capture means, and whose record stands where: tables of the temporary database."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from harbincrawl.sites import Site


def load_meanings(connection: sqlite3.Connection, site: Site) -> None:
    """Makes `temp.meanings`, a row for each capture of a page, and `temp.places`, by WARC file and offset.

    `follows` is 1 where a redirect led to the page: the captures of an answer and of what it leads to are neighbours.
    """
    connection.execute(
        "CREATE TEMP TABLE meanings(capture INTEGER PRIMARY KEY, kind TEXT, section TEXT, page INTEGER, number INTEGER,"
        " follows INTEGER)"
    )
    connection.executemany("INSERT INTO temp.meanings VALUES (?, ?, ?, ?, ?, ?)", _read_meanings(connection, site))
    connection.execute("CREATE INDEX temp.meanings_number ON meanings(number, page)")
    connection.execute(
        'CREATE TEMP TABLE places(warc TEXT, "offset" INTEGER, capture INTEGER, PRIMARY KEY (warc, "offset"))'
        " WITHOUT ROWID"
    )
    connection.execute(
        'INSERT OR IGNORE INTO temp.places SELECT warc, "offset", id FROM captures WHERE warc IS NOT NULL'
    )


def _read_meanings(connection: sqlite3.Connection, site: Site) -> Iterator[tuple[object, ...]]:
    before: tuple[int, int, int] | None = None
    for capture, run, address, status in connection.execute(
        "SELECT id, run, address, status FROM captures ORDER BY id"
    ):
        meaning = site.read_address(address)
        follows = before is not None and before[0] == capture - 1 and before[1] == run and 300 < before[2] < 400
        if meaning is not None:
            follows = follows and before is not None and before[2] != 304
            yield capture, meaning.kind, meaning.section_path, meaning.page, meaning.number, follows
        before = (capture, run, status)
