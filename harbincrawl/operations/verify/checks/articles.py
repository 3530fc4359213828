"""Every revision of every article against its captures, and the copies against the texts."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import partial
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from harbincrawl.archive.articles.states import load_article, load_wordings
from harbincrawl.evidence import Source, find_sources
from harbincrawl.operations.verify.comparison import (
    ArticleVerdict,
    ComparedArticles,
    ComparedState,
    StoredArticle,
    compare_articles,
)
from harbincrawl.operations.verify.findings import BACKUP, REPARSE, Findings
from harbincrawl.operations.verify.reach import Reach
from harbincrawl.operations.verify.unaccounted import put_article
from harbincrawl.reread.book import LayoutBook
from harbincrawl.reread.executor import Executor, cut
from harbincrawl.reread.pages import list_files
from harbincrawl.sites import Site
from harbincrawl.text import read_time

_CHUNK = 40
"""Articles in a job."""

Progress = Callable[[int, int], None]


def check_articles(
    folder: Path,
    connection: sqlite3.Connection,
    site: Site,
    findings: Findings,
    reach: Reach,
    executor: Executor,
    progress: Progress,
) -> Iterator[ArticleVerdict]:
    """Compares all articles of the archive in `folder` with their captures; yields a verdict for each, by number.

    `temp.lines` and `temp.shown` are there, and the captures that cannot be read are all found.
    """
    (total,) = connection.execute("SELECT count(*) FROM articles").fetchone()
    stored = _Loader(connection, findings).load_all()
    done = 0
    printed: dict[int, str] = {}
    folder, book = folder.absolute(), LayoutBook.read(connection)
    # A job takes along what it may need of the layouts: those of years are megabytes.
    jobs = ((book.cut(_list_pages(chunk)), chunk) for chunk in cut(stored, _CHUNK))
    for chunk in executor.map(partial(compare_articles, folder, site), jobs, partial(_list_files, folder)):
        for verdict in chunk:
            for name, error in verdict.lost:
                reach.lose(name, error)
            _note(findings, verdict)
            _check_frames(connection, findings, verdict)
            if verdict.unexplained is not None:
                put_article(connection, verdict.number, verdict.unexplained, site, findings.parser)
            if verdict.label is not None:
                printed[verdict.number] = verdict.label
            yield verdict
        done += len(chunk)
        progress(done, total)
    _check_labels(connection, site, findings, printed)


def _check_labels(connection: sqlite3.Connection, site: Site, findings: Findings, printed: Mapping[int, str]) -> None:
    """One label a section that the site's file does not name; `printed` is what the pages of articles call theirs."""
    rows = connection.execute("SELECT section_path, section, number, id FROM articles ORDER BY section_path, number")
    for path, found in groupby(rows, key=itemgetter(0)):
        if not path or site.file_label(path) is not None:
            continue
        articles = [(label, number, id) for _, label, number, id in found]
        labels = Counter(label for label, *_ in articles if label != path)
        label = min(labels, key=lambda each: (-labels[each], each), default=path)
        named = {printed[number] for _, number, _ in articles if number in printed}
        for own, number, id in articles:
            if own != label:
                findings.report("article", id, f"section: other articles of {path} are called {label!r}", REPARSE)
            elif label == path and number in printed:
                findings.report("article", id, f"section: its page calls it {printed[number]!r}", REPARSE)
        if label != path and label not in named:
            findings.leave("sections", "no present page of it prints its label")


def _check_frames(connection: sqlite3.Connection, findings: Findings, verdict: ArticleVerdict) -> None:
    """The frame of each page that was read, which chooses its layout."""
    for capture, frame in verdict.frames.items():
        row = connection.execute("SELECT frame FROM frames WHERE capture = ?", (capture,)).fetchone()
        if row != (frame,):
            findings.report("value", f"frame of capture {capture}", "it is not that of its page", REPARSE)


def _list_files(folder: Path, job: ComparedArticles) -> Iterator[Path]:
    return list_files(folder, _list_pages(job[1]))


def _list_pages(chunk: list[StoredArticle]) -> Iterator[Source]:
    return (page for one in chunk for state in one.states for page in state.pages)


def _note(findings: Findings, verdict: ArticleVerdict) -> None:
    findings.checked["articles"] += 1
    for revision, what in verdict.wrong:
        if revision is None:
            findings.report("article", verdict.id, what, REPARSE)
        else:
            findings.report("revision", f"{verdict.id}, revision {revision}", what, BACKUP)
    bad = {revision for revision, _ in verdict.wrong}
    for revision, reason in verdict.unproven:
        findings.leave("revisions" if revision else "articles", reason)
    left = {revision for revision, _ in verdict.unproven} | bad
    findings.proven["articles"] += None not in left
    findings.proven["revisions"] += verdict.proven - (None not in left and verdict.proven > 0)


class _Loader:
    """Articles as they are stored, with what lists said of them."""

    def __init__(self, connection: sqlite3.Connection, findings: Findings) -> None:
        self.connection = connection
        self.findings = findings
        self.lost = dict(connection.execute("SELECT capture, reason FROM lost_captures"))
        unread = connection.execute(
            "SELECT EXISTS (SELECT 1 FROM temp.shown WHERE reading IS NULL) OR EXISTS"
            " (SELECT 1 FROM runs WHERE json_extract(iif(json_valid(versions), versions, '{}'), '$.parser') != ?)",
            (findings.parser,),
        ).fetchone()
        self.lists_known = not unread[0]

    def load_all(self) -> Iterator[StoredArticle]:
        last = -1
        while numbers := self.connection.execute(
            "SELECT number FROM articles WHERE number > ? ORDER BY number LIMIT 500", (last,)
        ).fetchall():
            for (last,) in numbers:
                yield self._load(last)

    def _load(self, number: int) -> StoredArticle:
        connection = self.connection
        article = load_article(connection, number)
        if article is None:
            # Its number is there, and its id is none that leads to it.
            raise ValueError(f"the article with the number {number} cannot be read")
        fingerprint, capture, captions, word_count, key = connection.execute(
            "SELECT fingerprint, capture, captions, word_count, key FROM articles WHERE number = ?", (number,)
        ).fetchone()
        prints = connection.execute("SELECT fingerprint FROM revisions WHERE number = ? ORDER BY revision", (number,))
        earlier = zip(load_wordings(connection, article), prints.fetchall(), strict=True)
        states = [(text, found, read_from) for (read_from, _, text), (found,) in earlier]
        states.append((article, fingerprint, capture))
        self.findings.checked["revisions"] += len(states) - 1
        words = connection.execute(
            "SELECT title, summary, date, section FROM temp.lines WHERE number = ?1"
            " UNION SELECT title, summary, date, section FROM listed"
            " WHERE number = ?1",
            (number,),
        ).fetchall()
        return StoredArticle(
            number,
            tuple(ComparedState(text, found, *self._find_pages(read_from)) for text, found, read_from in states),
            captions,
            word_count,
            key,
            frozenset(title for title, *_ in words),
            frozenset(summary for _, summary, *_ in words if summary),
            frozenset(day for *_, day, _ in words if day),
            frozenset(section for *_, section in words),
            self.lists_known,
        )

    def _find_pages(self, capture: int | None) -> tuple[tuple[Source, ...], datetime | None, str | None]:
        pages = find_sources(self.connection, capture)
        if not pages:
            return pages, None, "no capture"
        for page in pages:
            if (reason := self.findings.find_reason(page.capture)) is not None:
                return pages, None, reason
        lost = next((self.lost[page.capture] for page in pages if page.capture in self.lost), None)
        if lost is not None:
            return pages, None, f"evidence {lost}"
        (first,) = self.connection.execute(
            "SELECT min(fetched_at) FROM captures WHERE address = ? AND body_hash ="
            " (SELECT body_hash FROM captures WHERE id = ?)",
            (pages[0].address, pages[0].capture),
        ).fetchone()
        return pages, read_time(first) if first else None, None
