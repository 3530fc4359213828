"""Whether the responses that an archive lists of each wording show it: their pages are read again."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from harbincrawl.archive.articles.revisions import Revision, read_revisions
from harbincrawl.archive.articles.shown import list_shown
from harbincrawl.archive.captures import CaptureRow, find_pages
from harbincrawl.archive.database.connection import open_reader
from harbincrawl.archive.origin import read_site
from harbincrawl.reread.pages import CapturedArticle, LayoutBook, read_captured
from harbincrawl.sites import Site


def list_wordings(connection: sqlite3.Connection, site: Site) -> Iterator[tuple[str, Revision, list[CaptureRow]]]:
    """(id, wording, its responses) of each wording of each article."""
    for number, id in connection.execute("SELECT number, id FROM articles ORDER BY number").fetchall():
        shown = list_shown(connection, site, number)
        for wording in read_revisions(connection, number):
            yield id, wording, shown[wording.revision]


def find_misshown(archive: Path) -> list[str]:
    """A line for each response that is listed of a wording and says something else, or that is listed twice.

    The first page of an article of several says nothing alone: only those with all of their pages are read.
    """
    with closing(open_reader(archive)) as connection:
        site, book = read_site(connection), LayoutBook.read(connection)
        wrong = []
        for id, wording, rows in list_wordings(connection, site):
            wrong += [f"{id}: twice" for _ in range(len(rows) - len({row.id for row in rows}))]
            for row in rows:
                pages = find_pages(connection, row.id)
                read = read_captured(archive, site, book, CapturedArticle(id, pages))
                if read.article is not None and "\n\n".join(read.article.body) != (wording.body or ""):
                    wrong.append(f"{id}, revision {wording.revision}: capture {row.id} of {row.fetched_at}")
        return wrong
