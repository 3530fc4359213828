"""The checks in their order; what one of them cannot read is damage, and holds up no other."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from harbincrawl.archive.database.connection import FILE, is_no_space, raise_typed
from harbincrawl.operations.verify.checks.captures import check_captures
from harbincrawl.operations.verify.checks.database import check_index, check_pages, check_references
from harbincrawl.operations.verify.checks.files import check_leftovers, check_media, check_sizes
from harbincrawl.operations.verify.checks.ingests import check_ingests
from harbincrawl.operations.verify.checks.layouts import check_layouts
from harbincrawl.operations.verify.checks.log import check_log
from harbincrawl.operations.verify.checks.seals import check_outcomes, check_seals
from harbincrawl.operations.verify.checks.tails import check_tails
from harbincrawl.operations.verify.checks.user import check_user
from harbincrawl.reread.executor import Executor
from harbincrawl.sites import Site

from .findings import FROM_LOG, Findings
from .projected import Projected
from .reach import Reach
from .records import load_records

Progress = Callable[[str, int, int], None]
"""Gets (what is checked, number done, total)."""
_UNREADABLE = (sqlite3.DatabaseError, TypeError, ValueError, AttributeError, LookupError, ArithmeticError)
"""What damaged bytes make of reading them: values of other types, dates that are none."""


class Steps:
    """The checks of one archive, in one read transaction."""

    def __init__(
        self,
        folder: Path,
        connection: sqlite3.Connection,
        site: Site,
        findings: Findings,
        executor: Executor,
        progress: Progress,
        seal: str | None,
        *,
        held: bool,
        scratch: Path,
    ) -> None:
        """`held`: another command is writing right now; `scratch` is a folder for temporary files."""
        self.folder = folder
        self.connection = connection
        self.site = site
        self.findings = findings
        self.executor = executor
        self.progress = progress
        self.seal = seal
        self.held = held
        self.scratch = scratch
        self.reach = Reach(connection, findings)

    def run(self) -> None:
        """Runs them all."""
        connection, findings = self.connection, self.findings
        self._try("the file", lambda: check_pages(connection, findings))
        self._try("the references", lambda: check_references(connection, findings))
        if findings.quick:
            self._try("the captures", lambda: check_sizes(self.folder, connection, findings, self.executor))
            if self.seal is not None:
                self._check_log()
                with closing(self._project()) as projected:
                    self._check_told(projected)
        else:
            self._prove()
        self._try("the saved searches", lambda: check_user(self.folder, findings))
        self._try("the ingests", lambda: check_ingests(connection, findings, held=self.held))
        self._try("the pictures", lambda: check_media(self.folder, connection, findings))
        self._try("the files", lambda: check_leftovers(self.folder, connection, findings, held=self.held))

    def _prove(self) -> None:
        connection, findings, site = self.connection, self.findings, self.site
        self._try("the index", lambda: check_index(connection, findings))
        self._check_log()
        with closing(self._project()) as projected:
            self._check_told(projected)
            self._try("the captures", lambda: check_captures(self.folder, connection, site, findings, self.reach))
            self._try("the lists", lambda: projected.check_lists(self._progress("list pages")))
            self._try("the articles", lambda: projected.check_articles(self._progress("articles")))
            self._try("the unaccounted lines", projected.check_unaccounted)
            self._try("the reports", projected.check_reports)
            self._try("the copies", projected.check_copies)
            projected.take_rows()
        self._try("the layouts", lambda: check_layouts(self.folder, connection, site, findings))
        self._try("the outcomes", lambda: check_outcomes(connection, findings))
        self._try("the tails", lambda: check_tails(connection, findings))

    def _project(self) -> Projected:
        reach, executor = self.reach, self.executor
        return Projected(self.folder, self.connection, self.site, self.findings, reach, executor, self.scratch)

    def _check_told(self, projected: Projected) -> None:
        self._try("the events", projected.load_told)
        self._try("the rows", projected.put_told)
        self._try("the decisions", projected.check_decisions)
        if self.seal is not None:
            self._try("the sealed rows", projected.check_sealed)

    def _check_log(self) -> None:
        connection, findings = self.connection, self.findings
        progress = self._progress("bytes of WARC files")
        self._try(
            "the records", lambda: load_records(self.folder, connection, findings, self.reach, self.executor, progress)
        )
        self._try("the log", lambda: check_log(connection, findings, held=self.held))
        self._try("the seals", lambda: check_seals(connection, findings, self.seal))

    def _progress(self, what: str) -> Callable[[int, int], None]:
        return lambda done, total: self.progress(what, done, total)

    def _try(self, what: str, check: Callable[[], None]) -> None:
        try:
            check()
        except FileNotFoundError:
            raise
        except _UNREADABLE as error:
            if isinstance(error, sqlite3.Error) and is_no_space(error, self.folder):
                raise_typed(error, self.folder / FILE)
            said = f"{what} cannot be read completely ({error})"
            self.findings.report("database", FILE, said, FROM_LOG)
