"""Where a run of candidates ends and a box begins that neither a heading nor a pager divides from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

from harbincrawl.pages.html.line import Line, shared_depth

from .items import Item
from .notes import AS_NOTE, IN_TEXT, NO_DAY, find_day, is_day_line

MOST_OF_BOX = 6
"""Items that a feature box has at most."""
_BEHIND = 3
"""Lines behind a last title among which its day is looked for."""


def find_box(items: Sequence[Item], lines: Sequence[Line], is_own: Callable[[Item], bool], *, has_other: bool) -> int:
    """Number of the first item of the box in which `items` end; 0 where they are of one list or of one box.

    A box is of other sections, repeats items, or lacks the days that the list has. Where it stands in a container of
    its own, that container is the box. `has_other` says that the page has another list, or that a box follows.
    """
    run = _Run(items, lines, is_own)
    return run.find_part() or run.find_mixed(has_other=has_other)


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

    def find_mixed(self, *, has_other: bool) -> int:
        """The same of a box in one container with the list.

        A list without days may end with an article of another section: there two are no box yet, nor are
        more that look as the list's do, where the page has another place for one, or for the list.
        """
        end = self._find_repeated()
        if self.own[end - 1] or not any(self.own[:end]):
            return end if end < len(self.items) else 0
        habit = self._habit(at for at, own in enumerate(self.own[:end]) if own)
        start = end
        while start > max(0, len(self.items) - MOST_OF_BOX) and not self.own[start - 1]:
            if self._day(start - 1) >= (habit or AS_NOTE):
                break
            start -= 1
        if start in (0, end) or not self._is_own(0, start):
            found = end
        elif habit or not self._is_alike(start) or (end - start > 2 and not has_other):
            found = start
        else:
            found = end
        return found if found < len(self.items) else 0

    def _find_repeated(self) -> int:
        seen: set[str | None] = set()
        for number, item in enumerate(self.items):
            if item.id in seen and number + MOST_OF_BOX >= len(self.items):
                return number
            seen.add(item.id)
        return len(self.items)

    def _is_alike(self, at: int) -> bool:
        """True where an item looks like the one before it."""
        one, other = self.lines[self.items[at - 1].at], self.lines[self.items[at].at]
        return (one.heading, one.emphasis, bool(one.images)) == (other.heading, other.emphasis, bool(other.images))
