"""What a run read without a layout that it has learnt, read again in place, as if it had been there before."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Mapping, Sequence
from functools import partial
from pathlib import Path

from harbincrawl.archive.articles.ids import find_number
from harbincrawl.archive.articles.states import load_article, load_wordings
from harbincrawl.archive.articles.store import Store
from harbincrawl.archive.layouts import NEW_FRAME, list_new_frames, list_stale, put_frame
from harbincrawl.archive.lists import list_line_titles
from harbincrawl.archive.runs.table import write_report
from harbincrawl.archive.unaccounted import list_kept, put_unaccounted
from harbincrawl.fields import PRINTED_KEYS
from harbincrawl.identity import Verdict
from harbincrawl.records import Article
from harbincrawl.reread.book import LayoutBook
from harbincrawl.reread.executor import Executor
from harbincrawl.reread.fold import Event, History, fold_articles, replay_history
from harbincrawl.reread.lists import Lists
from harbincrawl.reread.pages import ReadArticle
from harbincrawl.reread.writer import RecordWriter
from harbincrawl.sites import Site

from .asking import ask_opinions
from .learning import store_due

REREAD = "reread"
"""The outcome of an article that the run did not ask for, and whose record is another one now."""


def settle_layouts(folder: Path, writer: RecordWriter, site: Site, executor: Executor) -> dict[str, str]:
    """Learns the layouts that are due, and reads again what other layouts read, or none. Raises what stores raise.

    Returns by id what articles of this run are after all: one that only furniture had changed is the same.
    """
    connection = writer.connection
    store_due(connection, folder, site, writer.store.run, writer.tell)
    book = LayoutBook.read(connection)
    lists = Lists(folder, connection, site, executor)
    outcomes: dict[str, str] = {}
    put = partial(put_again, writer, lists)
    for final in fold_articles(writer, lists, find_stale(connection, site), book, executor, put):
        outcomes |= {id: outcome for id, outcome in final.items() if outcome != REREAD}
    if found := list_new_frames(connection, writer.store.run):
        writer.begin()
        for address in found:
            put_unaccounted(connection, writer.store.run, address, (NEW_FRAME,), site, None)
        writer.commit({})
    ask_opinions(folder, writer, site, book, executor)
    return outcomes


def find_stale(connection: sqlite3.Connection, site: Site) -> set[str]:
    """Ids of the articles with a page that another layout read than the last one of its template, or none."""
    meanings = map(site.read_address, list_stale(connection))
    return {meaning.id for meaning in meanings if meaning is not None and meaning.id is not None}


def put_again(writer: RecordWriter, lists: Lists, history: History, *, is_other: bool = False) -> str | None:
    """Puts an article as it is read now, in the open batch; what it is in the run, None where its record is as it was.

    `is_other` says that it is known not to be.
    """
    connection = writer.connection
    number = find_number(connection, history.id)
    stored = load_article(connection, number) if number is not None else None
    if number is None or stored is None:
        return None
    for capture, reading in history.readings.items():
        if reading.article is not None:
            _put_reading(connection, number, capture, reading.article, lists.site)
    wordings = {capture: article for capture, _, article in load_wordings(connection, stored)}
    titles: Collection[str | None] = list_line_titles(connection, history.id)
    if not titles and history.events:
        # No walk has read its line: what captured lists said.
        titles = {lists.find_words(history.events[-1].source, True).title} - {None}
    if not is_other and _are_same(stored, history.events, history.readings, wordings, titles):
        return None
    return _find_outcome(writer.store, history.id, replay_history(writer, lists, history)) or REREAD


def _put_reading(connection: sqlite3.Connection, number: int, capture: int, article: Article, site: Site) -> None:
    """Stores what has read a page, the parser and the layout, its frame, and what it leaves unaccounted.

    To a run that is sealed nothing is added: what the page does not show any more goes, from its report, too.
    """
    if article.frame is not None:
        put_frame(connection, capture, article.frame, article.layout)
        for table in ("articles", "revisions"):
            connection.execute(
                f"UPDATE {table} SET parser = ?, layout = ? WHERE number = ? AND capture = ?",
                (article.parser, article.layout, number, capture),
            )
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


def _are_same(
    stored: Article,
    events: Sequence[Event],
    readings: Mapping[int, ReadArticle],
    wordings: Mapping[int | None, Article],
    titles: Collection[str | None],
) -> bool:
    """Whether each capture says what was stored of it.

    A wording is stored with the last capture that says it: those before it, down to another wording's, say the same.
    `titles` are those of lists, for pages that show none.
    """
    known = stored
    for event in reversed(events):
        reading = readings.get(event.source.capture)
        known = wordings.get(event.source.capture, known)
        if reading is not None and reading.article is not None and not _says(reading.article, known, titles):
            return False
    return True


def _says(found: Article, stored: Article, titles: Collection[str | None]) -> bool:
    """Whether a page says what is stored; a title that it does not show is that of a list, where one names it."""
    names = [*(key for key in PRINTED_KEYS if key != "title"), "body", "images"]
    names += ["title"] if found.title_from == "heading" else []
    names += ["updated"] if found.updated or found.refused_date else []
    if found.title_from != "heading" and titles and stored.title not in titles:
        return False
    return all(getattr(found, name) == getattr(stored, name) for name in names)


def _find_outcome(store: Store, id: str, verdicts: Mapping[int, Verdict]) -> str | None:
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
