"""Verifying an archive: the database is made once more from log and pages, and all tables are compared."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Callable
from contextlib import ExitStack, closing, suppress
from functools import partial
from pathlib import Path

from harbincrawl.archive.database import lock
from harbincrawl.archive.database.connection import FILE, is_no_space, open_reader, raise_typed
from harbincrawl.archive.database.scratch import choose_folder, open_scratch
from harbincrawl.archive.origin import read_mirrored
from harbincrawl.archive.places import list_places
from harbincrawl.archive.runs.log import POSITION, read_head
from harbincrawl.errors import DatabaseError, HarbincrawlError, WarcError
from harbincrawl.operations.projection.lists import Evidence
from harbincrawl.pages.version import parser_of
from harbincrawl.reread.executor import Executor, Workers, open_executor
from harbincrawl.sites import Site
from harbincrawl.text import clean, count_text

from .files import (
    check_keys,
    check_media,
    check_schema,
    check_structure,
    check_user,
    check_words,
)
from .findings import Findings, Problem, Progress
from .log import check_heads, check_log
from .rows import Rows, check_records
from .seals import Outside, check_sealed, check_seals, check_stamps
from .warc_records import drop_tails, find_places, load_records

__all__ = ["Findings", "Outside", "Problem", "verify"]

_NOTHING = Outside()
_UNREADABLE = (sqlite3.DatabaseError, TypeError, ValueError, AttributeError, LookupError, ArithmeticError)
"""What damaged bytes make of reading them: values of other types, dates that are none."""
_ATTEMPTS = 10
"""Purges in a row, one after the other, that may each replace files of the state that is being checked."""
_POSITION = f"SELECT * FROM log WHERE name = '{POSITION}'"
_FILES = "SELECT DISTINCT warc FROM captures UNION SELECT DISTINCT media FROM images UNION SELECT name FROM log_files"


def verify(
    folder: Path,
    site: Site,
    *,
    quick: bool,
    progress: Progress,
    workers: Workers = None,
    seal: str | None = None,
    outside: Outside = _NOTHING,
) -> Findings:
    """Checks the archive in `folder`. It only reads, and a crawl may run at the same time.

    `quick` reads no page: it compares what the log tells, unless files of it are in a bucket. `workers` are those that
    read; `seal` has to be one of the archive's, and each token of `outside` has to stamp one.
    Raises NoArchiveError; DatabaseError if the archive has another version or is not an archive; DestinationError,
    NoSpaceError, WorkerError; BucketError for a bucket that is out of reach.
    """
    scratch = choose_folder(folder)
    for _ in range(_ATTEMPTS):
        findings = Findings(quick, parser_of(site))
        with ExitStack() as stack:
            try:
                connection = stack.enter_context(closing(open_reader(folder)))
                if not check_schema(connection, findings):
                    return findings
            except (DatabaseError, sqlite3.DatabaseError) as error:
                cause = error.__cause__ if isinstance(error, DatabaseError) else error
                if not isinstance(cause, sqlite3.DatabaseError):
                    raise
                findings.report("database", FILE, clean(str(cause)))
                return findings
            executor = stack.enter_context(open_executor(workers))
            connection.text_factory = partial(_read_text, findings)
            # One read transaction for all checks, so that a running crawl does not change the data in between.
            connection.execute("BEGIN")
            try:
                _check(folder, connection, site, findings, executor, progress, seal, outside, scratch)
                is_amiss = bool(findings.problems)
                # Where a purge has replaced files of the state that was checked, all of it is checked once more.
                if not is_amiss or not _has_other(folder, connection, _FILES):
                    return findings
            except FileNotFoundError:
                continue
            except WarcError as error:
                # An offload or a purge has moved the file since it was found, or a run has given it its final name.
                if os.strerror(errno.ENOENT) not in error.reason:
                    raise
    raise DatabaseError(f"{folder} changes while it is checked: wait for the other command to end.")


def _check(
    folder: Path,
    connection: sqlite3.Connection,
    site: Site,
    findings: Findings,
    executor: Executor,
    progress: Progress,
    seal: str | None,
    outside: Outside,
    scratch: Path,
) -> None:
    """All checks of one archive, in one read transaction; `scratch` is a folder for temporary files."""
    with suppress(HarbincrawlError, *_UNREADABLE):
        findings.mirror = read_mirrored(connection).mirror
    held = lock.find_holder(folder) is not None
    attempt = partial(_try, folder, findings)
    attempt("the file", check_structure, connection, findings)
    attempt("the index", check_keys, connection, findings)
    if not findings.quick:
        attempt("the index", check_words, connection, findings)
    if findings.quick and seal is None and not outside.tokens and list_places(connection):
        attempt("the files", find_places, folder, connection, findings)
    else:
        attempt("the records", load_records, folder, connection, findings, executor, progress)
        # Another command writes now, or has written since the state that is read.
        held = held or lock.find_holder(folder) is not None or _has_other(folder, connection, _POSITION)
        attempt("the files left open", _drop_tails, folder, connection, findings, held=held)
        attempt("the log", check_log, connection, findings, held=held)
        attempt("the seals", check_seals, connection, findings, seal)
        attempt("the captures", check_records, connection, findings)
        if not held and not findings.damaged["warc"]:
            attempt("the log", check_heads, folder, connection, findings)
        with closing(open_scratch(scratch)) as right:
            rows = Rows(connection, right, findings)
            attempt("the events", rows.check_logged)
            if seal is not None:
                attempt("the sealed rows", check_sealed, connection, right, findings, scratch)
            if not findings.quick:
                evidence = Evidence(folder, site, executor, findings.faults.get)
                attempt("the rows", rows.check_read, evidence, progress)
    attempt("the time stamps", check_stamps, connection, findings, outside)
    attempt("the saved searches", check_user, folder, findings)
    attempt("the pictures", check_media, folder, connection, findings)


def _try(
    folder: Path, findings: Findings, what: str, check: Callable[..., object], *args: object, **kwargs: object
) -> None:
    try:
        check(*args, **kwargs)
    except FileNotFoundError:
        raise
    except _UNREADABLE as error:
        if isinstance(error, sqlite3.Error) and is_no_space(error, folder):
            raise_typed(error, folder / FILE)
        findings.report("database", FILE, f"{what} cannot be read completely ({error})")


def _drop_tails(folder: Path, connection: sqlite3.Connection, findings: Findings, *, held: bool) -> None:
    for torn in drop_tails(folder, connection, read_head(connection, POSITION)):
        if not held:
            said = f"{count_text(torn.lost_bytes, 'byte')} behind its last whole record"
            findings.put_behind(f"warc/{torn.path.name}", said)


def _has_other(folder: Path, connection: sqlite3.Connection, query: str) -> bool:
    """Whether any row of a query is not in the archive in `folder` by now.

    A purge deletes files, or gives them other names, after it has committed that nothing refers to them.
    """
    try:
        with closing(open_reader(folder)) as now:
            return bool(set(connection.execute(query)) - set(now.execute(query)))
    except (DatabaseError, sqlite3.DatabaseError):
        # A damaged database, which is reported already.
        return False


def _read_text(findings: Findings, data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        if not findings.damaged["text"]:
            findings.report("text", FILE, "a text in it is no UTF-8")
        return data.decode("utf-8", "replace")
