"""The stored lines of a section while its list is walked: which are new or changed, removed, still to be written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from harbincrawl.records import Listing

from .gone import GoneProof
from .passes import ListPass
from .types import Row, SectionState, Write


class Ledger:
    """Compares list lines with stored rows; `take_changes` returns all changes since its last call as one `Write`."""

    def __init__(self, state: SectionState, run: int, gone_proof: GoneProof) -> None:
        self.state = state
        self.run = run
        self.gone_proof = gone_proof
        self.trusted: set[str] = set()
        """Keys read by an earlier pass of this walk; they count as below the floor."""
        self.active_rows = state.active_rows
        self._rows: dict[str, Row] = {}
        self._wanted: set[str] = set()
        self._addresses: dict[str, str] = {}

    def read(self, page: Listing, seen: set[str]) -> bool:
        """Takes in a page; True if all its lines are stored word for word, and below the floor or trusted.

        `seen` holds the keys that this pass read before. A second line with the same key on one page is ignored. A
        second line on another page makes its article wanted if it differs, but the stored row keeps the first wording:
        otherwise a line that a list shows twice, with two wordings, would be changed in every run.
        """
        self.gone_proof.read(page)
        whole = True
        here: set[str] = set()
        for line in page.lines:
            if line.key in here:
                continue
            here.add(line.key)
            if line.id is not None:
                self._addresses[line.id] = line.address
            row = self.state.rows.get(line.key)
            if row and row.active and row.line == line:
                whole = whole and (row.since <= self.state.floor or line.key in self.trusted)
                continue
            if line.id is not None:
                self._wanted.add(line.id)
            if not (row and row.active and line.key in seen):
                self._put(line.key, Row(line, self.run))
                whole = False
        return whole

    def remove(self, keys: Iterable[str]) -> None:
        """Takes in that the list no longer shows these rows; each article is fetched once more."""
        for key in keys:
            row = self.state.rows[key]
            if row.line.id is not None:
                self._wanted.add(row.line.id)
            self._put(key, replace(row, active=False))

    def unread(self, list_pass: ListPass) -> list[str]:
        """Keys of the active rows that no page of the pass showed."""
        return [key for key in self.state.rows.list_active() if key not in list_pass.seen]

    def take_changes(self) -> Write:
        """All changes since the last call."""
        write = Write(self._rows, frozenset(self._wanted), self._addresses)
        self._rows, self._wanted, self._addresses = {}, set(), {}
        return write

    def _put(self, key: str, row: Row) -> None:
        before = self.state.rows.get(key)
        self.active_rows += row.active - (before is not None and before.active)
        self.state.rows[key] = self._rows[key] = row
