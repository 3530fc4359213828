"""Which links of a listing page are items of its list: menus, side columns and the box have links to articles, too."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from harbincrawl.pages.html.document import SitePage
from harbincrawl.pages.html.line import shared_depth
from harbincrawl.pages.pager.pager import Pager
from harbincrawl.pages.roles import Reason

from .edges import Edges, name_of
from .items import Item
from .notes import AS_NOTE, NO_DAY, find_day, is_day_line, match_day
from .runs import MOST_OF_BOX, Run, find_box, split_runs

NO_SECTION = ""
"""The section path of articles whose addresses name none: any of them may be the list's own."""
_FAR = 3
"""Containers that two columns of one list may have apart: cell, block and a paragraph."""
_BEHIND = 6
"""Lines from the last title on among which its day and its text are looked for."""
_TEXT = 30
"""Characters of a line that describes an item."""


@dataclass(slots=True)
class Choice:
    """The items of a list, and why the other links to articles are none."""

    items: list[Item] = field(default_factory=list)
    others: list[tuple[Item, Reason]] = field(default_factory=list)
    headings: list[int] = field(default_factory=list)
    """Indexes of the lines that head these others."""


class Chooser:
    """Looks at the runs of a page."""

    def __init__(self, page: SitePage, articles: Sequence[Item], pager: Pager | None, edges: Edges) -> None:
        self.lines = page.lines
        self.pager = pager
        self.named = edges.named
        self.names_sections = page.site.addresses.names_sections
        self.own_path = page.meaning.section_path if self.names_sections else NO_SECTION
        self.names = edges.names
        self._pagers = [start for start, _ in pager.runs] if pager else []
        whole = self._join_runs(split_runs(articles, self.lines, pager, edges.bounds))
        self.runs = self._join_runs([part for run in whole for part in self._less_box(run)])
        self._known: frozenset[str | None] = frozenset()
        """The articles of the best run."""

    def _join_runs(self, runs: list[Run]) -> list[Run]:
        """The runs of the page, each with those beside it."""
        for run in runs:
            run.own = sum(map(self.is_own, run.items))
            run.is_headed = run.heading is not None and name_of(self.lines[run.heading].text) not in self.names
        for above, below in pairwise(runs):
            above.behind, below.before = below, above
        for run in runs:
            self._look_at(run)
        return runs

    def choose(self) -> Choice:
        """The items, in the page's order."""
        choice = Choice()
        listed: list[Run] = []
        best = max(self.runs, key=self._rank, default=None)
        if best is not None:
            self._known = frozenset(item.id for item in best.items)
            if self.pager is not None or self._is_list(best):
                listed = self._join(best)
        choice.items = [item for run in listed for item in run.items]
        self._explain(choice, listed)
        return choice

    def _rank(self, run: Run) -> tuple[int, int]:
        is_long = len(run.items) > MOST_OF_BOX
        score = 2 * (run.is_own + run.is_dated + is_long + self._ends_at_pager(run) - run.is_headed)
        score += run.is_described + run.is_named + 2 * (self.named is not None and run.first > self.named)
        # Of two that are as likely the longer one, or the first: a box may well be longer than a last page.
        return score, len(run.items) if is_long else 0

    def is_own(self, item: Item) -> bool:
        """True where the item is of the list's section, as far as addresses say."""
        return item.meaning is not None and item.meaning.section_path == self.own_path

    def _find_end(self, run: Run) -> int:
        """Index of the line where the next run begins."""
        return run.behind.first if run.behind else len(self.lines)

    def _look_at(self, run: Run) -> None:
        """Says how each item of a run shows its day, and whether most have days and texts."""
        above = int(run.first > 0 and is_day_line(self.lines[run.first - 1].text))
        pager = bisect(self._pagers, run.last)
        end = min(self._find_end(run), *self._pagers[pager : pager + 1], run.last + _BEHIND)
        starts = [item.first - above for item in run.items]
        spans = [range(first, stop) for first, stop in pairwise([*starts, max(end, run.last + 1)])]
        run.days = [self._find_day(item, span) for item, span in zip(run.items, spans, strict=True)]
        texts = sum(self._has_text(item, span) for item, span in zip(run.items, spans, strict=True))
        count = len(run.items)
        # Sentences end in days, too: they say something where nearly all do.
        run.is_dated = 2 * run.days.count(AS_NOTE) >= count or (count > 1 and 4 * sum(map(bool, run.days)) >= 3 * count)
        run.is_described = 2 * texts >= count

    def _find_day(self, item: Item, span: range) -> int:
        """How the lines `span` show the item's day; a title that is a day says nothing of the list."""
        shown = [at for at in span if at != item.at or not match_day(self.lines[at].text)]
        return max((find_day(item.read_beside(self.lines, at)) for at in shown), default=NO_DAY)

    def _has_text(self, item: Item, span: range) -> bool:
        linked = {at for at in item.own if at != item.at}
        return any(len(self.lines[at].text) >= _TEXT and (at in linked or not self.lines[at].is_link) for at in span)

    def _ends_at_pager(self, run: Run) -> bool:
        behind = bisect(self._pagers, run.last)
        return behind < len(self._pagers) and self._pagers[behind] <= self._find_end(run)

    def _is_list(self, run: Run) -> bool:
        """False for the links of a notice or the home page: side columns and the box that every page has."""
        is_named = run.is_named or (self.named is not None and self.named < run.first)
        if run.is_dated:
            return run.is_own or is_named
        if run.is_described and len(self.runs) > 1:
            return run.is_own
        return run.is_own and not run.is_headed and (is_named or len(run.items) > MOST_OF_BOX)

    def _join(self, best: Run) -> list[Run]:
        """The run `best` and those beside it that look as it does: a list may stand in columns or in parts."""
        listed = [best]
        while (above := listed[0].before) and self._are_parts(above, listed[0], best):
            listed.insert(0, above)
        while (below := listed[-1].behind) and self._are_parts(listed[-1], below, best):
            listed.append(below)
        return listed

    def _are_parts(self, above: Run, below: Run, best: Run) -> bool:
        """True where two runs are of one list, as that of them does that is nearer to `best`."""
        is_above = above.first < best.first
        other = above if is_above else below
        if below.is_divided or not other.is_own or any(item.id in self._known for item in other.items):
            return False
        if self.named is not None and above.first < self.named < below.first:
            # The list begins under its own name.
            return False
        if above.is_headed or below.heading is not None:
            # Parts under headings of their own, as months.
            return above.is_headed == below.is_headed and best.is_dated and other.is_dated
        if is_above and len(other.items) == 1:
            # A headline looks as it likes.
            return True
        # Without days a box looks as the list does, but it has articles of several sections, or stands apart.
        one, two = above.items[-1].path, below.items[0].path
        is_near = shared_depth(one, two) >= min(len(one), len(two)) - _FAR
        is_alike = (other.is_dated, other.is_described) == (best.is_dated, best.is_described)
        is_alike = is_alike and abs(len(other.items[0].path) - len(best.items[0].path)) <= 1
        return is_alike and (best.is_dated or (is_near and other.own == len(other.items)))

    def _less_box(self, run: Run) -> list[Run]:
        """A run as it is, or divided from the box that follows; behind a pager's list it has a run of its own."""
        if self._ends_at_pager(run) or len(run.items) < 2:
            return [run]
        found = find_box(run.items, run.days, [self.is_own(item) for item in run.items])
        if not found:
            return [run]
        return [Run(run.items[:found], run.heading, run.is_divided), Run(run.items[found:])]

    def _explain(self, choice: Choice, listed: Sequence[Run]) -> None:
        """Says of every other link to an article why it is no item."""
        known = {item.id for item in choice.items}
        most = max(MOST_OF_BOX, *(len(run.items) for run in listed), 0)
        is_behind = False
        for run in self.runs:
            if run in listed:
                is_behind = True
                continue
            is_lost = self._is_lost(run, listed, most, is_behind=is_behind)
            if run.heading is not None:
                choice.headings.append(run.heading)
            for item in run.items:
                # Its run may be of the list; of what is lost, the section's own articles tell.
                is_foreign = bool(listed) and self.names_sections and not self.is_own(item)
                is_box = not is_lost or item.id in known or is_foreign
                choice.others.append((item, Reason.OTHER_LINK if is_box else Reason.NONE))

    def _is_lost(self, run: Run, listed: Sequence[Run], most: int, *, is_behind: bool) -> bool:
        """Whether a run may be a part of the list: nothing says that it is a box.

        `most`: items that no box of the page has more of; `is_behind`: the run stands behind the list.
        """
        if run.is_headed:
            # Its heading may be a part's.
            return bool(listed) and run.is_own and run.is_dated and listed[0].is_dated
        if run.is_own and len(run.items) > most:
            return True
        if not run.is_own or not self.names_sections:
            return False
        if is_behind and bisect(self._pagers, listed[-1].last) < bisect(self._pagers, run.first):
            return False
        return not listed or is_behind or self.named is None or run.last >= self.named
