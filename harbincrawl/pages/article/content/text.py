"""Where an article's text begins and ends, the box of links behind it, and what the lines around both are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from harbincrawl.pages.html.document import SitePage
from harbincrawl.pages.html.line import Line

from .container import Container, find_container
from .edges import find_edges


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
    page: SitePage, start: int, stop: int, box_links: Sequence[int], container: Container | None = None
) -> TextPlace:
    """The place of the text between line `start` and the box, or `stop`; `box_links` may be items of the box.

    `container` is the element of the text, where it is known.
    """
    container = container or find_container(page, start, stop, frozenset(box_links))
    box = _find_box(page.lines, container or Container((), start, start), box_links)
    begin, end = find_edges(page, start, stop if box is None else min(stop, box), container)
    return TextPlace(begin, end, box, container)


def _find_box(lines: Sequence[Line], container: Container, box_links: Sequence[int]) -> int | None:
    """The first link behind the last sentence, or the first of two in a row behind the first one; None without."""
    box_links = [at for at in box_links if at > container.first]
    worded = [at for at in box_links if lines[at].text]
    # A thumbnail may stand between them.
    in_a_row = {at for at, other in pairwise(worded) if all(not line.text for line in lines[at + 1 : other])}
    # Of a single link in the text's element the last sentence may be the teaser.
    return next((at for at in box_links if at >= container.last - 1 or at in in_a_row), None)


def find_box_links(page: SitePage, start: int) -> list[int]:
    """Indexes of the lines from `start` on that may be items of the feature box.

    Links to the article's own further pages are its pager's.
    """
    return [at for at in range(start, len(page.lines)) if _is_box_link(page, at)]


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
