"""The batch writer: gathers outcomes and commits them a batch at a time, each batch whole or not at all."""

from __future__ import annotations

import logging
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from harbincrawl.archive import lists as walks
from harbincrawl.archive.articles.ids import take_number
from harbincrawl.archive.database.connection import FILE, raise_typed
from harbincrawl.archive.queue import put_state, read_queued, update_queue
from harbincrawl.archive.runs import table as runs
from harbincrawl.archive.runs.log import RunLog
from harbincrawl.archive.runs.outcomes import store_outcomes
from harbincrawl.archive.unaccounted import put_unaccounted
from harbincrawl.errors import HarbincrawlError
from harbincrawl.records import SERVED, Capture, Listing
from harbincrawl.reread.layouts.learning import store_due
from harbincrawl.reread.pages import LayoutBook
from harbincrawl.reread.writer import RecordWriter
from harbincrawl.sites import Site
from harbincrawl.walk.articles import next_state, with_news
from harbincrawl.walk.gone import GoneProof
from harbincrawl.walk.outcomes import QueueOutcome, ReportedOutcome
from harbincrawl.walk.types import WalkResult, Write

from .outcome import Outcome

logger = logging.getLogger(__name__)

MOST = 100
"""Articles in a batch."""
MOST_TEXT = 5_000_000
"""Characters of articles in a batch, about; an article of news has some 3,000."""
LONGEST = 1.5
"""Seconds after which a batch is committed, however long the next outcome takes: each is on disk within two."""


@dataclass
class BatchWriter:
    """Stores outcomes and list pages; what it counts is committed."""

    connection: sqlite3.Connection
    run: int
    site: Site
    log: RunLog
    gone_proof: GoneProof
    """What the run's lists have shown of the articles that were missing when it began."""
    outcomes: dict[str, ReportedOutcome] = field(default_factory=dict)
    """Committed, by id."""
    counts: Counter[str] = field(default_factory=Counter)
    """Of these."""
    asked: set[str] = field(default_factory=set)
    """Ids of the articles that the run has asked for, or is about to, while it walks its lists; by the spider."""

    def __post_init__(self) -> None:
        self._records = RecordWriter(self.log.folder, self.connection, self.run, self.log)
        self.store = self._records.store
        self._waiting: list[Outcome] = []
        self._text = 0
        """Characters of articles in `_waiting`."""
        self._renewed: set[str] = set()
        """Those of `asked` whose line the run read anew after it had asked for them: they stay wanted."""
        self._pages: list[Callable[[], object]] = []
        """What is to be stored of pages that are no article's."""
        self._path = self.log.folder / FILE
        self._frames: set[str] = set()
        """Of the article pages that were stored since the last layouts were learnt."""
        # What another version of the reader learnt is learnt anew before a page is read by it.
        store_due(self._records, self.site, ())
        self.layouts = LayoutBook.read(self.connection)
        """Those by which the next page is read."""

    def keep_capture(self, capture: Capture) -> None:
        """Takes a response that belongs to no stored article (a list, an error); it is stored with the next batch."""
        self._pages.append(partial(self.store.put_captures, (capture,)))

    def put(self, outcome: Outcome) -> None:
        """Takes an outcome; a full batch is committed. Raises what `flush` raises."""
        self._waiting.append(outcome)
        self._text += outcome.size
        if len(self._waiting) >= MOST or self._text >= MOST_TEXT:
            self.flush()

    def flush(self) -> None:
        """Commits all that waits. Raises DatabaseError, NoSpaceError or WarcError; then nothing of it is done."""
        if not self._waiting and not self._pages:
            return
        try:
            self._commit(self._waiting)
        except HarbincrawlError:
            raise
        except Exception:
            logger.exception("storing a batch")
            self._commit_singly()
        self._waiting.clear()
        self._text = 0
        try:
            if store_due(self._records, self.site, self._frames):
                self.layouts = LayoutBook.read(self.connection)
            self._frames.clear()
        except sqlite3.Error as error:
            raise_typed(error, self._path)

    def _commit(self, outcomes: Sequence[Outcome]) -> None:
        reported: dict[int, ReportedOutcome] = {}
        ids: dict[int, str] = {}
        with self._transaction():
            for outcome in outcomes:
                number = take_number(self.connection, outcome.state.id)
                ids[number] = outcome.state.id
                reported[number] = self._settle(outcome, number)
            self._put_pages()
            final = store_outcomes(self.store, reported)
        self.outcomes |= {ids[number]: outcome for number, outcome in final.items()}
        self.counts.update(final.values())
        self._pages.clear()

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
        """Commits a list page: its rows, and the articles that it makes wanted."""
        with self._transaction():
            renewed, repeated = self._find_renewed(write)
            walks.put_rows(self.connection, section, write.rows.items())
            update_queue(self.connection, write.wanted - repeated, write.addresses)
            self._put_pages()
        self._renewed |= renewed
        self._pages.clear()

    def _find_renewed(self, write: Write) -> tuple[set[str], set[str]]:
        """Of the articles that were asked for and are wanted again: those whose line says something new, the others.

        Another list may show an article by the same line, and the answer of this run is newer than that.
        """
        asked = set(write.wanted & self.asked)
        rows = [row for row in write.rows.values() if row.line.id in asked]
        renewed = {row.line.id or "" for row in rows if not row.active or not walks.has_line(self.connection, row.line)}
        return renewed, asked - renewed

    def keep_listing(self, listing: Listing, capture: Capture, parser: str) -> None:
        """Takes a list page as it was read: what it shows unaccounted, and for the next conditional request the rest.

        It is stored with its rows.
        """
        connection, unaccounted = self.connection, listing.unaccounted
        if unaccounted:
            put = partial(put_unaccounted, connection, self.run, listing.address, unaccounted, self.site)
            self._pages.append(partial(put, capture.ordinal))
        if (capture.etag or capture.last_modified) and capture.source in SERVED:
            self._pages.append(partial(walks.put_list_page, connection, listing, capture, parser))

    def end_walk(self, section: str, result: WalkResult) -> None:
        """Commits how a walk ended."""
        with self._transaction():
            walks.end_walk(self.connection, self.run, section, result)

    def fail(self, address: str, kind: str, reason: str, at: datetime) -> None:
        """Commits a failure of an address that is no article's, with its responses."""
        with self._transaction():
            self._put_pages()
            runs.put_failure(self.connection, self.run, address, None, kind, reason, at)
        self._pages.clear()

    def _put_pages(self) -> None:
        for put in self._pages:
            put()

    def _settle(self, outcome: Outcome, number: int) -> ReportedOutcome:
        """Stores an outcome, and what it means for the queue and for the rhythm of its section."""
        state = read_queued(self.connection, outcome.state.id) or outcome.state
        meaning = self.site.read_address(state.address)
        section = meaning.section_path if meaning else ""
        kind = self._store_outcome(outcome, number)
        rhythm = walks.read_rhythm(self.connection, section)
        learnt = rhythm.with_check(outcome.state, kind, outcome.at)
        if learnt != rhythm:
            walks.put_rhythm(self.connection, section, learnt)
        proven = self.gone_proof.is_proven(state.id, state.address)
        after = next_state(state, kind, self.run, outcome.at, learnt.interval, proven=proven)
        if state.id in self._renewed:
            after = with_news(after)
        put_state(self.connection, after)
        if kind == "missing":
            if after.gone:
                self.store.mark_gone(number)
                return "gone"
            return "failed"
        return "failed" if kind == "refused" else kind

    def _store_outcome(self, outcome: Outcome, number: int) -> QueueOutcome:
        if outcome.failure:
            runs.put_failure(self.connection, self.run, outcome.state.address, number, *outcome.failure, outcome.at)
        if outcome.fetched is not None:
            article = outcome.fetched.article
            shown = outcome.evidence[0].ordinal
            put_unaccounted(self.connection, self.run, article.url, article.unaccounted, self.site, shown)
            if article.frame is not None:
                self._frames.add(article.frame)
            return self.store.put_article(outcome.fetched)
        assert outcome.kind != "read"  # noqa: S101 - what was read has an article
        capture = self.store.put_captures(outcome.captures)
        if outcome.kind == "same":
            self.store.renew_seen(number, outcome.at, outcome.words, capture=capture)
        return outcome.kind

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """The evidence is on disk before the rows that point at it; rolled back on any error."""
        try:
            with self.log.transaction():
                yield
        except BaseException as error:
            self.store.forget_counter()
            if isinstance(error, sqlite3.Error):
                raise_typed(error, self._path)
            raise
