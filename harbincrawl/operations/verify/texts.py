"""The full-text index against the articles, and equal ends of texts, a sign of a box read as text."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter

from harbincrawl.archive.articles.ids import read_ids
from harbincrawl.archive.database.connection import is_no_space
from harbincrawl.identity import normal_form

from .findings import Findings, Note

FEW = 3
"""Two equal last paragraphs in this many articles are reported."""
MANY = 5
"""One equal last paragraph in this many articles is reported."""
SHORTEST = 20
"""Characters without white space: shorter paragraphs are bylines and notes that many articles share."""
_UNINDEXED = "SELECT count(*) FROM articles WHERE key NOT IN (SELECT id FROM articles_fts_docsize)"
_STRAY = "SELECT count(*) FROM articles_fts_docsize WHERE id NOT IN (SELECT key FROM articles)"
_BODIES = "SELECT number, body FROM articles WHERE body IS NOT NULL AND number NOT IN (SELECT number FROM duplicates)"


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
        connection.execute("INSERT INTO temp.articles_fts(articles_fts, rank) VALUES ('integrity-check', 1)")
        connection.execute("DROP TABLE temp.articles_fts")
    except sqlite3.DatabaseError as error:
        if is_no_space(error):
            raise
        # The copy disappears with the connection.
        findings.report_index(f"the index does not match the articles ({error})")
    finally:
        connection.execute("DROP VIEW temp.articles")


def check_tails(connection: sqlite3.Connection, findings: Findings) -> None:
    """Adds a note for each ending that many articles share, but for copies."""
    tails = sorted(_list_tails(connection))
    # Of two equal endings the longer one is named.
    named: set[int] = set()
    for length, least in ((2, FEW), (1, MANY)):
        for _, group in groupby(sorted((each[length], each[0]) for each in tails), itemgetter(0)):
            numbers = [number for _, number in group]
            if len(numbers) < least or named.issuperset(numbers):
                continue
            named.update(numbers)
            shown = ", ".join(read_ids(connection, numbers[:5])) + (" …" if len(numbers) > 5 else "")
            (body,) = connection.execute("SELECT body FROM articles WHERE number = ?", numbers[:1]).fetchone()
            text = " / ".join(body.split("\n\n")[-length:])
            what = f"{len(numbers)} articles end with the same text: {text[:160]}{'…' if len(text) > 160 else ''}"
            findings.notes.append(Note("tail", shown, what))


def _list_tails(connection: sqlite3.Connection) -> Iterator[tuple[int, int, int]]:
    """Of each article its number and hashes of its last paragraph and of its last two."""
    for number, body in connection.execute(_BODIES):
        paragraphs = body.split("\n\n")
        last = normal_form(paragraphs[-1])
        if len(paragraphs) > 1 and len(last) >= SHORTEST:
            yield number, hash(last), hash((normal_form(paragraphs[-2]), last))
