"""Unaccounted lines that the pages of earlier runs no longer show, as they are read otherwise today."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

from harbincrawl.archive.layouts import ARTICLE
from harbincrawl.archive.runs.table import write_report
from harbincrawl.archive.unaccounted import list_kept
from harbincrawl.evidence import Source, find_sources
from harbincrawl.reread.book import LayoutBook
from harbincrawl.reread.executor import Executor
from harbincrawl.reread.pages import CapturedArticle, read_articles
from harbincrawl.reread.writer import RecordWriter
from harbincrawl.sites import Site

_PAGES = (
    "SELECT DISTINCT u.capture, u.address, f.frame FROM unaccounted AS u"
    " LEFT JOIN frames AS f ON f.capture = u.capture WHERE u.capture NOT NULL ORDER BY 1"
)


def drop_explained(
    folder: Path, writer: RecordWriter, site: Site, executor: Executor, before: LayoutBook | None
) -> None:
    """Deletes what pages do not show any more, and puts the reports of their runs so.

    `before` has the layouts that counted until now: only pages that have another one today are read. None: all are, as
    another version of the reader stored what they show.
    """
    connection = writer.connection
    book = LayoutBook.read(connection)
    pages = list(_list_pages(connection, site, book, before))
    runs: set[int] = set()
    for page, answer in zip(pages, read_articles(executor, folder, site, pages, book), strict=True):
        if answer.article is None:
            continue
        writer.begin()
        shown = list_kept(connection, answer.article.unaccounted, site)
        for row in connection.execute(
            "SELECT run, address, kind, text FROM unaccounted WHERE capture = ?", (page.pages[0].capture,)
        ).fetchall():
            if row[2:] not in shown:
                connection.execute("DELETE FROM unaccounted WHERE (run, address, kind, text) = (?, ?, ?, ?)", row)
                runs.add(row[0])
    for run in runs:
        (report,) = connection.execute("SELECT report FROM runs WHERE run = ?", (run,)).fetchone()
        if report is not None:
            connection.execute("UPDATE runs SET report = ? WHERE run = ?", (write_report(connection, run, report), run))
    writer.commit({})


def _list_pages(
    connection: sqlite3.Connection, site: Site, book: LayoutBook, before: LayoutBook | None
) -> Iterator[CapturedArticle]:
    for capture, address, frame in connection.execute(_PAGES).fetchall():
        meaning = site.read_address(address)
        if meaning is None or meaning.id is None:
            continue
        pages = find_sources(connection, capture)
        if before is None or _is_read_otherwise(pages, frame, book, before):
            yield CapturedArticle(meaning.id, pages)


def _is_read_otherwise(pages: Sequence[Source], frame: str | None, book: LayoutBook, before: LayoutBook) -> bool:
    if frame is None or not pages:
        return False
    return book.at(pages[0]).choose(ARTICLE, frame) != before.at(pages[0]).choose(ARTICLE, frame)
