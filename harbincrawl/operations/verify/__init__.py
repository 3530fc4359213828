"""Verifying an archive: database, full-text index, references, texts, captures, files; and repairing (`mend`)."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from harbincrawl.archive import lock
from harbincrawl.archive.database import FILE, open_reader, open_writer, raise_typed
from harbincrawl.archive.queue import put_state, read_queued
from harbincrawl.archive.states import read_damaged_text
from harbincrawl.errors import DatabaseError, HeldError
from harbincrawl.sites import Site
from harbincrawl.text import count_text
from harbincrawl.walk import with_news

from .database import COPY_MEND, check_counts, check_index, check_pages, check_words
from .evidence import check_captures, check_leftovers, check_media
from .findings import Findings, Note, Problem
from .tails import check_tails

__all__ = ["Findings", "Note", "Problem", "mend", "verify"]

Progress = Callable[[str, int, int], None]
"""Gets (what is checked, number done, total)."""


def verify(folder: Path, site: Site, *, quick: bool, progress: Progress) -> Findings:
    """Checks the archive in `folder`. It only reads, and a crawl may run at the same time.

    `quick` leaves out the slow checks: index against articles, fingerprints, content of WARC files. Raises
    NoArchiveError; DatabaseError if the archive has another version or is not an archive.
    """
    findings = Findings(quick)
    try:
        connection = open_reader(folder)
    except DatabaseError as error:
        if not isinstance(error.__cause__, sqlite3.DatabaseError):
            raise
        findings.problems.append(Problem("database", FILE, str(error.__cause__), COPY_MEND))
        return findings
    with closing(connection):
        connection.text_factory = read_damaged_text
        held = _is_held(folder)

        def steps() -> None:
            check_pages(connection, findings)
            check_counts(connection, findings)
            if not quick:
                check_index(connection, findings)
                check_words(connection, findings, lambda done, total: progress("articles", done, total))
                check_tails(connection, findings)
            check_captures(folder, connection, site, findings, lambda done, total: progress("WARC files", done, total))
            check_media(folder, connection, findings)
            check_leftovers(folder, connection, findings, held=held)

        try:
            # One read transaction for all checks, so that a running crawl does not change the data in between.
            connection.execute("BEGIN")
            steps()
        except sqlite3.DatabaseError as error:
            findings.problems.append(Problem("database", FILE, f"it cannot be read completely ({error})", COPY_MEND))
    return findings


def mend(folder: Path, findings: Findings) -> list[str]:
    """Repairs what needs neither the network nor a backup; returns what was done, as texts.

    It rebuilds the index. Articles with a broken capture and missing pictures become wanted, so that the next crawl
    fetches them. Raises HeldError, DatabaseError, NoSpaceError.
    """
    done: list[str] = []
    if not (findings.is_index_broken or findings.stale_captures or findings.broken_media):
        return done
    with lock.hold(folder, "verify --mend"), closing(open_writer(folder)) as connection:
        try:
            connection.execute("BEGIN IMMEDIATE")
            if findings.is_index_broken:
                connection.execute("INSERT INTO articles_fts(articles_fts) VALUES ('rebuild')")
                done.append("the index was rebuilt")
            # Without a digest, no later capture is written as a revisit of a broken record.
            connection.executemany(
                "UPDATE captures SET digest = NULL WHERE id = ?", [(capture,) for capture in findings.broken_captures]
            )
            wanted = _make_wanted(connection, findings.stale_captures)
            if wanted:
                done.append(f"the next crawl fetches {count_text(wanted, 'article')} again")
            if findings.broken_media:
                connection.executemany(
                    "UPDATE images SET media = NULL WHERE media = ?", [(name,) for name in findings.broken_media]
                )
                pictures = count_text(len(findings.broken_media), "picture")
                done.append(f"the next crawl --images fetches {pictures} again")
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            raise_typed(error, folder / FILE)
    return done


def _make_wanted(connection: sqlite3.Connection, numbers: set[int]) -> int:
    count = 0
    for number in sorted(numbers):
        state = read_queued(connection, number)
        if state is not None:
            put_state(connection, with_news(state))
            count += 1
    return count


def _is_held(folder: Path) -> bool:
    try:
        lock.check_free(folder)
    except HeldError:
        return True
    return False
