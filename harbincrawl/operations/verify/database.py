"""Checks of the database: its file structure, full-text index, references between tables, fingerprints."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from harbincrawl.archive.states import find_damage, load_article, load_wordings
from harbincrawl.identity import fingerprint
from harbincrawl.text import count_text

from .findings import Findings, Problem

INDEX_MEND = "harbincrawl verify --mend"
WORDS_MEND = "harbincrawl reparse --apply"
COPY_MEND = "restore articles.db from a backup of the archive"
_MOST_NAMED = 50
"""The largest number of rows that one check reports one by one."""

_COUNTS = (
    ("article", "without a row in the index", COPY_MEND,
     "SELECT number FROM articles WHERE key NOT IN (SELECT id FROM articles_fts_docsize)"),
    ("row", "of the index without an article", COPY_MEND,
     "SELECT id FROM articles_fts_docsize WHERE id NOT IN (SELECT key FROM articles)"),
    ("number", "with pictures but without an article", WORDS_MEND,
     "SELECT DISTINCT number FROM images WHERE number NOT IN (SELECT number FROM articles)"),
    ("number", "with revisions but without an article", WORDS_MEND,
     "SELECT DISTINCT number FROM revisions WHERE number NOT IN (SELECT number FROM articles)"),
    ("article", "with missing revisions", COPY_MEND,
     "SELECT number FROM articles AS a WHERE revision - 1 <>"
     " (SELECT count(*) FROM revisions AS r WHERE r.number = a.number AND r.revision < a.revision)"),
    ("article", "with a missing capture", "harbincrawl crawl --recheck all",
     "SELECT number FROM articles WHERE capture IS NOT NULL AND capture NOT IN (SELECT id FROM captures)"),
    ("capture", "with a missing first page", COPY_MEND,
     "SELECT id FROM captures WHERE first_page IS NOT NULL AND first_page NOT IN (SELECT id FROM captures)"),
    ("link", "to a copy or an original that is not stored", "harbincrawl duplicates --rebuild",
     "SELECT number FROM duplicates WHERE number NOT IN (SELECT number FROM articles)"
     " OR original NOT IN (SELECT number FROM articles)"),
    ("listed article", "missing in the queue", "harbincrawl crawl --all --full",
     "SELECT DISTINCT number FROM listed WHERE number IS NOT NULL AND number NOT IN"
     " (SELECT number FROM queue UNION SELECT number FROM purged)"),
    ("purged article", "still stored", "harbincrawl purge, with these numbers",
     "SELECT number FROM purged WHERE number IN (SELECT number FROM articles UNION SELECT number FROM queue)"),
)  # fmt: skip
"""(noun, what is wrong, what repairs it, query for the wrong rows)."""

_NOT_ITS_TEXT = "the text does not match the fingerprint"

Progress = Callable[[int, int], None]


def check_pages(connection: sqlite3.Connection, findings: Findings) -> None:
    """Checks the file structure with SQLite's own check."""
    pragma = "quick_check" if findings.quick else "integrity_check"
    rows = connection.execute(f"PRAGMA main.{pragma}(20)").fetchall()
    for (message,) in rows:
        if message == "ok":
            continue
        if "articles_fts" in message:
            report_index(findings, message)
        else:
            findings.problems.append(Problem("database", "articles.db", message, COPY_MEND))


def report_index(findings: Findings, what: str) -> None:
    """Reports the index as broken, once."""
    if not findings.is_index_broken:
        findings.is_index_broken = True
        findings.problems.append(Problem("index", "articles_fts", what, INDEX_MEND))


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
            report_index(findings, f"the index does not match the articles ({error})")
    finally:
        try:
            connection.execute("DROP TABLE IF EXISTS temp.articles_fts")
        except sqlite3.DatabaseError:
            # The copy is too damaged to be dropped; it disappears with the connection.
            report_index(findings, "the index cannot be read")
        connection.execute("DROP VIEW temp.articles")


def check_counts(connection: sqlite3.Connection, findings: Findings) -> None:
    """Checks for rows that refer to missing rows."""
    for noun, wrong, mend, query in _COUNTS:
        rows = [str(number) for (number,) in connection.execute(query)]
        if not rows:
            continue
        what = f"{count_text(len(rows), noun)} {wrong}"
        if "index" in what:
            report_index(findings, what)
            continue
        shown = ", ".join(rows[:10]) + (" …" if len(rows) > 10 else "")
        findings.problems.append(Problem("counts", shown, what, mend))


def check_words(connection: sqlite3.Connection, findings: Findings, progress: Progress) -> None:
    """Checks all revisions of all articles against their fingerprints."""
    (total,) = connection.execute("SELECT count(*) FROM articles").fetchone()
    named = 0
    for (number,) in connection.execute("SELECT number FROM articles ORDER BY number").fetchall():
        article = load_article(connection, number)
        if article is None:
            continue
        findings.checked["articles"] += 1
        if damage := find_damage(connection, article):
            what = (
                _NOT_ITS_TEXT
                if "fingerprint" in damage
                else f"{', '.join(damage)}: not consistent with the other columns"
            )
            named = _report(findings, named, Problem("article", str(number), what, WORDS_MEND))
        fingerprints = connection.execute(
            "SELECT fingerprint FROM revisions WHERE number = ? ORDER BY revision", (number,)
        ).fetchall()
        for place, (_, _, wording) in enumerate(load_wordings(connection, article)):
            findings.checked["revisions"] += 1
            if fingerprint(wording) != fingerprints[place][0]:
                where = f"{number}, revision {place + 1}"
                named = _report(findings, named, Problem("revision", where, _NOT_ITS_TEXT, COPY_MEND))
        if findings.checked["articles"] % 200 == 0:
            progress(findings.checked["articles"], total)


def _report(findings: Findings, named: int, problem: Problem) -> int:
    if named < _MOST_NAMED:
        findings.problems.append(problem)
    elif named == _MOST_NAMED:
        findings.problems.append(problem._replace(where="more", what="further ones are not listed"))
    return named + 1
