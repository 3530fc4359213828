"""Where an article's text begins and ends, and what the lines at its edges and behind it are."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from harbincrawl.pages.html.line import Line
from harbincrawl.pages.roles import Reason, Roles
from harbincrawl.sites import Site

from .box import find_box
from .container import Container, find_container
from .edges import find_edges, is_beside
from .furniture import is_chrome

_TEASER = 1
"""Lines of a teaser within the text's own container."""


@dataclass(frozen=True, slots=True)
class TextPlace:
    """Where the text of an article stands."""

    start: int
    """Index of its first line."""
    end: int
    """Index behind its last line."""
    box: int | None
    """Index of the feature box's first line; None where there is none."""
    container: Container | None
    """What holds its sentences; None where it has none."""


def place_text(
    lines: Sequence[Line], start: int, stop: int, box_links: Sequence[int], base: str, site: Site
) -> TextPlace:
    """The place of the text between line `start` and the box, or `stop`; `box_links` may be items of the box."""
    container = find_container(lines, start, stop, frozenset(box_links), base, site)
    first = container.first if container else start
    linked = [at for at in box_links if first <= at]
    # Of a text without sentences the first line shows where it stands.
    is_shown = start < stop and not lines[start].is_link and start not in box_links
    cell = container.path if container else lines[start].path[:-1] if is_shown else None
    box = find_box(lines, first, linked, cell)
    begin, end = find_edges(lines, start, stop if box is None else min(stop, box), container, base, site)
    inner = _find_inner_box(first, end, linked)
    if inner is not None:
        begin, end = find_edges(lines, start, inner, container, base, site)
        box = inner
    return TextPlace(begin, end, box, container)


def _find_inner_box(first: int, end: int, linked: Sequence[int]) -> int | None:
    """Index of the first of two or more items, each with its teaser at most, with which the text ends; else None.

    While another part of the page has links, too, that are taken for the box.
    """
    count, at = 0, end
    for link in reversed(linked[: bisect_left(linked, end)]):
        if link < first or at - link > _TEASER + 1:
            break
        count, at = count + 1, link
    return at if count > 1 else None


def give_roles_within(
    roles: Roles, start: int, end: int, container: Container | None, box_links: Collection[int], base: str, site: Site
) -> None:
    """Gives the furniture between `start` and `end` that stands outside of the text's container its roles."""
    lines = roles.lines
    for at in range(start, end):
        line = lines[at]
        if container is None or container.holds(line):
            continue
        if (
            line.is_link
            and line.text
            and (at in box_links or _is_among_links(lines, at) or is_chrome(line, base, site))
        ):
            roles.whole[at] = Reason.BOX_ITEM if at in box_links else Reason.LINKS
            if at > start and roles.whole[at - 1] is Reason.NONE and is_beside(lines[at - 1]):
                roles.whole[at - 1] = Reason.MENU_HEADING
        elif is_chrome(line, base, site):
            roles.whole[at] = Reason.BUTTON if line.images else Reason.TOOL
        elif roles.whole[at - 1] is Reason.BOX_ITEM and line.text and not is_beside(line):
            roles.whole[at] = Reason.BOX_TEASER


def _is_among_links(lines: Sequence[Line], at: int) -> bool:
    """True where the line before or behind `at` is a link, too."""
    return any(0 <= near < len(lines) and lines[near].is_link for near in (at - 1, at + 1))
