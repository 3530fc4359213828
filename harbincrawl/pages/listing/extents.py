"""Which lines belong to which item of a list; and which links that lead to no article of the site are items of it."""

from __future__ import annotations

from bisect import bisect
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from harbincrawl.pages.html.line import Line, shared_depth
from harbincrawl.pages.pager.pager import Pager

from .items import NEAR, Item
from .notes import has_day, is_day_line

_MOST_TAIL = 4
"""Lines behind the title of an item that is alone."""
_NEXT = 4
"""Lines that may stand between a title and the next one."""


def divide_lines(items: Sequence[Item], lines: Sequence[Line], pager: Pager | None, ends: Sequence[int]) -> None:
    """Gives each item its lines; `ends` are indexes of lines that no item reaches over."""
    usual = find_usual_depth(items)
    taken = {at for item in items for at in item.own}
    before = _has_days_before(items, lines, taken)
    stops = sorted({*ends, *(start for start, _ in (pager.runs if pager else ())), len(lines)})
    stop = 0
    for number, item in enumerate(items):
        following = items[number + 1] if number + 1 < len(items) else None
        while stops[stop] <= item.last:
            stop += 1
        end = stops[stop]
        if number == 0:
            _take_head(item, lines, usual, taken, before)
        if following is not None and following.first <= item.last:
            continue
        if following is not None and following.first <= end:
            _divide_between(item, following, lines, taken, before)
        else:
            _take_tail(items, number, lines, min(end, following.first if following else end), usual)
            if following is not None:
                _take_head(following, lines, usual, taken, before)


def find_usual_depth(items: Sequence[Item]) -> int:
    """How many containers neighbouring titles share, mostly; of one title, those that are not its own."""
    pairs = Counter(shared_depth(one.path, other.path) for one, other in pairwise(items) if one.at != other.at)
    if pairs:
        return pairs.most_common(1)[0][0]
    return max(0, len(items[0].path) - NEAR) if items else 0


def _take_head(item: Item, lines: Sequence[Line], usual: int, taken: set[int], before: bool) -> None:
    """Takes the lines above a first title in its own container, and its day in lists that print the day first."""
    at = item.first - 1
    while (
        at >= 0 and at not in taken and shared_depth(lines[at].path, item.path) > usual and len(item.head) < _MOST_TAIL
    ):
        item.head.insert(0, at)
        at -= 1
    if before and at >= 0 and not item.head and is_day_line(lines[at].text):
        item.head.insert(0, at)


def _divide_between(item: Item, following: Item, lines: Sequence[Line], taken: set[int], before: bool) -> None:
    """Gives the lines between two titles to the one that they are nearer to; where all is flat, to the first.

    In lists that print the day first, the last day between two titles is the second one's, and so is what follows it.
    """
    apart = shared_depth(item.path, following.path)
    places = [at for at in range(item.first + 1, following.first) if at not in taken]
    cut = len(places)
    while cut and shared_depth(lines[places[cut - 1]].path, following.path) > apart >= shared_depth(
        lines[places[cut - 1]].path, item.path
    ):
        cut -= 1
    if before and cut == len(places):
        days = [number for number, at in enumerate(places) if is_day_line(lines[at].text)]
        if days:
            cut = days[-1]
    item.tail += places[:cut]
    following.head += places[cut:]


def _take_tail(items: Sequence[Item], number: int, lines: Sequence[Line], end: int, usual: int) -> None:
    """Takes the lines behind a last title, as many as other items have, and none of what follows the list."""
    item = items[number]
    others = [one for one in items[max(0, number - 50) : number] if one.tail]
    most = max((sum(bool(lines[at].text) for at in one.tail) for one in others), default=_MOST_TAIL)
    near = min((shared_depth(lines[at].path, one.path) for one in others for at in one.tail), default=None)
    if near is not None:
        # What stands in a container with this title alone is its own.
        near = min(near, usual + 1)
    else:
        near = usual + 1 if len(items) > 1 or not item.path else max(1, usual + 1)
    texts = 0
    for at in range(item.last + 1, end):
        line = lines[at]
        depth = shared_depth(line.path, item.path)
        if depth < near or (depth <= usual and texts >= most):
            break
        texts += bool(line.text)
        item.tail.append(at)
    own = set(item.own)
    item.tail = [*(at for at in range(item.first + 1, item.last) if at not in own), *item.tail]


def _has_days_before(items: Sequence[Item], lines: Sequence[Line], taken: set[int]) -> bool:
    """True in lists whose days stand above their titles: above the first and most others, none behind the last."""
    places = [item.first - 1 for item in items if item.first and item.first - 1 not in taken]
    above = [at for at in places if is_day_line(lines[at].text)]
    if 2 * len(above) <= len(items) or above[0] > items[0].first:
        return False
    last = items[-1].last
    return not any(is_day_line(line.text) for line in lines[last + 1 : last + 4])


def add_elsewhere(
    items: Sequence[Item], links: Sequence[Item], lines: Sequence[Line], pager: Pager | None, bounds: Sequence[int]
) -> list[Item]:
    """`items` and those of `links` that are lines of the list: they stand in it as articles do.

    In a list with days such a line has a day; in one without, it stands between two articles, or beside one as near as
    articles stand to each other and with as much under it as they have.
    """
    if not items or not links:
        return list(items)
    places = [item.first for item in items]
    stops = sorted({*bounds, *(start for start, _ in (pager.runs if pager else ())), len(lines)})
    is_dated = 2 * sum(_has_day(lines, item, places, stops) for item in items) >= len(items)
    usual = find_usual_depth(items)
    others = [link.at for link in links]
    found: list[Item] = []
    for link in links:
        number = bisect(places, link.at)
        before = items[number - 1] if number else None
        after = items[number] if number < len(items) else None
        near = [one for one in (before, after) if one and len(one.path) == len(link.path)]
        near = [one for one in near if shared_depth(one.path, link.path) >= min(usual, len(link.path) - 1)]
        if link.is_list and not has_day(lines[link.at].text):
            # The section of an item, or a menu.
            continue
        if is_dated:
            fits = bool(near) and _has_day(lines, link, places, stops, others)
        else:
            fits = len(near) == 2 and all(abs(one.at - link.at) <= _NEXT for one in near)
        if fits:
            found.append(link)
    if 2 * len(found) > len(items) and (not is_dated or 2 * len({link.address for link in found}) <= len(found)):
        # As many as there are articles: each item's section, or who wrote it.
        return list(items)
    return sorted([*items, *found], key=lambda item: item.first)


def _has_day(
    lines: Sequence[Line], item: Item, places: Sequence[int], stops: Sequence[int], others: Sequence[int] = ()
) -> bool:
    """True where a day stands on the title's line or behind it, before the next title."""
    number = bisect(places, item.first)
    end = places[number] if number < len(places) else len(lines)
    for bounds in (stops, others):
        bound = bisect(bounds, item.last)
        end = min(end, bounds[bound]) if bound < len(bounds) else end
    return any(has_day(item.read_beside(lines, at)) for at in range(item.first, min(end, item.last + _NEXT + 1)))
