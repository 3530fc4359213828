"""Runs of candidates that stand together, and what divides them: a heading, a pager, a container."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass, field

from harbincrawl.pages.html.line import Line, shared_depth
from harbincrawl.pages.pager.pager import Pager
from harbincrawl.pages.pager.tokens import read_count_line

from .items import Item
from .notes import are_notes, is_period, match_day

_LONGEST_HEADING = 40
"""Characters."""
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
    _drop_labels(headings, items, lines)
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


def _drop_labels(headings: list[int | None], items: Sequence[Item], lines: Sequence[Line]) -> None:
    """Takes from neighbouring items lines above them that stand to each as to the other, in its own container."""
    labels: set[int] = set()
    for at in range(len(items) - 1):
        one, two = headings[at], headings[at + 1]
        if one is None or two is None or len(items[at].path) != len(items[at + 1].path):
            continue
        apart = shared_depth(items[at].path, items[at + 1].path)
        if at + 2 < len(items) and shared_depth(items[at + 1].path, items[at + 2].path) > apart:
            # More than one item stands below the line.
            continue
        near = shared_depth(lines[one].path, items[at].path)
        if near == shared_depth(lines[two].path, items[at + 1].path) > apart and apart >= near - 1:
            labels |= {at, at + 1}
    for at in labels:
        headings[at] = None


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
    following = items[at + 1] if at + 1 < len(items) else None
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
        above = lines[place - 1] if place else None
        is_below = before is None and above and above.text and not above.is_link and not line.heading
        if is_below and above and shared_depth(above.path, line.path) > near:
            # The last of several lines in a container of their own, as of a weather box.
            return None
        behind = shared_depth(line.path, before.path) if before else 0
        if near <= behind and not line.heading and not (line.emphasis and line.path == item.path):
            # It stands no nearer to what follows than to what is above it.
            return None
        if not may_head(line) or (near <= away and before is not None and not line.heading and not line.emphasis):
            return None
        if before and line.is_link and not line.heading and near >= len(item.path) - 1:
            # A link above one title alone is the section of its item.
            return None if following is None or shared_depth(item.path, following.path) <= away else place
        return place
    return None


def may_head(line: Line) -> bool:
    """True for the words of a heading: short, no sentence, no day, month or year."""
    text = line.text
    if not text or len(text) > _LONGEST_HEADING or text[-1] in '.!?。！？”"…' or not any(map(str.isalpha, text)):
        return False
    if is_period(text) or match_day(text) or read_count_line(text) is not None:
        return False
    notes = are_notes(text)
    return notes is None or not any(note.kind in ("day", "count", "source", "author") for note in notes)
