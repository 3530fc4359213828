"""Articles that are missing since a run, and what this run's lists say of them: nothing else can prove them gone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from harbincrawl.records import Listing

from .types import Answer

Place = tuple[str, int]
"""A section's path and the number of a page of its list."""


class GoneProof:
    """What a run looks for in its lists. An address that answers 404 may only be an old one: its record moved.

    So an article is proven gone in one of two ways. A list shows it in this very run: then its address was read after
    it was missing, and is dead itself. Or no list shows it: then every list of the run was read to its end, held still
    meanwhile and has no hole. Neither sees a record that moves while it is being looked for, from a list that is yet to
    be read into one that was read; so the proof is closed: once the article is missing again, the page that showed it
    is read once more, or where none did, the ends of all lists.
    """

    def __init__(self, numbers: Iterable[int] = (), sections: Iterable[str] = ()) -> None:
        self.unseen = set(numbers)
        """Numbers that no list has shown so far."""
        self._numbers = set(self.unseen)
        self._unread = set(sections)
        self._places: dict[int, tuple[Place, str]] = {}
        self._ends: dict[Place, tuple[int | None, tuple[int, int]]] = {}

    def read(self, section: str, page: Listing) -> None:
        """Takes in a page of a list."""
        for line in page.lines:
            if line.number in self._numbers:
                self.unseen.discard(line.number)
                self._places[line.number] = (section, page.page), line.address

    def end_walk(self, section: str, total: int | None, pages: Mapping[int, tuple[int, int]]) -> None:
        """Takes in that a list was read to its end in a pass that proves it; `pages` as `Reading` keeps them."""
        self._unread.discard(section)
        # The total tells of any line that came or went; where none is printed, the last page does.
        for n in {1} if total is not None else {1, max(pages, default=1)}:
            if n in pages:
                self._ends[section, n] = total, pages[n]

    def pages_to_close(self, number: int, address: str) -> list[Place]:
        """The list pages to read once more now that the article was missing again at `address`."""
        if number not in self._numbers:
            return []
        if number not in self.unseen:
            place, shown = self._places[number]
            return [place] if shown == address else []
        return [] if self._unread else list(self._ends)

    def close(self, number: int, place: Place, answer: Answer) -> None:
        """Takes in what such a page shows now; where that is something else, this run proves nothing."""
        if number not in self.unseen:
            _, address = self._places[number]
            lines = answer.lines if isinstance(answer, Listing) else ()
            if not any((line.number, line.address) == (number, address) for line in lines):
                self._numbers.discard(number)
        elif place in self._ends:
            total, lines_hash = self._ends.pop(place)
            if (
                not isinstance(answer, Listing)
                or answer.total != total
                or (len(answer.lines), hash(answer.lines)) != lines_hash
            ):
                self._unread.add(place[0])

    def is_proven(self, number: int) -> bool:
        """Whether the article is gone where its address is missing once more."""
        return number in self._numbers and (number not in self.unseen or not self._unread)
