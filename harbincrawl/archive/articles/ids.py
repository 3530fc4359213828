"""Internal numbers: the integers by which the tables refer to articles, and the site's ids that they stand for."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from harbincrawl.identity import FIRST_COUNTED, own_number


def read_id(connection: sqlite3.Connection, number: int) -> str:
    """The id of an internal number."""
    if number < FIRST_COUNTED:
        return str(number)
    row = connection.execute("SELECT id FROM _ids WHERE internal = ?", (number,)).fetchone()
    return str(row[0]) if row else str(number)


def read_ids(connection: sqlite3.Connection, numbers: Iterable[int]) -> list[str]:
    """As `read_id`, for many numbers, in their order."""
    return [read_id(connection, number) for number in numbers]


def find_number(connection: sqlite3.Connection, id: str) -> int | None:
    """The internal number of an id; None for an id that has none yet."""
    if (number := own_number(id)) is not None:
        return number
    row = connection.execute("SELECT internal FROM _ids WHERE id = ?", (id,)).fetchone()
    return int(row[0]) if row else None


def find_numbers(connection: sqlite3.Connection, ids: Iterable[str]) -> dict[str, int]:
    """The internal numbers of those of `ids` that have one."""
    found = ((id, find_number(connection, id)) for id in ids)
    return {id: number for id, number in found if number is not None}


def take_number(connection: sqlite3.Connection, id: str) -> int:
    """The internal number of an id; one that has none is given the next, in the caller's transaction."""
    if (number := find_number(connection, id)) is not None:
        return number
    row = connection.execute(
        "INSERT INTO _ids(internal, id) SELECT coalesce(max(internal) + 1, ?), ? FROM _ids RETURNING internal",
        (FIRST_COUNTED, id),
    ).fetchone()
    return int(row[0])
