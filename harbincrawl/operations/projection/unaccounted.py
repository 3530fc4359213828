"""What pages show unaccounted, as the log tells it by hashes: the texts are read from the pages."""

from __future__ import annotations

import sqlite3

from harbincrawl.archive.layouts import NEW_FRAME
from harbincrawl.archive.runs.table import READER
from harbincrawl.evidence import find_sources
from harbincrawl.pages import parser_of
from harbincrawl.reread.book import LayoutBook
from harbincrawl.reread.pages import CapturedArticle, read_articles

from .evidence import Evidence
from .lists import put_odd

_MISSING = (
    "SELECT DISTINCT u.capture, c.address FROM temp.told_unaccounted AS u JOIN captures AS c ON c.id = u.capture"
    " WHERE NOT EXISTS (SELECT 1 FROM temp.odd AS o WHERE o.capture = u.capture AND o.kind = u.kind"
    " AND text_digest(o.text) = u.text) ORDER BY 1"
)


_UNSHOWN = (
    "SELECT count(*) FROM temp.told_unaccounted AS t JOIN runs AS r ON r.run = t.run"
    f" WHERE {READER} = ? AND NOT EXISTS (SELECT 1 FROM main.unaccounted AS u"
    " WHERE u.run = t.run AND u.address = t.address AND u.kind = t.kind AND text_digest(u.text) = t.text)"
)


def put_unaccounted_rows(connection: sqlite3.Connection, evidence: Evidence) -> int:
    """Puts the rows of the log; how many no page shows. `temp.odd` has what lists and articles show."""
    site = evidence.site
    # Pages that give no state of an article, for another page said the same later.
    missing = [
        CapturedArticle(meaning.id, find_sources(connection, capture))
        for capture, address in connection.execute(_MISSING).fetchall()
        if evidence.find_fault(capture) is None
        and (meaning := site.read_address(address)) is not None
        and meaning.id is not None
    ]
    book = LayoutBook.read(connection)
    answers = read_articles(evidence.executor, evidence.folder, site, missing, book, evidence.lose)
    for captured, answer in zip(missing, answers, strict=True):
        if answer.article is not None:
            put_odd(connection, captured.pages[0].capture, answer.article.unaccounted, site)
    connection.execute("INSERT OR IGNORE INTO temp.odd VALUES (0, ?, ?)", NEW_FRAME)
    connection.execute(
        "INSERT INTO unaccounted(run, address, kind, text, capture)"
        " SELECT u.run, u.address, u.kind, o.text, u.capture FROM temp.told_unaccounted AS u"
        " JOIN temp.odd AS o ON o.capture = coalesce(u.capture, 0) AND o.kind = u.kind AND text_digest(o.text) = u.text"
    )
    # What another version of the reader left unaccounted, this one may explain.
    (count,) = connection.execute(_UNSHOWN, (parser_of(site),)).fetchone()
    return int(count)
