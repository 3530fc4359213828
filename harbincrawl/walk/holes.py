"""The hole of a list: its first unreadable page, which later walks ask for again."""

from __future__ import annotations

from collections.abc import Generator

from harbincrawl.records import Listing

from .ledger import Ledger
from .passes import ListPass
from .requester import PageRequester
from .types import Answer, PageFailed, PageMissing, SectionState, Step


class Hole:
    """The hole of a section, if it has one, while its list is walked."""

    def __init__(self, state: SectionState, ledger: Ledger, requester: PageRequester) -> None:
        self.state = state
        self.ledger = ledger
        self.requester = requester
        self.closed: int | None = None
        """The page, if it failed again and the list still reaches that far."""
        self._missing = False

    def try_again(self) -> Generator[Step, Answer, bool]:
        """Asks for the unreadable page before all others; True if it answers: then the walk must be a full one."""
        hole = self.state.hole
        if hole is None:
            return False
        answer = yield from self.requester.ask(ListPass(), hole)
        if isinstance(answer, Listing):
            self.ledger.read(answer, set())
            yield self.ledger.take_changes()
            return True
        if isinstance(answer, PageMissing):
            self._missing = True
        else:
            self._close(hole)
        return False

    def judge(self, first: Listing) -> Generator[Step, Answer, bool]:
        """True if the list now ends before the hole: then the hole is no more, and the walk must be a full one."""
        hole = self.state.hole
        if not self._missing or hole is None:
            return False
        self._missing = False
        pages = max(first.last or 0, self.requester.count_pages(first.total))
        if not pages:
            before = yield from self.requester.ask(ListPass(), hole - 1)
            goes_on = isinstance(before, PageFailed) or (isinstance(before, Listing) and before.next_page is not None)
            pages = hole if goes_on else hole - 1
        if hole > pages:
            return True
        self._close(hole)
        return False

    def _close(self, hole: int) -> None:
        self.closed = hole
        self.state.last = max(self.state.last, hole)
