"""What several pages that a run read show unaccounted: the wordings of a report."""

from __future__ import annotations

import re
import sqlite3
from typing import Any

MOST_WORDINGS = 10
"""Of a report."""
_DIGITS = re.compile(r"\d+")


def fold_digits(text: str) -> str:
    """`text` with every number as 0, for pages that differ in a count share a wording all the same."""
    return _DIGITS.sub("0", text)


def list_wordings(connection: sqlite3.Connection, run: int) -> list[dict[str, Any]]:
    """What several pages of the run share, whatever numbers it has, with one of them as `example`; most first.

    Templates in doubt come before all of it.
    """
    if connection.execute("SELECT 1 FROM pragma_function_list WHERE name = 'fold_digits'").fetchone() is None:
        # It cannot be made anew while a statement goes on.
        connection.create_function("fold_digits", 1, fold_digits, deterministic=True)
    rows = connection.execute(
        "SELECT kind, text, count(DISTINCT address) AS pages, min(address) FROM unaccounted WHERE run = ?"
        " GROUP BY kind, fold_digits(text) ORDER BY kind != 'template', pages DESC, kind, text LIMIT ?",
        (run, MOST_WORDINGS),
    )
    names = ("kind", "text", "pages", "example")
    return [dict(zip(names, row, strict=True)) for row in rows]
