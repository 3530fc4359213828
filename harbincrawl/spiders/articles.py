"""Asking for one article: all its pages, conditionally where it is stored, read and joined."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Generator, Iterator
from datetime import UTC, datetime
from typing import NoReturn

from harbincrawl.archive.articles.store import Fetched
from harbincrawl.archive.captures import CaptureRow
from harbincrawl.errors import HarbincrawlError, NotAnArticle, PageTooLargeError
from harbincrawl.fetch.answers import Answer, Broken, Got, NotModified, NotThere
from harbincrawl.pages.article.page import check_together, complete_article, join_pages, read_article
from harbincrawl.pipelines.context import RunContext
from harbincrawl.pipelines.outcome import Outcome
from harbincrawl.records import Article, Capture, ListWords
from harbincrawl.walk.articles import ArticleState
from harbincrawl.walk.outcomes import MISSING, AskOutcome

from .asks import Ask

MOST_PAGES = 100
"""Pages of one article; the longest of the site has eight."""

logger = logging.getLogger(__name__)

Step = Ask | Outcome | None
Steps = Generator[Ask, Answer, Outcome | None]


class _Ended(Exception):  # noqa: N818 - the end of asking from any depth, no error
    def __init__(self, kind: AskOutcome, failure: tuple[str, str] | None) -> None:
        super().__init__(kind)
        self.kind = kind
        self.failure = failure


class ArticleTask:
    """One article from the first request to its outcome."""

    def __init__(
        self, context: RunContext, state: ArticleState, line: ListWords | None, stored: tuple[CaptureRow, ...]
    ) -> None:
        """`line` is its line in the lists, `stored` the responses that the stored article was read from.

        There are none of these where it has to be read anew in any case.
        """
        self.captures: list[Capture] = []
        """The responses to its requests: stored with the article, whole or not at all."""
        self._site = context.site
        self._writer = context.writer
        self._state = state
        self._line = line
        self._stored = stored
        self._answers: dict[str, Got] = {}
        """What re-checked pages answered, by address."""
        self._steps = self._ask()
        # It waits at a `yield` for each answer, which `take` sends.

    def take(self, ask: Ask | None, answer: Answer | None) -> Iterator[Ask | Outcome]:  # noqa: ARG002
        """What comes next, once; nothing where the crawl was interrupted. Both None: at first.

        What goes wrong with the article is its outcome; DatabaseError, WarcError and their like are raised.
        """
        step: Step
        try:
            step = next(self._steps) if answer is None else self._steps.send(answer)
        except StopIteration as ended:
            step = ended.value
        if not isinstance(step, Ask):
            self._release(step)
        if step is not None:
            yield step

    def end(self) -> None:
        """Gives its responses away: it gets no more answers in this run."""
        self._release(None)

    def _release(self, outcome: Outcome | None) -> None:
        """Gives the batch writer the responses that are not stored with the article."""
        kept = outcome.evidence if outcome is not None else ()
        for capture in self.captures:
            if not any(capture is one for one in kept):
                self._writer.keep_capture(capture)
        self.captures.clear()

    def _ask(self) -> Steps:
        """Page by page; the outcome, None where the crawl was interrupted meanwhile.

        A re-check without news is asked conditionally: if every page answers 304, or with the very bytes of last time
        by the same reader, nothing is read. Else the pages that answered 304 are asked again, so that the record is
        whole.
        """
        state = self._state
        try:
            return (yield from self._ask_article())
        except _Ended as ended:
            if ended.failure and ended.failure[0] == "interrupt":
                return None
            return Outcome(state, ended.kind, datetime.now(UTC), failure=ended.failure)
        except (HarbincrawlError, sqlite3.Error):
            raise
        except Exception as error:
            # A page that our reader stumbles over fails by its own name; the others have a right to be read.
            # The report names it; what led to it is for the log.
            logger.info("reading %s", state.address, exc_info=True)
            failure = ("error", f"{type(error).__name__}: {error}"[:300])
            return Outcome(state, "failed", datetime.now(UTC), failure=failure)

    def _ask_article(self) -> Generator[Ask, Answer, Outcome]:
        state = self._state
        words = self._line or ListWords()
        seen = (yield from self._ask_stored()) if self._stored else None
        if seen is not None:
            return Outcome(state, "same", seen, captures=self._list_whole(), words=words)
        pages, captures = yield from self._read_pages()
        article = complete_article(join_pages(pages), words, self._site)
        return Outcome(state, "read", captures[0].time, Fetched(article, captures, captures[0].time))

    def _ask_stored(self) -> Generator[Ask, Answer, datetime | None]:
        """When the stored pages were seen unchanged; None where they were not, with their answers in `_answers`."""
        moment: datetime | None = None
        for page in self._stored:
            answer = yield Ask(address=page.address, etag=page.etag, last_modified=page.last_modified)
            if isinstance(answer, NotThere) and page is not self._stored[0]:
                # The article may have become shorter: its first page shows how long it is now.
                return None
            if not isinstance(answer, (Got, NotModified)):
                _raise_end(answer)
            # The article was seen when its first page answered, as where its pages are read.
            moment = moment or answer.capture.time
            if isinstance(answer, Got):
                self._answers[page.address] = answer
                if (answer.capture.body_hash, answer.charset) != (page.body_hash, page.charset):
                    return None
        return moment

    def _list_whole(self) -> tuple[Capture, ...]:
        """The responses that show the whole article once more, page 1 first; none where some pages answered 304."""
        whole = all(page.address in self._answers for page in self._stored)
        return tuple(self._answers[page.address].capture for page in self._stored) if whole else ()

    def _read_pages(self) -> Generator[Ask, Answer, tuple[list[Article], tuple[Capture, ...]]]:
        """All pages in order, following the pager's own next links; raises _Ended for what is not whole."""
        pages: list[Article] = []
        captures: list[Capture] = []
        hashes: set[str | None] = set()
        address: str | None = self._state.address
        while address is not None:
            answer = self._answers.get(address) or (yield Ask(address=address))
            if not isinstance(answer, Got):
                if pages and isinstance(answer, NotThere):
                    raise _Ended("failed", ("pages", f"page {len(pages) + 1} answers HTTP {answer.status}"))
                _raise_end(answer)
            page = self._read_page(answer, len(pages) + 1, pages[-1] if pages else None)
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

    def _read_page(self, answer: Got, page: int, before: Article | None) -> Article:
        meaning = self._site.read_address(answer.address)
        if meaning is None or (meaning.kind, meaning.id, meaning.page) != ("article", self._state.id, page):
            raise _Ended("refused", ("refused", f"redirects to another page, {answer.address}"))
        try:
            layouts = self._writer.layouts
            return read_article(answer.text, answer.address, self._site, before=before, layouts=layouts)
        except PageTooLargeError as error:
            raise _Ended("failed", ("too-large", error.reason)) from error
        except NotAnArticle as error:
            raise _Ended("failed", ("not-an-article", error.reason)) from error

    def _next_address(self, page: Article) -> str | None:
        """The pager's next page; one that leads back, to itself or to another article ends in a failure."""
        if page.next_page is None:
            return None
        meaning = self._site.read_address(page.next_page)
        if meaning is None or meaning.id != self._state.id:
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
