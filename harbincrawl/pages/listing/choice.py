"""Which links of a listing page are items of its list: menus, side columns and the box have links to articles, too."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass, field

from harbincrawl.pages.html.line import Line, shared_depth
from harbincrawl.pages.pager import Pager
from harbincrawl.pages.roles import Reason
from harbincrawl.sites import Address, Site

from .days import match_day
from .edges import Edges, name_of
from .item import Item
from .notes import has_day
from .runs import Run, find_nearness, split_runs
from .titles import TitleLinks, find_usual

NO_SECTION = ""
"""The section path of articles whose addresses name none: any of them may be the list's own."""
_BOX = 6
"""Items that a feature box has at most."""
_TEXT = 30
"""Characters of a line that describes an item."""
_FAR = 4
"""Containers that two columns of one list may have apart."""


@dataclass(slots=True)
class Choice:
    """The items of a list, and why the other links to articles are none."""

    items: list[Item] = field(default_factory=list)
    others: list[tuple[Item, Reason]] = field(default_factory=list)


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
        self._set_runs([part for at in range(len(whole)) for part in self._less_box(at)])
        self._dated = [self._find_days(at) for at in range(len(self.runs))]
        self._described = [self._find_texts(at) for at in range(len(self.runs))]
        self._nearness = find_nearness(self.runs, lines, pager)
        self._known: frozenset[str | None] = frozenset()
        """The articles of the best run."""

    def _set_runs(self, runs: list[Run]) -> None:
        self.runs = runs
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
        choice.items = [item for run in self.runs[first : last + 1] for item in run.items]
        self._explain(choice, first, last)
        return choice

    def _rank(self, at: int) -> tuple[int, int]:
        run = self.runs[at]
        score = 2 * self._is_own(run) + 2 * self._is_dated(at) + self._is_described(at)
        score += 0 if self._is_headed(run) else 2 + self._is_named(run)
        score += 2 * (len(run.items) > _BOX) + self._nearness[at]
        if self.names_sections:
            score += all(map(self.is_own, run.items))
        if self.named is not None:
            score += 2 * (run.first > self.named)
        # Of two that are as likely the longer one, or the first: a box may well be longer than a last page.
        return score, len(run.items) if len(run.items) > _BOX else 0

    def _is_own(self, run: Run) -> bool:
        return 2 * sum(self.is_own(item) for item in run.items) >= len(run.items)

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
        pager = bisect(self._pagers, self.runs[at].last)
        end = min(self._ends[at], *self._pagers[pager : pager + 1], len(self.lines))
        return range(max(self._starts[at], self.runs[at].first - 2), min(end, self.runs[at].last + 6))

    def _is_dated(self, at: int) -> bool:
        return self._dated[at]

    def _is_described(self, at: int) -> bool:
        return self._described[at]

    def _find_days(self, at: int) -> bool:
        titles = {item.at for item in self.runs[at].items}
        days = sum(
            has_day(text)
            for place in self._span(at)
            if (text := self.lines[place].text) and not (place in titles and match_day(text))
        )
        return 2 * days >= len(self.runs[at].items)

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
            return self._is_own(run) and any(
                has_day(line.text) for line in self.lines[max(0, item.first - 1) : item.last + 2]
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
        if len(run.items) > _BOX and not self._is_headed(run) and all(map(self.is_own, run.items)):
            return True
        return described and (len(self.runs) > 1 or len(run.items) > _BOX)

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
        """A run as it is, or divided from the box that follows in the same container.

        The box repeats items, or is of other sections' without days; behind a pager's list it has a run of its own.
        """
        run = self.runs[at]
        items = run.items
        if self._ends_at_pager(at) or len(items) < 2:
            return [run]
        seen: set[str | None] = set()
        end = len(items)
        for number, item in enumerate(items):
            if item.id in seen and number + _BOX >= len(items):
                end = number
                break
            seen.add(item.id)
        while (
            end > max(0, len(items) - _BOX)
            and not self.is_own(items[end - 1])
            and not self._has_own_day(items, end - 1)
        ):
            end -= 1
        return (
            [run]
            if end in (0, len(items))
            else [Run(items[:end], run.heading, run.is_divided, is_cut=True), Run(items[end:])]
        )

    def _has_own_day(self, items: Sequence[Item], at: int) -> bool:
        item = items[at]
        stop = items[at + 1].first if at + 1 < len(items) else min(len(self.lines), item.last + 3)
        return any(has_day(self.lines[place].text) for place in range(item.first, stop))

    def _explain(self, choice: Choice, first: int | None, last: int | None) -> None:
        """Says of every other link to an article why it is no item."""
        known = {item.id for item in choice.items}
        listed = self.runs[first : last + 1] if first is not None and last is not None else []
        most = max(_BOX, *(len(run.items) for run in listed), 0)
        for at, run in enumerate(self.runs):
            if first is not None and last is not None and first <= at <= last:
                continue
            reason = self._find_reason(at, first, last, most)
            for item in run.items:
                choice.others.append((item, Reason.BOX_REPEATED if item.id in known else reason))

    def _find_reason(self, at: int, first: int | None, last: int | None, most: int) -> Reason:
        """`most`: items that no box of the page has more of."""
        run = self.runs[at]
        if first is None and self._is_own(run) and len(run.items) > _BOX:
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
