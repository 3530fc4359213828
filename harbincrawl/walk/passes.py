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
    pages: dict[int, tuple[int, int]] = field(default_factory=dict)
    """(number of lines, hash of all lines, boxes included) by page number, as last read: enough to recognise an
    unchanged page."""
    seen: set[str] = field(default_factory=set)
    """Keys of the lines read."""
    boxed: set[str] = field(default_factory=set)
    """Keys of the lines in boxes."""
    holes: list[int] = field(default_factory=list)
    """Pages that could not be read."""
    missing: set[int] = field(default_factory=set)
    """Pages that were not found."""
    again: set[int] = field(default_factory=set)
    """Missing pages whose previous page was read a second time."""
    printed: bool = False
    """True after a page printed a total."""
    first_total: int | None = None
    total: int | None = None
    totals: dict[int, int | None] = field(default_factory=dict)
    """The printed total by page number."""
    fickle: bool = False
    """True after two pages printed different totals though nothing moved: then other totals prove no move."""
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
        """Takes in page `n`; returns by how much the printed total fell since the previous page."""
        keys = {line.key for line in page.lines}
        read = len(page.lines), hash_lines(page)
        same_again = self.pages.get(n) == read
        fell = 0
        self.fickle = self.fickle or self._is_fickle(n, read, page.total)
        if page.total is not None:
            if not self.printed:
                self.first_total = page.total
            elif self.total is not None:
                fell = self.total - page.total
            self.printed, self.total = True, page.total
        self.totals[n] = page.total
        twice = 0 if same_again else len(keys & self.seen)
        self.twice += twice
        if fell or twice:
            self.move(n)
        self.seen |= keys
        self.boxed.update(line.key for line in page.boxed)
        self.pages[n] = read
        self.pager_last = page.last or 0
        if not same_again:
            for line in page.lines:
                sorted_so_far = self.low is not None and line.date is not None and line.date <= self.low
                self.low = line.date if sorted_so_far else None
        return 0 if self.fickle else fell

    def _is_fickle(self, n: int, read: tuple[int, int], total: int | None) -> bool:
        """Whether page `n` shows and prints the same as when last read, though another page printed another total."""
        last = self if n in self.pages or self.before is None else self.before
        printed = self.total if self.printed else last.total
        return (
            total is not None and printed not in (None, total) and last.pages.get(n) == read and last.totals[n] == total
        )

    @property
    def moved(self) -> bool:
        """Whether the list was seen to move."""
        return not self.still and (self.twice > 0 or not self.fickle)

    @property
    def count(self) -> int | None:
        """The total of the list; if its pages print different ones, the one of page 1, which every walk reads."""
        return self.first_total if self.printed and not self.still else self.total

    def move(self, n: int) -> None:
        """Takes in that the list was seen to move at page `n`."""
        self.still, self.moved_at = False, max(self.moved_at, n)

    @property
    def only_grew(self) -> bool:
        """Whether new lines explain every line read twice: each new line pushed one line onto the next page.

        Then no line was lost, and the new lines are above the place where lines were read twice.
        """
        return (
            self.first_total is not None and self.total is not None and self.total - self.first_total == self.twice > 0
        )

    def find_passed_over(self, rows: Rows) -> list[str]:
        """Unread active rows dated later than the last line read; each row is looked at once per pass."""
        if not self.still or self.holes or self.low is None:
            return []
        if self._dated is None:
            self._dated = sorted(rows.list_dated())
        later = []
        while self._dated and self._dated[-1][0] > self.low:
            later.append(self._dated.pop()[1])
        return [key for key in later if rows[key].active and key not in self.seen and key not in self.boxed]


def hash_lines(page: Listing) -> int:
    """A hash of all lines of a page, the same whether its boxes are known or not."""
    return hash(frozenset((*page.lines, *page.boxed)))
