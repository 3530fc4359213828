"""The full-text index against the articles."""

from __future__ import annotations

import sqlite3

from harbincrawl.archive.database.connection import is_no_space

from .findings import Findings

_UNINDEXED = "SELECT count(*) FROM articles WHERE key NOT IN (SELECT id FROM articles_fts_docsize)"
_STRAY = "SELECT count(*) FROM articles_fts_docsize WHERE id NOT IN (SELECT key FROM articles)"


def check_keys(connection: sqlite3.Connection, findings: Findings) -> None:
    """Checks that the index has the articles that there are, by their keys."""
    for query, said in ((_UNINDEXED, "articles are not in it"), (_STRAY, "of its rows are of no article")):
        (count,) = connection.execute(query).fetchone()
        if count:
            findings.report_index(f"{count:,} {said}")


def check_words(connection: sqlite3.Connection, findings: Findings) -> None:
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
