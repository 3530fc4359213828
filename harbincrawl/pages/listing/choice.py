"""Which links of a listing page are items of its list: menus, side columns and the box have links to articles, too."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass, field

from harbincrawl.pages.html.line import Line, shared_depth
from harbincrawl.pages.pager import Pager
from harbincrawl.pages.roles import Reason
from harbincrawl.sites import Address, Site

from .boxes import MOST_OF_BOX, find_box
from .days import match_day
from .edges import Edges, name_of
from .item import Item
from .notes import AS_NOTE, NO_DAY, find_day
from .runs import Run, find_nearness, split_runs
from .titles import TitleLinks, find_usual

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

    def __init__(
        self, lines: Sequence[Line], titles: TitleLinks, pager: Pager | None, edges: Edges, own: Address, site: Site
    ) -> None:
        self.lines = lines
        self.pager = pager
        self.own = own
        self.named = edges.named
        self.own_path = own.section_path if site.addresses.names_sections else NO_SECTION
        self.names_sections = site.addresses.names_sections
        self.names = edges.names
        usual, self.strange = find_usual(titles.articles)
        self._pagers = [start for start, _ in pager.runs] if pager else []
        whole = split_runs(usual, lines, pager, edges.bounds)
        self._set_runs(whole)
        self._lists = sum(map(self._is_own, whole))
        self._last_box = max(
            (at for at, run in enumerate(whole) if len(run.items) > 1 or self._is_headed(run)), default=0
        )
        self._set_runs([part for at in range(len(whole)) for part in self._less_box(at)])
        self._dated = [self._find_days(at) for at in range(len(self.runs))]
        self._described = [self._find_texts(at) for at in range(len(self.runs))]
        self._nearness = find_nearness(self.runs, lines, pager)
        by_size = sorted(self.runs, key=lambda run: len(run.items))
        self._sizes = {item.id: len(run.items) for run in by_size for item in run.items}
        """Of the longest run with the article."""
        self._known: frozenset[str | None] = frozenset()
        """The articles of the best run."""

    def _set_runs(self, runs: list[Run]) -> None:
        self.runs = runs
        for run in runs:
            run.own = sum(map(self.is_own, run.items))
        self._ends = [run.first for run in runs[1:]] + [len(self.lines)]
        self._starts = [0] + [run.last + 1 for run in runs[:-1]]

    def choose(self) -> Choice:
        """The items, in the page's order."""
        choice = Choice(others=[(item, Reason.IN_TEXT) for item in self.strange])
        if not self.runs:
            self._explain(choice, None, None)
            return choice
        best = max(range(len(self.runs)), key=self._rank)
        self._known = frozenset(item.id for item in self.runs[best].items)
        if self.pager is None and not self._is_list(best):
            self._explain(choice, None, None)
            return choice
        first, last = self._join(best)
        for at in range(first, last + 1):
            for item in self.runs[at].items:
                if at != best and item.id in self._known:
                    choice.others.append((item, Reason.BOX_REPEATED))
                else:
                    choice.items.append(item)
        self._explain(choice, first, last)
        return choice

    def _rank(self, at: int) -> tuple[int, int]:
        run = self.runs[at]
        score = 2 * self._is_own(run) + 2 * self._is_dated(at) + self._is_described(at)
        score += 0 if self._is_headed(run) else 2 + self._is_named(run)
        score += 2 * (len(run.items) > MOST_OF_BOX) + self._nearness[at] - 2 * self._is_repeated(run)
        if self.names_sections:
            score += run.own == len(run.items)
        if self.named is not None:
            score += 2 * (run.first > self.named)
        # Of two that are as likely the longer one, or the first: a box may well be longer than a last page.
        return score, len(run.items) if len(run.items) > MOST_OF_BOX else 0

    def _is_own(self, run: Run) -> bool:
        return 2 * run.own >= len(run.items)

    def _is_repeated(self, run: Run) -> bool:
        """True where all that the run has stands in longer ones, too: a story in focus above its list."""
        return all(self._sizes[item.id] > len(run.items) for item in run.items)

    def is_own(self, item: Item) -> bool:
        """True where the item is of the list's section, as far as addresses say."""
        return item.meaning is not None and item.meaning.section_path == self.own_path

    def _is_headed(self, run: Run) -> bool:
        """True where the run has a heading that is not the list's own name."""
        return run.heading is not None and name_of(self.lines[run.heading].text) not in self.names

    def _is_named(self, run: Run) -> bool:
        """True where the heading right above the run is the list's own name."""
        return run.heading is not None and not self._is_headed(run)

    def _span(self, at: int) -> range:
        """The lines of a run and those behind it, up to what follows."""
        run = self.runs[at]
        pager = bisect(self._pagers, run.last)
        end = min(self._ends[at], *self._pagers[pager : pager + 1], len(self.lines))
        start = max(self._starts[at], run.first - 2)
        if at:
            above, own = self.runs[at - 1].items[-1].path, run.items[0].path
            while start < run.first and _is_nearer(self.lines[start].path, above, own):
                start += 1
        return range(start, min(end, run.last + 6))

    def _is_dated(self, at: int) -> bool:
        return self._dated[at]

    def _is_described(self, at: int) -> bool:
        return self._described[at]

    def _find_days(self, at: int) -> bool:
        titles = {item.at: item for item in self.runs[at].items}
        count = len(titles)
        days = [day for place in self._span(at) if (day := self._find_day(place, titles.get(place)))]
        # Sentences end in days, too: they say something where nearly all do.
        return 2 * days.count(AS_NOTE) >= count or (count > 1 and 4 * len(days) >= 3 * count)

    def _find_day(self, place: int, title: Item | None) -> int:
        """`title` is the item whose title stands on the line; one that is a day says nothing of the list."""
        text = self.lines[place].text
        if not text or (title is not None and match_day(text)):
            return NO_DAY
        return find_day(title.cut_title(text) if title else text)

    def _find_texts(self, at: int) -> bool:
        run = self.runs[at]
        linked = {place for item in run.items for place in item.own if place != item.at}
        texts = sum(
            len(line.text) >= _TEXT and (place in linked or not line.is_link)
            for place in self._span(at)
            if (line := self.lines[place])
        )
        return 2 * texts >= len(run.items)

    def _ends_at_pager(self, at: int) -> bool:
        behind = bisect(self._pagers, self.runs[at].last)
        return behind < len(self._pagers) and self._pagers[behind] <= self._ends[at]

    def _is_list(self, at: int) -> bool:
        """False for the links of a notice or the home page: side columns and the box that every page has."""
        run = self.runs[at]
        named = self.named is not None and self.named < run.first
        if self._is_dated(at) and not named and len(run.items) == 1:
            # The page's foot may have a link and a day, too.
            item = run.items[0]
            near = range(max(0, item.first - 1), min(len(self.lines), item.last + 2))
            return self._is_own(run) and any(
                self._find_day(place, item if place == item.at else None) for place in near
            )
        if self._is_dated(at):
            return self._is_own(run) or named or not self._is_headed(run)
        if self.names_sections and not self._is_own(run):
            return False
        described = self._is_described(at)
        if named or self._is_named(run):
            return described or not self._is_headed(run)
        if not self._is_own(run):
            return False
        if len(run.items) > MOST_OF_BOX and not self._is_headed(run) and run.own == len(run.items):
            return True
        return described and (len(self.runs) > 1 or len(run.items) > MOST_OF_BOX)

    def _join(self, best: int) -> tuple[int, int]:
        """The first and last run of the list whose run `best` is: it may be in columns, or have a headline above it."""
        first = last = best
        while first > 0 and not self.runs[first].is_divided and self._is_above(first - 1, first, best):
            first -= 1
        while last + 1 < len(self.runs) and not self.runs[last + 1].is_divided and self._is_below(last + 1, last, best):
            last += 1
        return first, last

    def _is_above(self, at: int, below: int, best: int) -> bool:
        run = self.runs[at]
        if all(item.id in self._known for item in run.items):
            return False
        if not self._is_own(run) or (self.named is not None and run.first < self.named < self.runs[below].first):
            return False
        if self._is_named(self.runs[below]) or self._nearness[at] < self._nearness[best] > 1 < len(run.items):
            # The list begins under its own name, and where its pager stands.
            return False
        if self._is_headed(self.runs[below]):
            return self._is_alike(at, best) and self._is_dated(best)
        if self._is_headed(run) and not self._is_alike(at, best):
            return len(run.items) == 1 and self.named is not None and self.named < run.first
        return self.names_sections or len(run.items) == 1 or self._is_alike(at, best)

    def _is_below(self, at: int, above: int, best: int) -> bool:
        run = self.runs[at]
        if not self._is_own(run) or not self._is_alike(at, best):
            return False
        if self._is_headed(run):
            return self._is_dated(best) and self._ends_at_pager(at)
        if self._is_dated(best):
            # No box has days.
            return True
        if run.is_cut or self._nearness[at] < self._nearness[best] > 1:
            return False
        if run.own < len(run.items) and self.runs[above].own == len(self.runs[above].items):
            # A box has articles of several sections. What ends at the pager is no box.
            return self._ends_at_pager(at)
        return self._is_near(run, self.runs[above])

    def _is_alike(self, at: int, best: int) -> bool:
        run, other = self.runs[at], self.runs[best]
        return (
            self._is_dated(at) == self._is_dated(best)
            and self._is_described(at) == self._is_described(best)
            and not any(item.id in self._known for item in run.items)
            and abs(len(run.items[0].path) - len(other.items[0].path)) <= 1
        )

    def _is_near(self, run: Run, other: Run) -> bool:
        one, two = run.items[0].path, other.items[-1].path
        return shared_depth(one, two) >= min(len(one), len(two)) - _FAR

    def _less_box(self, at: int) -> list[Run]:
        """A run as it is, or divided from the box that follows; behind a pager's list it has a run of its own."""
        run = self.runs[at]
        if self._ends_at_pager(at) or len(run.items) < 2:
            return [run]
        has_other = self._lists - self._is_own(run) > 0 or at < self._last_box
        cut = find_box(run.items, self.lines, self.is_own, has_other=has_other)
        if cut is None:
            return [run]
        return [Run(run.items[: cut.at], run.heading, run.is_divided, cut.is_mixed), Run(run.items[cut.at :])]

    def _explain(self, choice: Choice, first: int | None, last: int | None) -> None:
        """Says of every other link to an article why it is no item."""
        known = {item.id for item in choice.items}
        listed = self.runs[first : last + 1] if first is not None and last is not None else []
        most = max(MOST_OF_BOX, *(len(run.items) for run in listed), 0)
        for at, run in enumerate(self.runs):
            if first is not None and last is not None and first <= at <= last:
                continue
            reason = self._find_reason(at, first, last, most)
            if run.heading is not None:
                choice.headings.append(run.heading)
            for item in run.items:
                if item.id in known:
                    choice.others.append((item, Reason.BOX_REPEATED))
                elif reason is Reason.NONE and first is not None and self.names_sections and not self.is_own(item):
                    # Its run may be of the list; of what is lost, the section's own articles tell.
                    choice.others.append((item, Reason.BOX_OF_OTHERS))
                else:
                    choice.others.append((item, reason))

    def _find_reason(self, at: int, first: int | None, last: int | None, most: int) -> Reason:
        """`most`: items that no box of the page has more of."""
        run = self.runs[at]
        if first is None and self._is_own(run) and len(run.items) > MOST_OF_BOX:
            return Reason.NONE
        if self._is_headed(run):
            alike = first is not None and self._is_own(run) and self._is_dated(at) and self._is_alike(at, first)
            # Days, texts and depth of the list's own items: its heading may be a part's.
            return Reason.NONE if alike else Reason.BOX_UNDER_HEADING
        if self._is_own(run) and len(run.items) > most:
            return Reason.NONE
        if not self._is_own(run) or not self.names_sections:
            return Reason.BOX_OF_OTHERS
        if first is None or last is None:
            # Nothing shows a list; links to other sections are the boxes of a notice.
            return Reason.NONE if self._is_own(run) else Reason.BOX_ALONE
        if at > last and bisect(self._pagers, self.runs[last].last) < bisect(self._pagers, run.first):
            return Reason.BOX_BEHIND
        if at < first and self.named is not None and run.last < self.named:
            return Reason.BOX_ABOVE
        return Reason.NONE


def _is_nearer(path: tuple[int, ...], one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    """True where `path` shares more containers with `one` than with `other`."""
    return shared_depth(path, one) > shared_depth(path, other)
