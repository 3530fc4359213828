"""Files that a purge has written anew, beside what they were before: which of them are the log's."""

from __future__ import annotations

import sqlite3
from collections import defaultdict

from harbincrawl.archive.runs.log import REMOVED
from harbincrawl.operations.projection.events import find_told
from harbincrawl.warc.log import find_number
from harbincrawl.warc.names import split_name

_LAST_REMOVED = "SELECT coalesce(max(ordinal), 0) FROM temp.events WHERE kind = ?"


def drop_versions(connection: sqlite3.Connection) -> list[str]:
    """Takes all but one version of each file out of `temp.records` and `temp.events`; returns their names.

    The rows name those that hold answers. Of others the last one counts where the purge that made it has told what it
    did, else the first one: then that purge has not come to its end.
    """
    named = {name for (name,) in connection.execute("SELECT DISTINCT warc FROM captures WHERE warc IS NOT NULL")}
    is_told = find_told(connection, None) > connection.execute(_LAST_REMOVED, (REMOVED,)).fetchone()[0]
    versions: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for (name,) in connection.execute("SELECT DISTINCT warc FROM temp.records"):
        number, parts = find_number(name), split_name(name)
        if number is not None:
            versions[number].append((parts[1] if parts else 0, name))
    dropped = []
    for many in versions.values():
        many.sort()
        kept = next((name for _, name in many if name in named), many[-1 if is_told else 0][1])
        dropped += [name for _, name in many if name != kept]
    for name in dropped:
        connection.execute("DELETE FROM temp.records WHERE warc = ?", (name,))
        connection.execute("DELETE FROM temp.events WHERE warc = ?", (name,))
    return dropped
