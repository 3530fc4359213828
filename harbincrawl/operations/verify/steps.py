"""The checks in their order; what one of them cannot read is damage, and holds up no other."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import ParamSpec

from harbincrawl.archive.database.connection import FILE, is_no_space, raise_typed
from harbincrawl.archive.database.scratch import open_scratch
from harbincrawl.operations.projection.lists import Evidence
from harbincrawl.reread.executor import Executor
from harbincrawl.sites import Site

from .captures import check_captures
from .comparison import check_copies, check_decisions, check_reports
from .database import check_index, check_ingests, check_pages, check_references
from .files import check_leftovers, check_media, check_sizes, check_user
from .findings import FROM_LOG, Findings
from .log import check_log
from .objects import Reach
from .projected import Projected
from .seals import check_outcomes, check_sealed, check_seals
from .stamps import Outside, check_stamps
from .tails import check_tails
from .warc_records import load_records

P = ParamSpec("P")
Progress = Callable[[str, int, int], None]
"""Gets (what is checked, number done, total); what begins with `warc_records.BYTES` is in bytes."""
_UNREADABLE = (sqlite3.DatabaseError, TypeError, ValueError, AttributeError, LookupError, ArithmeticError)
"""What damaged bytes make of reading them: values of other types, dates that are none."""


@dataclass
class Steps:
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
        connection, findings = self.connection, self.findings
        self._try("the file", check_pages, connection, findings)
        self._try("the references", check_references, connection, findings)
        if findings.quick:
            self._try("the captures", check_sizes, self.folder, connection, findings, self.executor)
        else:
            self._try("the index", check_index, connection, findings)
        if not findings.quick or self.seal is not None or self.outside.tokens:
            self._prove()
        self._try("the time stamps", check_stamps, connection, findings, self.outside)
        self._try("the saved searches", check_user, self.folder, findings)
        self._try("the ingests", check_ingests, connection, findings, held=self.held)
        self._try("the pictures", check_media, self.folder, connection, findings)
        self._try("the files", check_leftovers, self.folder, connection, findings, held=self.held)

    def _prove(self) -> None:
        """Checks the log, and the rows against what it gives: with `quick` findings those alone that it tells."""
        folder, connection, site, findings = self.folder, self.connection, self.site, self.findings
        reach = Reach(connection, findings)
        self._try("the records", load_records, folder, connection, findings, reach, self.executor, self.progress)
        self._try("the log", check_log, connection, findings, held=self.held)
        self._try("the seals", check_seals, connection, findings, self.seal)
        evidence = Evidence(folder, site, self.executor, findings.find_reason, reach.lose)
        with closing(open_scratch(self.scratch)) as right:
            projected = Projected(connection, right, evidence, findings)
            self._try("the events", projected.load_told)
            self._try("the rows", projected.put_told)
            if projected.is_told:
                self._try("the decisions", check_decisions, connection, right, findings)
                if self.seal is not None:
                    self._try("the sealed rows", check_sealed, connection, right, findings, self.scratch)
            if findings.quick:
                return
            self._try("the captures", check_captures, folder, connection, site, findings, reach)
            self._try("the lists", projected.check_lists, partial(self.progress, "list pages"))
            self._try("the layouts", projected.check_layouts)
            self._try("the articles", projected.check_articles, partial(self.progress, "articles"))
            self._try("the unaccounted lines", projected.check_unaccounted)
            self._try("the reports", check_reports, connection, right, findings)
            self._try("the copies", check_copies, connection, right, findings)
            projected.take_rows()
        self._try("the outcomes", check_outcomes, connection, findings)
        self._try("the tails", check_tails, connection, findings)

    def _try(self, what: str, check: Callable[P, None], *args: P.args, **kwargs: P.kwargs) -> None:
        try:
            check(*args, **kwargs)
        except FileNotFoundError:
            raise
        except _UNREADABLE as error:
            if isinstance(error, sqlite3.Error) and is_no_space(error, self.folder):
                raise_typed(error, self.folder / FILE)
            said = f"{what} cannot be read completely ({error})"
            self.findings.report("database", FILE, said, FROM_LOG)
