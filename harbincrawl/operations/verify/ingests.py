"""Ingests that were ended early, which the next one has to finish."""

from __future__ import annotations

import json
import sqlite3
import sys

from harbincrawl.reread.ingest import list_unfinished
from harbincrawl.text import count_text

from .findings import Findings, Note

_INGESTS = """
SELECT run, outcome = 'running' AND run = (SELECT max(run) FROM runs),
 iif(json_valid(arguments), json_extract(arguments, '$.files'), NULL),
 (SELECT count(*) FROM captures AS c WHERE c.run = r.run)
FROM runs AS r WHERE kind = 'ingest' AND run IN (SELECT value FROM json_each(?)) ORDER BY run"""


def check_ingests(connection: sqlite3.Connection, findings: Findings, *, held: bool) -> None:
    """Notes each ingest that the next one has to finish; `held`: a run is writing right now."""
    unfinished = json.dumps(list_unfinished(connection, sys.maxsize))
    for run, is_last, files, captures in connection.execute(_INGESTS, (unfinished,)).fetchall():
        if is_last and held:
            continue
        left = "nothing of it was stored"
        if captures:
            of_it = count_text(captures, "capture")
            left = f"{of_it} of it may not be in their articles' histories yet, and others are not taken in"
        said = f"an ingest{_name_files(files)} was ended early: {left}: run harbincrawl ingest with these files again"
        findings.notes.append(Note("unfinished", f"run {run}", said))


def _name_files(text: str | None) -> str:
    names = json.loads(text) if text else []
    if not isinstance(names, list) or not names:
        return ""
    more = f" and {count_text(len(names) - 1, 'more file')}" if len(names) > 1 else ""
    return f" of {str(names[0])[:100]}{more}"
