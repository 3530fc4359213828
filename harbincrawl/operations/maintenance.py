"""Keeping the database quick and small: index segments merged, the log taken in, statistics renewed, within a time."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable

STEP = 500
"""Pages of the index that one step may merge: some tens of milliseconds."""


def maintain(
    connection: sqlite3.Connection, seconds: float, *, stored: bool, clock: Callable[[], float] = time.monotonic
) -> int:
    """Does what keeps reading quick, for about `seconds`; returns the steps that merged something.

    `stored`: whether articles were stored since the last time; else the index has nothing to merge. What a reader holds
    back is left for the next time. Raises sqlite3.Error.
    """
    end = clock() + seconds
    steps = 0
    while stored and clock() < end:
        before = connection.total_changes
        connection.execute("INSERT INTO articles_fts(articles_fts, rank) VALUES ('merge', ?)", (STEP,))
        # As FTS5 documents it: fewer than two changes mean that there was nothing to do.
        if connection.total_changes - before < 2:
            break
        steps += 1
    connection.execute("PRAGMA analysis_limit = 1000")
    connection.execute("PRAGMA optimize")
    connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
    return steps
