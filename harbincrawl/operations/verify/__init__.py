"""Does everything still hold: database, index, counts, words, captures, files; and mending what can be mended."""

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
from harbincrawl.walk import with_news

from .database import COPY_MEND, check_counts, check_index, check_pages, check_words
from .evidence import check_captures, check_leftovers, check_media
from .findings import Findings, Note, Problem
from .tails import check_tails

__all__ = ["Findings", "Note", "Problem", "mend", "verify"]

Progress = Callable[[str, int, int], None]
"""Hears (what is checked, how many are done, of how many)."""


def verify(folder: Path, site: Site, *, quick: bool, progress: Progress) -> Findings:
    """Checks the archive in `folder`, reading only; a crawl may go on meanwhile.

    `quick` leaves out what reads everything: the index against the articles, fingerprints, bytes of WARC files. Raises
    NoArchiveError, and DatabaseError where the archive is of another version or none of ours.
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
            # One look at the database for all checks: a crawl that goes on must not tear them apart.
            connection.execute("BEGIN")
            steps()
        except sqlite3.DatabaseError as error:
            findings.problems.append(Problem("database", FILE, f"it cannot be read to its end ({error})", COPY_MEND))
    return findings


def mend(folder: Path, findings: Findings) -> list[str]:
    """Mends what needs no network and no copy; returns what was done, in words.

    The index is made anew; articles whose present capture is broken are wanted again, so that the next crawl captures
    them anew; pictures that are gone are wanted again. Raises HeldError, DatabaseError, NoSpaceError.
    """
    done: list[str] = []
    if not (findings.is_index_broken or findings.stale_captures or findings.broken_media):
        return done
    with lock.hold(folder, "verify --mend"), closing(open_writer(folder)) as connection:
        try:
            connection.execute("BEGIN IMMEDIATE")
            if findings.is_index_broken:
                connection.execute("INSERT INTO articles_fts(articles_fts) VALUES ('rebuild')")
                done.append("the index was made anew")
            # No later capture may be written as a mere reference to a broken record.
            connection.executemany(
                "UPDATE captures SET digest = NULL WHERE id = ?", [(capture,) for capture in findings.broken_captures]
            )
            wanted = _want(connection, findings.stale_captures)
            if wanted:
                done.append(f"the next crawl asks again for {wanted} articles")
            if findings.broken_media:
                connection.executemany(
                    "UPDATE images SET media = NULL WHERE media = ?", [(name,) for name in findings.broken_media]
                )
                done.append(f"the next crawl --images asks again for {len(findings.broken_media)} pictures")
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            raise_typed(error, folder / FILE)
    return done


def _want(connection: sqlite3.Connection, numbers: set[int]) -> int:
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
