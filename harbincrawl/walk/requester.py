"""Asking for list pages within bounds: what counts as a page, how many are too many, how long a list is."""

from __future__ import annotations

from collections.abc import Generator

from harbincrawl.records import Listing

from .ledger import Ledger
from .passes import Reading
from .types import Answer, Ask, Failed, Missing, SectionState, Step

FUEL_PER_PAGE, FUEL_ASIDE = 3, 20
MOST_PAGES = 150_000
"""A list of all numbers that an article may have, eight a page, is shorter."""
MOST_UNCOUNTED = 1000
"""Pages of a list that prints no total, the first time; a later run, which knows these, may read three times as far."""


class Stop(Exception):  # noqa: N818 - the end of a walk from any depth, no error
    """Ends the walk with this outcome and reason."""

    def __init__(self, outcome: str, reason: str) -> None:
        super().__init__(reason)
        self.outcome = outcome
        self.reason = reason


class PageRequester:
    """Yields `Ask` and judges the answer; `pages_read` counts, `size` is the number of lines on a full page."""

    def __init__(self, state: SectionState, ledger: Ledger) -> None:
        self.state = state
        self.ledger = ledger
        self.size = 1
        self.pages_read = 0
        self.known_last = state.last
        self.known_lines = ledger.standing
        self._failed: dict[int, Failed] = {}

    def ask(self, one: Reading, n: int) -> Generator[Step, Answer, Listing | Missing | Failed]:
        """The answer to page `n`; a page without lines is none. Raises Stop where the list seems to have no end.

        What failed once, retries included, is not asked for again in this walk, nor what was missing in this reading.
        """
        if n in self._failed:
            return self._failed[n]
        if n in one.missing:
            return Missing()
        # What this walk has read itself is a poor measure: a pager that always has one more page would pass for a list
        # that always has one more.
        known = max(self.known_last, self.pages_of(self.known_lines), self.pages_of(one.first_total))
        fuel = FUEL_PER_PAGE * known + FUEL_ASIDE
        if not one.printed:
            read = FUEL_PER_PAGE * self.pages_of(self.ledger.standing) + FUEL_ASIDE
            fuel = max(fuel, min(read, MOST_UNCOUNTED))
        if one.asked >= min(MOST_PAGES, fuel):
            raise Stop("partial", f"endless pager: no end of the list after {one.asked} pages")
        one.asked += 1
        self.pages_read += 1
        answer = yield Ask(n)
        if isinstance(answer, Listing) and not answer.lines:
            if n > 1:
                answer = Missing()
            elif answer.total != 0 or self.ledger.standing:
                answer = Failed("it shows no lines")
        if isinstance(answer, Missing):
            one.missing.add(n)
        elif not isinstance(answer, Listing):
            answer = self._failed[n] = answer or Failed("no answer")
        return answer

    def measure(self, one: Reading, n: int) -> Generator[Step, Answer, tuple[int | None, int]]:
        """(lines of a list that prints no total, number of its last page), looked for from page `n`.

        (None, page) where that page cannot be read.
        """
        page = yield from self.ask(one, n)
        while isinstance(page, Missing) and n > 1:
            n -= 1
            page = yield from self.ask(one, n)
        while isinstance(page, Listing) and page.next_page:
            n += 1
            page = yield from self.ask(one, n)
        if not isinstance(page, Listing):
            return None, n
        self.state.last = n
        return self.size * (n - 1) + len(page.lines), n

    def pages_of(self, lines: int | None) -> int:
        """Pages that `lines` lines take, 0 where their number is not known."""
        return -(-(lines or 0) // self.size)
