"""The database file: its structure and tables, the full-text index, rows that refer to rows, ingests to be finished."""

from __future__ import annotations

import json
import sqlite3
import sys

from harbincrawl.archive.database.connection import is_no_space
from harbincrawl.archive.runs.table import READER
from harbincrawl.archive.schema.comparison import list_differences, list_statements
from harbincrawl.identity import write_id
from harbincrawl.records import CRAWLED
from harbincrawl.reread.waiting import list_unfinished
from harbincrawl.text import clean, count_text, shorten

from .findings import FROM_LOG, MEND, REBUILD, Findings, Note

_REFERENCES = (
    ("article", "without a row in the index", FROM_LOG,
     "SELECT id FROM articles WHERE key NOT IN (SELECT id FROM articles_fts_docsize)"),
    ("row", "of the index without an article", FROM_LOG,
     "SELECT id FROM articles_fts_docsize WHERE id NOT IN (SELECT key FROM articles)"),
    ("number", "with pictures but without an article", MEND,
     f"SELECT DISTINCT {write_id('number')} FROM images WHERE number NOT IN (SELECT number FROM articles)"),
    ("number", "with revisions but without an article", MEND,
     f"SELECT DISTINCT {write_id('number')} FROM revisions WHERE number NOT IN (SELECT number FROM articles)"),
    ("article", "with missing revisions", FROM_LOG,
     "SELECT id FROM articles AS a WHERE revision - 1 <>"
     " (SELECT count(*) FROM revisions AS r WHERE r.number = a.number AND r.revision < a.revision)"),
    ("article", "with a missing capture", "harbincrawl crawl --recheck all",
     "SELECT id FROM articles WHERE capture IS NOT NULL AND capture NOT IN (SELECT id FROM captures)"),
    ("capture", "with a missing first page", FROM_LOG,
     "SELECT id FROM captures WHERE first_page IS NOT NULL AND first_page NOT IN (SELECT id FROM captures)"),
    ("link", "to a copy or an original that is not stored", REBUILD,
     f"SELECT {write_id('number')} FROM duplicates WHERE number NOT IN (SELECT number FROM articles)"
     " OR original NOT IN (SELECT number FROM articles)"),
    ("listed article", "missing in the queue", MEND,
     f"SELECT DISTINCT {write_id('number')} FROM listed WHERE number IS NOT NULL AND number NOT IN"
     " (SELECT number FROM queue UNION SELECT number FROM purged)"),
    ("crawled article", "missing in the queue", MEND,
     f"SELECT a.id FROM articles AS a JOIN captures AS c ON c.id = a.capture WHERE c.source IN {CRAWLED}"
     " AND a.number NOT IN (SELECT number FROM queue)"),
    ("purged article", "still stored", "harbincrawl purge, with these numbers",
     f"SELECT {write_id('number')} FROM purged WHERE number IN (SELECT number FROM articles UNION"
     " SELECT number FROM queue)"),
    ("row", "of a run that is not there", FROM_LOG,
     "SELECT DISTINCT run FROM (SELECT run FROM captures UNION SELECT run FROM walks UNION SELECT run FROM failures"
     " UNION SELECT run FROM unaccounted UNION SELECT run FROM outcomes UNION SELECT since FROM listed"
     " UNION SELECT run FROM lost_captures)"
     " WHERE run NOT IN (SELECT run FROM runs)"),
    ("version of the reader", "that no run had", MEND,
     "SELECT DISTINCT parser FROM (SELECT parser FROM articles UNION SELECT parser FROM revisions UNION SELECT parser"
     " FROM _list_pages) WHERE parser NOT IN "
     f"(SELECT {READER} FROM runs AS r WHERE {READER} IS NOT NULL)"),
    ("lost capture", "without a row", MEND,
     "SELECT capture FROM lost_captures WHERE capture NOT IN (SELECT id FROM captures)"),
    ("capture", "given up as lost by no run that does so", FROM_LOG,
     "SELECT capture FROM lost_captures AS l WHERE run NOT IN (SELECT run FROM runs"
     " WHERE (l.reason = 'purged') = (kind IN ('purge', 'restore')) AND kind IN ('purge', 'restore', 'mend'))"),
)  # fmt: skip
"""(noun, what is wrong, what repairs it, query for the wrong rows)."""
_INGESTS = """
SELECT run, outcome = 'running' AND run = (SELECT max(run) FROM runs),
 iif(json_valid(arguments), json_extract(arguments, '$.files'), NULL),
 (SELECT count(*) FROM captures AS c WHERE c.run = r.run)
FROM runs AS r WHERE run IN (SELECT value FROM json_each(?)) ORDER BY run"""


def check_pages(connection: sqlite3.Connection, findings: Findings) -> None:
    """Checks the file structure with SQLite's own check."""
    pragma = "quick_check" if findings.quick else "integrity_check"
    for (message,) in connection.execute(f"PRAGMA main.{pragma}(20)").fetchall():
        if message == "ok":
            continue
        if "articles_fts" in message:
            findings.report_index(message)
        else:
            findings.report("database", "articles.db", message, FROM_LOG)


def check_schema(connection: sqlite3.Connection, findings: Findings) -> bool:
    """Checks that tables, indexes and views are those of the schema, and that nothing else is there, such as a trigger.

    False where they are not: then no query of ours may be asked, for a view in the place of a table may never end.
    """
    differences = list(list_differences(connection, list_statements()))
    for name, wrong in differences:
        findings.report("database", clean(shorten(name, 80)), wrong, FROM_LOG)
    return not differences


def check_index(connection: sqlite3.Connection, findings: Findings) -> None:
    """Checks the index against the texts of the articles.

    The integrity check of FTS5 is a write statement, so on the archive it would block a crawl. It runs on a copy of the
    index in a temporary database instead, over a view of the articles.
    """
    (create_table,) = connection.execute("SELECT sql FROM main.sqlite_master WHERE name = 'articles_fts'").fetchone()
    connection.execute("CREATE TEMP VIEW articles AS SELECT * FROM main.articles")
    try:
        connection.execute(create_table.replace("articles_fts", "temp.articles_fts", 1))
        for part in ("data", "idx", "docsize", "config"):
            connection.execute(f"DELETE FROM temp.articles_fts_{part}")
            connection.execute(f"INSERT INTO temp.articles_fts_{part} SELECT * FROM main.articles_fts_{part}")
        try:
            connection.execute("INSERT INTO temp.articles_fts(articles_fts, rank) VALUES ('integrity-check', 1)")
        except sqlite3.DatabaseError as error:
            if is_no_space(error):
                raise
            findings.report_index(f"the index does not match the articles ({error})")
    finally:
        try:
            connection.execute("DROP TABLE IF EXISTS temp.articles_fts")
        except sqlite3.DatabaseError:
            # The copy is too damaged to be dropped; it disappears with the connection.
            findings.report_index("the index cannot be read")
        connection.execute("DROP VIEW temp.articles")


def check_references(connection: sqlite3.Connection, findings: Findings) -> None:
    """Checks for rows that refer to missing rows."""
    for noun, wrong, mend, query in _REFERENCES:
        rows = [str(where) for (where,) in connection.execute(query)]
        if not rows:
            continue
        what = f"{count_text(len(rows), noun)} {wrong}"
        if "index" in what:
            findings.report_index(what)
            continue
        shown = ", ".join(rows[:10]) + (" …" if len(rows) > 10 else "")
        findings.report("counts", shown, what, mend)


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
