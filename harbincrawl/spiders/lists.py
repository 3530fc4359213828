"""Walking the lists: hands the walk its pages, commits what it makes of them, and says what it asks for next."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from harbincrawl.archive.lists import read_list_page
from harbincrawl.archive.purged import hide_purged
from harbincrawl.errors import PageTooLargeError
from harbincrawl.fetch.answers import INTERRUPTED, Answer, Broken, Got, NotModified, NotThere
from harbincrawl.pages import parser_of, read_listing
from harbincrawl.pipelines.context import RunContext
from harbincrawl.records import Listing
from harbincrawl.sites import Site
from harbincrawl.walk import Answer as ListAnswer
from harbincrawl.walk import PageFailed, PageMissing

from .asks import ListAsk

ListRead = Listing | ValueError | None
"""What was read of a list page, or why it cannot be; None where there was no page to read."""


def read_list_answer(answer: Answer, ask: ListAsk, site: Site) -> ListRead:
    """The list page in the `answer` to `ask`; without I/O."""
    if not isinstance(answer, Got):
        return None
    try:
        return read_listing(answer.text, ask.address, site)
    except ValueError as error:
        return error


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

    def take(self, ask: ListAsk, answer: Answer, read: ListRead) -> ListAnswer:
        """The list page as it is now, from what is stored where it answers 304; a failure of it is stored.

        `read` is what `read_list_answer` made of `answer`. A page that is not linked may be none: if it cannot be read,
        that is no failure.
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
        if isinstance(read, PageTooLargeError):
            return self.fail(address, "too-large", read.reason, ask.linked)
        if not isinstance(read, Listing):
            if not ask.linked:
                return PageFailed(str(read))
            # The section was read and has no lines: the health rules compare that with earlier runs.
            context.progress.lines[ask.section] += 0
            return self.fail(address, "listing", str(read))
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
