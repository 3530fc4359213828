"""Counting on how many pages of a template things stand: on all of them, on those of a visit, of a section."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from .layout import Share

FEWEST = 3
"""Pages that have what is furniture, at least."""
_FEWEST_OF_GROUP = 5
"""Pages of one visit, or of one section, that have furniture of their own."""

Group = tuple[str, object]
_ALL: Group = ("all", None)


class PageCounts:
    """On how many pages things stand."""

    def __init__(self, pages: Sequence[tuple[object, str]]) -> None:
        """`pages` are their visits and sections."""
        self._groups: list[tuple[Group, ...]] = [
            (_ALL, ("visit", visit), ("section", section)) for visit, section in pages
        ]
        self._sizes = Counter(group for groups in self._groups for group in groups)
        self._found: defaultdict[str, Counter[Group]] = defaultdict(Counter)

    def add(self, at: int, things: Iterable[str]) -> None:
        """Page number `at` has these; each counts once."""
        groups = self._groups[at]
        for thing in set(things):
            self._found[thing].update(groups)

    def list_fixed(self) -> set[str]:
        """What stands on so many pages that it is furniture wherever it stands."""
        return {thing for thing in self._found if self._share(thing, _ALL).is_sure}

    def find_shares(self, least: float, *, in_groups: bool = False) -> dict[str, Share]:
        """What at least the part `least` of all pages has, or `in_groups` of those of one visit or section."""
        found = {}
        for thing, counts in self._found.items():
            if counts[_ALL] < FEWEST:
                continue
            best = self._share(thing, _ALL)
            for group in counts if in_groups else ():
                share = self._share(thing, group)
                if share.of >= _FEWEST_OF_GROUP and share.on >= FEWEST and share.on * best.of > best.on * share.of:
                    best = share
            if best.on >= least * best.of:
                found[thing] = best
        return found

    def _share(self, thing: str, group: Group) -> Share:
        return Share(self._found[thing][group], self._sizes[group])
