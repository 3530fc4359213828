"""Where a page of hits stands among all: counted anew where nobody knows it, whatever an address says."""

from __future__ import annotations

from typing import NamedTuple

from harbincrawl.search.choice import ArticleCondition, has_counted
from harbincrawl.search.hits import Hit, HitPage, make_mark, read_hits, read_order, write_cursor

from .links import Parameters
from .readers import Reader

_FARTHEST = 20_000
"""Hits that are counted before a page; of one that is farther away nobody is told the number."""
_PATIENCE = 0.5


class PagePlace(NamedTuple):
    """The place of a page of hits."""

    first: int
    """The number of its first hit among all, from 1."""
    before: str
    """The cursor of the page before; empty: that is the first page."""


def find_place(
    reader: Reader, choice: ArticleCondition, asked: Parameters, sort: str, page: HitPage, size: int
) -> PagePlace | None:
    """The place of a page of up to `size` hits; None where it has none, or is too far away to count in time.

    Whoever goes from page to page is told what is remembered of the page before. The number is never read out of an
    address: the hits before the page's first one are counted in this state of the archive.
    """
    if not page.hits:
        return None
    own = ("place", asked.filters, asked.copies, sort)
    place: PagePlace | None = PagePlace(1, "")
    if asked.after:
        place = reader.remember(
            (*own, asked.after),
            lambda: reader.within(_PATIENCE, lambda: _count_before(reader, choice, asked, sort, page.hits[0], size)),
        )
    if place is not None and page.cursor:
        reader.memory.keep(reader.state, (*own, page.cursor), PagePlace(place.first + len(page.hits), asked.after))
    return place


def _count_before(
    reader: Reader, choice: ArticleCondition, asked: Parameters, sort: str, wanted: Hit, size: int
) -> PagePlace | None:
    connection, copies = reader.connection, asked.copies
    choice = choice._replace(counted=has_counted(connection))
    seen: list[Hit] = []
    for number, hit in enumerate(read_hits(connection, choice, sort=sort, copies=copies), 1):
        if hit.key == wanted.key:
            before = seen[-size - 1] if len(seen) > size else None
            mark = make_mark(connection, choice, copies=copies)
            return PagePlace(number, write_cursor(before, read_order(choice, sort), mark) if before else "")
        if number > _FARTHEST:
            break
        # The page before ends with the last `size` of them, and begins behind one more.
        seen = [*seen[-size:], hit]
    return None
