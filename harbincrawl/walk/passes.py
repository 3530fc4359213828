"""What one pass over a list has seen so far: its pages, its totals, whether the list changed meanwhile."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from harbincrawl.records import Listing

from .types import Rows


@dataclass(slots=True)
class ListPass:
    """One pass over a list, from page 1 on. `note` takes in a page; the walk decides by these values."""

    before: ListPass | None = None
    """The pass before this one."""
    asked: int = 0
    fickle: bool = False
    """True after a page printed the same total again, though a page in between printed another one."""
    pages: dict[int, tuple[int, int, int | None]] = field(default_factory=dict)
    """(number of lines, hash of all lines, total) by page number, as last read: enough to recognise a page."""
    seen: set[str] = field(default_factory=set)
    """Keys of the lines read."""
    holes: list[int] = field(default_factory=list)
    """Pages that could not be read."""
    missing: set[int] = field(default_factory=set)
    """Pages that were not found."""
    again: set[int] = field(default_factory=set)
    """Missing pages whose previous page was read a second time."""
    printed: bool = False
    """True after a page printed a total."""
    last_printed: bool = False
    """Whether the page read last printed a total."""
    first_total: int | None = None
    total: int | None = None
    pager_last: int = 0
    """The last page that the newest pager names; 0: it names none."""
    still: bool = True
    """False after the total changed or a line was read in two places."""
    twice: int = 0
    """Number of lines read in two places."""
    moved_at: int = 0
    """The deepest page where the list was seen to move."""
    low: date | None = date.max
    """The date of the last line read; None after a line proved that the list is not sorted by date."""
    _dated: list[tuple[date, str]] | None = None

    def note(self, n: int, page: Listing) -> int:
        """Takes in page `n`; returns by how much the printed total fell since the previous page.

        Where each page prints a total of its own, another one proves no move, and that is 0.
        """
        keys = {line.key for line in page.lines}
        read = len(page.lines), hash(frozenset(page.lines)), page.total
        same_again = self.pages.get(n) == read
        last = self if same_again or self.before is None else self.before
        between = self.total if self.printed else last.total
        self.fickle = self.fickle or (
            last.pages.get(n) == read and None not in (between, page.total) and between != page.total
        )
        fell = 0
        if page.total is not None:
            if not self.printed:
                self.first_total = page.total
            elif self.total is not None:
                fell = self.total - page.total
            self.printed, self.total = True, page.total
        self.last_printed = page.total is not None
        twice = 0 if same_again else len(keys & self.seen)
        self.twice += twice
        if fell or twice:
            self.still, self.moved_at = False, max(self.moved_at, n)
        self.seen |= keys
        self.pages[n] = read
        self.pager_last = page.last or 0
        if not same_again:
            for line in page.lines:
                sorted_so_far = self.low is not None and line.date is not None and line.date <= self.low
                self.low = line.date if sorted_so_far else None
        return 0 if self.fickle else fell

    @property
    def moved(self) -> bool:
        """Whether the list was seen to move."""
        return not self.still and (self.twice > 0 or not self.fickle)

    @property
    def count(self) -> int | None:
        """The total of the list; if its pages print different ones, the one of page 1, which every walk reads."""
        return self.first_total if self.printed and not self.still else self.total

    def find_passed_over(self, rows: Rows) -> list[str]:
        """Unread active rows dated later than the last line read; each row is looked at once per pass."""
        if not self.still or self.holes or self.low is None:
            return []
        if self._dated is None:
            self._dated = sorted(rows.list_dated())
        later = []
        while self._dated and self._dated[-1][0] > self.low:
            later.append(self._dated.pop()[1])
        return [key for key in later if rows[key].active and key not in self.seen]
