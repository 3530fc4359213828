"""Today's parsers over the captures of the archive: what they would change, and changing it."""

from __future__ import annotations

import json
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import asdict
from pathlib import Path
from typing import Any

from harbincrawl.archive.articles.ids import find_number
from harbincrawl.archive.articles.labels import SectionLabels
from harbincrawl.archive.articles.states import article_values, find_damage, load_article, read_damaged_text
from harbincrawl.archive.database.connection import check_archive, read_archive
from harbincrawl.archive.database.lock import write_archive
from harbincrawl.archive.layouts import read_layouts
from harbincrawl.archive.origin import check_site, read_origin, remember_origin
from harbincrawl.archive.runs.log import open_log
from harbincrawl.archive.unaccounted import put_unaccounted
from harbincrawl.evidence import find_sources
from harbincrawl.fields import READ_KEYS
from harbincrawl.identity import fingerprint, precedence
from harbincrawl.pages.article.page import complete_article
from harbincrawl.pages.version import parser_of
from harbincrawl.records import Article
from harbincrawl.sites import Site
from harbincrawl.text import read_time

from .book import LayoutBook
from .executor import Executor, cut
from .layouts.learning import learn_due, store_due
from .layouts.settling import reread_articles, settle_layouts
from .lines import Lists, find_moment
from .pages import CapturedArticle, ReadArticle, read_articles
from .report import Changed, Difference, ReparseReport
from .restore import Progress, restore_missing
from .writer import BATCH, RecordWriter, write_run

_WORDING = frozenset(("title", "author", "source", "body", "word_count"))


def reparse(folder: Path, site: Site, *, apply: bool, executor: Executor, progress: Progress) -> ReparseReport:
    """Reads every captured article of the archive in `folder` again; stores what is found only where `apply` says so.

    Raises NoArchiveError, OriginError, HeldError, DatabaseError, NoSpaceError, WorkerError.
    """
    report = ReparseReport(parser_of(site), apply)
    # A reader refuses what is no archive; the writer would make one.
    check_archive(folder)
    with ExitStack() as stack:
        opened = write_archive(folder, "reparse --apply") if apply else read_archive(folder)
        connection = stack.enter_context(opened)
        check_site(connection, folder, site)
        writer = None
        if apply:
            if origin := read_origin(connection):
                remember_origin(connection, folder, site, origin)
            log = stack.enter_context(closing(open_log(folder, connection, "reparse")))
            run = write_run(folder, connection, log, "reparse", {"apply": True}, report, report.parser)
            writer = stack.enter_context(run)
        connection.text_factory = read_damaged_text
        lists = Lists(folder, connection, site, executor)
        if writer is not None:
            store_due(connection, folder, site, writer.store.run, writer.before_commit)
        # Where nothing is to be stored, what would be learnt counts all the same.
        rows = {(row.frame, row.pages): row for row in read_layouts(connection)}
        rows |= {(row.frame, row.pages): row for row in learn_due(connection, folder, site, sys.maxsize)}
        _compare_all(folder, lists, LayoutBook.make(rows.values()), writer, report, executor, progress)
        report.restored = restore_missing(folder, writer, lists, executor, progress)
        if writer is not None:
            settle_layouts(folder, writer, site, executor)
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
    labels = SectionLabels(connection)
    (total,) = connection.execute("SELECT count(*) FROM articles").fetchone()
    progress(0, total)
    others: set[str] = set()
    answers = read_articles(executor, folder, lists.site, _list_articles(connection), book)
    for batch in cut(answers, BATCH):
        if writer is not None:
            writer.begin()
        others |= {answer.id for answer in batch if _compare_article(lists, writer, labels, report, answer)}
        if writer is not None:
            writer.commit({})
        progress(report.articles, total)
    if writer is None:
        return
    if report.mended:
        # What is taken out of the index has to be in it.
        writer.begin()
        writer.store.rebuild_index()
        writer.commit({})
    for ids in cut(sorted(others | report.older, key=precedence), BATCH):
        reread_articles(folder, writer, lists, book, ids, executor, others)


def _list_articles(connection: sqlite3.Connection) -> Iterator[CapturedArticle]:
    # Page by page: rows that change while they are read must not be met twice.
    last = -1
    while rows := connection.execute(
        "SELECT number, id, capture FROM articles WHERE number > ? ORDER BY number LIMIT 500", (last,)
    ).fetchall():
        for _, id, capture in rows:
            yield CapturedArticle(id, find_sources(connection, capture))
        last = rows[-1][0]


def _compare_article(
    lists: Lists, writer: RecordWriter | None, labels: SectionLabels, report: ReparseReport, answer: ReadArticle
) -> bool:
    """Compares one article; whether its record is another one today."""
    connection = lists.connection
    report.articles += 1
    number = find_number(connection, answer.id)
    stored = None if number is None else load_article(connection, number)
    if answer.article is None or stored is None:
        report.unread[answer.kind] += 1
        if answer.kind not in ("no-evidence", "removed"):
            report.reasons.append((answer.id, answer.kind, answer.reason))
        return False
    capture, captured_at, source = connection.execute(
        "SELECT c.id, c.fetched_at, c.source FROM articles AS a JOIN captures AS c ON c.id = a.capture WHERE a.id = ?",
        (answer.id,),
    ).fetchone()
    section = answer.article.section_path
    words = lists.find_words(answer.id, section, find_moment(read_time(captured_at), capture, source), stored)
    found = labels.name(complete_article(answer.article, words, lists.site))
    report.unaccounted.count(found.url, found.section_path, found.unaccounted)
    if writer is not None:
        put_unaccounted(connection, writer.store.run, found.url, found.unaccounted, lists.site, capture)
    sound = not find_damage(connection, stored)
    differences = find_differences(stored, found, sound=sound, exact=stored.parser != report.parser)
    if differences:
        report.count_changed(Changed(answer.id, tuple(differences)))
    else:
        report.same += 1
    report.mended += not sound
    if stored.parser != report.parser:
        report.older.add(answer.id)
    if sound and stored.parser == report.parser and stored.layout != found.layout:
        # `settle_layouts` reads it again.
        return False
    return bool(differences) or not sound


def find_differences(stored: Article, found: Article, *, sound: bool, exact: bool) -> list[Difference]:
    """The fields in which `found` is not `stored`.

    Unless `exact`, white space in the words counts for nothing where the stored words are `sound` (of their
    fingerprint): a crawl leaves the stored words as they are, too, where only white space changed.
    """
    before, after = _fields(stored), _fields(found)
    after["summary"] = after["summary"] or before["summary"]
    if sound and not exact and fingerprint(stored) == fingerprint(found):
        after |= {name: before[name] for name in _WORDING}
    return [Difference(name, before[name], after[name]) for name in READ_KEYS if before[name] != after[name]]


def _fields(article: Article) -> dict[str, Any]:
    values = article_values(article, 0, "")
    values["authors"] = json.loads(str(values["authors"]))
    values["images"] = [asdict(image) for image in article.images]
    return {name: values[name] for name in READ_KEYS}
