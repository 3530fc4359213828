"""The rows of `unaccounted` against the pages that the runs read, read again."""

from __future__ import annotations

import sqlite3

from harbincrawl.archive.layouts import NEW_FRAME, is_of_new_frame
from harbincrawl.archive.unaccounted import list_kept
from harbincrawl.records import Unexplained
from harbincrawl.sites import Site

from .findings import MEND, Findings

TABLES = (
    # What a page shows unexplained, by the run that read it; `must`: the run stored that for certain.
    "CREATE TEMP TABLE expected(run INTEGER, address TEXT, kind TEXT, text TEXT, must INTEGER)",
    # The pages of a run whose captures can all be read again.
    "CREATE TEMP TABLE explained(run INTEGER, address TEXT)",
    # By reading of a list page, what it shows unexplained.
    "CREATE TEMP TABLE list_rows(reading INTEGER, kind TEXT, text TEXT)",
    "CREATE INDEX temp.expected_page ON expected(run, address)",
    "CREATE INDEX temp.explained_page ON explained(run, address)",
    "CREATE INDEX temp.list_rows_reading ON list_rows(reading)",
)
_COUNTS = "k.kind = 'crawl' AND json_extract(iif(json_valid(k.versions), k.versions, '{}'), '$.parser') = ?1"
"""True of a run that read its pages as they are read today."""
_LISTS = (
    "INSERT INTO temp.explained SELECT s.run, c.address FROM temp.shown AS s JOIN captures AS c ON c.id = s.capture"
    f" JOIN runs AS k ON k.run = s.run WHERE c.status = 200 AND {_COUNTS}"
    " GROUP BY 1, 2 HAVING count(s.reading) = count(*)",
    "INSERT INTO temp.expected SELECT s.run, c.address, r.kind, r.text, max(s.walked) FROM temp.shown AS s"
    " JOIN captures AS c ON c.id = s.capture JOIN runs AS k ON k.run = s.run"
    f" JOIN temp.list_rows AS r ON r.reading = s.reading WHERE c.status = 200 AND {_COUNTS} GROUP BY 1, 2, 3, 4",
)
_ARTICLE = f"""
SELECT c.run, a.url, coalesce((SELECT outcome IN ('new', 'changed', 'duplicate') FROM outcomes AS o
 WHERE o.run = c.run AND o.number = a.number), 0)
FROM articles AS a JOIN captures AS d ON d.id = a.capture JOIN captures AS c ON c.address = d.address
 AND c.status = 200 AND c.body_hash = d.body_hash JOIN runs AS k ON k.run = c.run
 LEFT JOIN temp.records AS r ON r.warc = c.warc AND r."offset" = c."offset"
 LEFT JOIN temp.records AS s ON s.warc = d.warc AND s."offset" = d."offset"
WHERE a.number = ?2 AND {_COUNTS} AND (a.layout IS NULL OR EXISTS (SELECT 1 FROM layouts AS l
 WHERE l.digest = a.layout AND l.learnt <= c.run))
 AND (c.id = d.id OR (r.target = s.target AND r.content_type IS s.content_type
 AND NOT EXISTS (SELECT 1 FROM captures WHERE first_page IN (c.id, d.id))))"""
"""The runs that captured an article as it is now; the same first page alone says little of an article of several."""
_SAME = "SELECT 1 FROM {} AS t WHERE t.run = r.run AND t.address = r.address AND t.kind = r.kind AND t.text = r.text"
_WRONG = (
    (
        "it has an unexplained line that its capture does not show",
        "SELECT DISTINCT r.run, r.address FROM unaccounted AS r JOIN temp.explained USING (run, address)"
        f" WHERE NOT EXISTS ({_SAME.format('temp.expected')})",
    ),
    (
        # A purge removes rows by words that are known no more.
        "an unexplained line that its capture shows is missing",
        f"SELECT DISTINCT r.run, r.address FROM temp.expected AS r WHERE r.must AND NOT EXISTS"
        f" ({_SAME.format('unaccounted')}) AND NOT EXISTS (SELECT 1 FROM runs WHERE kind = 'purge' AND run > r.run)",
    ),
    (
        "it has unexplained lines, and was not captured",
        "SELECT DISTINCT run, address FROM unaccounted AS r JOIN runs AS k USING (run) WHERE NOT EXISTS"
        " (SELECT 1 FROM captures AS c WHERE c.address = r.address AND c.status = 200"
        " AND (c.run = r.run OR k.kind NOT IN ('crawl', 'ingest')))",
    ),
)


def put_list(connection: sqlite3.Connection, reading: int, unexplained: tuple[Unexplained, ...], site: Site) -> None:
    """Takes in what a captured list page shows unexplained."""
    rows = [(reading, *each) for each in list_kept(connection, unexplained, site)]
    connection.executemany("INSERT INTO temp.list_rows VALUES (?, ?, ?)", rows)


def put_article(
    connection: sqlite3.Connection, number: int, unexplained: tuple[Unexplained, ...], site: Site, parser: str
) -> None:
    """Takes in what the current captures of an article show unexplained, where a crawl read them as they are today."""
    if is_of_new_frame(connection, number):
        unexplained = (*unexplained, NEW_FRAME)
    kept = list_kept(connection, unexplained, site)
    for run, address, must in connection.execute(_ARTICLE, (parser, number)).fetchall():
        connection.execute("INSERT INTO temp.explained VALUES (?, ?)", (run, address))
        rows = [(run, address, *each, must) for each in kept]
        connection.executemany("INSERT INTO temp.expected VALUES (?, ?, ?, ?, ?)", rows)


def check_unaccounted(connection: sqlite3.Connection, findings: Findings) -> None:
    """Compares `unaccounted` with what was taken in; `temp.shown` is there."""
    for statement in _LISTS:
        connection.execute(statement, (findings.parser,))
    for what, query in _WRONG:
        for run, address in connection.execute(query).fetchall():
            rows = connection.execute(
                "SELECT DISTINCT kind, text FROM temp.expected WHERE run = ? AND address = ?", (run, address)
            ).fetchall()
            findings.right_unaccounted[run, address] = rows
            findings.report("value", f"run {run}, {address}", what, MEND)
    proven, unproven = connection.execute(
        f"SELECT count(*) FILTER (WHERE EXISTS ({_SAME.format('temp.expected')})), count(*) FILTER (WHERE NOT EXISTS"
        " (SELECT 1 FROM temp.explained AS e WHERE e.run = r.run AND e.address = r.address)) FROM unaccounted AS r"
    ).fetchone()
    if proven:
        findings.proven["unexplained lines"] += proven
    findings.leave("unexplained lines", "of an earlier capture, or not read by a crawl of today's parser", unproven)
