"""Proof that a missing article is gone and did not move: only the lists of the same run can give it."""

from __future__ import annotations

from collections.abc import Iterable

from harbincrawl.records import Listing


class GoneProof:
    """The missing articles that a run looks for in its lists.

    An address that answers 404 may be an old one: the article may have moved. A run proves that it did not if one of
    its lists shows the article at that address, or if none shows it and each was read to its end without an unreadable
    page.
    """

    def __init__(self, ids: Iterable[str] = (), sections: Iterable[str] = ()) -> None:
        self.unseen = set(ids)
        """Ids that no list page has shown so far."""
        self._ids = frozenset(self.unseen)
        self._unread = set(sections)
        self._addresses: dict[str, str] = {}

    def read(self, page: Listing) -> None:
        """Takes in a list page."""
        for line in page.lines:
            if line.id in self._ids:
                self.unseen.discard(line.id)
                self._addresses[line.id] = line.address

    def end_walk(self, section: str) -> None:
        """Takes in that a list was read completely."""
        self._unread.discard(section)

    def is_proven(self, id: str, address: str) -> bool:
        """Whether the article is gone if `address` is missing once more."""
        if id in self.unseen:
            return not self._unread
        return self._addresses.get(id) == address
