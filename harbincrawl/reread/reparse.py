"""Today's parsers over the captures of the archive: what they would change, and changing it."""

from __future__ import annotations

import platform
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from harbincrawl.archive import lock, runs
from harbincrawl.archive.articles import Fetched, Store
from harbincrawl.archive.database import FILE, open_reader, open_writer, raise_typed
from harbincrawl.archive.states import find_damage, load_article, read_damaged_text
from harbincrawl.duplicates.links import link_copies
from harbincrawl.evidence import find_sources
from harbincrawl.pages import PARSER
from harbincrawl.pages.article.page import complete_article
from harbincrawl.records import Article
from harbincrawl.sites import Site
from harbincrawl.text import read_time
from harbincrawl.version import __version__

from .compare import FIELDS, Difference, find_differences
from .lines import Lists
from .pages import Job, Reading, read_jobs
from .restore import restore_missing

EXAMPLES = 5
"""Of each field."""
_BATCH = 100


@dataclass(frozen=True, slots=True)
class Changed:
    """An article that today's parsers read otherwise."""

    number: int
    differences: tuple[Difference, ...]


@dataclass
class Report:
    """What a reparse found, and did."""

    applied: bool
    articles: int = 0
    """Stored ones that were looked at."""
    same: int = 0
    changed: int = 0
    restored: int = 0
    """Articles that are captured but not stored."""
    mended: int = 0
    """Of the changed ones: stored words that were not of their fingerprint any more."""
    fields: Counter[str] = field(default_factory=Counter)
    examples: list[Changed] = field(default_factory=list)
    unread: Counter[str] = field(default_factory=Counter)
    """By kind, articles whose captures gave no record; see `pages.Reading`."""
    reasons: list[tuple[int, str, str]] = field(default_factory=list)
    """(number, kind, reason) of those, captures that were never made or removed on purpose left out."""

    @property
    def exit_code(self) -> int:
        """3 where evidence that should be there could not be read."""
        return 3 if self.reasons else 0

    def as_dict(self) -> dict[str, Any]:
        """For --json and for the run record."""
        return {
            "parser": PARSER,
            "applied": self.applied,
            "articles": self.articles,
            "same": self.same,
            "changed": self.changed,
            "restored": self.restored,
            "mended": self.mended,
            "unread": dict(sorted(self.unread.items())),
            "fields": {name: self.fields[name] for name in FIELDS if self.fields[name]},
            "examples": [
                {
                    "number": one.number,
                    "fields": {each.field: {"before": each.before, "after": each.after} for each in one.differences},
                }
                for one in self.examples
            ],
            "reasons": [{"number": number, "kind": kind, "reason": reason} for number, kind, reason in self.reasons],
        }


Progress = Callable[[int, int], None]
"""Hears (articles done, of how many)."""


def reparse(folder: Path, site: Site, *, apply: bool, processes: int, progress: Progress) -> Report:
    """Reads every captured article of the archive in `folder` again; stores what is found only where `apply` says so.

    Raises NoArchiveError, HeldError, DatabaseError, NoSpaceError.
    """
    with ExitStack() as stack:
        # A reader refuses what is no archive; the writer would make one.
        connection = stack.enter_context(_closing(open_reader(folder)))
        run = None
        try:
            if apply:
                stack.enter_context(lock.hold(folder, "reparse --apply"))
                connection = stack.enter_context(_closing(open_writer(folder)))
                now = datetime.now(UTC)
                run = runs.start_run(connection, "reparse", now, {"apply": True}, read_versions())
            connection.text_factory = read_damaged_text
            report = Report(apply)
            store = Store(connection, run) if run is not None else None
            try:
                _compare_all(folder, connection, site, store, report, processes, progress)
                report.restored = restore_missing(folder, connection, site, store, processes, progress)
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                if run is not None:
                    runs.end_run(connection, run, datetime.now(UTC), "interrupted", 130, report.as_dict())
                raise
            if run is not None:
                runs.end_run(connection, run, datetime.now(UTC), "complete", report.exit_code, report.as_dict())
        except sqlite3.Error as error:
            raise_typed(error, folder / FILE)
    return report


class _closing:  # noqa: N801 - reads as the function of contextlib, which does not type connections
    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def __enter__(self) -> sqlite3.Connection:
        return self.connection

    def __exit__(self, *_: object) -> None:
        self.connection.close()


def read_versions() -> dict[str, str]:
    """What a run without a network was made with."""
    return {
        "harbincrawl": __version__,
        "parser": PARSER,
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
    }


def _compare_all(
    folder: Path,
    connection: sqlite3.Connection,
    site: Site,
    store: Store | None,
    report: Report,
    processes: int,
    progress: Progress,
) -> None:
    (total,) = connection.execute("SELECT count(*) FROM articles").fetchone()
    progress(0, total)
    lists = Lists(folder, connection, site)
    readings = read_jobs(folder, _list_jobs(connection), site, processes)
    while batch := list(islice(readings, _BATCH)):
        if store is not None:
            connection.execute("BEGIN IMMEDIATE")
        changed = [reading.number for reading in batch if _take(connection, lists, store, report, reading)]
        if store is not None:
            store.flush_index()
            link_copies(connection, changed, store.next_change)
            connection.execute("COMMIT")
        progress(report.articles, total)
    if store is not None and report.mended:
        connection.execute("BEGIN IMMEDIATE")
        store.rebuild_index()
        connection.execute("COMMIT")


def _list_jobs(connection: sqlite3.Connection) -> Iterator[Job]:
    # Page by page: rows that change while they are read must not be met twice.
    last = -1
    while rows := connection.execute(
        "SELECT number, capture FROM articles WHERE number > ? ORDER BY number LIMIT 500", (last,)
    ).fetchall():
        for number, capture in rows:
            yield Job(number, find_sources(connection, capture))
        last = rows[-1][0]


def _take(connection: sqlite3.Connection, lists: Lists, store: Store | None, report: Report, reading: Reading) -> bool:
    """Compares one article, and stores it where it differs; True where it does."""
    report.articles += 1
    stored = load_article(connection, reading.number)
    if reading.article is None or stored is None:
        kind = reading.kind
        report.unread[kind] += 1
        if kind not in ("no-evidence", "removed"):
            report.reasons.append((reading.number, kind, reading.reason))
        return False
    capture, captured_at = connection.execute(
        "SELECT a.capture, c.fetched_at FROM articles AS a JOIN captures AS c ON c.id = a.capture WHERE a.number = ?",
        (reading.number,),
    ).fetchone()
    section = reading.article.section_path
    title, summary = lists.find_words(reading.number, section, (read_time(captured_at), capture), stored)
    found = complete_article(reading.article, title, summary)
    sound = not find_damage(connection, stored)
    differences = find_differences(stored, found, sound=sound, exact=stored.parser != PARSER)
    if differences:
        _count(report, Changed(reading.number, tuple(differences)))
    else:
        report.same += 1
    report.mended += not sound
    if store is not None and (differences or not sound or stored.parser != PARSER):
        _put(store, found, capture, sound=sound)
    return bool(differences)


def _put(store: Store, found: Article, capture: int, *, sound: bool) -> None:
    fetched = Fetched(found, (), datetime.now(UTC), "reparse", capture)
    if sound:
        store.put_article(fetched)
    else:
        store.mend_article(fetched)


def _count(report: Report, changed: Changed) -> None:
    report.changed += 1
    # An example earns its place by a field that has not been shown often enough.
    if any(report.fields[each.field] < EXAMPLES for each in changed.differences):
        report.examples.append(changed)
    report.fields.update(each.field for each in changed.differences)
