"""What differs between two sequences: words or blocks of two pages. Pure, and bounded whatever they are."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

MOST_LOOKS = 1_500_000
"""Units that are looked at in all: about a second. What is not compared by then differs as a whole."""
_EACH = 20
"""Looks that a part costs, however small it is."""
_SMALL = 40_000
"""Pairs of units (200 by 200) that are compared in every way, which may take as many looks at each as it has rows."""


class Difference(NamedTuple):
    """Units `begin` to `end` of one sequence in place of `new_begin` to `new_end` of the other; one may be empty."""

    begin: int
    end: int
    new_begin: int
    new_end: int


def find_differences(old: Sequence[str], new: Sequence[str], looks: list[int] | None = None) -> list[Difference]:
    """The differences in their order; what stands between them is the same in both.

    Units that are in each part only once hold the rest in place, as in a patience diff: that takes hardly longer than
    reading both. Only small parts without any are compared in every way. `looks` holds how many more units may be
    looked at, and is counted down.
    """
    left = looks if looks is not None else [MOST_LOOKS]
    found: list[Difference] = []
    waiting = [Difference(0, len(old), 0, len(new))]
    while waiting:
        part = _trim(old, new, waiting.pop())
        rows, columns = part.end - part.begin, part.new_end - part.new_begin
        left[0] -= rows + columns + _EACH
        if not rows and not columns:
            continue
        sides = old[part.begin : part.end], new[part.new_begin : part.new_end]
        if left[0] < 0 or set(sides[0]).isdisjoint(sides[1]):
            found.append(part)
        elif anchors := _find_anchors(*sides, part):
            waiting += reversed(list(_list_gaps(part, anchors)))
        elif rows * columns <= _SMALL:
            left[0] -= rows * columns * min(rows, columns) // 8
            found += _compare_small(*sides, part)
        else:
            found.append(part)
    return found


def _trim(old: Sequence[str], new: Sequence[str], part: Difference) -> Difference:
    """`part` without what both sides have at its beginning and its end."""
    begin, end, new_begin, new_end = part
    while begin < end and new_begin < new_end and old[begin] == new[new_begin]:
        begin, new_begin = begin + 1, new_begin + 1
    while begin < end and new_begin < new_end and old[end - 1] == new[new_end - 1]:
        end, new_end = end - 1, new_end - 1
    return Difference(begin, end, new_begin, new_end)


def _find_anchors(ours: Sequence[str], theirs: Sequence[str], part: Difference) -> list[tuple[int, int]]:
    """Places of units that either side of `part` has once: the longest run of them that is in the same order."""
    counts, others = Counter(ours), Counter(theirs)
    places = {unit: at for at, unit in enumerate(theirs, part.new_begin) if others[unit] == 1}
    pairs = [
        (at, places[unit]) for at, unit in enumerate(ours, part.begin) if unit in places and counts[unit] == 1
    ]  # fmt: skip
    # Patience sorting: each pile's top, and for each pair the one that stood on the pile before.
    tops: list[int] = []
    piles: list[int] = []
    below: list[int] = []
    for number, (_, place) in enumerate(pairs):
        pile = bisect_left(tops, place)
        below.append(piles[pile - 1] if pile else -1)
        if pile == len(tops):
            tops.append(place)
            piles.append(number)
        else:
            tops[pile], piles[pile] = place, number
    run: list[tuple[int, int]] = []
    number = piles[-1] if piles else -1
    while number >= 0:
        run.append(pairs[number])
        number = below[number]
    return run[::-1]


def _list_gaps(part: Difference, anchors: Sequence[tuple[int, int]]) -> Iterator[Difference]:
    """What stands before, between and behind the anchors."""
    begin, new_begin = part.begin, part.new_begin
    for place, new_place in (*anchors, (part.end, part.new_end)):
        if place > begin or new_place > new_begin:
            yield Difference(begin, place, new_begin, new_place)
        begin, new_begin = place + 1, new_place + 1


def _compare_small(ours: Sequence[str], theirs: Sequence[str], part: Difference) -> Iterator[Difference]:
    for tag, begin, end, new_begin, new_end in SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes():
        if tag != "equal":
            yield Difference(
                part.begin + begin, part.begin + end, part.new_begin + new_begin, part.new_begin + new_end
            )  # fmt: skip
