"""Fetching captures: each body once, stored as evidence with its row, a few in a transaction."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime

from harbincrawl.archive.naming import shows_purged
from harbincrawl.archive.purged import read_purged
from harbincrawl.archive.rescued import Wanted, read_wanted, settle
from harbincrawl.archive.runs import table as runs
from harbincrawl.fetch.client import RequestError
from harbincrawl.reread.writer import RecordWriter
from harbincrawl.sites import Site

from .choice import CaptureSelection, choose_sample, find_section, order_rows
from .evidence import EvidenceWriter
from .manners import Manners
from .mementos import MOST_BYTES, Memento, NoPage, Refused, find_range, judge_range, judge_reply
from .report import RescueReport
from .sources import ArchiveSource

_PASSING = frozenset(("no-moment", "cut", "damaged"))
"""Failure classes of what may be well the next time."""
_MORE_ATTEMPTS = 2
_SAME_AGAIN = 5
"""So often bytes of another digest are asked for again: by then the archive lists digests of something else."""
_PACKED = 2 * MOST_BYTES
"""Bytes of an answer."""
READ_EVERY = 2000
"""Captures that are fetched before they are read: nobody has to wait for the end to search them."""
_MOST_OPEN = 25
"""Captures in a transaction."""
_LONGEST_OPEN = 5.0
"""Seconds that a transaction may be open before the next capture commits it."""

Tell = Callable[[int, int, int], None]
"""Called with (rows settled, rows in all, captures fetched)."""


class CaptureFetcher:
    """Asks for the captures of one archive of others."""

    def __init__(
        self,
        site: Site,
        source: ArchiveSource,
        writer: RecordWriter,
        evidence: EvidenceWriter,
        manners: Manners,
        report: RescueReport,
        now: Callable[[], datetime],
    ) -> None:
        self.site = site
        self.source = source
        self.writer = writer
        self.connection = writer.connection
        self.evidence = evidence
        self.manners = manners
        self.report = report
        self.now = now
        self._purged = read_purged(self.connection)
        self._open = 0
        self._opened = time.monotonic()
        self._read = 0
        self._same_again = 0
        """Times that bytes of another digest came a second time."""
        manners.before_wait = self.commit

    async def fetch(
        self, selection: CaptureSelection, limit: int | None, sample: int | None, tell: Tell, read: Callable[[], None]
    ) -> None:
        """Fetches what is wanted of the list; `read` is called now and then, when all of it is stored.

        Raises SiteError, InterruptedRequestError, WarcError, sqlite3.Error.
        """
        wanted = read_wanted(self.connection, self.source.name, self.writer.store.run)
        chosen = [row for row in wanted if selection.covers(row.timestamp, find_section(self.site, row.address))]
        if sample is not None:
            chosen = choose_sample(chosen, sample, self.site)
            self.report.sample = [row.address for row in chosen]
        asked = 0
        for done, row in enumerate(order_rows(chosen) if sample is None else chosen, 1):
            body = self.evidence.find_body(row.address, row.digest)
            if body is not None:
                self._settle(row, "repeat", None, body)
            elif limit is not None and asked >= limit:
                continue
            else:
                asked += 1
                await self._fetch(row)
            tell(done, len(chosen), self.report.fetched)
            if self.report.fetched - self._read >= READ_EVERY:
                self._read = self.report.fetched
                self.commit()
                read()
        self.commit()

    def commit(self) -> None:
        """Commits what is settled."""
        self.writer.commit({})
        self._open = 0

    async def _fetch(self, row: Wanted) -> None:
        answer = await self._ask_until_sure(row)
        if isinstance(answer, Refused):
            self._settle(row, "failed", answer.kind, None)
            self.report.fail(row.address, answer.kind, answer.reason)
            run = self.writer.store.run
            runs.put_failure(self.connection, run, row.address, row.number, answer.kind, answer.reason, self.now())
        elif isinstance(answer, NoPage):
            self.report.fetched += 1
            self._settle(row, "fetched", answer.outcome, None)
        elif shows_purged(row.address, answer.body, self._purged, self.site):
            # Its bytes must not be kept, and without them nothing can be made of it.
            self._settle(row, "not_ours", "it is a list, say, that names a purged article", None)
        else:
            self.report.fetched += 1
            self.report.digests_differ += answer.has_digest(row.digest) is False
            self.writer.begin()
            asked_at = self._find_address(row)
            capture = self.evidence.put(row.original, row.address, answer, asked_at, self.now())
            self._settle(row, "fetched", None, capture)

    async def _ask_until_sure(self, row: Wanted) -> Memento | NoPage | Refused:
        """Asks again for what may be well the next time: error pages that come as 200, bodies cut short.

        Bytes of another digest than the list's may be cut; if the same bytes come again, they are what there is.
        """
        answer = await self._ask(row)
        for _ in range(_MORE_ATTEMPTS):
            if isinstance(answer, Refused):
                if answer.kind not in _PASSING:
                    break
                answer = await self._ask(row)
            elif isinstance(answer, Memento) and answer.has_digest(row.digest) is False:
                if self._same_again >= _SAME_AGAIN:
                    break
                again = await self._ask(row)
                if isinstance(again, Memento) and again.payload == answer.payload:
                    self._same_again += 1
                    break
                answer = answer if isinstance(again, Refused) else again
            else:
                break
        return answer

    async def _ask(self, row: Wanted) -> Memento | NoPage | Refused:
        fields = {}
        if self.source.kind == "commoncrawl":
            place = find_range(row.place, row.length)
            if place is None:
                return Refused("no-place", "the index does not say where it is")
            fields = {"Range": place[1]}
        try:
            reply = await self.manners.ask(self._find_address(row), self.source.page_pause, _PACKED, fields)
        except RequestError as error:
            return Refused(error.kind, error.reason)
        if self.source.kind == "commoncrawl":
            return judge_range(reply, row.original, row.timestamp, row.length or 0)
        return judge_reply(reply, row.timestamp)

    def _find_address(self, row: Wanted) -> str:
        """Where the archive of others has a capture."""
        if self.source.kind == "commoncrawl":
            place = find_range(row.place, row.length)
            return self.source.replay + (place[0] if place else "")
        return self.source.find_page(row.original, row.timestamp)

    def _settle(self, row: Wanted, state: str, outcome: str | None, capture: int | None) -> None:
        if not self._open:
            self._opened = time.monotonic()
        self.writer.begin()
        settle(self.connection, self.source.name, row, self.writer.store.run, state, outcome, capture)
        self._open += 1
        if self._open >= _MOST_OPEN or time.monotonic() - self._opened > _LONGEST_OPEN:
            self.commit()
