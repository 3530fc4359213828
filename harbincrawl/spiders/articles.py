"""Asking for one article: all its pages, conditionally where it is stored, read and joined."""

from __future__ import annotations

import logging
import sqlite3
from datetime import UTC, datetime
from functools import partial
from typing import NoReturn

from harbincrawl.archive.articles.store import Fetched
from harbincrawl.archive.captures import Earlier, read_pages
from harbincrawl.errors import HarbincrawlError, NotAnArticle, PageTooLargeError
from harbincrawl.fetch.answers import Answer, Broken, Got, NotModified, NotThere
from harbincrawl.fetch.fetcher import Fetcher
from harbincrawl.limits import find_limit
from harbincrawl.pages import parser_of, read_article
from harbincrawl.pages.article.page import check_together, complete_article, join_pages
from harbincrawl.pipelines.context import RunContext
from harbincrawl.pipelines.outcome import Outcome
from harbincrawl.records import Article, Capture, ListWords
from harbincrawl.walk import MISSING, ArticleState, AskOutcome

from .reading import read_apart

MOST_PAGES = 100
"""Pages of one article; the longest of the site has eight."""

logger = logging.getLogger(__name__)


class _Ended(Exception):  # noqa: N818 - the end of asking from any depth, no error
    def __init__(self, kind: AskOutcome, failure: tuple[str, str] | None) -> None:
        super().__init__(kind)
        self.kind = kind
        self.failure = failure


async def ask_article(
    fetcher: Fetcher, context: RunContext, state: ArticleState, line: ListWords | None
) -> Outcome | None:
    """Asks for the article of `state`, page by page; None where the crawl was interrupted meanwhile.

    `line` is its line in the lists.

    A re-check without news is asked conditionally: if every page answers 304, or with the very bytes of last time by
    the same reader, nothing is read. Else the pages that answered 304 are asked again, so that the record is whole.
    What goes wrong with the article is its outcome; DatabaseError, WarcError and their like end the run.
    """
    asking = _Asking(fetcher, context, state, line)
    try:
        return await asking.ask()
    except _Ended as ended:
        asking.release()
        if ended.failure and ended.failure[0] == "interrupt":
            return None
        return Outcome(state, ended.kind, datetime.now(UTC), failure=ended.failure)
    except (HarbincrawlError, sqlite3.Error):
        raise
    except Exception as error:
        if (limit := find_limit(error)) is not None:
            raise limit from error  # every other article would fail by it, too
        # A page that our reader stumbles over fails by its own name; the others have a right to be read.
        # The report names it; what led to it is for the log.
        logger.info("reading %s", state.address, exc_info=True)
        asking.release()
        return Outcome(state, "failed", datetime.now(UTC), failure=("error", f"{type(error).__name__}: {error}"[:300]))


class _Asking:
    def __init__(self, fetcher: Fetcher, context: RunContext, state: ArticleState, line: ListWords | None) -> None:
        self.fetcher = fetcher
        self.context = context
        self.state = state
        self.line = line
        self.answers: dict[str, Got] = {}
        """What re-checked pages answered, by address."""
        self.held: list[Capture] = []
        """Responses taken from the batch writer, for they are stored with their article, whole or not at all."""

    async def ask(self) -> Outcome:
        state = self.state
        words = self.line or ListWords()
        if not state.wanted and not state.gone:
            stored = self._read_stored()
            seen = await self._ask_stored(stored) if stored else None
            if seen is not None:
                return Outcome(state, "same", seen, captures=self._whole(stored), summary=words.summary)
        pages, captures = await self._read_pages()
        article = complete_article(join_pages(pages), words, self.context.site)
        self.release(but=captures)
        return Outcome(state, "read", captures[0].fetched_at, Fetched(article, captures, captures[0].fetched_at))

    def release(self, but: tuple[Capture, ...] = ()) -> None:
        """Gives back what is not stored with the article."""
        kept = {id(capture) for capture in but}
        for capture in self.held:
            if id(capture) not in kept:
                self.context.writer.keep_capture(capture)
        self.held.clear()

    def _read_stored(self) -> list[Earlier]:
        """The responses that the stored article was read from; none where it has to be read anew in any case."""
        connection, id = self.context.connection, self.state.id
        stored = read_pages(connection, id)
        if not stored or stored[0].address != self.state.address:
            return []
        row = connection.execute("SELECT parser FROM articles WHERE id = ?", (id,)).fetchone()
        return stored if row is not None and row[0] == parser_of(self.context.site) else []

    async def _fetch(self, address: str, etag: str | None = None, last_modified: str | None = None) -> Answer:
        answer = await self.fetcher.fetch(address, etag=etag, last_modified=last_modified)
        if isinstance(answer, Got):
            # At once: while the other pages are asked for, another article's batch may be committed.
            self.context.writer.take_capture(answer.capture)
            self.held.append(answer.capture)
        return answer

    async def _ask_stored(self, stored: list[Earlier]) -> datetime | None:
        """When the stored pages were seen unchanged; None where they were not, with their answers in `answers`."""
        moment: datetime | None = None
        identical = False
        for page in stored:
            answer = await self._fetch(page.address, page.etag, page.last_modified)
            if isinstance(answer, NotThere) and page is not stored[0]:
                # The article may have become shorter: its first page shows how long it is now.
                return None
            if not isinstance(answer, (Got, NotModified)):
                _raise_end(answer)
            # The article was seen when its first page answered, as where its pages are read.
            moment = moment or answer.capture.fetched_at
            if isinstance(answer, Got):
                self.answers[page.address] = answer
                if answer.capture.body_hash != page.body_hash:
                    return None
                identical = True
        if identical:
            self.context.writer.identical += 1
        return moment

    def _whole(self, stored: list[Earlier]) -> tuple[Capture, ...]:
        """The responses that show the whole article once more, page 1 first; none where some pages answered 304."""
        whole = all(page.address in self.answers for page in stored)
        captures = tuple(self.answers[page.address].capture for page in stored) if whole else ()
        self.release(but=captures)
        return captures

    async def _read_pages(self) -> tuple[list[Article], tuple[Capture, ...]]:
        """All pages in order, following the pager's own next links; raises _Ended for what is not whole."""
        pages: list[Article] = []
        captures: list[Capture] = []
        hashes: set[str | None] = set()
        address: str | None = self.state.address
        while address is not None:
            answer: Answer = self.answers.get(address) or await self._fetch(address)
            if not isinstance(answer, Got):
                if pages and isinstance(answer, NotThere):
                    raise _Ended("failed", ("pages", f"page {len(pages) + 1} answers HTTP {answer.status}"))
                _raise_end(answer)
            page = await self._read_page(answer, len(pages) + 1, pages[-1] if pages else None)
            if answer.capture.body_hash in hashes or len(pages) >= MOST_PAGES:
                raise _Ended("failed", ("pages", f"endless pager: page {len(pages) + 1} follows"))
            hashes.add(answer.capture.body_hash)
            pages.append(page)
            try:
                # As they come: the rest of an article without end need not be fetched.
                check_together(pages)
            except PageTooLargeError as error:
                raise _Ended("failed", ("too-large", error.reason)) from error
            captures.append(answer.capture)
            address = self._next_address(page)
        if len(pages) < pages[0].pages:
            raise _Ended("failed", ("pages", f"{len(pages)} of {pages[0].pages} pages could be followed"))
        return pages, tuple(captures)

    async def _read_page(self, answer: Got, page: int, before: Article | None) -> Article:
        meaning = self.context.site.read_address(answer.address)
        if meaning is None or (meaning.kind, meaning.id, meaning.page) != ("article", self.state.id, page):
            raise _Ended("refused", ("refused", f"redirects to another page, {answer.address}"))
        try:
            read = partial(read_article, listed=self.line, before=before)
            return await read_apart(read, answer, answer.address, self.context.site)
        except PageTooLargeError as error:
            raise _Ended("failed", ("too-large", error.reason)) from error
        except NotAnArticle as error:
            raise _Ended("failed", ("not-an-article", error.reason)) from error

    def _next_address(self, page: Article) -> str | None:
        """The pager's next page; one that leads back, to itself or to another article ends in a failure."""
        if page.next_page is None:
            return None
        meaning = self.context.site.read_address(page.next_page)
        if meaning is None or meaning.id != self.state.id:
            raise _Ended("failed", ("pages", f"the pager of page {page.page} leads away, to {page.next_page[:200]}"))
        if meaning.page != page.page + 1:
            raise _Ended("failed", ("pages", f"endless pager: page {page.page} leads to {page.next_page}"))
        return page.next_page


def _raise_end(answer: Answer) -> NoReturn:
    if isinstance(answer, NotThere):
        raise _Ended("missing", (MISSING, f"HTTP {answer.status}"))
    if isinstance(answer, Broken):
        raise _Ended("refused" if answer.kind == "refused" else "failed", (answer.kind, answer.reason))
    raise _Ended("failed", ("http", "it answers 304 to a plain request"))
