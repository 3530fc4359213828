"""Where an article's text begins and ends, and what the lines at its edges and behind it are."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from harbincrawl.pages.html.line import Line
from harbincrawl.pages.roles import Reason, Roles
from harbincrawl.sites import Site

from .box import find_box
from .container import Container, find_container
from .furniture import is_chrome, is_notice, is_sentence

_SCAN = re.compile(r"\bscan\b|\bqr code|二维码|扫[一描码]", re.IGNORECASE)
_LONGEST_BESIDE = 60
"""Characters of a line that is furniture because it stands among furniture."""
_TEASER = 1
"""Lines of a teaser within the text's own container."""
_MOST_BESIDE = 3
"""Such lines in a row."""


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
    box = find_box(lines, first, linked, container.path if container else None)
    begin, end = _find_edges(lines, start, stop if box is None else min(stop, box), container, base, site)
    inner = _find_inner_box(first, end, linked)
    if inner is not None:
        begin, end = _find_edges(lines, start, inner, container, base, site)
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


def _find_edges(
    lines: Sequence[Line], start: int, stop: int, container: Container | None, base: str, site: Site
) -> tuple[int, int]:
    """Index of the text's first line and index behind its last, between `start` and `stop`."""
    end = stop
    if container is not None:
        inside = [at for at in range(start, stop) if container.holds(lines[at])]
        end = inside[-1] + 1 if inside else stop
        end = _take_pictures(lines, end, stop, base, site)
    end = _less_notice(lines, start, end, container)
    end = _less_tail(lines, start, end, base, site)
    return _find_start(lines, start, end, base, site), end


def _take_pictures(lines: Sequence[Line], end: int, stop: int, base: str, site: Site) -> int:
    """`end`, or behind the pictures with their credited captions that follow it in containers of their own."""
    at = end
    while at < stop:
        line = lines[at]
        if line.images and not is_chrome(line, base, site):
            at += 1
        elif line.text and line.text.rstrip(" .。").endswith(("]", "］")):
            at += 1
            end = at
        else:
            break
    return end


def _less_notice(lines: Sequence[Line], start: int, end: int, container: Container | None) -> int:
    first = container.last + 1 if container else start
    return next((at for at in range(first, end) if is_notice(lines[at].text)), end)


def _less_tail(lines: Sequence[Line], start: int, end: int, base: str, site: Site) -> int:
    """`end` less the furniture with which the text ends, and the short lines among it."""
    at, beside = end - 1, 0
    while at >= start and beside <= _MOST_BESIDE:
        line = lines[at]
        if is_chrome(line, base, site) or _is_marks(line) or _is_code(lines, at):
            end, beside = at, 0
        elif _is_beside(line):
            beside += 1
        else:
            break
        at -= 1
    while end - 1 > start and lines[end - 1].emphasis and _heads_links(lines, end):
        end -= 1
    return end


def _heads_links(lines: Sequence[Line], end: int) -> bool:
    """True where line `end` is a link, and the line before it a short one that heads it."""
    return end < len(lines) and lines[end].is_link and _is_beside(lines[end - 1])


def _find_start(lines: Sequence[Line], start: int, end: int, base: str, site: Site) -> int:
    """`start`, or behind the furniture between By line and text, and the short lines among it."""
    at, beside = start, 0
    while at < end and beside <= _MOST_BESIDE:
        line = lines[at]
        if is_chrome(line, base, site) or _is_marks(line) or _is_code(lines, at):
            start, beside = at + 1, 0
        elif _is_beside(line):
            beside += 1
        else:
            break
        at += 1
    return start


def _is_beside(line: Line) -> bool:
    return (
        bool(line.text)
        and len(line.text) <= _LONGEST_BESIDE
        and not line.text.endswith(("]", "］"))
        and not is_sentence(line.text)
    )


def _is_code(lines: Sequence[Line], at: int) -> bool:
    """True for a picture beside the words to scan it."""
    if not lines[at].images:
        return False
    beside = (lines[near].text for near in (at - 1, at + 1) if 0 <= near < len(lines))
    return any(len(text) <= _LONGEST_BESIDE and _SCAN.search(text) for text in beside)


def _is_marks(line: Line) -> bool:
    return bool(line.text) and not any(map(str.isalnum, line.text))


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
            if at > start and roles.whole[at - 1] is Reason.NONE and _is_beside(lines[at - 1]):
                roles.whole[at - 1] = Reason.MENU_HEADING
        elif is_chrome(line, base, site):
            roles.whole[at] = Reason.BUTTON if line.images else Reason.TOOL
        elif roles.whole[at - 1] is Reason.BOX_ITEM and line.text and not _is_beside(line):
            roles.whole[at] = Reason.BOX_TEASER


def _is_among_links(lines: Sequence[Line], at: int) -> bool:
    """True where the line before or behind `at` is a link, too."""
    return any(0 <= near < len(lines) and lines[near].is_link for near in (at - 1, at + 1))
