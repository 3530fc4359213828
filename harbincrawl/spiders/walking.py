"""The walk of one list: hands it its pages, commits what it makes of them, and says what comes next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

from harbincrawl.archive.lists import StoredRows, load_section
from harbincrawl.fetch.answers import INTERRUPTED, Answer, Got, NotModified
from harbincrawl.records import SERVED, Listing
from harbincrawl.text import count_text
from harbincrawl.walk import Answer as ListAnswer
from harbincrawl.walk import Ask as WalkAsk
from harbincrawl.walk import PageFailed, WalkResult, walk

from .articles import ArticleTask
from .asks import ListAsk
from .lists import ListRead, ListReader, read_list_answer
from .plan import Plan
from .queue import ArticleQueue


class ListTask:
    """The walk of one list from its first request to its end, each page committed as it is read."""

    captures = None
    """Its responses belong to no article."""

    def __init__(self, reader: ListReader, queue: ArticleQueue, plan: Plan, section: str) -> None:
        context = reader.context
        self.section = section
        self.has_ended = False
        self._reader = reader
        self._queue = queue
        self._shown: set[str] = set()
        """Ids of the articles on the page read last."""
        self._context = context
        self._rows = StoredRows(context.connection, section)
        self._wanted: set[str] = set()
        self._not_served: Counter[str] = Counter()
        """Pages that no server answered, by who did."""
        state = load_section(context.connection, section, self._rows)
        self._is_first = state.floor == 0
        """Whether no walk of this list came to an end yet."""
        self._before = (state.floor, state.offset, state.hole, state.full_at)
        self._steps = walk(
            state,
            context.run,
            datetime.now(UTC),
            full=plan.full,
            full_after=plan.full_after,
            cut=lambda: context.stop.is_set or (plan.limit is not None and len(self._wanted) >= plan.limit),
            since=plan.since,
            moves_floor=plan.limit is None,
            gone_proof=context.writer.gone_proof,
        )
        progress = context.progress
        progress.section, progress.section_pages, progress.last_page = section, 0, None
        progress.lists_begun += 1

    def read(self, ask: ListAsk, answer: Answer) -> ListRead:
        """What is read of the page in `answer`; without I/O."""
        return read_list_answer(answer, ask, self._context.site)

    def take(self, ask: ListAsk | None, answer: Answer | None, read: ListRead) -> Iterator[ListAsk | ArticleTask]:
        """What comes next; nothing at the end, which is committed, too. All None: at first.

        While no walk of this list came to an end yet, the articles that a page shows come before the next page.
        """
        page: ListAnswer = None
        if ask is not None and answer is not None:
            if isinstance(answer, Got | NotModified) and answer.capture.source not in SERVED:
                self._not_served[answer.capture.source] += 1
            page = self._reader.take(ask, answer, read)
            if isinstance(page, Listing):
                self._count(ask, page)
        following = self._go_on(page)
        if following is None:
            return
        if self._is_first:
            yield from self._queue.take_shown(self._shown)
        self._shown.clear()
        yield following

    def drop(self) -> Iterator[ListAsk | ArticleTask]:
        """What comes next where the page that was asked for will never have an answer."""
        following = self._go_on(PageFailed("its request was dropped"))
        if following is not None:
            yield following

    def end(self) -> None:
        """Ends the walk as its list stands: it gets no more answers in this run."""
        while self._go_on(PageFailed(INTERRUPTED.reason)) is not None:
            pass

    def _go_on(self, answer: ListAnswer) -> ListAsk | None:
        """What the walk asks for after `answer`, all that it writes before that committed; None at its end."""
        while not self.has_ended and not self._context.stop.is_lost:
            try:
                step = self._steps.send(answer)
            except StopIteration as ended:
                self._end(ended.value)
                break
            if isinstance(step, WalkAsk):
                return ListAsk(section=self.section, page=step.page, linked=step.linked)
            self._wanted |= step.wanted
            self._context.writer.put_list_page(self.section, step)
            self._rows.forget_written()
            self._shown |= step.addresses.keys()
            answer = None
        self.has_ended = True
        return None

    def _count(self, ask: ListAsk, listing: Listing) -> None:
        progress = self._context.progress
        progress.list_pages += 1
        progress.section_pages += 1
        progress.last_page = listing.last or progress.last_page
        progress.lines[self.section] += len(listing.lines)
        if ask.page == 1:
            progress.first_pages[self.section] = len(listing.lines)
        progress.call()

    def _end(self, result: WalkResult) -> None:
        context, progress = self._context, self._context.progress
        progress.ended_list = (self.section, progress.section_pages) if progress.section_pages else None
        progress.call()
        if self._not_served:
            # Nothing is known of the list as it is: the next walk reads it as if this one had not been.
            floor, offset, hole, full_at = self._before
            reason = " and ".join(
                f"{count_text(count, 'page')} came from a {source}" for source, count in self._not_served.items()
            )
            result = replace(
                result, outcome="partial", reason=reason, floor=floor, offset=offset, hole=hole, full_at=full_at
            )
        context.writer.end_walk(self.section, result)
        if result.outcome == "failed" and not context.stop.is_set:
            address = context.site.listing_address(self.section)
            self._reader.fail(address, "listing", result.reason or "it cannot be read")
