"""Which links of a listing page are items of its list: menus, side columns and the box have links to articles, too."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from harbincrawl.pages.html.document import SitePage
from harbincrawl.pages.pager.pager import Pager
from harbincrawl.pages.roles import Reason

from .edges import Edges, name_of
from .items import Item
from .notes import AS_NOTE, NO_DAY, find_day, is_day_line, match_day
from .runs import MOST_OF_BOX, Run, find_box, split_runs

_BEHIND = 6
"""Lines from the last title on among which its day is looked for."""
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
        self.edges = edges
        self.names_sections = page.site.addresses.names_sections
        self.own_path = page.meaning.section_path if self.names_sections else ""
        self.pagers = [start for start, _ in pager.runs] if pager else []
        own = {at for start, end in (pager.runs if pager else ()) for at in range(start, end)}
        whole = split_runs(articles, self.lines, own.union(edges.bounds), [*edges.bounds, *self.pagers])
        self._look_at(whole)
        self.runs = [part for run in whole for part in self._less_box(run)]
        self._look_at(self.runs)

    def choose(self) -> Choice:
        """The items, in the page's order."""
        best = max(self.runs, key=self._rank, default=None)
        listed = self._join(best) if best is not None and (self.pagers or self._is_list(best)) else []
        choice = Choice([item for run in listed for item in run.items])
        known = {item.id for item in choice.items}
        for run in self.runs:
            if run in listed:
                continue
            if run.heading is not None:
                choice.headings.append(run.heading)
            is_lost = self._is_lost(run, listed)
            for item in run.items:
                # Of what may be a part of the list the section's own articles tell.
                is_box = not is_lost or item.id in known or (self.names_sections and not self.is_own(item))
                choice.others.append((item, Reason.OTHER_LINK if is_box else Reason.NONE))
        return choice

    def is_own(self, item: Item) -> bool:
        """True where the item is of the list's section, as far as addresses say."""
        return item.meaning is not None and item.meaning.section_path == self.own_path

    def _rank(self, run: Run) -> tuple[int, int]:
        is_long = len(run.items) > MOST_OF_BOX
        score = run.is_own + run.is_dated + is_long + self._is_named(run) + run.ends_at_pager - run.is_headed
        # Of two that are as likely the longer one, or the first: a box may well be longer than a last page.
        return score, len(run.items) if is_long else 0

    def _is_named(self, run: Run) -> bool:
        """Whether the list's own name, or the way to it, stands somewhere above."""
        return self.edges.named is not None and self.edges.named < run.first

    def _is_list(self, run: Run) -> bool:
        """False for the links of a notice or the home page: side columns and the box that every page has."""
        if run.is_dated:
            return run.is_own or self._is_named(run)
        if len(self.runs) > 1 and self._is_described(run):
            return run.is_own
        return run.is_own and not run.is_headed and (self._is_named(run) or len(run.items) > MOST_OF_BOX)

    def _is_described(self, run: Run) -> bool:
        """Whether there are texts beside the titles for half of the items."""
        titles, own = {item.at for item in run.items}, {at for item in run.items for at in item.own}
        beside = (at for at in range(run.first, min(run.last + 2, len(self.lines))) if at not in titles)
        texts = sum(len(self.lines[at].text) >= _TEXT and (at in own or not self.lines[at].is_link) for at in beside)
        return 2 * texts >= len(run.items)

    def _look_at(self, runs: Sequence[Run]) -> None:
        """Says how each item of these shows its day, and whether most have one."""
        ends = [*(run.first for run in runs[1:]), len(self.lines)]
        for run, end in zip(runs, ends, strict=False):
            run.own = sum(map(self.is_own, run.items))
            run.is_headed = run.heading is not None and name_of(self.lines[run.heading].text) not in self.edges.names
            above = int(run.first > 0 and is_day_line(self.lines[run.first - 1].text))
            pager = next((start for start in self.pagers if start > run.last), len(self.lines))
            run.ends_at_pager = pager <= end and pager < len(self.lines)
            stop = min(end, pager, run.last + _BEHIND)
            starts = [*(item.first - above for item in run.items), max(stop, run.last + 1)]
            run.days = [
                self._find_day(item, range(*span)) for item, span in zip(run.items, pairwise(starts), strict=True)
            ]
            # Sentences end in days, too: they say something where nearly all do.
            count, dated = len(run.items), sum(map(bool, run.days))
            run.is_dated = 2 * run.days.count(AS_NOTE) >= count or (count > 1 and 4 * dated >= 3 * count)

    def _find_day(self, item: Item, span: range) -> int:
        """How the lines `span` show the item's day; a title that is a day says nothing of the list."""
        shown = [at for at in span if at != item.at or not match_day(self.lines[at].text)]
        return max((find_day(item.read_beside(self.lines, at)) for at in shown), default=NO_DAY)

    def _less_box(self, run: Run) -> list[Run]:
        """A run as it is, or divided from the box that follows."""
        found = find_box(run, [self.is_own(item) for item in run.items]) if len(run.items) > 1 else 0
        return [Run(run.items[:found], run.heading, run.is_divided), Run(run.items[found:])] if found else [run]

    def _join(self, best: Run) -> list[Run]:
        """The run `best` and those beside it that look as it does: a list may stand in columns or in parts."""
        first = last = self.runs.index(best)
        known = {item.id for item in best.items}
        while first and self._are_parts(self.runs[first - 1], self.runs[first], best, known):
            first -= 1
        while last + 1 < len(self.runs) and self._are_parts(self.runs[last], self.runs[last + 1], best, known):
            last += 1
        return self.runs[first : last + 1]

    def _are_parts(self, above: Run, below: Run, best: Run, known: set[str | None]) -> bool:
        """True where two runs are of one list, as that of them does that is nearer to `best`; `known` are its ids."""
        is_above = above.first < best.first
        other = above if is_above else below
        is_named_between = self.edges.named is not None and above.first < self.edges.named < below.first
        if below.is_divided or is_named_between or not other.is_own or any(item.id in known for item in other.items):
            return False
        if above.is_headed or below.heading is not None:
            # Parts under headings of their own, as months.
            return above.is_headed == below.is_headed and best.is_dated and other.is_dated
        if is_above and len(other.items) == 1:
            # A headline looks as it likes.
            return True
        is_alike = other.is_dated == best.is_dated and abs(len(other.items[0].path) - len(best.items[0].path)) <= 1
        # Without days a box looks as the list does, but it has articles of several sections.
        return is_alike and (best.is_dated or (self.names_sections and other.own == len(other.items)))

    def _is_lost(self, run: Run, listed: Sequence[Run]) -> bool:
        """Whether a run may be a part of the list: nothing says that it is a box."""
        if not listed or not run.is_own:
            return run.is_own and self.names_sections
        if run.is_headed:
            # Its heading may be a part's.
            return run.is_dated and listed[0].is_dated
        if len(run.items) > max(MOST_OF_BOX, *(len(each.items) for each in listed)):
            return True
        is_behind = run.first > listed[-1].last
        is_apart = is_behind and bisect(self.pagers, listed[-1].last) < bisect(self.pagers, run.first)
        return (
            self.names_sections and not is_apart and (is_behind or not self._is_named(listed[0]) or self._is_named(run))
        )
