"""One label a section: pages of one section may name it in several ways, or not at all."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

_NEWEST = 200
"""The newest articles of a section decide; all of them would be a look at the whole archive."""
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
