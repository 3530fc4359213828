"""The one that commits: gathers outcomes and stores them a batch at a time, each batch whole or not at all."""

from __future__ import annotations

import logging
import sqlite3
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from harbincrawl.archive import lists as walks
from harbincrawl.archive import runs
from harbincrawl.archive.articles import Fetched, Store
from harbincrawl.archive.database import raise_typed
from harbincrawl.archive.queue import put_state, read_queued, want
from harbincrawl.duplicates.links import link_copies
from harbincrawl.errors import HarbincrawlError
from harbincrawl.records import Capture, Listing
from harbincrawl.sites import Site
from harbincrawl.walk import ArticleState, GoneProof, WalkResult, Write, next_state

logger = logging.getLogger(__name__)

MOST = 100
"""Articles in a batch."""
LONGEST = 2.0
"""Seconds that an article waits for its commit."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of asking for one article."""

    state: ArticleState
    """As it was when it was asked for."""
    kind: str
    """`read`, `same` (304, or the very bytes of last time), `missing`, `failed`, `refused`."""
    at: datetime
    fetched: Fetched | None = None
    """For `read`."""
    captures: tuple[Capture, ...] = ()
    """For the others."""
    failure: tuple[str, str] | None = None
    """(class, reason) of what went wrong."""
    summary: str | None = None


@dataclass
class BatchWriter:
    """Stores outcomes and list pages; what it counts is committed."""

    connection: sqlite3.Connection
    run: int
    site: Site
    before_commit: Callable[[], None]
    outcomes: dict[int, str] = field(default_factory=dict)
    """Committed: number to new, changed, same, duplicate, failed or gone."""
    received: int = 0
    """Outcomes that were handed in, committed or not."""
    identical: int = 0
    """Answers that were the very bytes of last time."""
    sought: GoneProof = field(default_factory=GoneProof)
    """What the run's lists have said of the articles that were missing when it began."""

    def __post_init__(self) -> None:
        self.store = Store(self.connection, self.run)
        self._waiting: list[Outcome] = []
        self._loose: list[Capture] = []
        self._listings: list[tuple[Listing, str | None, str | None, str]] = []
        self._since = 0.0
        (row,) = self.connection.execute("PRAGMA database_list").fetchall()[:1]
        self._path = Path(row[2])

    def keep_capture(self, capture: Capture) -> None:
        """Takes a response that belongs to no stored article (a list, an error); it is stored with the next batch."""
        self._loose.append(capture)

    def take_capture(self, capture: Capture) -> None:
        """Forgets a loose capture that is to be stored with its article; it was taken in just now."""
        self._loose = [one for one in self._loose if one is not capture]

    def put(self, outcome: Outcome) -> None:
        """Takes an outcome; a full or old batch is committed. Raises what `flush` raises."""
        self.received += 1
        if not self._waiting:
            self._since = time.monotonic()
        self._waiting.append(outcome)
        if len(self._waiting) >= MOST or time.monotonic() - self._since >= LONGEST:
            self.flush()

    def flush(self) -> None:
        """Commits all that waits. Raises DatabaseError, NoSpaceError or WarcError; then nothing of it is done."""
        if not self._waiting and not self._loose and not self._listings:
            return
        try:
            self._commit(self._waiting)
        except HarbincrawlError:
            raise
        except Exception:
            logger.exception("storing a batch")
            self._commit_singly()
        self._waiting.clear()

    def _commit(self, outcomes: Sequence[Outcome]) -> None:
        found: dict[int, str] = {}
        with _Transaction(self):
            for outcome in outcomes:
                found[outcome.state.number] = self._keep(outcome)
            self.store.flush_index()
            self._put_pages()
            stored = [number for number, said in found.items() if said in ("new", "changed")]
            links = link_copies(self.connection, stored, self.store.next_change)
            for number in stored:
                if found[number] == "new" and number in links:
                    found[number] = "duplicate"
            self.store.put_outcomes(found)
        self.outcomes |= found
        self._forget_pages()

    def _commit_singly(self) -> None:
        """Each outcome by itself: one that cannot be stored fails by its own name and holds up no other."""
        self._commit(())
        for outcome in self._waiting:
            try:
                self._commit((outcome,))
            except HarbincrawlError:
                raise
            except Exception as error:
                logger.exception("storing %s", outcome.state.address)
                failure = ("error", f"{type(error).__name__}: {error}"[:300].encode("ascii", "replace").decode())
                self._commit((Outcome(outcome.state, "failed", outcome.at, failure=failure),))

    def put_list_page(self, section: str, write: Write) -> None:
        """Commits what a list page said: its rows, and what it makes wanted."""
        with _Transaction(self):
            walks.put_rows(self.connection, section, write.rows.items())
            want(self.connection, write.wanted, write.addresses)
            self._put_pages()
        self._forget_pages()

    def keep_listing(self, listing: Listing, capture: Capture, parser: str) -> None:
        """Takes what a list page said, for the next conditional request; it is stored with the rows it makes."""
        if capture.etag or capture.last_modified:
            self._listings.append((listing, capture.etag, capture.last_modified, parser))

    def end_walk(self, section: str, result: WalkResult) -> None:
        """Commits how a walk ended."""
        try:
            walks.end_walk(self.connection, self.run, section, result)
        except sqlite3.Error as error:
            self._roll_back()
            raise_typed(error, self._path)

    def fail(self, address: str, number: int | None, kind: str, reason: str, at: datetime) -> None:
        """Commits a failure of an address that is no article's, and what its responses were."""
        with _Transaction(self):
            self._put_pages()
            runs.put_failure(self.connection, self.run, address, number, kind, reason, at)
        self._forget_pages()

    def _put_pages(self) -> None:
        for capture in self._loose:
            self.store.put_captures((capture,))
        for listing, etag, last_modified, parser in self._listings:
            walks.put_list_page(self.connection, listing, etag, last_modified, parser)

    def _forget_pages(self) -> None:
        self._loose.clear()
        self._listings.clear()

    def _keep(self, outcome: Outcome) -> str:
        state = read_queued(self.connection, outcome.state.number) or outcome.state
        said = self._store(outcome)
        rhythm = walks.read_rhythm(self.connection, self._section(state))
        taught = rhythm.with_check(outcome.state, said, outcome.at)  # type: ignore[arg-type]
        if taught != rhythm:
            walks.put_rhythm(self.connection, self._section(state), taught)
        proven = self.sought.is_proven(state.number)
        after = next_state(state, said, self.run, outcome.at, taught.interval, proven=proven)  # type: ignore[arg-type]
        put_state(self.connection, after)
        if said == "missing":
            if after.gone:
                self.store.mark_gone(state.number)
                return "gone"
            return "failed"
        return "failed" if said == "refused" else said

    def _section(self, state: ArticleState) -> str:
        meaning = self.site.read_address(state.address)
        return meaning.section_path if meaning else ""

    def _store(self, outcome: Outcome) -> str:
        number = outcome.state.number
        if outcome.failure:
            kind, reason = outcome.failure
            runs.put_failure(self.connection, self.run, outcome.state.address, number, kind, reason, outcome.at)
        if outcome.fetched is not None:
            return self.store.put_article(outcome.fetched)
        capture = self.store.put_captures(outcome.captures)
        if outcome.kind == "same":
            self.store.renew_seen(number, outcome.at, outcome.summary, capture=capture)
        return outcome.kind

    def _roll_back(self) -> None:
        if self.connection.in_transaction:
            self.connection.execute("ROLLBACK")
        self.store.forget_counter()


class _Transaction:
    """BEGIN IMMEDIATE … COMMIT, the evidence on disk before the rows that point at it; rolled back on any error."""

    def __init__(self, keeper: BatchWriter) -> None:
        self.keeper = keeper

    def __enter__(self) -> None:
        try:
            self.keeper.connection.execute("BEGIN IMMEDIATE")
        except sqlite3.Error as error:
            raise_typed(error, self.keeper._path)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if error is None:
            try:
                self.keeper.before_commit()
                self.keeper.connection.execute("COMMIT")
                return
            except BaseException as failed:
                self.keeper._roll_back()
                if isinstance(failed, sqlite3.Error):
                    raise_typed(failed, self.keeper._path)
                raise
        self.keeper._roll_back()
        if isinstance(error, sqlite3.Error):
            raise_typed(error, self.keeper._path)
