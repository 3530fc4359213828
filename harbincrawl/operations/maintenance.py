"""Database maintenance within a time limit: merging index segments, statistics, WAL checkpoint."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable

STEP = 500
"""Pages of the full-text index that one step merges, which takes some tens of milliseconds."""


def maintain(
    connection: sqlite3.Connection, seconds: float, *, stored: bool, clock: Callable[[], float] = time.monotonic
) -> int:
    """Runs the maintenance for about `seconds`; returns the number of steps that merged something.

    `stored` tells whether articles were stored since the last call; otherwise nothing needs merging. Pages of the WAL
    that a reader still uses are left for the next time. Raises sqlite3.Error.
    """
    end = clock() + seconds
    steps = 0
    while stored and clock() < end:
        before = connection.total_changes
        connection.execute("INSERT INTO articles_fts(articles_fts, rank) VALUES ('merge', ?)", (STEP,))
        # Documented by FTS5: fewer than two changes mean that there is nothing left to merge.
        if connection.total_changes - before < 2:
            break
        steps += 1
    connection.execute("PRAGMA analysis_limit = 1000")
    connection.execute("PRAGMA optimize")
    connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
    return steps
