"""The walk of a list: hands it its pages, commits what it makes of them, and says what it asks for next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

from harbincrawl.archive.lists import StoredRows, load_section, read_list_page
from harbincrawl.archive.purged import hide_purged
from harbincrawl.errors import PageTooLargeError
from harbincrawl.fetch.answers import INTERRUPTED, Answer, Broken, Got, NotModified, NotThere
from harbincrawl.pages.listing.page import read_listing
from harbincrawl.pages.version import parser_of
from harbincrawl.pipelines.context import RunContext
from harbincrawl.records import SERVED, Listing
from harbincrawl.text import count_text
from harbincrawl.walk.lists import walk
from harbincrawl.walk.types import Answer as ListAnswer
from harbincrawl.walk.types import Ask as WalkAsk
from harbincrawl.walk.types import PageFailed, PageMissing, WalkResult

from .asks import ListAsk, Task
from .options import Options


class ListReader:
    """Reads the list pages of a run."""

    def __init__(self, context: RunContext) -> None:
        self.context = context
        self._failed: set[str] = set()
        """Addresses of list pages whose failure is stored."""
        self._forms: dict[str, str] = {}
        """By section, how its list writes the address of a further page, where that is not as the site file says."""

    def find_place(self, ask: ListAsk) -> ListAsk:
        """`ask` with the address of its page, and the validators of what is stored."""
        site = self.context.site
        form = self._forms.get(ask.section) if ask.page > 1 else None
        address = (form and site.page_address(form, ask.page)) or site.listing_address(ask.section, ask.page)
        stored = read_list_page(self.context.connection, address, parser_of(site))
        etag, last_modified, before = stored or (None, None, None)
        return replace(ask, address=address, etag=etag, last_modified=last_modified, before=before)

    def take(self, ask: ListAsk, answer: Answer) -> ListAnswer:
        """The list page as it is now, from what is stored where it answers 304; a failure of it is stored.

        A page that is not linked may be none: if it cannot be read, that is no failure.
        """
        context, address = self.context, ask.address
        if isinstance(answer, NotModified) and ask.before is not None:
            self._note_form(ask.section, ask.before)
            return ask.before
        if isinstance(answer, NotThere):
            return PageMissing()
        if isinstance(answer, Broken):
            if answer is INTERRUPTED:
                return PageFailed(answer.reason)
            return self.fail(address, answer.kind, answer.reason, ask.linked)
        if not isinstance(answer, Got):
            return PageFailed("it answers 304 to a plain request")
        meaning = context.site.read_address(answer.address)
        if meaning is None or (meaning.kind, meaning.section_path, meaning.page) != ("listing", ask.section, ask.page):
            # A page of another place, however much it looks like a list, is no evidence about this one.
            return self.fail(address, "refused", f"it redirects to {answer.address}", ask.linked)
        try:
            read = read_listing(answer.text, address, context.site)
        except PageTooLargeError as error:
            return self.fail(address, "too-large", error.reason, ask.linked)
        except ValueError as error:
            if not ask.linked:
                return PageFailed(str(error))
            # The section was read and has no lines: the health rules compare that with earlier runs.
            context.progress.lines[ask.section] += 0
            return self.fail(address, "listing", str(error))
        lines = tuple(replace(line, capture=answer.capture.ordinal) for line in read.lines)
        listing = hide_purged(replace(read, lines=lines), context.purged)
        context.progress.read_pages[ask.section] += 1
        self._note_form(ask.section, listing)
        context.writer.keep_listing(listing, answer.capture, parser_of(context.site))
        return listing

    def fail(self, address: str, kind: str, reason: str, linked: bool = True) -> PageFailed:
        """Stores why a linked list page could not be read; the first reason is the most precise one."""
        if linked and address not in self._failed:
            self._failed.add(address)
            self.context.writer.fail(address, kind, reason, datetime.now(UTC))
        return PageFailed(reason)

    def _note_form(self, section: str, listing: Listing) -> None:
        if listing.next_page and "?" in listing.next_page:
            self._forms[section] = listing.next_page


class ListTask:
    """The walk of one list from its first request to its end, each page committed as it is read."""

    captures = None
    """Its responses belong to no article."""

    def __init__(
        self, reader: ListReader, take_shown: Callable[[Iterable[str]], Iterable[Task]], options: Options, section: str
    ) -> None:
        """`take_shown` makes the tasks of those among some articles that are to be asked for."""
        context = reader.context
        self.section = section
        self.has_ended = False
        self._reader = reader
        self._take_shown = take_shown
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
            full=options.full,
            full_after=options.full_after,
            cut=lambda: context.stop.is_set or (options.limit is not None and len(self._wanted) >= options.limit),
            since=options.since,
            moves_floor=options.limit is None,
            gone_proof=context.writer.gone_proof,
        )
        progress = context.progress
        progress.section = section

    def take(self, ask: ListAsk | None, answer: Answer | None) -> Iterator[ListAsk | Task]:
        """What comes next; nothing at the end, which is committed, too. Both None: at first.

        While no walk of this list came to an end yet, the articles that a page shows come before the next page.
        """
        page: ListAnswer = None
        if ask is not None and answer is not None:
            if isinstance(answer, Got | NotModified) and answer.capture.source not in SERVED:
                self._not_served[answer.capture.source] += 1
            page = self._reader.take(ask, answer)
            if isinstance(page, Listing):
                self._count(ask, page)
        following = self._go_on(page)
        if following is None:
            return
        if self._is_first:
            yield from self._take_shown(self._shown)
        self._shown.clear()
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
        progress.lines[self.section] += len(listing.lines)
        if ask.page == 1:
            progress.first_pages[self.section] = len(listing.lines)
        progress.call()

    def _end(self, result: WalkResult) -> None:
        context = self._context
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
