"""The checks in their order; what one of them cannot read is damage, and holds up no other."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

from harbincrawl.archive.database.connection import FILE, is_no_space, raise_typed
from harbincrawl.operations.verify.checks.articles import check_articles
from harbincrawl.operations.verify.checks.captures import check_captures
from harbincrawl.operations.verify.checks.copies import check_links, check_signatures
from harbincrawl.operations.verify.checks.database import check_index, check_pages, check_references
from harbincrawl.operations.verify.checks.decisions import check_decisions
from harbincrawl.operations.verify.checks.files import check_leftovers, check_media, check_sizes
from harbincrawl.operations.verify.checks.ingests import check_ingests
from harbincrawl.operations.verify.checks.layouts import check_layouts
from harbincrawl.operations.verify.checks.lists import check_lists
from harbincrawl.operations.verify.checks.log import check_log
from harbincrawl.operations.verify.checks.queue import check_queue
from harbincrawl.operations.verify.checks.seals import check_outcomes, check_seals
from harbincrawl.operations.verify.checks.tails import check_tails
from harbincrawl.reread.executor import Executor
from harbincrawl.sites import Site

from .findings import DATABASE_BACKUP, Findings
from .meanings import Numbers, load_meanings
from .reach import Reach
from .readings import load_readings
from .records import load_records
from .unaccounted import check_unaccounted

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
    ) -> None:
        """`held`: another command is writing right now."""
        self.folder = folder
        self.connection = connection
        self.site = site
        self.findings = findings
        self.executor = executor
        self.progress = progress
        self.seal = seal
        self.held = held
        self.numbers = Numbers(connection)
        self.reach = Reach(connection, findings)

    def run(self) -> None:
        """Runs them all."""
        connection, findings = self.connection, self.findings
        self._try("the file", lambda: check_pages(connection, findings))
        self._try("the references", lambda: check_references(connection, findings))
        if findings.quick:
            self._try("the captures", lambda: check_sizes(self.folder, connection, findings, self.executor))
            if self.seal is not None:
                self._try("the seals", lambda: check_seals(connection, findings, self.seal))
        else:
            self._prove()
        self._try("the ingests", lambda: check_ingests(connection, findings, held=self.held))
        self._try("the pictures", lambda: check_media(self.folder, connection, findings))
        self._try("the files", lambda: check_leftovers(self.folder, connection, findings, held=self.held))

    def _prove(self) -> None:
        connection, findings, site = self.connection, self.findings, self.site
        executor = self.executor
        self._try("the index", lambda: check_index(connection, findings))
        progress = self._progress("bytes of WARC files")
        self._try(
            "the records", lambda: load_records(self.folder, connection, findings, self.reach, executor, progress)
        )
        self._try("the seals", lambda: check_seals(connection, findings, self.seal))
        self._try("the log", lambda: check_log(connection, findings, held=self.held))
        self._try("the decisions", lambda: check_decisions(connection, findings))
        self._try("the addresses", lambda: load_meanings(connection, site, self.numbers))
        self._try("the captures", lambda: check_captures(self.folder, connection, site, findings, self.reach))
        self._try("the list pages", self._load_readings)
        self._try("the lists", lambda: check_lists(connection, site, findings))
        self._try("the queue", lambda: check_queue(connection, site, findings))
        self._try("the articles", self._check_articles)
        self._try("the layouts", lambda: check_layouts(self.folder, connection, site, findings))
        self._try("the unexplained lines", lambda: check_unaccounted(connection, findings))
        self._try("the outcomes", lambda: check_outcomes(connection, findings))
        self._try("the tails", lambda: check_tails(connection, findings))

    def _load_readings(self) -> None:
        find_fault, progress = self.findings.find_reason, self._progress("list pages")
        reach, executor = self.reach, self.executor
        load_readings(self.folder, self.connection, self.site, self.numbers, find_fault, reach, executor, progress)

    def _check_articles(self) -> None:
        connection, findings = self.connection, self.findings
        progress = self._progress("articles")
        verdicts = check_articles(self.folder, connection, self.site, findings, self.reach, self.executor, progress)
        if check_signatures(connection, findings, verdicts):
            check_links(connection, findings)

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
            self.findings.report("database", FILE, said, DATABASE_BACKUP)
