"""Verifying an archive: the database is made once more from log and pages, and all tables are compared."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import ParamSpec

from harbincrawl.archive.articles.states import read_damaged_text
from harbincrawl.archive.database import lock
from harbincrawl.archive.database.connection import FILE, is_no_space, open_reader, raise_typed
from harbincrawl.archive.database.scratch import choose_folder, open_scratch
from harbincrawl.archive.places import list_places
from harbincrawl.archive.runs.log import POSITION, read_head
from harbincrawl.archive.schema.comparison import list_differences
from harbincrawl.errors import DatabaseError, WarcError
from harbincrawl.operations.projection.lists import Evidence
from harbincrawl.pages.version import parser_of
from harbincrawl.reread.executor import Executor, Workers, open_executor
from harbincrawl.sites import Site
from harbincrawl.text import clean, count_text, shorten

from .files import check_media, check_user, note_leftovers
from .findings import Findings, Note, Problem, Progress
from .log import check_heads, check_log
from .rows import Rows, check_records
from .seals import check_sealed, check_seals
from .stamps import Outside, check_stamps
from .texts import check_keys, check_tails, check_words
from .warc_records import drop_tails, find_places, load_records

__all__ = ["Findings", "Note", "Outside", "Problem", "verify"]

P = ParamSpec("P")
_NOTHING = Outside()
_UNREADABLE = (sqlite3.DatabaseError, TypeError, ValueError, AttributeError, LookupError, ArithmeticError)
"""What damaged bytes make of reading them: values of other types, dates that are none."""
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
    outside: Outside = _NOTHING,
) -> Findings:
    """Checks the archive in `folder`. It only reads, and a crawl may run at the same time.

    `quick` reads no page: it compares what the log tells, unless files of it are in a bucket. `workers` are those that
    read; `seal` has to be one of the archive's, and each token of `outside` has to stamp one.
    Raises NoArchiveError; DatabaseError if the archive has another version or is not an archive; DestinationError,
    NoSpaceError, WorkerError; BucketError for a bucket that breaks off in the middle. What cannot be had of one from
    the beginning is out of reach, and the rest is checked.
    """
    scratch = choose_folder(folder)
    for _ in range(_ATTEMPTS):
        findings = Findings(quick, parser_of(site))
        with ExitStack() as stack:
            try:
                connection = stack.enter_context(closing(open_reader(folder, checked=False)))
                if not _check_schema(connection, findings):
                    return findings
            except (DatabaseError, sqlite3.DatabaseError) as error:
                cause = error.__cause__ if isinstance(error, DatabaseError) else error
                if not isinstance(cause, sqlite3.DatabaseError):
                    raise
                findings.report("database", FILE, clean(str(cause)))
                return findings
            executor = stack.enter_context(open_executor(workers))
            connection.text_factory = partial(_read_text, findings)
            held = lock.find_holder(folder) is not None
            # One read transaction for all checks, so that a running crawl does not change the data in between.
            connection.execute("BEGIN")
            checks = _Checks(folder, connection, site, findings, executor, progress, seal, outside, held, scratch)
            try:
                checks.run()
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


@dataclass
class _Checks:
    """The checks of one archive, in one read transaction."""

    folder: Path
    connection: sqlite3.Connection
    site: Site
    findings: Findings
    executor: Executor
    progress: Progress
    seal: str | None
    outside: Outside
    held: bool
    """Another command is writing right now."""
    scratch: Path
    """A folder for temporary files."""

    def run(self) -> None:
        """Runs them all."""
        folder, connection, findings = self.folder, self.connection, self.findings
        self._try("the file", _check_structure, connection, findings)
        self._try("the index", check_keys, connection, findings)
        if not findings.quick:
            self._try("the index", check_words, connection, findings)
        if not findings.quick or self.seal is not None or self.outside.tokens or not list_places(connection):
            self._prove()
        else:
            self._try("the files", find_places, folder, connection, findings, self.executor)
        self._try("the time stamps", check_stamps, connection, findings, self.outside)
        self._try("the saved searches", check_user, folder, findings)
        self._try("the pictures", check_media, folder, connection, findings)
        self._try("the files", note_leftovers, folder, connection, findings, held=self.held)

    def _prove(self) -> None:
        """Checks the log, and the rows against what it and, unless `quick`, the pages give."""
        folder, connection, findings = self.folder, self.connection, self.findings
        self._try("the records", load_records, folder, connection, findings, self.executor, self.progress)
        self.held = self.held or _is_written(folder, connection)
        self._try("the files left open", self._drop_tails)
        self._try("the log", check_log, connection, findings, held=self.held)
        if not self.held:
            self._try("the log", check_heads, folder, connection, findings)
        self._try("the seals", check_seals, connection, findings, self.seal)
        self._try("the captures", check_records, connection, findings)
        with closing(open_scratch(self.scratch)) as right:
            rows = Rows(connection, right, findings)
            self._try("the events", rows.check_logged)
            if self.seal is not None:
                self._try("the sealed rows", check_sealed, connection, right, findings, self.scratch)
            if not findings.quick:
                evidence = Evidence(folder, self.site, self.executor, findings.faults.get)
                self._try("the rows", rows.check_read, evidence, self.progress)
                self._try("the tails", check_tails, connection, findings)

    def _drop_tails(self) -> None:
        for torn in drop_tails(self.folder, self.connection, read_head(self.connection, POSITION)):
            if not self.held:
                said = f"{count_text(torn.lost_bytes, 'byte')} behind its last whole record"
                self.findings.put_behind(f"warc/{torn.path.name}", said)

    def _try(self, what: str, check: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> None:
        try:
            check(*args, **kwargs)
        except FileNotFoundError:
            raise
        except _UNREADABLE as error:
            if isinstance(error, sqlite3.Error) and is_no_space(error, self.folder):
                raise_typed(error, self.folder / FILE)
            self.findings.report("database", FILE, f"{what} cannot be read completely ({error})")


def _is_written(folder: Path, connection: sqlite3.Connection) -> bool:
    """Whether another command writes to the archive, or has written since the state that `connection` reads."""
    if lock.find_holder(folder) is not None:
        return True
    try:
        with closing(open_reader(folder, checked=False)) as now:
            return read_head(now, POSITION) != read_head(connection, POSITION)
    except (DatabaseError, sqlite3.DatabaseError):
        # A damaged database, which is reported already.
        return False


def _check_schema(connection: sqlite3.Connection, findings: Findings) -> bool:
    """Checks that tables, indexes and views are those of the schema, and that nothing else is there, such as a trigger.

    False where they are not: then no query of ours may be asked, for a view in the place of a table may never end.
    """
    differences = list(list_differences(connection))
    for name, wrong in differences:
        findings.report("database", clean(shorten(name, 80)), wrong)
    return not differences


def _check_structure(connection: sqlite3.Connection, findings: Findings) -> None:
    """Checks the file with SQLite's own check."""
    pragma = "quick_check" if findings.quick else "integrity_check"
    for (message,) in connection.execute(f"PRAGMA main.{pragma}(20)").fetchall():
        if "articles_fts" in message:
            findings.report_index(message)
        elif message != "ok":
            findings.report("database", FILE, message)


def _read_text(findings: Findings, data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        if not findings.damaged["text"]:
            findings.report("text", FILE, "a text in it is no UTF-8")
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
