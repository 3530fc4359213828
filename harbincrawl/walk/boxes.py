"""Boxes beside a list: stories that every page of it shows at one place, whatever the page itself lists.

A box of the section's own stories looks like items of the list, and its lines have neither days nor summaries. Two
pages in a row tell it apart: lines of a list stand on one page each. A line of a box still counts as seen, and as a new
line where the list has none of that article: the list may show a story that it puts on top nowhere else.
"""

from __future__ import annotations

from dataclasses import replace

from harbincrawl.records import Listed, Listing

MOST_CHANGES = 2
"""Times that a walk may begin anew because it learnt of a box, or that there is none any more."""


class Boxes:
    """The places of the boxes of one list, as its walk learns them."""

    def __init__(self, places: frozenset[str]) -> None:
        self.places = places
        self._changes = 0
        self._before: Listing | None = None

    def divide(self, page: Listing) -> Listing:
        """`page` with the lines of boxes among its `boxed`; as it is where it has no other lines."""
        boxed = tuple(line for line in page.lines if line.place in self.places)
        if not boxed or len(boxed) == len(page.lines):
            return page
        return replace(page, lines=tuple(line for line in page.lines if line.place not in self.places), boxed=boxed)

    def learn(self, page: Listing) -> bool:
        """Takes in the next page of a pass; True where it shows that earlier pages were divided wrongly."""
        before, self._before = self._before, page
        if before is None or before.page + 1 != page.page or self._changes >= MOST_CHANGES:
            return False
        one, two = (*before.lines, *before.boxed), (*page.lines, *page.boxed)
        shared = find_shared_places(one, two)
        shown = {line.place for line in one} & {line.place for line in two}
        places = self.places - shown | shared
        if places == self.places:
            return False
        self.places, self._before = frozenset(places), None
        self._changes += 1
        return True


def find_shared_places(one: tuple[Listed, ...], two: tuple[Listed, ...]) -> set[str]:
    """The places whose lines are the same on two pages of a list, though their other lines differ.

    A page names an article once, so that no key stands twice in `one` or in `two`: what its list has of a box may be
    missing in the box.
    """
    boxes = [_group_keys(lines) for lines in (one, two)]
    names = [{line.key for line in lines} for lines in (one, two)]
    differs = names[0] != names[1]
    found = set()
    for place in boxes[0].keys() | boxes[1].keys():
        here, there = boxes[0].get(place, set()), boxes[1].get(place, set())
        is_same = here - there <= names[1] and there - here <= names[0]
        has_list = len(here) < len(names[0]) and len(there) < len(names[1])
        if place and is_same and has_list and (differs or here != there):
            found.add(place)
    return found


def _group_keys(lines: tuple[Listed, ...]) -> dict[str | None, set[str]]:
    found: dict[str | None, set[str]] = {}
    for line in lines:
        found.setdefault(line.place, set()).add(line.key)
    return found
