"""Folding copies: which one of the hits that have the same text is shown and counted."""

from __future__ import annotations

import sqlite3
from itertools import takewhile

from harbincrawl.identity import BITS_FOR_NUMBER
from harbincrawl.search.query.matching import ID_ORDER, Value

from .choice import ArticleCondition, has_counted

NUMBER_MASK = (1 << BITS_FOR_NUMBER) - 1
"""`key & NUMBER_MASK` is the internal number."""


def has_copies(connection: sqlite3.Connection) -> bool:
    """True if the archive contains a copy."""
    return connection.execute("SELECT 1 FROM duplicates LIMIT 1").fetchone() is not None


def select_folded(
    connection: sqlite3.Connection, choice: ArticleCondition, *, copies: bool = False
) -> tuple[str, list[Value]]:
    """(SQL, parameters) of the `key` of every hit and the number of its `original`; with `copies`, of copies, too.

    One article of each group of copies counts: the original if it is a hit, else the lowest id, as in the list of hits.
    """
    where, values = choice.write_conditions()
    matched = f"SELECT {choice.key} AS key, {choice.key} & {NUMBER_MASK} AS original FROM {choice.tables()}{where}"
    if copies or not has_copies(connection):
        return matched, values
    order, least, joined = "d.number", "0", ""
    if has_counted(connection):
        order, least, joined = ID_ORDER, "''", "JOIN articles AS a ON a.key = h.key "
    # SQLite takes `key` from the row with the minimum.
    folded = (
        f"SELECT h.key, coalesce(d.original, h.original) AS original, min(iif(d.number IS NULL, {least}, {order}))"
        f" FROM ({matched}) AS h {joined}LEFT JOIN duplicates AS d ON d.number = h.original"
        " GROUP BY coalesce(d.original, h.original)"
    )
    return f"SELECT key, original FROM ({folded})", values


def fold_copies(connection: sqlite3.Connection, choice: ArticleCondition, number: int) -> tuple[int, ...] | None:
    """The other articles with the text of the hit `number`; None if another one is shown instead.

    The original is shown if it is a hit, else the copy with the lowest id that is a hit. This does not depend on the
    page.
    """
    row = connection.execute("SELECT original FROM duplicates WHERE number = ?", (number,)).fetchone()
    original = row[0] if row else number
    group = list_group(connection, original, counted=choice.counted)
    if row and is_folded(connection, choice, number, original, group):
        return None
    return tuple(other for other in group if other != number)


def list_group(connection: sqlite3.Connection, original: int, *, counted: bool) -> list[int]:
    """Numbers of an article and its copies, by id; `counted` as in ArticleCondition."""
    rows = connection.execute(
        "SELECT a.number FROM articles AS a WHERE a.number = ?1 OR a.number IN"
        f" (SELECT number FROM duplicates WHERE original = ?1) ORDER BY {ID_ORDER if counted else 'a.number'}",
        (original,),
    )
    return [number for (number,) in rows]


def is_folded(
    connection: sqlite3.Connection, choice: ArticleCondition, copy: int, original: int, group: list[int]
) -> bool:
    """True if another article of the copy's group is a hit and stands for it: the original, or a copy of a lower id."""
    where, values = choice.write_conditions()
    sql = f"SELECT 1 FROM {choice.tables()}{where} AND {choice.key} = ?"
    before = takewhile(lambda number: number != copy, group)
    for number in (original, *(number for number in before if number != original)):
        row = connection.execute("SELECT key FROM articles WHERE number = ?", (number,)).fetchone()
        if row and connection.execute(sql, [*values, row[0]]).fetchone():
            return True
    return False
