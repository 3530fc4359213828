"""Proof that a missing article is gone and did not move: only the lists of the same run can give it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from harbincrawl.records import Listing

from .passes import hash_lines
from .types import Answer

Place = tuple[str, int]
"""(section path, number of a list page)."""


class GoneProof:
    """The missing articles that a run looks for in its lists.

    An address that answers 404 may be an old one: the article may have moved. An article is proven gone in one of two
    ways:

    - A list of this run shows it. Then the address is the current one, and it does not answer.
    - No list of this run shows it. Then every list must have been read to its end, unchanged while it was read, and
      without an unreadable page.

    Both ways overlook an article that moves during the run, from a list that is not read yet into one that was already
    read. So the proof has a last step, `close`: when the article is missing again, the list page that showed it is read
    once more. If no page showed it, the first (and where no total is printed, the last) pages of all lists are read.
    """

    def __init__(self, ids: Iterable[str] = (), sections: Iterable[str] = ()) -> None:
        self.unseen = set(ids)
        """Ids that no list page has shown so far."""
        self._ids = set(self.unseen)
        self._unread = set(sections)
        self._places: dict[str, tuple[Place, str]] = {}
        self._ends: dict[Place, tuple[int | None, tuple[int, int]]] = {}

    def read(self, section: str, page: Listing) -> None:
        """Takes in a list page."""
        for line in page.lines:
            if line.id in self._ids:
                self.unseen.discard(line.id)
                self._places[line.id] = (section, page.page), line.address

    def end_walk(self, section: str, total: int | None, pages: Mapping[int, tuple[int, int]]) -> None:
        """Takes in that a list was read completely; `pages` as in `ListPass.pages`."""
        self._unread.discard(section)
        # The total on page 1 shows that a line came or went. Where no total is printed, the last page shows it.
        for n in {1} if total is not None else {1, max(pages, default=1)}:
            if n in pages:
                self._ends[section, n] = total, pages[n]

    def pages_to_close(self, id: str, address: str) -> list[Place]:
        """The list pages to read once more when the article was missing again at `address`."""
        if id not in self._ids:
            return []
        if id not in self.unseen:
            place, shown = self._places[id]
            return [place] if shown == address else []
        return [] if self._unread else list(self._ends)

    def close(self, id: str, place: Place, answer: Answer) -> None:
        """Takes in what one of `pages_to_close` shows now. If that differs from before, this run proves nothing."""
        if id not in self.unseen:
            _, address = self._places[id]
            lines = answer.lines if isinstance(answer, Listing) else ()
            if not any((line.id, line.address) == (id, address) for line in lines):
                self._ids.discard(id)
        elif place in self._ends:
            total, read = self._ends.pop(place)
            if not isinstance(answer, Listing) or answer.total != total or hash_lines(answer) != read[1]:
                self._unread.add(place[0])

    def is_proven(self, id: str) -> bool:
        """Whether the article is gone if its address is missing once more."""
        return id in self._ids and (id not in self.unseen or not self._unread)
