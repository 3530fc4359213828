"""What was rescued from archives of others, as the rows of `captures` say it."""

from __future__ import annotations

import sqlite3

from harbincrawl.records import CRAWLED, OWN


def is_here(connection: sqlite3.Connection, address: str, timestamp: str) -> bool:
    """Whether a capture of `address` that others made at this time (14 digits, UTC) is stored."""
    year, month, day, *time = (timestamp[:4], *(timestamp[at : at + 2] for at in range(4, 14, 2)))
    moment = f"{year}-{month}-{day}T{':'.join(time)}Z"
    row = connection.execute(
        f"SELECT 1 FROM captures WHERE address = ? AND fetched_at = ? AND source NOT IN {CRAWLED} LIMIT 1",
        (address, moment),
    ).fetchone()
    return row is not None


def count_rescued(connection: sqlite3.Connection) -> dict[str, int]:
    """By archive of others, in the order of their names, the captures that came from there."""
    rows = connection.execute(f"SELECT source, count(*) FROM captures WHERE source NOT IN {OWN} GROUP BY 1 ORDER BY 1")
    return dict(rows.fetchall())
