"""Where a run of candidates ends and a box begins that neither a heading nor a pager divides from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

from harbincrawl.pages.html.line import Line, shared_depth

from .items import Item
from .notes import IN_TEXT, NO_DAY, find_day, is_day_line

MOST_OF_BOX = 6
"""Items that a feature box has at most."""
_BEHIND = 3
"""Lines behind a last title among which its day is looked for."""


def find_box(items: Sequence[Item], lines: Sequence[Line], is_own: Callable[[Item], bool]) -> int:
    """Number of the first item of the box in which `items` end; 0 where they are of one list or of one box.

    A box is of other sections, repeats items, or lacks the days that the list has. Where it stands in a container of
    its own, that container is the box.
    """
    run = _Run(items, lines, is_own)
    return run.find_part() or run.find_undated()


class _Run:
    def __init__(self, items: Sequence[Item], lines: Sequence[Line], is_own: Callable[[Item], bool]) -> None:
        self.items = items
        self.lines = lines
        self.own = [is_own(item) for item in items]
        self._days: dict[int, int] = {}
        first = items[0].first
        self._before = int(first > 0 and is_day_line(lines[first - 1].text))
        """1 where the day of an item stands above its title."""

    def _day(self, at: int) -> int:
        if at not in self._days:
            self._days[at] = self._find_day(at)
        return self._days[at]

    def _find_day(self, at: int) -> int:
        item = self.items[at]
        start = item.first - self._before
        stop = self.items[at + 1].first - self._before if at + 1 < len(self.items) else item.last + _BEHIND
        stop = min(max(stop, item.at + 1), len(self.lines))
        return max(find_day(item.read_beside(self.lines, place)) for place in range(start, stop))

    def _habit(self, places: Iterable[int]) -> int:
        """How most of these items show their days."""
        days = sorted(map(self._day, places))
        habit = days[(len(days) - 1) // 2]
        # Two sentences may end in days by chance.
        return habit if habit != IN_TEXT or len(days) > 2 else NO_DAY

    def _is_own(self, start: int, end: int) -> bool:
        return 2 * sum(self.own[start:end]) >= end - start

    def find_part(self) -> int:
        """Number of the first item of a box in a container of its own, behind the list's; 0 without one."""
        nearness = [shared_depth(one.path, other.path) for one, other in pairwise(self.items)]
        apart = min(nearness)
        if apart == max(nearness):
            return 0
        starts = [at for at, depth in enumerate(nearness, 1) if depth == apart]
        found, end = 0, len(self.items)
        for start in starts[: -MOST_OF_BOX - 1 : -1]:
            if not self._is_box(start, end, is_apart=start == starts[0]):
                break
            found = end = start
        return found

    def _is_box(self, start: int, end: int, *, is_apart: bool) -> bool:
        """`is_apart`: what stands before is nearer to each other than to these items."""
        known = {item.id for item in self.items[:start]}
        if end - start <= MOST_OF_BOX and any(item.id in known for item in self.items[start:end]):
            return True
        habit = self._habit(range(start))
        if habit and self._habit(range(start, end)) >= habit:
            return False
        if habit and is_apart:
            return True
        return (
            self._is_own(0, start) and not self._is_own(start, end) and (bool(habit) or (is_apart and end > start + 1))
        )

    def find_undated(self) -> int:
        """The same of a box in one container with a list: it has no days, as the list has, and is of other sections."""
        start = len(self.items)
        while start and not self.own[start - 1] and len(self.items) - start < MOST_OF_BOX:
            start -= 1
        if start in (0, len(self.items)) or not self._is_own(0, start):
            return 0
        return start if self._habit(range(start, len(self.items))) < self._habit(range(start)) else 0
