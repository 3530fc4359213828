"""The rows of a section while its list is walked: what is news, what is struck, what is yet to be written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from harbincrawl.records import Listing

from .gone import GoneProof
from .passes import Reading
from .types import Row, SectionState, Write


class Ledger:
    """Compares lines with rows; `take` hands over all changes since the last call as one `Write`."""

    def __init__(self, state: SectionState, run: int, sought: GoneProof) -> None:
        self.state = state
        self.run = run
        self.sought = sought
        self.trust: set[str] = set()
        """Keys read by an earlier pass of this walk, as good as below the floor."""
        self.standing = state.standing
        self.news = 0
        """Rows written by this walk so far."""
        self._rows: dict[str, Row] = {}
        self._wanted: set[int] = set()
        self._addresses: dict[int, str] = {}

    def read(self, page: Listing, seen: set[str]) -> bool:
        """Takes in a page; True where all its lines stand below the floor or are trusted.

        `seen` holds the keys that this pass read before. A second line of one key on the page counts for nothing; one
        on another page makes its article wanted where it differs, but the first wording of a pass stands: else a line
        that a list shows twice with two wordings would be news in every run.
        """
        self.sought.read(self.state.path, page)
        whole = True
        here: set[str] = set()
        for line in page.lines:
            if line.key in here:
                continue
            here.add(line.key)
            if line.number is not None:
                self._addresses[line.number] = line.address
            row = self.state.rows.get(line.key)
            if row and row.stands and row.line == line:
                whole = whole and (row.since <= self.state.floor or line.key in self.trust)
                continue
            if line.number is not None:
                self._wanted.add(line.number)
            if not (row and row.stands and line.key in seen):
                self._put(line.key, Row(line, self.run))
                whole = False
        return whole

    def strike(self, keys: Iterable[str]) -> None:
        """Takes in that the list shows these rows no more; their articles are asked about once."""
        for key in keys:
            row = self.state.rows[key]
            if row.line.number is not None:
                self._wanted.add(row.line.number)
            self._put(key, replace(row, stands=False))

    def unread(self, reading: Reading) -> list[str]:
        """Keys of the standing rows that no page of `reading` showed."""
        return [key for key in self.state.rows.list_standing() if key not in reading.seen]

    def take(self) -> Write:
        """All that changed since the last call."""
        write = Write(self._rows, frozenset(self._wanted), self._addresses)
        self._rows, self._wanted, self._addresses = {}, set(), {}
        return write

    def _put(self, key: str, row: Row) -> None:
        before = self.state.rows.get(key)
        self.news += 1
        self.standing += row.stands - (before is not None and before.stands)
        self.state.rows[key] = self._rows[key] = row
