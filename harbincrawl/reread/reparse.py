"""Today's parsers over the captures of the archive: what they would change, and changing it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

from harbincrawl.archive.articles.ids import find_number
from harbincrawl.archive.articles.labels import SectionLabels
from harbincrawl.archive.articles.states import find_damage, load_article, read_damaged_text
from harbincrawl.archive.articles.store import Fetched
from harbincrawl.archive.database import lock
from harbincrawl.archive.database.connection import FILE, open_reader, open_writer, raise_typed
from harbincrawl.archive.layouts import put_frame, read_layouts
from harbincrawl.archive.lists import list_titles
from harbincrawl.archive.origin import check_site, read_origin, remember_origin
from harbincrawl.archive.runs.log import open_log
from harbincrawl.archive.unaccounted import put_unaccounted
from harbincrawl.evidence import find_sources
from harbincrawl.pages import parser_of
from harbincrawl.pages.article.page import complete_article
from harbincrawl.sites import Site
from harbincrawl.text import read_time

from .book import LayoutBook
from .compare import find_differences
from .executor import Executor, cut
from .layouts.learning import learn_due, store_due
from .layouts.settling import settle_layouts
from .lines import Lists
from .pages import CapturedArticle, ReadArticle, read_articles
from .report import Changed, ReparseReport
from .restore import Progress, restore_missing
from .writer import BATCH, RecordWriter, write_run


def reparse(folder: Path, site: Site, *, apply: bool, executor: Executor, progress: Progress) -> ReparseReport:
    """Reads every captured article of the archive in `folder` again; stores what is found only where `apply` says so.

    Raises NoArchiveError, OriginError, HeldError, DatabaseError, NoSpaceError, WorkerError.
    """
    report = ReparseReport(apply, parser_of(site))
    with ExitStack() as stack:
        # A reader refuses what is no archive; the writer would make one.
        connection = stack.enter_context(closing(open_reader(folder)))
        try:
            check_site(connection, folder, site)
            writer = None
            if apply:
                stack.enter_context(lock.hold(folder, "reparse --apply"))
                connection = stack.enter_context(closing(open_writer(folder)))
                if origin := read_origin(connection):
                    remember_origin(connection, folder, site, origin)
                log = stack.enter_context(closing(open_log(folder, connection, "reparse")))
                run = write_run(connection, log, "reparse", {"apply": True}, report, report.parser)
                writer = stack.enter_context(run)
            connection.text_factory = read_damaged_text
            lists = Lists(folder, connection, site, executor)
            if writer is not None:
                store_due(connection, folder, site, writer.store.run)
            # Where nothing is to be stored, what would be learnt counts all the same.
            rows = {row.key: row for row in read_layouts(connection)}
            rows |= {row.key: row for row in learn_due(connection, folder, site)}
            _compare_all(folder, lists, LayoutBook.make(rows.values()), writer, report, executor, progress)
            report.restored = restore_missing(folder, writer, lists, executor, progress)
            if writer is not None:
                settle_layouts(folder, writer, site, executor)
        except sqlite3.Error as error:
            raise_typed(error, folder / FILE)
    return report


def _compare_all(
    folder: Path,
    lists: Lists,
    book: LayoutBook,
    writer: RecordWriter | None,
    report: ReparseReport,
    executor: Executor,
    progress: Progress,
) -> None:
    connection = lists.connection
    labels = writer.store.labels if writer is not None else SectionLabels(connection)
    (total,) = connection.execute("SELECT count(*) FROM articles").fetchone()
    progress(0, total)
    answers = read_articles(executor, folder, lists.site, _list_articles(connection), book)
    for batch in cut(answers, BATCH):
        if writer is not None:
            writer.begin()
        outcomes = {answer.id: _compare_article(lists, writer, labels, report, answer) for answer in batch}
        if writer is not None:
            writer.commit({id: outcome for id, outcome in outcomes.items() if outcome is not None})
        progress(report.articles, total)
    if writer is not None and report.mended:
        writer.begin()
        writer.store.rebuild_index()
        writer.commit({})


def _list_articles(connection: sqlite3.Connection) -> Iterator[CapturedArticle]:
    # Page by page: rows that change while they are read must not be met twice.
    last = -1
    while rows := connection.execute(
        "SELECT number, id, capture FROM articles WHERE number > ? ORDER BY number LIMIT 500", (last,)
    ).fetchall():
        for _, id, capture in rows:
            yield CapturedArticle(id, find_sources(connection, capture), list_titles(connection, id))
        last = rows[-1][0]


def _compare_article(
    lists: Lists, writer: RecordWriter | None, labels: SectionLabels, report: ReparseReport, answer: ReadArticle
) -> str | None:
    """Compares one article, and stores it where it differs; returns what came of it, None where nothing was stored."""
    connection = lists.connection
    report.articles += 1
    number = find_number(connection, answer.id)
    stored = None if number is None else load_article(connection, number)
    if answer.article is None or stored is None:
        report.unread[answer.kind] += 1
        if answer.kind not in ("no-evidence", "removed"):
            report.reasons.append((answer.id, answer.kind, answer.reason))
        return None
    capture, captured_at = connection.execute(
        "SELECT a.capture, c.fetched_at FROM articles AS a JOIN captures AS c ON c.id = a.capture WHERE a.id = ?",
        (answer.id,),
    ).fetchone()
    section = answer.article.section_path
    words = lists.find_words(answer.id, section, (read_time(captured_at), capture), stored)
    found = labels.name(complete_article(answer.article, words, lists.site))
    report.unaccounted.count(found.url, found.section_path, found.unexplained)
    if writer is not None:
        put_unaccounted(connection, writer.store.run, found.url, found.unexplained, lists.site, capture)
    sound = not find_damage(connection, stored)
    differences = find_differences(stored, found, sound=sound, exact=stored.parser != report.parser)
    if differences:
        report.count_changed(Changed(answer.id, tuple(differences)))
    else:
        report.same += 1
    report.mended += not sound
    if writer is not None and found.frame is not None:
        put_frame(connection, capture, found.frame)
    if sound and stored.parser == report.parser and stored.layout != found.layout:
        # What another layout says takes the place of the wording: see `settle_layouts`.
        return None
    if writer is not None and (differences or not sound or stored.parser != report.parser):
        fetched = Fetched(found, (), writer.started, "reparse", capture)
        if sound:
            return writer.store.put_article(fetched)
        writer.store.mend_article(fetched)
        return "changed"
    return None
