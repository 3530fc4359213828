"""Runs of candidates that stand together, and what divides them: a heading, a pager, a container, missing days."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from harbincrawl.pages.html.elements import CELLS
from harbincrawl.pages.html.line import Line, is_within, shared_depth
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
    own: int = 0
    """How many of them are of the list's section."""
    is_headed: bool = False
    """It has a heading that is not the list's own name."""
    days: list[int] = field(default_factory=list)
    """How each of them shows its day, see `notes.find_day`."""
    is_dated: bool = False
    ends_at_pager: bool = False

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


def split_runs(items: Sequence[Item], lines: Sequence[Line], bounds: Container[int], edges: Sequence[int]) -> list[Run]:
    """The candidates in runs: titles of one list stand at one depth under one element, without a heading between.

    `bounds` has the indexes of lines that head nothing, `edges` of those over which no list reaches.
    """
    headings = [_find_heading(items, at, lines, bounds) for at in range(len(items))]
    inner = sum(heading is not None for heading in headings[1:])
    if len(items) > 2 and 2 * inner > len(items) - 1:
        # A line above nearly every title is the item's own: its section.
        headings = [None] * len(items)
    runs: list[Run] = []
    for at, item in enumerate(items):
        is_divided = at > 0 and any(items[at - 1].last < edge < item.first for edge in edges)
        following = items[at + 1] if at + 1 < len(items) else None
        if runs and not is_divided and headings[at] is None and _is_of_run(item, runs[-1], following, lines):
            runs[-1].items.append(item)
        else:
            runs.append(Run([item], headings[at], is_divided))
    return runs


def _is_of_run(item: Item, run: Run, following: Item | None, lines: Sequence[Line]) -> bool:
    """True where `item` is as far from the run's items as they are from each other.

    The second one is none where it stands at another place than the first, and the third beside it.
    """
    last = run.items[-1]
    if len(item.path) != len(last.path):
        return False
    shared = shared_depth(item.path, last.path)
    if len(run.items) > 1:
        return shared >= shared_depth(run.items[0].path, run.items[1].path) or shared >= len(item.path) - 2
    place = lines[item.at].place
    if following is None or place == lines[last.at].place or place != lines[following.at].place:
        return True
    return shared_depth(item.path, following.path) <= shared


def _find_heading(items: Sequence[Item], at: int, lines: Sequence[Line], bounds: Container[int]) -> int | None:
    """Index of the line that heads item `at`, and what follows, apart from the items before; None without one."""
    item = items[at]
    before = items[at - 1] if at else None
    peers = (one for one in (items[at + 1] if at + 1 < len(items) else None, before) if one)
    peer = next((one for one in peers if lines[one.at].place == lines[item.at].place), None)
    stop = before.last + 1 if before else 0
    for place in range(item.first - 1, max(stop, item.first - _COMPARED) - 1, -1):
        line = lines[place]
        near = shared_depth(line.path, item.path)
        if not line.text or (peer and near > shared_depth(item.path, peer.path)):
            # What stands with this title alone is a label of its item.
            continue
        is_apart = before is None or near > shared_depth(before.path, item.path) or line.heading or line.emphasis
        is_menu = place > 0 and line.is_link and lines[place - 1].is_link
        is_column = place > 0 and near < len(line.path) and _is_beside(lines[place - 1], line)
        return place if is_apart and not (is_menu or is_column) and place not in bounds and may_head(line) else None
    return None


def _is_beside(before: Line, line: Line) -> bool:
    """True where `line` is a cell of a table, as the name of a column, and `before` stands in the one before it."""
    is_cell = line.place[-1:] and line.place[-1][:2] in CELLS
    return bool(is_cell and before.text) and is_within(before.path, line.path[:-1]) and before.path != line.path


def find_box(run: Run, own: Sequence[bool]) -> int:
    """Number of the first item of the box in which the items of a run end; 0 where they are of one list or of one box.

    A box is of other sections, repeats items, or lacks the days that the list has, and stands in a container of its
    own; `own` says which of the items are of the list's section.
    """
    nearness = [shared_depth(one.path, other.path) for one, other in pairwise(run.items)]
    apart = min(nearness)
    starts = [at for at, depth in enumerate(nearness, 1) if depth == apart < max(nearness)]
    found = 0
    for start in starts[: -MOST_OF_BOX - 1 : -1]:
        if not _is_box(run, own, range(start, found or len(run.items)), is_apart=start == starts[0]):
            break
        found = start
    return found


def _is_box(run: Run, own: Sequence[bool], part: range, *, is_apart: bool) -> bool:
    """Whether the items `part` are one; `is_apart`: those before are nearer to each other than to these."""
    before, behind = slice(part.start), slice(part.start, part.stop)
    known = {item.id for item in run.items[before]}
    if len(part) <= MOST_OF_BOX and any(item.id in known for item in run.items[behind]):
        return True
    habit = _find_habit(run.days[before])
    if habit and (is_apart or _find_habit(run.days[behind]) >= habit):
        return _find_habit(run.days[behind]) < habit
    is_foreign = _are_most(own[before]) and not _are_most(own[behind])
    return is_foreign and (bool(habit) or (is_apart and len(part) > 1))


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
