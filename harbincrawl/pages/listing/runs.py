"""Runs of candidates that stand together, and what divides them: a heading, a pager, a container, missing days."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from harbincrawl.pages.html.line import Line, shared_depth
from harbincrawl.pages.pager.pager import Pager
from harbincrawl.pages.pager.tokens import read_count_line

from .items import Item
from .notes import COUNT_ALONE, IN_TEXT, NO_DAY, has_day

_LONGEST_HEADING = 40
"""Characters."""
MOST_OF_BOX = 6
"""Items that a feature box has at most."""
_COMPARED = 6
"""Lines above a candidate among which its heading is looked for."""


@dataclass(slots=True, eq=False)
class Run:
    """Neighbouring candidates, and what they look like."""

    items: list[Item] = field(default_factory=list)
    heading: int | None = None
    """Index of the line that heads it, apart from the run before."""
    is_divided: bool = False
    """A pager, a notice or a way from the home page stands before it."""
    before: Run | None = field(default=None, repr=False)
    """The run above it."""
    behind: Run | None = field(default=None, repr=False)
    own: int = 0
    """How many of them are of the list's section."""
    is_headed: bool = False
    """It has a heading that is not the list's own name."""
    days: list[int] = field(default_factory=list)
    """How each of them shows its day, see `notes.find_day`."""
    is_dated: bool = False
    is_described: bool = False

    @property
    def first(self) -> int:
        """Index of its first line."""
        return self.items[0].first

    @property
    def last(self) -> int:
        """Index of its last line that leads to an article."""
        return self.items[-1].last

    @property
    def is_own(self) -> bool:
        """True where most of them are of the list's section."""
        return 2 * self.own >= len(self.items)

    @property
    def is_named(self) -> bool:
        """True where the heading right above it is the list's own name."""
        return self.heading is not None and not self.is_headed


def split_runs(items: Sequence[Item], lines: Sequence[Line], pager: Pager | None, edges: Sequence[int]) -> list[Run]:
    """The candidates in runs: titles of one list stand at one depth under one element, without a heading between.

    `edges` are indexes of lines over which no list reaches.
    """
    if not items:
        return []
    bounds = {*edges, *(at for start, end in (pager.runs if pager else ()) for at in range(start, end))}
    headings = [_find_heading(items, at, lines, bounds) for at in range(len(items))]
    inner = [at for at, heading in enumerate(headings) if heading is not None and at]
    if len(items) > 2 and 2 * len(inner) > len(items) - 1:
        # A line above nearly every title is the item's own: its section.
        headings = [None] * len(items)
    hard = sorted({*edges, *(start for start, _ in (pager.runs if pager else ()))})
    runs: list[Run] = []
    edge = 0
    for at, item in enumerate(items):
        divided = False
        while edge < len(hard) and hard[edge] < item.first:
            divided = divided or (at > 0 and hard[edge] > items[at - 1].last)
            edge += 1
        heading = headings[at]
        following = items[at + 1] if at + 1 < len(items) else None
        if runs and not divided and heading is None and _is_of_run(item, runs[-1], following, lines):
            runs[-1].items.append(item)
        else:
            runs.append(Run([item], heading, divided))
    return runs


def _is_of_run(item: Item, run: Run, following: Item | None, lines: Sequence[Line]) -> bool:
    """True where `item` is as far from the run's items as they are from each other.

    The second one is none where it stands at another place than the first, and the third beside it.
    """
    last = run.items[-1]
    if len(item.path) != len(last.path):
        return False
    if len(run.items) == 1:
        place = lines[item.at].place
        if following is None or place == lines[last.at].place or place != lines[following.at].place:
            return True
        return shared_depth(item.path, following.path) <= shared_depth(item.path, last.path)
    shared = shared_depth(item.path, last.path)
    return shared >= shared_depth(run.items[0].path, run.items[1].path) or shared >= len(item.path) - 2


def _find_heading(items: Sequence[Item], at: int, lines: Sequence[Line], bounds: Container[int]) -> int | None:
    """Index of the line that heads item `at`, and what follows, apart from the items before; None without one."""
    item = items[at]
    before = items[at - 1] if at else None
    peers = (one for one in (items[at + 1] if at + 1 < len(items) else None, before) if one)
    peer = next((one for one in peers if lines[one.at].place == lines[item.at].place), None)
    stop = before.last + 1 if before else 0
    away = shared_depth(before.path, item.path) if before else 0
    for place in range(item.first - 1, max(stop, item.first - _COMPARED) - 1, -1):
        line = lines[place]
        if not line.text:
            continue
        if place in bounds or (line.is_link and place and lines[place - 1].is_link):
            # A breadcrumb, a pager, or the end of a menu.
            return None
        near = shared_depth(line.path, item.path)
        if peer and near > shared_depth(item.path, peer.path):
            # It stands with this title alone: a label of its item.
            continue
        above = lines[place - 1] if place else None
        is_below = before is None and above and above.text and not above.is_link and not line.heading
        if is_below and above and shared_depth(above.path, line.path) > near:
            # The last of several lines in a container of their own, as of a weather box.
            return None
        if not may_head(line) or (near <= away and before is not None and not line.heading and not line.emphasis):
            return None
        return place
    return None


def find_box(items: Sequence[Item], days: Sequence[int], own: Sequence[bool]) -> int:
    """Number of the first item of the box in which `items` end; 0 where they are of one list or of one box.

    A box is of other sections, repeats items, or lacks the days that the list has. Where it stands in a container of
    its own, that container is the box.
    """
    nearness = [shared_depth(one.path, other.path) for one, other in pairwise(items)]
    apart = min(nearness)
    found, end = 0, len(items)
    if apart < max(nearness):
        starts = [at for at, depth in enumerate(nearness, 1) if depth == apart]
        for start in starts[: -MOST_OF_BOX - 1 : -1]:
            if not _is_box(items[:end], days[:end], own[:end], start, is_apart=start == starts[0]):
                break
            found = end = start
    if found:
        return found
    # In one container with the list.
    start = len(items)
    while start and not own[start - 1] and len(items) - start < MOST_OF_BOX:
        start -= 1
    is_box = 0 < start < len(items) and _are_most(own[:start]) and _find_habit(days[start:]) < _find_habit(days[:start])
    return start if is_box else 0


def _is_box(items: Sequence[Item], days: Sequence[int], own: Sequence[bool], start: int, *, is_apart: bool) -> bool:
    """Whether those from `start` on are one; `is_apart`: those before are nearer to each other than to these."""
    known = {item.id for item in items[:start]}
    if len(items) - start <= MOST_OF_BOX and any(item.id in known for item in items[start:]):
        return True
    habit = _find_habit(days[:start])
    if habit and _find_habit(days[start:]) >= habit:
        return False
    if habit and is_apart:
        return True
    is_foreign = _are_most(own[:start]) and not _are_most(own[start:])
    return is_foreign and (bool(habit) or (is_apart and len(items) > start + 1))


def _find_habit(days: Sequence[int]) -> int:
    """How most of these items show their days."""
    habit = sorted(days)[(len(days) - 1) // 2]
    # Two sentences may end in days by chance.
    return habit if habit != IN_TEXT or len(days) > 2 else NO_DAY


def _are_most(own: Sequence[bool]) -> bool:
    return 2 * sum(own) >= len(own)


def may_head(line: Line) -> bool:
    """True for the words of a heading: short, no sentence and no day."""
    text = line.text
    if not text or len(text) > _LONGEST_HEADING or text[-1] in '.!?。！？”"…' or not any(map(str.isalpha, text)):
        return False
    return read_count_line(text) is None and not (has_day(text) or COUNT_ALONE.match(text))
