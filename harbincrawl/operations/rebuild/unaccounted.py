"""What pages show unexplained, as the log tells it by hashes: the texts are read from the pages."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from harbincrawl.archive.layouts import NEW_FRAME
from harbincrawl.evidence import find_sources
from harbincrawl.reread.book import LayoutBook
from harbincrawl.reread.executor import Executor
from harbincrawl.reread.pages import CapturedArticle, read_articles
from harbincrawl.sites import Site

from .lists import put_odd

_MISSING = (
    "SELECT DISTINCT u.capture, c.address FROM temp.told_unaccounted AS u JOIN captures AS c ON c.id = u.capture"
    " WHERE NOT EXISTS (SELECT 1 FROM temp.odd AS o WHERE o.capture = u.capture AND o.kind = u.kind"
    " AND text_digest(o.text) = u.text) ORDER BY 1"
)


def put_unaccounted_rows(connection: sqlite3.Connection, folder: Path, site: Site, executor: Executor) -> int:
    """Puts the rows of the log; how many no page shows. `temp.odd` has what lists and articles show."""
    # Pages that give no state of an article, for another page said the same later.
    missing = [
        CapturedArticle(meaning.id, find_sources(connection, capture))
        for capture, address in connection.execute(_MISSING).fetchall()
        if (meaning := site.read_address(address)) is not None and meaning.id is not None
    ]
    for captured, answer in zip(
        missing, read_articles(executor, folder, site, missing, LayoutBook.read(connection)), strict=True
    ):
        if answer.article is not None:
            put_odd(connection, captured.pages[0].capture, answer.article.unexplained, site)
    connection.execute("INSERT OR IGNORE INTO temp.odd VALUES (0, ?, ?)", NEW_FRAME)
    connection.execute(
        "INSERT INTO unaccounted(run, address, kind, text, capture)"
        " SELECT u.run, u.address, u.kind, o.text, u.capture FROM temp.told_unaccounted AS u"
        " JOIN temp.odd AS o ON o.capture = coalesce(u.capture, 0) AND o.kind = u.kind AND text_digest(o.text) = u.text"
    )
    (count,) = connection.execute(
        "SELECT (SELECT count(*) FROM temp.told_unaccounted) - (SELECT count(*) FROM main.unaccounted)"
    ).fetchone()
    return int(count)
