"""The pages behind the last one that the pager links, where the site's own count is larger than the lines read."""

from __future__ import annotations

from collections.abc import Generator

from harbincrawl.records import Listing

from .passes import ListPass
from .requester import PageRequester
from .types import Answer, PageFailed, Step

PAGES = 2


class Beyond:
    """Looks behind the end of a list; a page that is not there is asked for once per walk."""

    def __init__(self, requester: PageRequester) -> None:
        self.requester = requester
        self._nothing: set[int] = set()
        """Pages that brought no new line."""

    def look(self, current: ListPass, last: int) -> Generator[Step, Answer, tuple[int, Listing | PageFailed] | None]:
        """(page, answer) of the first of two pages behind page `last` that shows a new line; None if `last` is the end.

        A page that an earlier walk read, but that fails now, is returned too: it is a hole, and not the list's end.
        """
        if current.total is None or not current.printed or current.total <= len(current.seen):
            return None
        for n in range(last + 1, last + 1 + PAGES):
            if n in self._nothing:
                continue
            answer = yield from self.requester.ask(current, n, linked=False)
            if isinstance(answer, PageFailed) and n <= self.requester.last_before:
                return n, answer
            if isinstance(answer, Listing) and self._goes_on(current, last, answer):
                return n, answer
            self._nothing.add(n)
        return None

    def _goes_on(self, current: ListPass, last: int, page: Listing) -> bool:
        """Whether it is a page of the same list, which prints its count too: many sites answer with another page."""
        is_same_list = page.total is not None or current.totals.get(last) is None
        return is_same_list and any(line.key not in current.seen for line in page.lines)
