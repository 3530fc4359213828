"""The label of each section, by its path."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3

OWN = "iif(a.section_path = '', a.section, NULL)"
"""SQL: what the page calls the section of an article, where no path is known; null: its path has a label."""
_NEWEST = 200
"""The newest articles of a section decide where another program gave them several; the store gives all of them one."""
_LABEL = f"""SELECT section FROM (SELECT section, section_path FROM articles WHERE section_path = ?
 ORDER BY key DESC LIMIT {_NEWEST}) WHERE section <> section_path
 GROUP BY section ORDER BY count(*) DESC, section LIMIT 1"""


def read_labels(connection: sqlite3.Connection, paths: Iterable[str]) -> dict[str, str]:
    """The label of each section by its path: what most of its newest articles call it, else the path."""
    labels = {}
    for path in paths:
        found = connection.execute(_LABEL, (path,)).fetchone()
        labels[path] = str(found[0]) if found else path
    return labels
