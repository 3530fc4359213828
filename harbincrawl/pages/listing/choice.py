"""Which links of a listing page are items of its list: menus, side columns and the box have links to articles, too."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from harbincrawl.pages.html.document import SitePage
from harbincrawl.pages.html.elements import CELLS
from harbincrawl.pages.html.line import Line, is_within, shared_depth
from harbincrawl.pages.pager.pager import Pager
from harbincrawl.pages.roles import Reason

from .edges import Edges, may_head, name_of
from .items import Item
from .notes import is_note

_MOST_OF_BOX = 6
"""Items that a feature box has at most."""
_COMPARED = 6
"""Lines above a candidate among which its heading is looked for, and below it, its day."""
_TEXT = 30
"""Characters of a line that describes an item."""


@dataclass(slots=True)
class Choice:
    """The items of a list, and why the other links to articles are none."""

    items: list[Item] = field(default_factory=list)
    others: list[tuple[Item, Reason]] = field(default_factory=list)
    headings: list[int] = field(default_factory=list)
    """Indexes of the lines that head these others."""


@dataclass(slots=True, eq=False)
class Run:
    """Neighbouring candidates that stand together, or look alike."""

    items: list[Item]
    ids: set[str | None]
    own: int
    """How many of them are of the list's section."""
    dated: int
    """How many show their day."""
    heading: int | None
    """Index of the line that heads it, apart from the run before."""
    is_headed: bool
    """It has a heading that is not the list's own name."""

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
    def is_dated(self) -> bool:
        """True where most of them show their days."""
        return 2 * self.dated >= len(self.items)

    def take(self, part: Run) -> None:
        """Adds the candidates of `part`, which follow."""
        self.items += part.items
        self.ids |= part.ids
        self.own += part.own
        self.dated += part.dated


class Chooser:
    """Looks at the runs of a page."""

    def __init__(self, page: SitePage, articles: Sequence[Item], pager: Pager | None, edges: Edges) -> None:
        self.lines = page.lines
        self.edges = edges
        self.names_sections = page.site.addresses.names_sections
        self.own_path = page.meaning.section_path if self.names_sections else ""
        self.pagers = [start for start, _ in pager.runs] if pager else []
        self.stops = sorted([*self.pagers, *edges.bounds, len(self.lines)])
        self.no_heads = {*edges.bounds, *(at for span in (pager.runs if pager else ()) for at in range(*span))}
        self.runs: list[Run] = []
        for part in self._divide(articles):
            if self.runs and self._is_one(self.runs[-1], part):
                self.runs[-1].take(part)
            else:
                self.runs.append(part)

    def choose(self) -> Choice:
        """The items, in the page's order."""
        best = max(self.runs, key=self._rank, default=None)
        listed = best if best is not None and self._is_list(best) else None
        choice = Choice(listed.items if listed else [])
        for run in self.runs:
            if run is listed:
                continue
            if run.heading is not None:
                choice.headings.append(run.heading)
            is_lost = self._is_lost(run, listed)
            for item in run.items:
                # Of what may be a part of the list the section's own articles tell.
                is_box = not is_lost or (listed and item.id in listed.ids) or not self._is_own(item)
                choice.others.append((item, Reason.OTHER_LINK if is_box else Reason.NONE))
        return choice

    def _divide(self, items: Sequence[Item]) -> Iterator[Run]:
        """Parts: each of a candidate and those behind it that are as near to it as to each other."""
        headings = [self._find_heading(items, at) for at in range(len(items))]
        if 2 * sum(heading is not None for heading in headings[1:]) >= len(items):
            # A line above nearly every title is the item's own: its section.
            headings = [None] * len(items)
        nears = [0, *(shared_depth(one.path, other.path) for one, other in pairwise(items)), 0]
        part: Run | None = None
        for at, (item, heading) in enumerate(zip(items, headings, strict=True)):
            is_headed = heading is not None and name_of(self.lines[heading].text) not in self.edges.names
            end = items[at + 1].first if at + 1 < len(items) else len(self.lines)
            one = Run([item], {item.id}, self._is_own(item), self._is_dated(item, end), heading, is_headed)
            is_near = at > 0 and nears[at] == max(nears[at - 1 : at + 2]) and len(items[at - 1].path) == len(item.path)
            if part and is_near and heading is None and not self._is_stopped(part.last, item.first):
                part.take(one)
                continue
            if part:
                yield part
            part = one
        if part:
            yield part

    def _is_one(self, above: Run, below: Run) -> bool:
        """True where two runs are of one list, or of one box."""
        if self._is_stopped(above.last, below.first) or above.ids & below.ids:
            return False
        if above.is_own != below.is_own or above.is_headed != below.is_headed:
            return False
        if len(above.items) == 1 and above.is_own and below.heading is None:
            # A headline looks as it likes.
            return True
        one, other = above.items[-1].path, below.items[0].path
        if above.is_dated != below.is_dated or abs(len(one) - len(other)) > 1:
            return False
        # Without days a box looks as the list does, but it has articles of several sections.
        are_own = self.names_sections and above.own + below.own == len(above.items) + len(below.items)
        is_near = shared_depth(one, other) >= len(other) - 2
        return above.is_dated or (below.heading is None and (are_own or is_near))

    def _is_stopped(self, start: int, end: int) -> bool:
        """Whether something between two lines lets no list reach over it."""
        return self.stops[bisect(self.stops, start)] < end

    def _is_own(self, item: Item) -> bool:
        """True where the item is of the list's section, as far as addresses say."""
        return item.meaning is not None and item.meaning.section_path == self.own_path

    def _is_dated(self, item: Item, end: int) -> bool:
        """Whether a day stands beside the title, or behind it up to line `end`."""
        end = max(item.last + 1, min(end, self.stops[bisect(self.stops, item.last)], item.last + _COMPARED))
        return any(is_note(item.read_beside(self.lines, at)) for at in range(item.first, end))

    def _find_heading(self, items: Sequence[Item], at: int) -> int | None:
        """Index of the line that heads item `at`, and what follows, apart from the items before; None without one."""
        lines, item = self.lines, items[at]
        before = items[at - 1] if at else None
        peers = [
            one
            for one in (*items[at + 1 : at + 2], *items[max(0, at - 1) : at])
            if lines[one.at].place == lines[item.at].place
        ]
        stop = before.last + 1 if before else 0
        for place in range(item.first - 1, max(stop, item.first - _COMPARED) - 1, -1):
            line = lines[place]
            near = shared_depth(line.path, item.path)
            if not line.text or (peers and near > shared_depth(item.path, peers[0].path)):
                # What stands with this title alone is a label of its item.
                continue
            is_apart = before is None or near > shared_depth(before.path, item.path) or line.heading or line.emphasis
            is_menu = place > 0 and line.is_link and lines[place - 1].is_link
            is_column = place > 0 and _is_beside(lines[place - 1], line)
            is_heading = is_apart and not (is_menu or is_column) and place not in self.no_heads and may_head(line)
            return place if is_heading else None
        return None

    def _rank(self, run: Run) -> tuple[int, int]:
        is_long = len(run.items) > _MOST_OF_BOX
        score = run.is_own + run.is_dated + is_long + self._is_named(run) + self._ends_at_pager(run) - run.is_headed
        # Of two that are as likely the longer one, or the first: a box may well be longer than a last page.
        return score, len(run.items) if is_long else 0

    def _ends_at_pager(self, run: Run) -> bool:
        pager = bisect(self.pagers, run.last)
        below = bisect(self.runs, run.last, key=lambda other: other.first)
        end = self.runs[below].first if below < len(self.runs) else len(self.lines)
        return pager < len(self.pagers) and self.pagers[pager] < end

    def _is_named(self, run: Run) -> bool:
        """Whether the list's own name, or the way to it, stands somewhere above."""
        return self.edges.named is not None and self.edges.named < run.first

    def _is_list(self, run: Run) -> bool:
        """False for the links of a notice or the home page: side columns and the box that every page has."""
        if run.is_dated:
            return run.is_own or self._is_named(run)
        if len(self.runs) > 1 and self._is_described(run):
            return run.is_own
        return run.is_own and not run.is_headed and (self._is_named(run) or len(run.items) > _MOST_OF_BOX)

    def _is_described(self, run: Run) -> bool:
        """Whether there are texts beside the titles for half of the items."""
        titles, own = {item.at for item in run.items}, {at for item in run.items for at in item.own}
        beside = (at for at in range(run.first, min(run.last + 2, len(self.lines))) if at not in titles)
        texts = sum(len(self.lines[at].text) >= _TEXT and (at in own or not self.lines[at].is_link) for at in beside)
        return 2 * texts >= len(run.items)

    def _is_lost(self, run: Run, listed: Run | None) -> bool:
        """Whether a run may be a part of the list: nothing says that it is a box."""
        if not listed or not run.is_own:
            return run.is_own and self.names_sections
        if run.is_headed:
            # Its heading may be a part's.
            return run.is_dated and listed.is_dated
        if len(run.items) > max(_MOST_OF_BOX, len(listed.items)):
            return True
        is_behind = run.first > listed.last
        is_apart = is_behind and bisect(self.pagers, listed.last) < bisect(self.pagers, run.first)
        return self.names_sections and not is_apart and (is_behind or not self._is_named(listed) or self._is_named(run))


def _is_beside(before: Line, line: Line) -> bool:
    """True where `line` is a cell of a table, as the name of a column, and `before` stands in the one before it."""
    is_cell = line.place[-1:] and line.place[-1][:2] in CELLS
    return bool(is_cell and before.text) and is_within(before.path, line.path[:-1]) and before.path != line.path
