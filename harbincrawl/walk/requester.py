"""Asking for list pages within limits, measuring a list that prints no total, and looking behind its end."""

from __future__ import annotations

from collections.abc import Generator

from harbincrawl.records import Listing

from .ledger import Ledger
from .passes import ListPass
from .types import Answer, Ask, PageFailed, PageMissing, SectionState, Step

REQUESTS_PER_PAGE, EXTRA_REQUESTS = 3, 20
MOST_PAGES = 150_000
"""No list is longer: a million articles, eight a page, take fewer pages."""
MOST_HOLES = 5
"""A pass ends after so many pages that could not be read."""
PAGES_BEYOND = 2
"""Behind the last one that the pager links, where the site's own count is larger than the lines read."""
MOST_UNCOUNTED = 1000
"""Limit for the first walk of a list without a total. A later run may read three times the pages stored so far."""


class WalkEnd(Exception):  # noqa: N818 - ends a walk from any depth; it is not an error
    """Ends the walk with this outcome and reason."""

    def __init__(self, outcome: str, reason: str) -> None:
        super().__init__(reason)
        self.outcome = outcome
        self.reason = reason


class PageRequester:
    """Yields `Ask` and checks the answer; `pages_read` counts list pages, `size` is the lines on a full page."""

    def __init__(self, state: SectionState, ledger: Ledger) -> None:
        self.state = state
        self.ledger = ledger
        self.size = 1
        self.pages_read = 0
        self.last_before = state.last
        self.rows_before = ledger.active_rows
        self._failed: dict[int, PageFailed] = {}
        self._nothing: set[int] = set()
        """Pages behind the end that brought no new line: each is asked for once a walk."""

    def ask(
        self, current: ListPass, n: int, *, linked: bool = True
    ) -> Generator[Step, Answer, Listing | PageMissing | PageFailed]:
        """The answer for page `n`; an empty page counts as missing. Raises WalkEnd if the list seems to have no end.

        A page that failed (all retries included) is not asked for again in this walk; a missing one not in this pass.
        """
        if n in self._failed:
            return self._failed[n]
        if n in current.missing:
            return PageMissing()
        # The limit must not depend on what this walk has read: a pager that always links one more page would otherwise
        # raise its own limit.
        known = max(self.last_before, self.count_pages(self.rows_before), self.count_pages(current.first_total))
        budget = REQUESTS_PER_PAGE * known + EXTRA_REQUESTS
        if not current.printed:
            read = REQUESTS_PER_PAGE * self.count_pages(self.ledger.active_rows) + EXTRA_REQUESTS
            budget = max(budget, min(read, MOST_UNCOUNTED))
        if current.asked >= min(MOST_PAGES, budget):
            raise WalkEnd("partial", f"endless pager: no end of the list after {current.asked} pages")
        current.asked += 1
        answer = yield Ask(n, linked or n <= self.last_before)
        self.pages_read += isinstance(answer, Listing)
        if isinstance(answer, Listing) and not answer.lines:
            if n > 1:
                answer = PageMissing()
            elif answer.total != 0 or self.ledger.active_rows:
                answer = PageFailed("it shows no lines")
        if isinstance(answer, PageMissing):
            current.missing.add(n)
        elif not isinstance(answer, Listing):
            answer = self._failed[n] = answer or PageFailed("no answer")
        return answer

    def page_after(self, current: ListPass, n: int, answer: PageMissing | PageFailed) -> int | None:
        """The page to read after page `n` could not be read, or None. Raises WalkEnd without a first page."""
        if n == 1:
            if isinstance(answer, PageMissing):
                if self.state.seen:
                    raise WalkEnd("failed", "the first page of the list is no longer found")
                raise WalkEnd("absent", "the section has no list")
            raise WalkEnd("failed", f"the first page of the list cannot be read: {answer.reason}")
        pages = max(current.pager_last, self.count_pages(current.total) if current.printed else 0)
        if isinstance(answer, PageMissing):
            if n not in current.again and n - 1 not in current.holes:
                current.again.add(n)
                return n - 1
            if (pages and n > pages) or (n - 1 in current.holes and n > max(pages, self.state.last)):
                return None
        if n not in current.holes:
            current.holes.append(n)
        if len(current.holes) >= MOST_HOLES or (pages and n >= pages):
            return None
        return n + 1

    def measure(self, current: ListPass, n: int) -> Generator[Step, Answer, tuple[int | None, int]]:
        """(number of lines, number of the last page) of a list that prints no total; the search starts at page `n`.

        (None, page) if a page cannot be read.
        """
        page = yield from self.ask(current, n)
        while isinstance(page, PageMissing) and n > 1:
            n -= 1
            page = yield from self.ask(current, n)
        while isinstance(page, Listing) and page.next_page:
            n += 1
            page = yield from self.ask(current, n)
        if not isinstance(page, Listing):
            return None, n
        self.state.last = n
        return self.size * (n - 1) + len(page.lines), n

    def look_beyond(
        self, current: ListPass, last: int
    ) -> Generator[Step, Answer, tuple[int, Listing | PageFailed] | None]:
        """(page, answer) of the first of two pages behind page `last` that shows a new line; None if `last` is the end.

        A page that an earlier walk read, but that fails now, is returned too: it is a hole, and not the list's end.
        """
        if current.total is None or not current.printed or current.total <= len(current.seen):
            return None
        for n in range(last + 1, last + 1 + PAGES_BEYOND):
            if n in self._nothing:
                continue
            answer = yield from self.ask(current, n, linked=False)
            if isinstance(answer, PageFailed) and n <= self.last_before:
                return n, answer
            if (
                isinstance(answer, Listing)
                and any(line.key not in current.seen for line in answer.lines)
                # Many sites answer with another page: one of the same list prints its count, too.
                and (answer.total is not None or not current.last_printed)
            ):
                return n, answer
            self._nothing.add(n)
        return None

    def count_pages(self, lines: int | None) -> int:
        """Number of pages that `lines` lines fill; 0 if their number is unknown."""
        return -(-(lines or 0) // self.size)
