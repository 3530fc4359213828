"""The end of a run: what it read without a layout that it has learnt is read again, and some pages both ways."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from functools import partial

from harbincrawl.archive.articles.ids import find_number
from harbincrawl.archive.articles.store import Store
from harbincrawl.archive.captures import find_pages
from harbincrawl.archive.layouts import (
    NEW_FRAME,
    list_doubts,
    list_new_frames,
    list_stale,
    list_unasked,
    name_doubt,
    put_frame,
)
from harbincrawl.archive.lists import find_line
from harbincrawl.archive.runs.table import write_report
from harbincrawl.archive.unaccounted import list_kept, put_unaccounted
from harbincrawl.identity import Verdict
from harbincrawl.pages.article.page import complete_article
from harbincrawl.pages.layout.samples import is_asked, list_differences
from harbincrawl.records import Article, ListWords
from harbincrawl.reread.executor import Executor
from harbincrawl.reread.fold import History, fold_articles, replay_history
from harbincrawl.reread.lists import Lists
from harbincrawl.reread.pages import CapturedArticle, LayoutBook, read_articles
from harbincrawl.reread.writer import RecordWriter
from harbincrawl.sites import Site

from .learning import store_due

REREAD = "reread"
"""The outcome of an article that the run did not ask for, and whose record is another one now."""


def settle_layouts(writer: RecordWriter, site: Site, executor: Executor) -> dict[str, str]:
    """Learns the layouts that are due, and reads again what other layouts read, or none. Raises what stores raise.

    Returns by id what articles of this run are after all: one that only furniture had changed is the same.
    """
    connection = writer.connection
    store_due(writer, site)
    book = LayoutBook.read(connection)
    lists = Lists(writer.folder, connection, site, executor)
    outcomes: dict[str, str] = {}
    for final in fold_articles(
        writer, lists, find_stale(connection, site), book, executor, partial(put_again, writer, lists)
    ):
        outcomes |= {id: outcome for id, outcome in final.items() if outcome != REREAD}
    with writer.transaction():
        for address in list_new_frames(connection, writer.store.run):
            put_unaccounted(connection, writer.store.run, address, (NEW_FRAME,), site, None)
    ask_opinions(writer, site, book, executor)
    return outcomes


def find_stale(connection: sqlite3.Connection, site: Site) -> set[str]:
    """Ids of the articles with a page that another layout read than the last one of its template, or none."""
    meanings = map(site.read_address, list_stale(connection))
    return {meaning.id for meaning in meanings if meaning is not None and meaning.id is not None}


def put_again(writer: RecordWriter, lists: Lists, history: History) -> str | None:
    """Puts a stored article as it is read now, in the open batch; what it is in the run, None where it is as it was."""
    if writer.connection.execute("SELECT 1 FROM articles WHERE id = ?", (history.id,)).fetchone() is None:
        return None
    for capture, reading in history.readings.items():
        if reading.article is not None:
            _put_reading(writer.connection, capture, reading.article, lists.site)
    replay = replay_history(writer, lists, history)
    return _find_outcome(writer.store, history.id, replay.verdicts) or REREAD if replay.is_other else None


def _put_reading(connection: sqlite3.Connection, capture: int, article: Article, site: Site) -> None:
    """Stores the frame of a page, and what it leaves unaccounted.

    To a run that is sealed nothing is added: what the page does not show any more goes, from its report, too.
    """
    if article.frame is not None:
        put_frame(connection, capture, article.frame, article.layout)
    shown = list_kept(connection, article.unaccounted, site)
    runs: set[int] = set()
    for row in connection.execute(
        "SELECT run, address, kind, text FROM unaccounted WHERE capture = ?", (capture,)
    ).fetchall():
        if row[2:] not in shown:
            connection.execute("DELETE FROM unaccounted WHERE (run, address, kind, text) = (?, ?, ?, ?)", row)
            runs.add(row[0])
    for run in runs:
        (report,) = connection.execute("SELECT report FROM runs WHERE run = ?", (run,)).fetchone()
        if report is not None:
            connection.execute("UPDATE runs SET report = ? WHERE run = ?", (write_report(connection, run, report), run))
    (run, seal) = connection.execute(
        "SELECT c.run, r.seal FROM captures AS c JOIN runs AS r ON r.run = c.run WHERE c.id = ?", (capture,)
    ).fetchone()
    if seal is None:
        put_unaccounted(connection, run, article.url, article.unaccounted, site, capture)


def _find_outcome(store: Store, id: str, verdicts: dict[int, Verdict]) -> str | None:
    """What an article, which is otherwise now, is in the run: what became of asking for it; None where it did not."""
    number = find_number(store.connection, id)
    row = store.connection.execute(
        "DELETE FROM outcomes WHERE run = ? AND number = ? AND hash IS NOT NULL RETURNING outcome", (store.run, number)
    ).fetchone()
    if row is None:
        return None
    own = store.connection.execute(
        "SELECT id FROM captures WHERE run = ? AND id IN (SELECT value FROM json_each(?))",
        (store.run, json.dumps(list(verdicts))),
    ).fetchall()
    # What is a copy was told by the words of before.
    outcome = "new" if row[0] == "duplicate" else str(row[0])
    return "same" if outcome == "changed" and {verdicts[capture] for (capture,) in own} == {"same"} else outcome


def ask_opinions(writer: RecordWriter, site: Site, book: LayoutBook, executor: Executor) -> None:
    """Reads the pages that are to be asked both ways and commits in what they differ. Raises what stores raise."""
    connection = writer.connection
    asked = list(_list_asked(connection, site))
    own = list(read_articles(executor, writer.folder, site, asked, book))
    alone = list(read_articles(executor, writer.folder, site, asked, LayoutBook()))
    with writer.transaction():
        for captured, by_layout, without in zip(asked, own, alone, strict=True):
            if by_layout.article is not None:
                fields = _compare_readings(connection, site, by_layout.article, without.article)
                opinion = (" ".join(fields), captured.pages[0].id)
                connection.execute("UPDATE frames SET opinion = ? WHERE capture = ?", opinion)
        # Each template in doubt is unaccounted once, for all its pages and runs.
        for doubt in list_doubts(connection):
            connection.execute(
                "INSERT INTO unaccounted(run, address, kind, text, capture) SELECT ?1, ?2, ?3, ?4, NULL"
                " WHERE NOT EXISTS (SELECT 1 FROM unaccounted WHERE kind = ?3 AND text = ?4)",
                (writer.store.run, doubt.example, *name_doubt(doubt.frame)),
            )


def _list_asked(connection: sqlite3.Connection, site: Site) -> Iterator[CapturedArticle]:
    counts: Counter[tuple[str, int]] = Counter()
    for frame, layout, before, capture, address in list_unasked(connection):
        meaning = site.read_address(address)
        if meaning is not None and meaning.id and is_asked(before + counts[frame, layout], meaning.id):
            counts[frame, layout] += 1
            yield CapturedArticle(meaning.id, find_pages(connection, capture))


def _compare_readings(connection: sqlite3.Connection, site: Site, own: Article, alone: Article | None) -> list[str]:
    """The fields in which the record of an article is another one without the layout, both with what lists say."""
    words = find_line(connection, own.id, own.section_path) or ListWords()
    other = complete_article(alone, words, site) if alone is not None else None
    return list_differences(complete_article(own, words, site), other)
