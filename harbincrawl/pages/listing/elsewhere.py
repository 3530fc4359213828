"""Lines of a list that lead to no article of the site, told from other links by where they stand."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Sequence

from harbincrawl.pages.html.line import Line, shared_depth
from harbincrawl.pages.pager import Pager

from .extents import find_usual_depth
from .item import NEAR, Item, is_peer
from .notes import has_day

_NEXT = 4
"""Lines that may stand between a title and the next one."""


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
        if before and bisect(stops, before.last) != bisect(stops, link.at):
            continue
        if not before and after and bisect(stops, link.at) != bisect(stops, after.first):
            continue
        near = [one for one in (before, after) if one and len(one.path) == len(link.path)]
        near = [one for one in near if shared_depth(one.path, link.path) >= min(usual, len(link.path) - 1)]
        if link.is_list and not has_day(lines[link.at].text):
            # The section of an item, or a menu.
            continue
        if is_dated:
            fits = bool(near) and _has_day(lines, link, places, stops, others)
        else:
            both = len(near) == 2 and all(abs(one.at - link.at) <= _NEXT for one in near)
            fits = both or any(
                is_peer(link.path, one.path) and _has_more(link, lines) and _has_more(one, lines) for one in near
            )
        if fits:
            found.append(link)
    if not is_dated and 2 * len(found) > len(items):
        # As many as there are articles: each item's section.
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
    return any(
        has_day(item.cut_title(lines[at].text) if at == item.at else lines[at].text)
        for at in range(item.first, min(end, item.last + _NEXT + 1))
    )


def _has_more(item: Item, lines: Sequence[Line]) -> bool:
    """True where the title is followed by a line that is no link and as near as a summary."""
    following = lines[item.at + 1] if item.at + 1 < len(lines) else None
    return (
        following is not None
        and not following.is_link
        and bool(following.text)
        and shared_depth(item.path, following.path) > len(item.path) - NEAR
    )
