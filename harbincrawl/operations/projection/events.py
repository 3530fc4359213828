"""The events of a log that was read into `temp.events`."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from typing import Any

_VOID = (
    "SELECT json_extract(text, '$.first'), json_extract(text, '$.last') FROM temp.events"
    " WHERE kind = 'void' AND json_valid(text)"
)

_ALL = (
    "SELECT ordinal FROM temp.events WHERE kind = 'decided' AND ordinal <= coalesce(?, ordinal) AND json_valid(text)"
    " AND json_extract(text, '$.all') ORDER BY ordinal DESC"
)


def find_told(connection: sqlite3.Connection, last: int | None) -> int:
    """The number of the last event up to the number `last` that began to tell all rows; 0: there is none.

    None counts that is of a transaction that was given up.
    """
    void = connection.execute(_VOID).fetchall()
    told = (ordinal for (ordinal,) in connection.execute(_ALL, (last,)))
    return next((each for each in told if not any(first <= each <= end for first, end in void)), 0)


def read_events(connection: sqlite3.Connection, last: int | None, *kinds: str) -> Iterator[dict[str, Any]]:
    """The events of these kinds up to the number `last`, in their order: none of a transaction that was given up.

    Raises TypeError, ValueError for an event that is none.
    """
    void = connection.execute(_VOID).fetchall()
    for ordinal, text in connection.execute(
        "SELECT ordinal, text FROM temp.events WHERE ordinal <= coalesce(?, ordinal)"
        " AND kind IN (SELECT value FROM json_each(?)) ORDER BY ordinal",
        (last, json.dumps(kinds)),
    ):
        if any(first <= ordinal <= end for first, end in void):
            continue
        values = json.loads(text)
        if not isinstance(values, dict):
            raise TypeError(f"event {ordinal} is no object")
        yield values
