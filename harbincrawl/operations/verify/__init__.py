"""Verifying an archive: all that it says read again from evidence and seals; and repairing it (`mend_archive`)."""

from __future__ import annotations

import errno
import os
import sqlite3
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path

from harbincrawl.archive.articles.states import read_damaged_text
from harbincrawl.archive.database import lock
from harbincrawl.archive.database.connection import FILE, open_reader
from harbincrawl.archive.database.scratch import choose_folder
from harbincrawl.archive.runs.log import open_log
from harbincrawl.errors import BucketError, DatabaseError, WarcError
from harbincrawl.pages.version import parser_of
from harbincrawl.places import keep_copies
from harbincrawl.reread.executor import Workers, open_executor
from harbincrawl.sites import Site
from harbincrawl.text import clean

from .database import check_schema
from .findings import FROM_LOG, Findings, Note, Problem
from .mend import Mended, mend
from .stamps import Outside
from .steps import Progress, Steps

__all__ = ["Findings", "Mended", "Note", "Outside", "Problem", "mend_archive", "verify"]

_NOTHING = Outside()
_ATTEMPTS = 10
"""Purges in a row, one after the other, that may each replace files of the state that is being checked."""
_FILES = "SELECT DISTINCT warc FROM captures UNION SELECT DISTINCT media FROM images UNION SELECT name FROM log_files"


def verify(
    folder: Path,
    site: Site,
    *,
    quick: bool,
    progress: Progress,
    workers: Workers = None,
    seal: str | None = None,
    tmp: Path | None = None,
    outside: Outside = _NOTHING,
) -> Findings:
    """Checks the archive in `folder`. It only reads, and a crawl may run at the same time.

    `quick` leaves out what takes time: the evidence, the seals, the index against the articles. `workers` are those
    that read; `seal` has to be one of the archive's, and each token of `outside` has to stamp one. The second database
    is in the folder `tmp`, else where there is room for it.
    Raises NoArchiveError; DatabaseError if the archive has another version or is not an archive; DestinationError,
    NoSpaceError, WorkerError. A bucket that cannot be had, or breaks off in the middle, is put down, and the rest is
    checked.
    """
    scratch = folder if quick and seal is None and not outside.tokens else choose_folder(folder, tmp)
    for _ in range(_ATTEMPTS):
        findings = Findings(quick, parser_of(site))
        with ExitStack() as stack:
            try:
                connection = stack.enter_context(closing(open_reader(folder, checked=False)))
                if not check_schema(connection, findings):
                    return findings
            except (DatabaseError, sqlite3.DatabaseError) as error:
                cause = error.__cause__ if isinstance(error, DatabaseError) else error
                if not isinstance(cause, sqlite3.DatabaseError):
                    raise
                findings.report("database", FILE, clean(str(cause)), FROM_LOG)
                return findings
            stack.enter_context(keep_copies())
            executor = stack.enter_context(open_executor(workers))
            connection.text_factory = partial(_read_text, findings)
            held = lock.find_holder(folder) is not None
            # One read transaction for all checks, so that a running crawl does not change the data in between.
            connection.execute("BEGIN")
            try:
                Steps(folder, connection, site, findings, executor, progress, seal, outside, held, scratch).run()
                is_amiss = bool(findings.problems or findings.unreachable)
                # Where a purge has replaced files of the state that was checked, all of it is checked once more.
                if not is_amiss or not _has_left_files(folder, connection):
                    return findings
            except FileNotFoundError:
                continue
            except WarcError as error:
                # An offload or a purge has moved the file since it was found, or a run has given it its final name.
                if os.strerror(errno.ENOENT) not in error.reason:
                    raise
    raise DatabaseError(f"{folder} changes while it is checked: wait for the other command to end.")


def mend_archive(
    folder: Path,
    site: Site,
    *,
    quick: bool,
    progress: Progress,
    workers: Workers = None,
    tmp: Path | None = None,
    outside: Outside = _NOTHING,
) -> tuple[Findings, Mended]:
    """Checks the archive in `folder` and repairs what needs neither a backup nor the network.

    Nothing is given up for a bucket that is out of reach: BucketError. Raises what `verify` raises; HeldError,
    NoSpaceError.
    """
    open_reader(folder).close()
    with (
        lock.write_archive(folder, "verify --mend") as connection,
        closing(open_log(folder, connection, "mend")) as log,
    ):
        findings = verify(folder, site, quick=quick, progress=progress, workers=workers, tmp=tmp, outside=outside)
        if findings.unreachable:
            raise BucketError(f"nothing was mended: {next(iter(findings.unreachable.values()))}")
        return findings, mend(folder, connection, log, findings)


def _read_text(findings: Findings, data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        if not findings.damaged["text"]:
            findings.report("text", FILE, "a text in it is no UTF-8", FROM_LOG)
        return read_damaged_text(data)


def _has_left_files(folder: Path, connection: sqlite3.Connection) -> bool:
    """Whether the state that `connection` reads refers to files to which the archive in `folder` no longer does.

    A purge deletes them, or gives them other names, after it has committed that nothing refers to them.
    """
    try:
        with closing(open_reader(folder, checked=False)) as now:
            return bool(set(connection.execute(_FILES)) - set(now.execute(_FILES)))
    except (DatabaseError, sqlite3.DatabaseError):
        # A damaged database, which is reported already.
        return False
