"""The items of a listing page: title lines, and the date and summary that each has around it."""

from __future__ import annotations

from collections.abc import Sequence

from harbincrawl.pages.dates import read_any_date
from harbincrawl.pages.html.line import Line, shared_depth
from harbincrawl.sites import Site

from .date_lines import ISO, find_date_text, find_owners, has_dates_before_titles
from .glued import take_glued_days
from .item import NEAR, Item, is_peer
from .summaries import MORE, read_plain_lines, trim_plain_lines


def find_items(lines: Sequence[Line], base: str, site: Site, stop: int) -> list[Item]:
    """Every title before line `stop` that may be a list's, with date and summary: articles, and what leads elsewhere.

    A line counts as elsewhere only where it stands in a list as an article would.
    """
    candidates = _find_titles(lines, base, site, stop)
    dates = {at: text for at in range(stop) if (text := find_date_text(lines[at].text))}
    before = has_dates_before_titles(candidates, dates, lines)
    owners = find_owners(candidates, dates, lines, before=before)
    items = [
        item
        for at, item in enumerate(candidates)
        if item.id is not None or _is_elsewhere(candidates, at, lines, owners)
    ]
    for at, item in enumerate(items):
        item.end = items[at + 1].at if at + 1 < len(items) else stop
        if beside := ISO.search(lines[item.at].rest):
            item.has_date, item.date = True, read_any_date(beside[0], site)
        elif item.at in owners:
            item.has_date, item.date = True, read_any_date(dates[owners[item.at]], site)
    for item in items:
        item.plain = read_plain_lines(item, lines, dates, base, site)
    take_glued_days(items, site)
    trim_plain_lines(items)
    return items


def _find_titles(lines: Sequence[Line], base: str, site: Site, stop: int) -> list[Item]:
    """Lines that are wholly a link: to an article of the site, or elsewhere (to be judged later)."""
    items: list[Item] = []
    for at, line in enumerate(lines[:stop]):
        if not line.is_link:
            continue
        words = [link for link in line.links if link.text]
        if not words or MORE.match(words[0].text) or find_date_text(line.text):
            continue
        link = words[0]
        found = link.article(base, site)
        if found and found[1].page == 1:
            last = items[-1] if items else None
            if last and last.address == found[0] and shared_depth(last.path, line.path) > len(last.path) - NEAR:
                # A second link to the same article: its summary, or the same title under a picture.
                continue
            items.append(Item(at, link.text, found[0], found[1].id, found[1].section_path, line.path))
        elif found is None and len(words) == 1 and (away := site.absolute(link.href, base)):
            items.append(Item(at, link.text, away, None, None, line.path))
    return items


def _is_elsewhere(items: Sequence[Item], at: int, lines: Sequence[Line], owners: dict[int, int]) -> bool:
    """True where the link `items[at]`, which leads to no article, is a line of a list.

    It has a date as every line of a dated list; or, in a list without dates, it stands beside an article as near as
    articles stand to each other, and has as much under it as they have.
    """
    item = items[at]
    if owners or ISO.search(lines[item.at].rest):
        return item.at in owners or bool(ISO.search(lines[item.at].rest))
    near = [n for n in (at - 1, at + 1) if 0 <= n < len(items) and items[n].id is not None]
    if len(near) == 2 and all(
        len(items[n].path) == len(item.path) and items[n].at - item.at in range(-4, 5) for n in near
    ):
        return True
    return any(_is_next_in_list(items, at, n, lines) for n in near)


def _is_next_in_list(items: Sequence[Item], at: int, near: int, lines: Sequence[Line]) -> bool:
    """True where `items[at]` stands to the article `items[near]` as that one does to the article beyond it."""
    beyond = near + (near - at)
    if not (0 <= beyond < len(items) and items[beyond].id is not None):
        return False
    item, article, other = items[at], items[near], items[beyond]
    return (
        is_peer(item.path, article.path)
        and shared_depth(item.path, article.path) == shared_depth(article.path, other.path)
        and _has_more(item, lines)
        and _has_more(article, lines)
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
