"""Taking the pages of foreign WARC files in: into the archive's own WARC, and as states of their articles."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from harbincrawl.archive.articles import Fetched, Store
from harbincrawl.archive.captures import find_original
from harbincrawl.archive.purged import hide_purged, names_purged, read_purged
from harbincrawl.archive.states import load_article
from harbincrawl.duplicates.links import link_copies
from harbincrawl.errors import NotAnArticle, WarcError
from harbincrawl.evidence import WARC_FOLDER, find_sources, read_charset, site_as_read
from harbincrawl.identity import is_empty
from harbincrawl.pages import read_article, read_listing
from harbincrawl.pages.article.page import complete_article
from harbincrawl.pages.dates import site_day
from harbincrawl.pages.html.decode import decode_page
from harbincrawl.records import Article, Capture
from harbincrawl.sites import Site
from harbincrawl.text import read_time, time_text
from harbincrawl.warc.heads import Fields, digest_of, find_field
from harbincrawl.warc.reader import read_record
from harbincrawl.warc.writer import WarcWriter

from .filter import Found
from .history import load_events
from .lines import LAST, Lists
from .pages import Job, join_reading, read_job
from .report import IngestReport
from .restore import read_events, replay

_BATCH = 100


@dataclass(frozen=True, slots=True)
class _Page:
    """A page of an article of several, kept until all its pages are there."""

    found: Found
    article: Article

    @property
    def moment(self) -> datetime:
        return self.found.exchange.fetched_at


class Intake:
    """Stores what the sieve lets through, a batch in a transaction; `finish` does what needs all files read."""

    def __init__(
        self,
        folder: Path,
        connection: sqlite3.Connection,
        site: Site,
        run: int,
        writer: WarcWriter,
        tally: IngestReport,
    ) -> None:
        self.folder = folder
        self.connection = connection
        self.site = site
        self.writer = writer
        self.tally = tally
        self.store = Store(connection, run)
        self.lists = Lists(folder, connection, site)
        self.purged = read_purged(connection)
        self._held: dict[int, list[_Page]] = {}
        self._stored: dict[int, str] = {}
        self._older: set[int] = set()
        self._waiting = 0
        self._listed: set[int] = set()

    def find_payload(self, digest: str) -> tuple[Fields, bytes] | None:
        """HTTP fields and payload of a page that was let through before."""
        for pages in self._held.values():
            for page in pages:
                if digest_of(page.found.exchange.body) == digest:
                    return tuple(page.found.exchange.response_headers), page.found.exchange.body
        place = find_original(self.connection, digest)
        if place is None:
            return None
        try:
            stored = read_record(self.folder / WARC_FOLDER, *place)
        except WarcError:
            return None
        return stored.http_headers, stored.payload

    def put_listing(self, found: Found) -> None:
        """Takes in a list page: the lines that its articles get title and summary from."""
        site, moment = site_as_read(self.site, found.exchange.address), found.exchange.fetched_at
        try:
            listing = hide_purged(read_listing(_read_text(found), found.address, site), self.purged)
        except ValueError:
            return
        if not listing.lines:
            return
        if self._is_known(found):
            self.tally.known += 1
            return
        # The others are read before this page is written: what is read later would hold it twice.
        captured = self.lists.captured
        self._begin()
        capture = self.store.put_captures((self._write(found),))
        captured.put(listing, found.meaning.section_path, (moment, capture or LAST))
        self._listed |= {line.number for line in listing.lines if line.number is not None}
        self.tally.lists += 1
        self._count()

    def put_page(self, found: Found) -> None:
        """Takes in a page of an article, or counts why it is none."""
        if found.meaning.number in self.purged:
            self.tally.turn_away("purged", found.address)
            return
        if self._is_known(found, alone=True):
            self.tally.known += 1
            return
        site, moment = site_as_read(self.site, found.exchange.address), found.exchange.fetched_at
        try:
            article = read_article(_read_text(found), found.address, site, today=site_day(self.site, moment))
        except NotAnArticle as error:
            self.tally.turn_away(f"no article: {error.reason}", found.address)
            return
        if is_empty(article) and not article.images:
            self.tally.turn_away("no article: it shows neither text nor pictures", found.address)
        elif article.page > 1 or article.pages > 1:
            self._held.setdefault(article.number, []).append(_Page(found, article))
        else:
            self._put([found], article)

    def finish(self, processes: int) -> None:
        """Joins articles of several pages, and puts the histories in order that older captures belong to."""
        for number in sorted(self._held):
            self._put_joined(self._held[number])
        self._held.clear()
        self.commit()
        self._complete(sorted(self._listed - self._stored.keys() - self._older))
        self.commit()
        older = sorted(self._older)
        for at in range(0, len(older), _BATCH):
            batch = older[at : at + _BATCH]
            events = load_events(self.connection, self.site, batch)
            readings = read_events(self.folder, self.site, events, processes)
            self._begin()
            for number in batch:
                replay(self.store, self.lists, number, events.get(number, []), readings)
            self.store.flush_index()
            link_copies(self.connection, batch, self.store.next_change)
            self._end()
        self.tally.older = len(older)

    def commit(self) -> None:
        """Commits what waits: the copied records on disk first, the index and the links to copies in step."""
        if not self.connection.in_transaction:
            return
        self.store.flush_index()
        stored = [number for number, said in self._stored.items() if said in ("new", "changed")]
        links = link_copies(self.connection, stored, self.store.next_change)
        self._end()
        for number, said in self._stored.items():
            kind = "duplicate" if said == "new" and number in links else said
            setattr(self.tally, kind, getattr(self.tally, kind) + 1)
        self._stored.clear()
        self._waiting = 0

    def roll_back(self) -> None:
        """Gives up what was not committed."""
        if self.connection.in_transaction:
            self.connection.execute("ROLLBACK")

    def _begin(self) -> None:
        if not self.connection.in_transaction:
            self.connection.execute("BEGIN IMMEDIATE")

    def _end(self) -> None:
        self.writer.sync()
        self.connection.execute("COMMIT")

    def _count(self) -> None:
        self._waiting += 1
        if self._waiting >= _BATCH:
            self.commit()

    def _is_known(self, found: Found, *, alone: bool = False) -> bool:
        """Whether the archive has this very capture; `alone`: as that of an article of one page.

        A page of several counts by its article's first page: it may have come before without the others.
        """
        row = self.connection.execute(
            "SELECT first_page, EXISTS (SELECT 1 FROM captures AS n WHERE n.first_page = c.id) FROM captures AS c"
            " WHERE address = ? AND fetched_at = ? AND body_hash = ? AND status = 200",
            (found.address, time_text(found.exchange.fetched_at), found.body_hash),
        ).fetchone()
        return row is not None and not (alone and (row[0] is not None or row[1]))

    def _write(self, found: Found) -> Capture:
        # What shows something of an article that was taken down is read, but no evidence of it is kept.
        place = None if names_purged(found.body, self.purged) else self.writer.write(found.exchange)
        fields = found.exchange.response_headers
        return Capture(
            address=found.address,
            fetched_at=found.exchange.fetched_at,
            status=200,
            etag=find_field(fields, "ETag"),
            last_modified=find_field(fields, "Last-Modified"),
            digest=place.digest if place else None,
            body_hash=found.body_hash,
            warc=place.file if place else None,
            offset=place.offset if place else None,
            origin=found.exchange.origin,
        )

    def _put_joined(self, pages: Sequence[_Page]) -> None:
        """Each capture of page 1 with the captures of the other pages that are nearest to it in time."""
        firsts = sorted((page for page in pages if page.article.page == 1), key=lambda page: page.moment)
        others = [page for page in pages if page.article.page > 1]
        for first in firsts:
            chosen = [first]
            for wanted in range(2, first.article.pages + 1):
                rivals = [page for page in others if page.article.page == wanted]
                if rivals:
                    nearest = min(rivals, key=lambda page: abs(page.moment - first.moment))
                    others.remove(nearest)
                    chosen.append(nearest)
            reading = join_reading(first.article.number, [page.article for page in chosen])
            if reading.article is None:
                self.tally.turn_away("a page is missing", f"{first.found.address}: {reading.reason}")
            else:
                self._put([page.found for page in chosen], reading.article)
        for page in others:
            self.tally.turn_away("a page is missing", f"{page.found.address}: its first page was not captured with it")

    def _put(self, pages: Sequence[Found], article: Article) -> None:
        if self._is_known(pages[0]):
            self.tally.known += len(pages)
            return
        self._begin()
        captures = tuple(self._write(page) for page in pages)
        self.tally.pages += len(pages)
        moment, number = captures[0].fetched_at, article.number
        row = self.connection.execute("SELECT last_seen, status FROM articles WHERE number = ?", (number,)).fetchone()
        if row is not None and (row[1] != "live" or time_text(moment) < row[0]):
            # Older than what is stored: its place in the history is found when all captures are there.
            self.store.put_captures(captures)
            self._older.add(number)
        else:
            stored = load_article(self.connection, number)
            words = self.lists.find_words(number, article.section_path, (moment, LAST), stored)
            fetched = Fetched(complete_article(article, *words), captures, moment, "ingest")
            said = self.store.put_article(fetched)
            if self._stored.get(number) != "new":
                self._stored[number] = said
        self._count()

    def _complete(self, numbers: Sequence[int]) -> None:
        """Gives articles of earlier ingests the words of lists that came only now."""
        for number in numbers:
            row = self.connection.execute(
                "SELECT a.capture, c.fetched_at FROM articles AS a JOIN captures AS c ON c.id = a.capture"
                " WHERE a.number = ? AND a.number NOT IN (SELECT number FROM listed WHERE number IS NOT NULL)",
                (number,),
            ).fetchone()
            stored = load_article(self.connection, number) if row else None
            if row is None or stored is None:
                continue
            capture, captured_at = row[0], read_time(row[1])
            article = read_job(self.folder, Job(number, find_sources(self.connection, capture)), self.site).article
            if article is None:
                continue
            words = self.lists.find_words(number, article.section_path, (captured_at, capture), stored)
            self._begin()
            self.store.put_article(Fetched(complete_article(article, *words), (), captured_at, "ingest", capture))


def _read_text(found: Found) -> str:
    return decode_page(found.body, read_charset(tuple(found.exchange.response_headers)))
