"""The first list page that could not be read: asking for it again, and what moved out of it meanwhile."""

from __future__ import annotations

from collections.abc import Generator

from harbincrawl.records import Listing

from .ledger import Ledger
from .passes import Reading
from .requester import PageRequester
from .types import Answer, Failed, Missing, SectionState, Step


class Hole:
    """The hole of a section, if it has one, while its list is walked."""

    def __init__(self, state: SectionState, ledger: Ledger, asker: PageRequester) -> None:
        self.state = state
        self.ledger = ledger
        self.asker = asker
        self.closed: int | None = None
        """The page, where it did not answer again, though the list reaches it."""
        self.looked = 0
        """Rows that were found beside it."""
        self._missing = False

    def try_again(self) -> Generator[Step, Answer, bool]:
        """Asks first for the page that could not be read; True where it answers: then the walk is a full one."""
        hole = self.state.hole
        if hole is None:
            return False
        answer = yield from self.asker.ask(Reading(), hole)
        if isinstance(answer, Listing):
            self.ledger.read(answer, set())
            yield self.ledger.take()
            return True
        if isinstance(answer, Missing):
            self._missing = True
        else:
            self._close(hole)
        return False

    def judge(self, first: Listing) -> Generator[Step, Answer, bool]:
        """True where it is now behind the list's end: no page is left to answer, and the walk is a full one."""
        hole = self.state.hole
        if not self._missing or hole is None:
            return False
        self._missing = False
        pages = max(first.last or 0, self.asker.pages_of(first.total))
        if not pages:
            before = yield from self.asker.ask(Reading(), hole - 1)
            goes_on = isinstance(before, Failed) or (isinstance(before, Listing) and before.next_page is not None)
            pages = hole if goes_on else hole - 1
        if hole > pages:
            return True
        self._close(hole)
        return False

    def look_beside(self, one: Reading) -> Generator[Step, Answer, None]:
        """Where the hole stays and lines came or went, its lines may have moved out of it: reads on beside it.

        Its offset holds the lines in the hole, so what is found there lowers it.
        """
        hole, news = self.state.hole, self.ledger.news
        if hole is None or not news:
            return
        before = self.ledger.standing
        for step in (1, -1):
            n, whole = hole + step, False
            while n > 0 and n not in one.pages and not whole:
                page = yield from self.asker.ask(one, n)
                if not isinstance(page, Listing):
                    break
                whole = self.ledger.read(page, one.seen)
                one.note(n, page)
                yield self.ledger.take()
                n += step
        self.looked = self.ledger.standing - before

    def _close(self, hole: int) -> None:
        self.closed = hole
        self.state.last = max(self.state.last, hole)
