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

from .boxes import MOST_OF_BOX, find_box
from .edges import Edges, name_of
from .items import Item, find_usual
from .notes import AS_NOTE, NO_DAY, find_day, match_day
from .runs import Run, find_nearness, split_runs

NO_SECTION = ""
"""The section path of articles whose addresses name none: any of them may be the list's own."""
_TEXT = 30
"""Characters of a line that describes an item."""
_FAR = 4
"""Containers that two columns of one list may have apart."""


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
        usual, self.strange = find_usual(articles)
        self._pagers = [start for start, _ in pager.runs] if pager else []
        whole = self._join_runs(split_runs(usual, self.lines, pager, edges.bounds))
        lists = sum(run.is_own for run in whole)
        last_box = max((at for at, run in enumerate(whole) if len(run.items) > 1 or run.is_headed), default=0)
        parts = [self._less_box(run, has_other=lists > run.is_own or at < last_box) for at, run in enumerate(whole)]
        self.runs = self._join_runs([run for part in parts for run in part])
        for run, nearness in zip(self.runs, find_nearness(self.runs, self.lines, pager), strict=True):
            run.is_dated, run.is_described, run.nearness = self._find_days(run), self._find_texts(run), nearness
        by_size = sorted(self.runs, key=lambda run: len(run.items))
        self._sizes = {item.id: len(run.items) for run in by_size for item in run.items}
        """Of the longest run with the article."""
        self._known: frozenset[str | None] = frozenset()
        """The articles of the best run."""

    def _join_runs(self, runs: list[Run]) -> list[Run]:
        """The runs of the page, each with those beside it."""
        for run in runs:
            run.own = sum(map(self.is_own, run.items))
            run.is_headed = run.heading is not None and name_of(self.lines[run.heading].text) not in self.names
        for above, below in pairwise(runs):
            above.behind, below.before = below, above
        return runs

    def choose(self) -> Choice:
        """The items, in the page's order."""
        choice = Choice(others=[(item, Reason.IN_TEXT) for item in self.strange])
        listed: list[Run] = []
        best = max(self.runs, key=self._rank, default=None)
        if best is not None:
            self._known = frozenset(item.id for item in best.items)
            if self.pager is not None or self._is_list(best):
                listed = self._join(best)
        for run in listed:
            for item in run.items:
                if run is not best and item.id in self._known:
                    choice.others.append((item, Reason.BOX_REPEATED))
                else:
                    choice.items.append(item)
        self._explain(choice, listed)
        return choice

    def _rank(self, run: Run) -> tuple[int, int]:
        score = 2 * run.is_own + 2 * run.is_dated + run.is_described
        score += 0 if run.is_headed else 2 + run.is_named
        score += 2 * (len(run.items) > MOST_OF_BOX) + run.nearness - 2 * self._is_repeated(run)
        if self.names_sections:
            score += run.own == len(run.items)
        if self.named is not None:
            score += 2 * (run.first > self.named)
        # Of two that are as likely the longer one, or the first: a box may well be longer than a last page.
        return score, len(run.items) if len(run.items) > MOST_OF_BOX else 0

    def _is_repeated(self, run: Run) -> bool:
        """True where all that the run has stands in longer ones, too: a story in focus above its list."""
        return all(self._sizes[item.id] > len(run.items) for item in run.items)

    def is_own(self, item: Item) -> bool:
        """True where the item is of the list's section, as far as addresses say."""
        return item.meaning is not None and item.meaning.section_path == self.own_path

    def _find_end(self, run: Run) -> int:
        """Index of the line where the next run begins."""
        return run.behind.first if run.behind else len(self.lines)

    def _span(self, run: Run) -> range:
        """The lines of a run and those behind it, up to what follows."""
        pager = bisect(self._pagers, run.last)
        end = min(self._find_end(run), *self._pagers[pager : pager + 1], len(self.lines))
        start = max(run.before.last + 1 if run.before else 0, run.first - 2)
        if run.before:
            above, own = run.before.items[-1].path, run.items[0].path
            while start < run.first and (path := self.lines[start].path):
                if shared_depth(path, above) <= shared_depth(path, own):
                    break
                start += 1
        return range(start, min(end, run.last + 6))

    def _find_days(self, run: Run) -> bool:
        titles = {item.at: item for item in run.items}
        count = len(titles)
        days = [day for place in self._span(run) if (day := self._find_day(place, titles.get(place)))]
        # Sentences end in days, too: they say something where nearly all do.
        return 2 * days.count(AS_NOTE) >= count or (count > 1 and 4 * len(days) >= 3 * count)

    def _find_day(self, place: int, title: Item | None) -> int:
        """`title` is the item whose title stands on the line; one that is a day says nothing of the list."""
        text = self.lines[place].text
        if not text or (title is not None and match_day(text)):
            return NO_DAY
        return find_day(title.read_beside(self.lines, place) if title else text)

    def _find_texts(self, run: Run) -> bool:
        linked = {place for item in run.items for place in item.own if place != item.at}
        texts = sum(
            len(line.text) >= _TEXT and (place in linked or not line.is_link)
            for place in self._span(run)
            if (line := self.lines[place])
        )
        return 2 * texts >= len(run.items)

    def _ends_at_pager(self, run: Run) -> bool:
        behind = bisect(self._pagers, run.last)
        return behind < len(self._pagers) and self._pagers[behind] <= self._find_end(run)

    def _is_list(self, run: Run) -> bool:
        """False for the links of a notice or the home page: side columns and the box that every page has."""
        named = self.named is not None and self.named < run.first
        if run.is_dated and not named and len(run.items) == 1:
            # The page's foot may have a link and a day, too.
            item = run.items[0]
            near = range(max(0, item.first - 1), min(len(self.lines), item.last + 2))
            return run.is_own and any(self._find_day(place, item if place == item.at else None) for place in near)
        if run.is_dated:
            return run.is_own or named or not run.is_headed
        if self.names_sections and not run.is_own:
            return False
        if named or run.is_named:
            return run.is_described or not run.is_headed
        if not run.is_own:
            return False
        if len(run.items) > MOST_OF_BOX and not run.is_headed and run.own == len(run.items):
            return True
        return run.is_described and (len(self.runs) > 1 or len(run.items) > MOST_OF_BOX)

    def _join(self, best: Run) -> list[Run]:
        """The runs of the list whose run `best` is: it may be in columns, or have a headline above it."""
        listed = [best]
        while (above := listed[0].before) and not listed[0].is_divided and self._is_above(above, listed[0], best):
            listed.insert(0, above)
        while (below := listed[-1].behind) and not below.is_divided and self._is_below(below, listed[-1], best):
            listed.append(below)
        return listed

    def _is_above(self, run: Run, below: Run, best: Run) -> bool:
        if all(item.id in self._known for item in run.items):
            return False
        if not run.is_own or (self.named is not None and run.first < self.named < below.first):
            return False
        if below.is_named or run.nearness < best.nearness > 1 < len(run.items):
            # The list begins under its own name, and where its pager stands.
            return False
        if below.is_headed:
            return self._is_alike(run, best) and best.is_dated
        if run.is_headed and not self._is_alike(run, best):
            return len(run.items) == 1 and self.named is not None and self.named < run.first
        return self.names_sections or len(run.items) == 1 or self._is_alike(run, best)

    def _is_below(self, run: Run, above: Run, best: Run) -> bool:
        if not run.is_own or not self._is_alike(run, best):
            return False
        if run.is_headed:
            return best.is_dated and self._ends_at_pager(run)
        if best.is_dated:
            # No box has days.
            return True
        if run.is_cut or run.nearness < best.nearness > 1:
            return False
        if run.own < len(run.items) and above.own == len(above.items):
            # A box has articles of several sections. What ends at the pager is no box.
            return self._ends_at_pager(run)
        one, two = run.items[0].path, above.items[-1].path
        return shared_depth(one, two) >= min(len(one), len(two)) - _FAR

    def _is_alike(self, run: Run, other: Run) -> bool:
        return (
            run.is_dated == other.is_dated
            and run.is_described == other.is_described
            and not any(item.id in self._known for item in run.items)
            and abs(len(run.items[0].path) - len(other.items[0].path)) <= 1
        )

    def _less_box(self, run: Run, *, has_other: bool) -> list[Run]:
        """A run as it is, or divided from the box that follows; behind a pager's list it has a run of its own."""
        if self._ends_at_pager(run) or len(run.items) < 2:
            return [run]
        found = find_box(run.items, self.lines, self.is_own, has_other=has_other)
        if found is None:
            return [run]
        cut, is_mixed = found
        return [Run(run.items[:cut], run.heading, run.is_divided, is_mixed), Run(run.items[cut:])]

    def _explain(self, choice: Choice, listed: Sequence[Run]) -> None:
        """Says of every other link to an article why it is no item."""
        known = {item.id for item in choice.items}
        most = max(MOST_OF_BOX, *(len(run.items) for run in listed), 0)
        is_behind = False
        for run in self.runs:
            if run in listed:
                is_behind = True
                continue
            reason = self._find_reason(run, listed, most, is_behind=is_behind)
            if run.heading is not None:
                choice.headings.append(run.heading)
            for item in run.items:
                if item.id in known:
                    choice.others.append((item, Reason.BOX_REPEATED))
                elif reason is Reason.NONE and listed and self.names_sections and not self.is_own(item):
                    # Its run may be of the list; of what is lost, the section's own articles tell.
                    choice.others.append((item, Reason.BOX_OF_OTHERS))
                else:
                    choice.others.append((item, reason))

    def _find_reason(self, run: Run, listed: Sequence[Run], most: int, *, is_behind: bool) -> Reason:
        """`most`: items that no box of the page has more of; `is_behind`: the run stands behind the list."""
        if not listed and run.is_own and len(run.items) > MOST_OF_BOX:
            return Reason.NONE
        if run.is_headed:
            alike = bool(listed) and run.is_own and run.is_dated and self._is_alike(run, listed[0])
            # Days, texts and depth of the list's own items: its heading may be a part's.
            return Reason.NONE if alike else Reason.BOX_UNDER_HEADING
        if run.is_own and len(run.items) > most:
            return Reason.NONE
        if not run.is_own or not self.names_sections:
            return Reason.BOX_OF_OTHERS
        if not listed:
            # Nothing shows a list.
            return Reason.NONE
        if is_behind and bisect(self._pagers, listed[-1].last) < bisect(self._pagers, run.first):
            return Reason.BOX_BEHIND
        if not is_behind and self.named is not None and run.last < self.named:
            return Reason.BOX_ABOVE
        return Reason.NONE
