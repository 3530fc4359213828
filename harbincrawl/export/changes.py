"""What happened to an article since the cursor of an earlier export, as SQL over the outcomes of runs."""

from __future__ import annotations

import sqlite3

_STORED = "('new', 'duplicate', 'changed', 'same')"
"""Outcomes of an article that the archive has, on the site."""
# The last run that had ended: all that a run did has lower numbers than what its report says.
_RUN = (
    "SELECT coalesce(max(run), 0) FROM runs WHERE json_extract(iif(json_valid(report), report, '{}'), '$.cursor') <= ?"
)
# Where a crawl went on: it numbers responses in the order in which it stores articles.
_CAPTURE = (
    "SELECT coalesce(max(a.first_capture), 0) FROM articles AS a JOIN captures AS p ON p.id = a.first_capture"
    " JOIN runs AS r ON r.run = p.run WHERE a.change <= ? AND p.run > ? AND r.kind = 'crawl'"
)


def write_change(connection: sqlite3.Connection, cursor: int) -> str:
    """SQL over `articles AS a` of what happened since `cursor`, for articles that have another `change` since.

    What was not stored then is `new`, whatever came after. An article that is gone now and was not is `gone`, one that
    was gone and is on the site again is `back`; anything else, also gone and back in between, is `changed`.
    """
    (run,) = connection.execute(_RUN, (cursor,)).fetchone()
    (capture,) = connection.execute(_CAPTURE, (cursor, run)).fetchone()
    of_article = "FROM outcomes AS o JOIN runs AS r ON r.run = o.run WHERE o.number = a.number"
    first = f"(SELECT min(o.run) {of_article} AND o.outcome IN {_STORED})"
    in_time = f"{of_article} AND o.outcome IN {_STORED} AND r.kind = 'crawl' AND o.capture <= {int(capture)}"
    # What others kept of a page does not say whether it is on the site.
    was = f"""coalesce((SELECT o.outcome {of_article} AND r.kind = 'crawl' AND o.run <= {int(run)}
     AND o.outcome IN ('gone', {_STORED[1:-1]}) ORDER BY o.run DESC LIMIT 1), '')"""
    is_gone = f"EXISTS (SELECT 1 {of_article} AND o.outcome = 'gone' AND o.run > {int(run)})"
    return f"""CASE WHEN {first} > {int(run)} AND NOT EXISTS (SELECT 1 {in_time}) THEN 'new'
     WHEN a.status = 'gone' AND {was} <> 'gone' AND {is_gone} THEN 'gone'
     WHEN a.status = 'live' AND {was} = 'gone' THEN 'back' ELSE 'changed' END"""
