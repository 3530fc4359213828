"""Walking the lists: asks for the pages that the walk wants and commits what it makes of them."""

from __future__ import annotations

from datetime import UTC, datetime

from harbincrawl.archive.lists import StoredRows, load_section, read_list_page
from harbincrawl.archive.purged import hide_purged
from harbincrawl.errors import PageTooLargeError
from harbincrawl.fetch.answers import INTERRUPTED, Broken, Got, NotModified, NotThere
from harbincrawl.fetch.fetcher import Fetcher
from harbincrawl.pages import parser_of, read_listing
from harbincrawl.pipelines.context import RunContext
from harbincrawl.records import Listing
from harbincrawl.walk import Answer, Ask, PageFailed, PageMissing, WalkResult, walk

from .plan import Plan
from .reading import read_apart


class ListWalker:
    """Reads the lists of a run."""

    def __init__(self, fetcher: Fetcher, context: RunContext, plan: Plan) -> None:
        self.fetcher = fetcher
        self.context = context
        self.plan = plan
        self._failed: set[str] = set()
        """Addresses of list pages whose failure is stored."""
        self._forms: dict[str, str] = {}
        """By section, how its list writes the address of a further page, where that is not as the site file says."""

    async def walk_section(self, section: str) -> None:
        """Walks one list, each page committed as it is read; a walk that failed is a failure of its first page."""
        context, plan = self.context, self.plan
        writer, stop = context.writer, context.stop
        rows = StoredRows(context.connection, section)
        state = load_section(context.connection, section, rows)
        wanted: set[str] = set()
        progress = context.progress
        progress.section, progress.section_pages, progress.last_page = section, 0, None
        progress.lists_begun += 1

        def is_cut() -> bool:
            return stop.is_set or (plan.limit is not None and len(wanted) >= plan.limit)

        steps = walk(
            state,
            context.run,
            datetime.now(UTC),
            full=plan.full,
            full_after=plan.full_after,
            cut=is_cut,
            since=plan.since,
            moves_floor=plan.limit is None,
            gone_proof=writer.gone_proof,
        )
        answer: Answer = None
        while True:
            try:
                step = steps.send(answer)
            except StopIteration as ended:
                result: WalkResult = ended.value
                break
            if isinstance(step, Ask):
                answer = await self.ask_page(section, step.page, linked=step.linked)
                if isinstance(answer, Listing):
                    progress.list_pages += 1
                    progress.section_pages += 1
                    progress.last_page = answer.last or progress.last_page
                    progress.lines[section] += len(answer.lines)
                    if step.page == 1:
                        progress.first_pages[section] = len(answer.lines)
            elif stop.is_lost:
                return
            else:
                wanted |= step.wanted
                writer.put_list_page(section, step)
                rows.forget_written()
                answer = None
            progress.call()
        progress.ended_list = (section, progress.section_pages) if progress.section_pages else None
        progress.call()
        if stop.is_lost:
            return
        writer.end_walk(section, result)
        if result.outcome == "failed" and not stop.is_set:
            self._fail(context.site.listing_address(section), "listing", result.reason or "it cannot be read")

    async def ask_page(self, section: str, page: int, *, linked: bool = True) -> Answer:
        """The list page as it is now, from what is stored where it answers 304; a failure of it is stored.

        A page that is not `linked` may be none: if it cannot be read, that is no failure.
        """
        context = self.context
        form = self._forms.get(section) if page > 1 else None
        address = (form and context.site.page_address(form, page)) or context.site.listing_address(section, page)
        stored = read_list_page(context.connection, address, parser_of(context.site))
        etag, last_modified, before = stored or (None, None, None)
        answer = await self.fetcher.fetch(address, etag=etag, last_modified=last_modified)
        if isinstance(answer, NotModified) and before is not None:
            self._note_form(section, before)
            return before
        if isinstance(answer, NotThere):
            return PageMissing()
        if isinstance(answer, Broken):
            if answer is INTERRUPTED:
                return PageFailed(answer.reason)
            return self._fail(address, answer.kind, answer.reason, linked)
        if not isinstance(answer, Got):
            return PageFailed("it answers 304 to a plain request")
        meaning = context.site.read_address(answer.address)
        if meaning is None or (meaning.kind, meaning.section_path, meaning.page) != ("listing", section, page):
            # A page of another place, however much it looks like a list, is no evidence about this one.
            return self._fail(address, "refused", f"it redirects to {answer.address}", linked)
        try:
            listing = hide_purged(await read_apart(read_listing, answer, address, context.site), context.purged)
        except PageTooLargeError as error:
            return self._fail(address, "too-large", error.reason, linked)
        except ValueError as error:
            if not linked:
                return PageFailed(str(error))
            # The section was read and has no lines: the health rules compare that with earlier runs.
            context.progress.lines[section] += 0
            return self._fail(address, "listing", str(error))
        context.progress.read_pages[section] += 1
        self._note_form(section, listing)
        context.writer.keep_listing(listing, answer.capture, parser_of(context.site))
        return listing

    def _note_form(self, section: str, listing: Listing) -> None:
        if listing.next_page and "?" in listing.next_page:
            self._forms[section] = listing.next_page

    def _fail(self, address: str, kind: str, reason: str, linked: bool = True) -> PageFailed:
        """Stores why a linked list page could not be read; the first reason is the most precise one."""
        if linked and address not in self._failed:
            self._failed.add(address)
            self.context.writer.fail(address, kind, reason, datetime.now(UTC))
        return PageFailed(reason)
