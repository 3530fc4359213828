"""The articles before and after one, by date."""

from __future__ import annotations

import sqlite3

from harbincrawl.identity import BITS_FOR_NUMBER
from harbincrawl.search.query.matching import PLACE

from .choice import has_counted

_BESIDE = "SELECT number FROM articles WHERE key {} (SELECT key FROM articles WHERE number = ?) ORDER BY key {} LIMIT 1"
_DAY = f"(key >> {BITS_FOR_NUMBER})"
_BESIDE_COUNTED = f"""
WITH here AS (SELECT {_DAY} << {BITS_FOR_NUMBER} AS day, {PLACE} AS place FROM articles AS a WHERE number = ?),
 near AS (SELECT a.number, {PLACE} AS place FROM articles AS a, here
  WHERE a.key BETWEEN here.day AND here.day + {(1 << BITS_FOR_NUMBER) - 1} AND {PLACE} {{0}} here.place),
 next AS (SELECT {{2}}({_DAY}) << {BITS_FOR_NUMBER} AS day FROM articles
  WHERE key {{0}} (SELECT day + {{3}} FROM here))
SELECT number FROM (SELECT number, place FROM near UNION ALL SELECT a.number, {PLACE} FROM articles AS a, next
 WHERE NOT EXISTS (SELECT 1 FROM near) AND a.key BETWEEN next.day AND next.day + {(1 << BITS_FOR_NUMBER) - 1})
ORDER BY place {{1}} LIMIT 1"""
"""Where ids were counted out, keys of one day are in no order: the day is looked at, and the next one if need be."""


def find_neighbours(connection: sqlite3.Connection, number: int) -> tuple[int | None, int | None]:
    """(the next older article, the next newer one) of the article `number`; None at the ends."""
    select = _BESIDE_COUNTED if has_counted(connection) else _BESIDE
    older = connection.execute(select.format("<", "DESC", "max", 0), (number,)).fetchone()
    newer = connection.execute(select.format(">", "ASC", "min", (1 << BITS_FOR_NUMBER) - 1), (number,)).fetchone()
    return (older[0] if older else None), (newer[0] if newer else None)
