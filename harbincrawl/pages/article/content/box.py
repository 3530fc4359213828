"""The feature box: links to other articles at a page's tail, told by their place and where they lead."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from harbincrawl.pages.html.line import Line, shared_depth
from harbincrawl.sites import Site

from .furniture import ACTION

_TEASER = 2
"""Lines without a link that may stand between two items of the feature box: a teaser, and one more."""
_HEADING = 2
"""Lines that may head the box within its own container."""
_LONGEST_HEADING = 40
"""Characters."""
_SHORTEST_TITLE = 15
"""Characters of an item whose link is dead."""
Path = tuple[int, ...]


def find_box_links(lines: Sequence[Line], start: int, id: str | None, base: str, site: Site) -> list[int]:
    """Indexes of the lines from `start` on that may be items of the feature box.

    `id` is the article's own: links to its further pages are its pager's. Where no line leads to an article, those do
    that look like it and whose links lead nowhere.
    """
    found = [at for at in range(start, len(lines)) if _is_box_link(lines, at, id, base, site)]
    if found:
        return found
    dead = [at for at in range(start, len(lines)) if _is_dead(lines[at], base, site)]
    return dead if len(dead) > 1 else []


def _is_dead(line: Line, base: str, site: Site) -> bool:
    """True for a title whose link leads nowhere."""
    if not line.is_link or len(line.text) < _SHORTEST_TITLE or " " not in line.text:
        return False
    # A thumbnail before it is a link without words.
    links = [link for link in line.links if link.text]
    if len(links) != 1 or site.words.is_furniture(line.text):
        return False
    address, meaning = links[0].lead(base, site)
    return bool(ACTION.match(links[0].href)) or (address is not None and meaning is None)


def find_box(lines: Sequence[Line], start: int, box_links: Sequence[int], body: Path | None) -> int | None:
    """Index of the first line behind `start` of the run of links to articles at the page's tail, else None.

    `body` is the container of the paragraphs.
    """
    linked = box_links[bisect_left(box_links, start) :]
    if not linked:
        return None
    last_apart = body is not None and not _begins(lines[linked[-1]].path, body)
    first = len(linked) - 1
    while first > 0:
        between = [at for at in range(linked[first - 1], linked[first]) if lines[at].text and not lines[at].is_link]
        among_body = body is not None and _begins(lines[linked[first - 1]].path, body)
        in_body = [at for at in between if body is not None and _begins(lines[at].path, body)]
        if len(between) > _TEASER and (body is None or among_body or in_body):
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
        if line.text and not _is_short(line.text):
            break
        apart = body is not None and len(own) > 0 and _begins(line.path, own)
        # The container of a single sentence is wider than the element that it stands in.
        apart = apart and not (_begins(body or (), own) or _begins(lines[start].path, own))
        if not apart and not (line.text and line.emphasis and (back == start or not lines[back - 1].emphasis)):
            break
        first = back
    return first


def _is_short(text: str) -> bool:
    """True for what may be a heading: a few words without a full stop."""
    return len(text) <= _LONGEST_HEADING and text[-1] not in '.!?”"])'


def _begins(path: Path, container: Path) -> bool:
    return path[: len(container)] == container


def _is_box_link(lines: Sequence[Line], at: int, id: str | None, base: str, site: Site) -> bool:
    """True for a line that is wholly a link to an article, and for the thumbnail of such a line."""
    line = lines[at]
    if line.images:
        hrefs = {picture.href for picture in line.images}
        if None in hrefs:
            return False
        leads = [site.article_address(href, base) for href in hrefs if href]
        if not leads or None in leads:
            return False
        if all(lead and lead[1].id != id for lead in leads):
            return True
        following = lines[at + 1] if at + 1 < len(lines) else None
        return following is not None and following.is_link and any(link.href in hrefs for link in following.links)
    if not line.is_link:
        return False
    leads = [link.article(base, site) for link in line.links if link.text]
    # Page n of the article itself is the pager's; its own first page may well be an item of the box.
    return bool(leads) and all(lead and not (lead[1].id == id and lead[1].page > 1) for lead in leads)
