"""What the address of every capture means, and whose record stands where: tables of the temporary database."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from harbincrawl.archive.articles.ids import find_number
from harbincrawl.sites import Site

_BEYOND = 1 << 40


class Numbers:
    """Internal numbers of ids; those that the archive has none for are given others, beyond its own."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self._others: dict[str, int] = {}

    def find(self, id: str | None) -> int | None:
        """The number; None of None."""
        if id is None:
            return None
        number = find_number(self.connection, id)
        return self._others.setdefault(id, _BEYOND + len(self._others)) if number is None else number


def load_meanings(connection: sqlite3.Connection, site: Site, numbers: Numbers) -> None:
    """Makes `temp.meanings`, a row for each capture of a page, and `temp.places`, by WARC file and offset.

    `follows` is 1 where a redirect led to the page: the captures of an answer and of what it leads to are neighbours.
    """
    connection.execute(
        "CREATE TEMP TABLE meanings(capture INTEGER PRIMARY KEY, kind TEXT, section TEXT, page INTEGER, number INTEGER,"
        " follows INTEGER)"
    )
    connection.executemany(
        "INSERT INTO temp.meanings VALUES (?, ?, ?, ?, ?, ?)", _read_meanings(connection, site, numbers)
    )
    connection.execute("CREATE INDEX temp.meanings_number ON meanings(number, page)")
    connection.execute(
        'CREATE TEMP TABLE places(warc TEXT, "offset" INTEGER, capture INTEGER, PRIMARY KEY (warc, "offset"))'
        " WITHOUT ROWID"
    )
    connection.execute(
        'INSERT OR IGNORE INTO temp.places SELECT warc, "offset", id FROM captures WHERE warc IS NOT NULL'
    )


def _read_meanings(connection: sqlite3.Connection, site: Site, numbers: Numbers) -> Iterator[tuple[object, ...]]:
    before: tuple[int, int, int] | None = None
    for capture, run, address, status in connection.execute(
        "SELECT id, run, address, status FROM captures ORDER BY id"
    ):
        meaning = site.read_address(address)
        follows = before is not None and before[0] == capture - 1 and before[1] == run and 300 < before[2] < 400
        if meaning is not None:
            follows = follows and before is not None and before[2] != 304
            yield capture, meaning.kind, meaning.section_path, meaning.page, numbers.find(meaning.id), follows
        before = (capture, run, status)
