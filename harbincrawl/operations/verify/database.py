"""The database against itself: its pages, its index, its counts, and the fingerprints of all that it holds."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from harbincrawl.archive.states import find_damage, load_article, load_wordings
from harbincrawl.identity import fingerprint

from .findings import Findings, Problem

INDEX_MEND = "harbincrawl verify --mend"
WORDS_MEND = "harbincrawl reparse --apply"
COPY_MEND = "put articles.db back from a copy of the archive"
_MOST_NAMED = 50
"""Rows that one check names one by one."""

_COUNTS = (
    ("articles without their row in the index", COPY_MEND, "SELECT number FROM articles WHERE key NOT IN"
     " (SELECT id FROM articles_fts_docsize)"),
    ("rows of the index without their article", COPY_MEND, "SELECT id FROM articles_fts_docsize WHERE id NOT IN"
     " (SELECT key FROM articles)"),
    ("pictures of no article", WORDS_MEND, "SELECT DISTINCT number FROM images WHERE number NOT IN"
     " (SELECT number FROM articles)"),
    ("revisions of no article", WORDS_MEND, "SELECT DISTINCT number FROM revisions WHERE number NOT IN"
     " (SELECT number FROM articles)"),
    ("articles whose revisions are not all there", COPY_MEND, "SELECT number FROM articles AS a WHERE revision - 1 <>"
     " (SELECT count(*) FROM revisions AS r WHERE r.number = a.number AND r.revision < a.revision)"),
    ("articles whose capture has no row", "harbincrawl crawl --recheck all", "SELECT number FROM articles WHERE"
     " capture IS NOT NULL AND capture NOT IN (SELECT id FROM captures)"),
    ("captures whose first page has no row", COPY_MEND, "SELECT id FROM captures WHERE first_page IS NOT NULL AND"
     " first_page NOT IN (SELECT id FROM captures)"),
    ("links to copies or originals that are not stored", "harbincrawl duplicates --rebuild", "SELECT number FROM"
     " duplicates WHERE number NOT IN (SELECT number FROM articles) OR original NOT IN (SELECT number FROM articles)"),
    ("listed articles that no run would ask for", "harbincrawl crawl --all --full", "SELECT DISTINCT number FROM listed"
     " WHERE number IS NOT NULL AND number NOT IN (SELECT number FROM queue UNION SELECT number FROM purged)"),
    ("purged articles that are stored", "harbincrawl purge, with these numbers", "SELECT number FROM purged WHERE"
     " number IN (SELECT number FROM articles UNION SELECT number FROM queue)"),
)  # fmt: skip
"""What is counted, what mends it, and the query whose rows are wrong."""

Progress = Callable[[int, int], None]


def check_pages(connection: sqlite3.Connection, findings: Findings) -> None:
    """The file's own structure, by SQLite."""
    pragma = "quick_check" if findings.quick else "integrity_check"
    rows = connection.execute(f"PRAGMA main.{pragma}(20)").fetchall()
    for (said,) in rows:
        if said == "ok":
            continue
        if "articles_fts" in said:
            name_index(findings, said)
        else:
            findings.problems.append(Problem("database", "articles.db", said, COPY_MEND))


def name_index(findings: Findings, said: str) -> None:
    """Notes that the index is broken, once."""
    if not findings.is_index_broken:
        findings.is_index_broken = True
        findings.problems.append(Problem("index", "articles_fts", said, INDEX_MEND))


def check_index(connection: sqlite3.Connection, findings: Findings) -> None:
    """The index against the articles, word by word.

    FTS5's own check is a statement that writes, which would keep a crawl waiting: it runs on a copy of the index in
    the connection's temporary database, over a view of the articles.
    """
    (made,) = connection.execute("SELECT sql FROM main.sqlite_master WHERE name = 'articles_fts'").fetchone()
    connection.execute("CREATE TEMP VIEW articles AS SELECT * FROM main.articles")
    try:
        connection.execute(made.replace("articles_fts", "temp.articles_fts", 1))
        for part in ("data", "idx", "docsize", "config"):
            connection.execute(f"DELETE FROM temp.articles_fts_{part}")
            connection.execute(f"INSERT INTO temp.articles_fts_{part} SELECT * FROM main.articles_fts_{part}")
        try:
            connection.execute("INSERT INTO temp.articles_fts(articles_fts, rank) VALUES ('integrity-check', 1)")
        except sqlite3.DatabaseError as error:
            name_index(findings, f"the index is not that of the articles ({error})")
    finally:
        try:
            connection.execute("DROP TABLE IF EXISTS temp.articles_fts")
        except sqlite3.DatabaseError:
            # A copy too damaged to be dropped goes with the connection.
            name_index(findings, "the index cannot be read")
        connection.execute("DROP VIEW temp.articles")


def check_counts(connection: sqlite3.Connection, findings: Findings) -> None:
    """Rows that refer to rows which are not there."""
    for what, mend, query in _COUNTS:
        rows = [str(number) for (number,) in connection.execute(query)]
        if not rows:
            continue
        if "index" in what:
            name_index(findings, f"{len(rows)} {what}")
            continue
        shown = ", ".join(rows[:10]) + (" …" if len(rows) > 10 else "")
        findings.problems.append(Problem("counts", shown, f"{len(rows)} {what}", mend))


def check_words(connection: sqlite3.Connection, findings: Findings, progress: Progress) -> None:
    """Every wording, the present and the earlier ones, against its fingerprint."""
    (total,) = connection.execute("SELECT count(*) FROM articles").fetchone()
    named = 0
    for (number,) in connection.execute("SELECT number FROM articles ORDER BY number").fetchall():
        article = load_article(connection, number)
        if article is None:
            continue
        findings.checked["articles"] += 1
        if damage := find_damage(connection, article):
            what = "its words are not those of its fingerprint" if "fingerprint" in damage else "not what follows"
            columns = ", ".join(name for name in damage if name != "fingerprint")
            said = what if what.startswith("its") else f"{columns}: {what} from its other columns"
            named = _name(findings, named, Problem("article", str(number), said, WORDS_MEND))
        said_before = connection.execute(
            "SELECT fingerprint FROM revisions WHERE number = ? ORDER BY revision", (number,)
        ).fetchall()
        for place, (_, _, wording) in enumerate(load_wordings(connection, article)):
            findings.checked["revisions"] += 1
            if fingerprint(wording) != said_before[place][0]:
                said = "its words are not those of its fingerprint"
                where = f"{number}, revision {place + 1}"
                named = _name(findings, named, Problem("revision", where, said, COPY_MEND))
        if findings.checked["articles"] % 200 == 0:
            progress(findings.checked["articles"], total)


def _name(findings: Findings, named: int, problem: Problem) -> int:
    if named < _MOST_NAMED:
        findings.problems.append(problem)
    elif named == _MOST_NAMED:
        findings.problems.append(problem._replace(where="more", what="further ones are not named"))
    return named + 1
