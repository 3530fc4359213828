"""Taking the pages of foreign WARC files in: into the archive's own WARC, and as states of their articles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path

from harbincrawl.archive.articles.ids import take_number
from harbincrawl.archive.articles.states import load_article
from harbincrawl.archive.articles.store import Fetched
from harbincrawl.archive.runs.log import RunLog
from harbincrawl.archive.unaccounted import put_unaccounted
from harbincrawl.evidence import find_sources, read_charset
from harbincrawl.identity import precedence, shows_nothing
from harbincrawl.pages.article.page import complete_article
from harbincrawl.records import CRAWLED, Article, Capture, Unaccounted
from harbincrawl.text import name_host, read_time, time_text
from harbincrawl.warc.heads import find_field

from .book import LayoutBook
from .executor import Executor
from .filter import (
    NOTHING,
    Deferred,
    FoundArticle,
    FoundListing,
    FoundPage,
    RecordFilter,
    Rejected,
    Result,
    fill_revisit,
)
from .joining import ArticlePages, JoinedPages, cut_articles, join_all
from .lines import LAST, Lists
from .pages import CapturedArticle, read_articles
from .payloads import Payloads
from .report import IngestReport
from .restore import replay_articles
from .waiting import Originals, Waiting, find_unfinished
from .writer import BATCH, RecordWriter


@dataclass
class Intake:
    """Stores what the filter finds, a batch in a transaction; `finish` does what needs all files read."""

    folder: Path
    records: RecordFilter
    writer: RecordWriter
    log: RunLog
    waiting: Waiting
    payloads: Payloads
    executor: Executor
    report: IngestReport

    def __post_init__(self) -> None:
        self.site = self.records.site
        self.connection = self.writer.connection
        self.lists = Lists(self.folder, self.connection, self.site, self.executor)
        self.originals = Originals(self.folder, self.connection, self.site, self.waiting)
        self._verdicts: dict[str, str] = {}
        """Of the articles of the open batch: new, changed or same."""
        self._completed: dict[str, str] = {}
        """The same of articles that only got the words of a list."""
        self._in_batch = 0
        self._older, has_lists = find_unfinished(self.connection, self.site, self.writer.store.run)
        self._listed = set(self.lists.captured if has_lists else ())

    def put(self, found: Result) -> None:
        """Takes in what a record gave; a revisit whose original was not met yet waits."""
        if isinstance(found, Deferred):
            if not self._put_revisit(found):
                self.waiting.put_revisit(found)
            return
        if isinstance(found, FoundListing):
            self._put_listing(found)
            return
        self.report.records += 1
        if isinstance(found, Rejected):
            self.report.reject(found.reason, found.detail)
        else:
            self._put_page(found)

    def finish_revisits(self) -> None:
        """Takes in the revisits that waited, and rejects those whose original never came."""
        for revisit in self.waiting.take_revisits():
            if not self._put_revisit(revisit):
                reason = "a revisit whose original is in none of the files"
                self.put(Rejected(reason, revisit.foreign.target[:300]))

    def finish(self) -> None:
        """Joins articles of several pages, and puts the histories in order that older captures belong to."""
        self._put_waiting()
        self.commit()
        self._complete_articles(sorted(self._listed - self._older, key=precedence))
        replay_articles(self.folder, self.writer, self.lists, self._older, self.executor)
        self.report.older = len(self._older)

    def commit(self) -> None:
        """Commits the open batch and counts what became of its articles."""
        outcomes = self.writer.commit(self._completed | self._verdicts)
        for id in self._verdicts:
            self.report.count(outcomes[id])
        self._completed.clear()
        # All lists were read before any article: what is stored by now has their words.
        self._listed -= self._verdicts.keys()
        self._verdicts.clear()
        self._in_batch = 0

    def _put_revisit(self, revisit: Deferred) -> bool:
        """Takes a revisit in as the page it stands for; False where that was not met."""
        refers = revisit.foreign.refers
        original = self.originals.find(refers) if refers else None
        if original is None:
            return False
        found = self.records.judge(fill_revisit(revisit.foreign, *original), revisit.path, keep=True)
        if found is not None:
            self.put(found)
        return True

    def _put_listing(self, found: FoundListing) -> None:
        self.waiting.put_digest(found.page)
        if self._is_known(found.page):
            self.report.known += 1
            return
        # The others are read before this page is written: what is read later would hold it twice.
        captured = self.lists.captured
        self.writer.begin()
        capture = self.writer.store.put_captures((self._write(found.page),))
        captured.put(found.listing, found.section, (found.page.record.date, capture or LAST))
        self._listed |= {line.id for line in found.listing.lines if line.id is not None}
        self.report.lists += 1
        self._put_unaccounted(found.page.address, found.section, found.listing.unaccounted, capture)
        self._end_step()

    def _put_page(self, found: FoundArticle) -> None:
        self.waiting.put_digest(found.page)
        article = found.article
        if self._is_known(found.page, alone=True):
            self.report.known += 1
        elif article is None and (meaning := self.site.read_address(found.page.address)) and meaning.page > 1:
            # The page before it may prove it.
            self.waiting.put_page(meaning.id or "", self.payloads.fill(found))
        elif article is None:
            self.report.reject(f"no article: {found.reason}", found.page.address)
        elif article.page > 1 or article.pages > 1:
            self.waiting.put_page(article.id, self.payloads.fill(found))
        else:
            self._put_article([found.page], article)

    def _put_waiting(self) -> None:
        """Takes in the articles of several pages."""
        ids = self.waiting.list_ids()
        articles = (ArticlePages(tuple(self.waiting.take_pages(id))) for id in ids)
        chunks = cut_articles(articles)
        joined = chain.from_iterable(self.executor.map(partial(join_all, self.records), chunks))
        for id, states in zip(ids, joined, strict=True):
            self._put_joined(self.waiting.take_pages(id), states)

    def _put_joined(self, pages: Sequence[FoundArticle], joined: JoinedPages) -> None:
        for places, read in joined.states:
            chosen = [pages[at].page for at in places]
            if read.article is None:
                self.report.reject("a page is missing", f"{chosen[0].address}: {read.reason}")
            elif shows_nothing(read.article):
                self.report.reject(f"no article: {NOTHING}", chosen[0].address)
            else:
                self._put_article(chosen, read.article)
        for at in joined.others:
            found = pages[at]
            if found.article is None:
                self.report.reject(f"no article: {found.reason}", found.page.address)
            else:
                detail = f"{found.page.address}: its first page was not captured with it"
                self.report.reject("a page is missing", detail)

    def _put_article(self, pages: Sequence[FoundPage], article: Article) -> None:
        if self._is_known(pages[0]):
            self.report.known += len(pages)
            return
        self.writer.begin()
        captures = tuple(self._write(page) for page in pages)
        self.report.pages += len(pages)
        self._put_unaccounted(article.url, article.section_path, article.unaccounted, captures[0].ordinal)
        moment, id = captures[0].fetched_at, article.id
        row = self.connection.execute(
            "SELECT max(last_seen, last_changed, coalesce(c.fetched_at, ''), coalesce((SELECT max(fetched_at)"
            f" FROM captures WHERE address = c.address AND source IN {CRAWLED}), '')), a.status FROM articles AS a"
            " LEFT JOIN captures AS c ON c.id = a.capture WHERE a.id = ?",
            (id,),
        ).fetchone()
        if row is not None and (row[1] != "live" or time_text(moment) < row[0]):
            # Older than what is stored: its place in the history is found when all captures are there.
            self.writer.store.put_captures(captures)
            self._older.add(id)
        else:
            number = take_number(self.connection, id)
            stored = load_article(self.connection, number)
            words = self.lists.find_words(id, article.section_path, (moment, LAST), stored)
            fetched = Fetched(complete_article(article, words, self.lists.site), captures, moment, "ingest")
            verdict = self.writer.store.put_article(fetched)
            if self._verdicts.get(id) != "new":
                self._verdicts[id] = verdict
        self._end_step()

    def _put_unaccounted(
        self, address: str, section: str, unaccounted: Sequence[Unaccounted], capture: int | None
    ) -> None:
        self.report.unaccounted.count(address, section, unaccounted)
        put_unaccounted(self.connection, self.writer.store.run, address, unaccounted, self.site, capture)

    def _end_step(self) -> None:
        self._in_batch += 1
        if self._in_batch >= BATCH:
            self.commit()

    def _is_known(self, page: FoundPage, *, alone: bool = False) -> bool:
        """Whether the archive has this very capture; `alone`: as that of an article of one page.

        A page of several counts by its article's first page: it may have come before without the others.
        """
        row = self.connection.execute(
            "SELECT first_page, EXISTS (SELECT 1 FROM captures AS n WHERE n.first_page = c.id) FROM captures AS c"
            " WHERE address = ? AND fetched_at = ? AND body_hash = ? AND status = 200",
            (page.address, time_text(page.record.date), page.body_hash),
        ).fetchone()
        return row is not None and not (alone and (row[0] is not None or row[1]))

    def _write(self, page: FoundPage) -> Capture:
        # What shows something of an article that was taken down is read, but no evidence of it is kept.
        place = None if page.shows_purged else self.log.write(self.payloads.read_exchange(page))
        return Capture(
            address=page.address,
            fetched_at=page.record.date,
            status=200,
            etag=find_field(page.record.http_headers, "ETag"),
            last_modified=find_field(page.record.http_headers, "Last-Modified"),
            digest=place.digest if place else None,
            body_hash=page.body_hash,
            charset=read_charset(page.record.http_headers),
            warc=place.file if place else None,
            offset=place.offset if place else None,
            origin=page.path.name,
            source="ingest",
            host=name_host(page.record.target),
            ordinal=place.ordinal if place else self.log.leave_out(page.address, 200),
        )

    def _complete_articles(self, ids: Sequence[str]) -> None:
        """Gives articles of earlier ingests the words of lists that came only now."""
        wanted = []
        for id in ids:
            row = self.connection.execute(
                "SELECT a.number, a.capture, c.fetched_at FROM articles AS a JOIN captures AS c ON c.id = a.capture"
                " WHERE a.id = ? AND a.number NOT IN (SELECT number FROM listed WHERE number IS NOT NULL)",
                (id,),
            ).fetchone()
            if row is not None:
                wanted.append((id, *row))
        captured = (CapturedArticle(id, find_sources(self.connection, capture)) for id, _, capture, _ in wanted)
        book = LayoutBook.read(self.connection)
        answers = read_articles(self.executor, self.folder, self.site, captured, book)
        for answer, (id, number, capture, fetched_at) in zip(answers, wanted, strict=True):
            stored = load_article(self.connection, number)
            if answer.article is None or stored is None:
                continue
            moment = read_time(fetched_at)
            words = self.lists.find_words(id, answer.article.section_path, (moment, capture), stored)
            self.writer.begin()
            fetched = Fetched(complete_article(answer.article, words, self.lists.site), (), moment, "ingest", capture)
            self._completed[id] = self.writer.store.put_article(fetched)
            self._end_step()
        self.commit()
