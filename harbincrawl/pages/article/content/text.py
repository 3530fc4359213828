"""Where an article's text begins and ends, the box of links behind it, and what the lines around both are."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from harbincrawl.pages.html.document import SitePage
from harbincrawl.pages.html.line import Line, is_within, shared_depth
from harbincrawl.pages.roles import Reason, Roles

from .container import Container, Path, find_container
from .edges import find_edges, is_beside
from .furniture import ACTION, is_chrome

_TEASER = 1
"""Lines of a teaser within the text's own container."""
_BOX_TEASER = 2
"""Lines without a link that may stand between two items of the feature box: a teaser, and one more."""
_HEADING = 2
"""Lines that may head the box within its own container."""
_LONGEST_HEADING = 40
"""Characters of what may be a heading: a few words without a full stop."""
_SHORTEST_TITLE = 15
"""Characters of an item whose link is dead."""


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


def place_text(page: SitePage, start: int, stop: int, box_links: Sequence[int]) -> TextPlace:
    """The place of the text between line `start` and the box, or `stop`; `box_links` may be items of the box."""
    lines = page.lines
    container = find_container(page, start, stop, frozenset(box_links))
    first = container.first if container else start
    linked = [at for at in box_links if first <= at]
    # Of a text without sentences the first line shows where it stands.
    is_shown = start < stop and not lines[start].is_link and start not in box_links
    cell = container.path if container else lines[start].path[:-1] if is_shown else None
    box = find_box(lines, first, linked, cell)
    begin, end = find_edges(page, start, stop if box is None else min(stop, box), container)
    inner = _find_inner_box(first, end, linked)
    if inner is not None:
        begin, end = find_edges(page, start, inner, container)
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
    roles: Roles, start: int, end: int, container: Container | None, box_links: Collection[int], page: SitePage
) -> None:
    """Gives the furniture between `start` and `end` that stands outside of the text's container its roles."""
    lines = roles.lines
    for at in range(start, end):
        line = lines[at]
        if container is None or container.holds(line):
            continue
        is_among_links = any(0 <= near < len(lines) and lines[near].is_link for near in (at - 1, at + 1))
        if line.is_link and line.text and (at in box_links or is_among_links or is_chrome(line, page)):
            roles.whole[at] = Reason.BOX_ITEM if at in box_links else Reason.LINKS
            if at > start and roles.whole[at - 1] is Reason.NONE and is_beside(lines[at - 1]):
                roles.whole[at - 1] = Reason.MENU_HEADING
        elif is_chrome(line, page):
            roles.whole[at] = Reason.BUTTON if line.images else Reason.TOOL
        elif roles.whole[at - 1] is Reason.BOX_ITEM and line.text and not is_beside(line):
            roles.whole[at] = Reason.BOX_TEASER


def find_box_links(page: SitePage, start: int) -> list[int]:
    """Indexes of the lines from `start` on that may be items of the feature box.

    Links to the article's own further pages are its pager's. Where no line leads to an article, those do that look
    like it and whose links lead nowhere.
    """
    found = [at for at in range(start, len(page.lines)) if _is_box_link(page, at)]
    if found:
        return found
    dead = [at for at in range(start, len(page.lines)) if _is_dead(page.lines[at], page)]
    return dead if len(dead) > 1 else []


def _is_dead(line: Line, page: SitePage) -> bool:
    """True for a title whose link leads nowhere."""
    if not line.is_link or len(line.text) < _SHORTEST_TITLE or " " not in line.text:
        return False
    # A thumbnail before it is a link without words.
    links = [link for link in line.links if link.text]
    if len(links) != 1 or page.site.words.is_furniture(line.text):
        return False
    address, meaning = page.lead(links[0])
    return bool(ACTION.match(links[0].href)) or (address is not None and meaning is None)


def find_box(lines: Sequence[Line], start: int, box_links: Sequence[int], body: Path | None) -> int | None:
    """Index of the first line behind `start` of the run of links to articles at the page's tail, else None.

    `body` is the container of the paragraphs.
    """
    linked = box_links[bisect_left(box_links, start) :]
    if not linked:
        return None
    last_apart = body is not None and not is_within(lines[linked[-1]].path, body)
    first = len(linked) - 1
    while first > 0:
        between = [at for at in range(linked[first - 1], linked[first]) if lines[at].text and not lines[at].is_link]
        among_body = body is not None and is_within(lines[linked[first - 1]].path, body)
        in_body = [at for at in between if body is not None and is_within(lines[at].path, body)]
        if len(between) > _BOX_TEASER and (body is None or among_body or in_body):
            break
        if last_apart and among_body and in_body:
            # A link that stands among the paragraphs, in their own container, while the box has another.
            break
        first -= 1
    return _with_heading(lines, start, linked[first], body)


def _with_heading(lines: Sequence[Line], start: int, first: int, body: Path | None) -> int:
    """`first`, or the line before it that heads the box: a short one that shares a container with it and not the body.

    A heading or a bold line right before the box heads it, too: no body ends in a heading.
    """
    own = lines[first].path[: shared_depth(lines[first].path, lines[start].path if body is None else body) + 1]
    for back in range(first - 1, max(start, first - _HEADING) - 1, -1):
        line = lines[back]
        if line.text and (len(line.text) > _LONGEST_HEADING or line.text[-1] in '.!?”"])'):
            break
        apart = body is not None and len(own) > 0 and is_within(line.path, own)
        # The container of a single sentence is wider than the element that it stands in.
        apart = apart and not (is_within(body or (), own) or is_within(lines[start].path, own))
        if not apart and not (line.text and line.emphasis and (back == start or not lines[back - 1].emphasis)):
            break
        first = back
    return first


def _is_box_link(page: SitePage, at: int) -> bool:
    """True for a line that is wholly a link to an article, and for the thumbnail of such a line."""
    lines, id = page.lines, page.meaning.id
    line = lines[at]
    if line.images:
        hrefs = {picture.href for picture in line.images}
        if None in hrefs:
            return False
        leads = [page.site.article_address(href, page.base) for href in hrefs if href]
        if not leads or None in leads:
            return False
        if all(lead and lead[1].id != id for lead in leads):
            return True
        following = lines[at + 1] if at + 1 < len(lines) else None
        return following is not None and following.is_link and any(link.href in hrefs for link in following.links)
    if not line.is_link:
        return False
    leads = [page.article(link) for link in line.links if link.text]
    # Page n of the article itself is the pager's; its own first page may well be an item of the box.
    return bool(leads) and all(lead and not (lead[1].id == id and lead[1].page > 1) for lead in leads)
