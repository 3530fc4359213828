"""The items of a listing page: links that may be titles, and which lines belong to which of them."""

from __future__ import annotations

import datetime
from bisect import bisect
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from harbincrawl.pages.html.document import SitePage
from harbincrawl.pages.html.line import Line, Link, is_within, shared_depth
from harbincrawl.pages.listing.notes import COUNT_ALONE, MORE, has_day, match_day, read_day
from harbincrawl.pages.pager.pager import Pager
from harbincrawl.sites import Address

NEAR = 3
"""Containers of its own that a title may stand in, apart from its date: row, cell and a paragraph."""


@dataclass(slots=True)
class Item:
    """A link that may be the title of an item, and what stands with it."""

    at: int
    """Index of the line of its title, or of its picture where it has no words."""
    title: str
    address: str
    meaning: Address | None
    """None where it leads to no article of the site."""
    path: tuple[int, ...]
    """Path of that line."""
    is_picture: bool = False
    """It has no words."""
    is_list: bool = False
    """It leads to a list of the site."""
    own: list[int] = field(default_factory=list)
    """Indexes of the lines that lead to it: title, picture, summary, `more`."""
    head: list[int] = field(default_factory=list)
    """Indexes of other lines of it above the title."""
    tail: list[int] = field(default_factory=list)
    """The same behind it."""
    date: datetime.date | None = None
    summary: str | None = None

    @property
    def id(self) -> str | None:
        """The article's id."""
        return self.meaning.id if self.meaning else None

    @property
    def created(self) -> datetime.date | None:
        """The day in its address."""
        return self.meaning.created if self.meaning else None

    @property
    def first(self) -> int:
        """Index of the first line that leads to it."""
        return self.own[0]

    @property
    def last(self) -> int:
        """Index of the last line that leads to it."""
        return self.own[-1]

    def read_beside(self, lines: Sequence[Line], at: int) -> str:
        """The words of line `at`; on the line of its title what stands beside it, or the title where nothing does.

        A title may end in a number, to which a day is glued.
        """
        text = lines[at].text
        return text.replace(self.title, "", 1) if at == self.at and len(text) > len(self.title) else text


def find_titles(page: SitePage, pager: Pager | None) -> tuple[list[Item], list[Item]]:
    """Every link that may be a title, in the page's order: to articles of the site, and elsewhere."""
    articles: list[Item] = []
    elsewhere: list[Item] = []
    of_pager = {at for start, end in (pager.runs if pager else ()) for at in range(start, end)}
    for at, line in enumerate(page.lines):
        if line.images:
            _take_picture(articles, at, line, page)
        elif line.options:
            _take_cover(articles, at, line, page)
        elif at not in of_pager:
            _take_links(articles, elsewhere, at, line, page)
    return articles, elsewhere


def _take_picture(articles: list[Item], at: int, line: Line, page: SitePage) -> None:
    for picture in line.images:
        found = page.site.article_address(picture.href, page.base) if picture.href else None
        if found is None or found[1].page != 1:
            continue
        last = articles[-1] if articles else None
        if last and last.address == found[0] and _is_near(last, line):
            last.own.append(at)
        else:
            articles.append(Item(at, picture.alt or "", *found, line.path, is_picture=True, own=[at]))


def _take_cover(articles: list[Item], at: int, line: Line, page: SitePage) -> None:
    """A link without words that lies over all of an item: the title is the heading in the same container."""
    found = page.article(line.options[0]) if len(line.options) == 1 else None
    for number, below in enumerate(page.lines[at + 1 : at + 1 + _NEXT], at + 1):
        if below.heading and found and is_within(below.path, line.path):
            if found[1].page == 1 and not below.links:
                articles.append(Item(number, below.text, *found, below.path, own=[at, number]))
            break


def _take_links(articles: list[Item], elsewhere: list[Item], at: int, line: Line, page: SitePage) -> None:
    for link in line.links:
        found = page.article(link)
        if found is None or found[1].page != 1 or not link.text:
            continue
        last = articles[-1] if articles else None
        if last and last.address == found[0] and (last.at == at or _is_again(last, at, line, link)):
            _take_again(last, at, line, link)
        elif not (MORE.match(link.text) or COUNT_ALONE.match(link.text)) or line.is_link:
            articles.append(Item(at, link.text, *found, line.path, own=[at]))
    if not line.is_link:
        return
    words = [link for link in line.links if link.text]
    if len(words) != 1 or MORE.match(line.text) or page.article(words[0]) is not None:
        return
    if away := page.site.absolute(words[0].href, page.base):
        last = elsewhere[-1] if elsewhere else None
        if last and last.address == away and last.last == at - 1 and _is_near(last, line):
            # All of an item is a link: title, day, summary.
            _take_again(last, at, line, words[0])
            return
        is_list = page.lead(words[0])[1] is not None
        elsewhere.append(Item(at, words[0].text, away, None, line.path, is_list=is_list, own=[at]))


def _take_again(item: Item, at: int, line: Line, link: Link) -> None:
    """A further link to the article of `item`: its title under a picture or a day, its summary, or `more`."""
    if item.own[-1] != at:
        item.own.append(at)
    poor = item.is_picture or MORE.match(item.title) or match_day(item.title)
    if poor and not (MORE.match(link.text) or COUNT_ALONE.match(link.text) or match_day(link.text)):
        item.at, item.title, item.path, item.is_picture = at, link.text, line.path, False


def _is_again(item: Item, at: int, line: Line, link: Link) -> bool:
    """False where the link is the title of another item: a side column may end with the article that heads the list."""
    if not _is_near(item, line):
        return False
    is_title = link.text == item.title and not item.is_picture
    return not is_title or (at == item.last + 1 and len(line.path) == len(item.path))


def _is_near(item: Item, line: Line) -> bool:
    return shared_depth(item.path, line.path) > min(len(item.path), len(line.path)) - NEAR


_MOST_TAIL = 4
"""Lines behind the title of an item that is alone."""
_NEXT = 4
"""Lines that may stand between a title and the next one."""


def divide_lines(items: Sequence[Item], lines: Sequence[Line], pager: Pager | None, ends: Sequence[int]) -> None:
    """Gives each item its lines; `ends` are indexes of lines that no item reaches over."""
    usual = find_usual_depth(items)
    taken = {at for item in items for at in item.own}
    stops = sorted({*ends, *(start for start, _ in (pager.runs if pager else ())), len(lines)})
    stop = 0
    for number, item in enumerate(items):
        following = items[number + 1] if number + 1 < len(items) else None
        while stops[stop] <= item.last:
            stop += 1
        end = stops[stop]
        if number == 0:
            _take_head(item, lines, usual, taken)
        if following is not None and following.first <= end:
            _divide_between(item, following, lines, taken)
        else:
            _take_tail(items, number, lines, end, usual)
    if items:
        _take_days(items, lines)


def _take_days(items: Sequence[Item], lines: Sequence[Line]) -> None:
    """Gives days that head what follows to the item below them; items that are as near to the last share its day."""
    tops = [min([*item.head, item.first]) for item in items]
    heads = [top if match_day(lines[top].text) else top - 1 for top in tops]
    days = [match_day(lines[at].text) if at >= 0 else None for at in heads]
    own = [(at, item.read_beside(lines, at)) for item in items for at in (*item.head, *item.own, *item.tail)]
    others = {at for at, text in own if match_day(text)}
    # A day above that is not set as a heading, or beside others, may be that of the page.
    is_alone = lines[heads[0]].heading and not any(has_day(text) for _, text in own)
    if days[0] is None or not others.issubset(heads) or not (others or is_alone):
        return
    for number, (item, at, found) in enumerate(zip(items, heads, days, strict=True)):
        last = items[number - 1]
        if found:
            day, near = found, shared_depth(lines[at].path, item.path)
            item.head = sorted({at, *item.head})
            last.tail = [one for one in last.tail if one != at]
        elif shared_depth(last.path, item.path) >= near:
            item.date = read_day(day, item.created)


def find_usual_depth(items: Sequence[Item]) -> int:
    """How many containers neighbouring titles share, mostly; of one title, those that are not its own."""
    pairs = Counter(shared_depth(one.path, other.path) for one, other in pairwise(items))
    if pairs:
        return pairs.most_common(1)[0][0]
    return max(0, len(items[0].path) - NEAR) if items else 0


def _take_head(item: Item, lines: Sequence[Line], usual: int, taken: set[int]) -> None:
    """Takes the lines above a first title in its own container."""
    at = item.first - 1
    while (
        at >= 0 and at not in taken and shared_depth(lines[at].path, item.path) > usual and len(item.head) < _MOST_TAIL
    ):
        item.head.insert(0, at)
        at -= 1


def _divide_between(item: Item, following: Item, lines: Sequence[Line], taken: set[int]) -> None:
    """Gives the lines between two titles to the one that they are nearer to; where all is flat, to the first."""
    apart = shared_depth(item.path, following.path)
    places = [at for at in range(item.first + 1, following.first) if at not in taken]
    cut = len(places)
    while cut and shared_depth(lines[places[cut - 1]].path, following.path) > apart >= shared_depth(
        lines[places[cut - 1]].path, item.path
    ):
        cut -= 1
    item.tail += places[:cut]
    following.head += places[cut:]


def _take_tail(items: Sequence[Item], number: int, lines: Sequence[Line], end: int, usual: int) -> None:
    """Takes the lines behind a last title, as many as other items have, and none of what follows the list."""
    item = items[number]
    others = [one for one in items[max(0, number - 50) : number] if one.tail]
    most = max((len(one.tail) for one in others), default=_MOST_TAIL)
    near = min((shared_depth(lines[at].path, one.path) for one in others for at in one.tail), default=None)
    # What stands in a container with this title alone is its own.
    near = usual + 1 if near is None else min(near, usual + 1)
    for at in range(item.last + 1, end):
        depth = shared_depth(lines[at].path, item.path)
        if depth < near or (depth <= usual and len(item.tail) >= most):
            break
        item.tail.append(at)
    own = set(item.own)
    item.tail = [*(at for at in range(item.first + 1, item.last) if at not in own), *item.tail]


def add_elsewhere(
    items: Sequence[Item], links: Sequence[Item], lines: Sequence[Line], pager: Pager | None, bounds: Sequence[int]
) -> list[Item]:
    """`items` and those of `links` that are lines of the list: they stand in it as articles do.

    In a list with days such a line has a day; in one without, it stands between two articles.
    """
    if not items or not links:
        return list(items)
    places = [item.first for item in items]
    stops = sorted({*bounds, *(start for start, _ in (pager.runs if pager else ())), len(lines)})
    is_dated = 2 * sum(_has_day(lines, item, places, stops) for item in items) >= len(items)
    usual = find_usual_depth(items)
    found: list[Item] = []
    for link in links:
        number = bisect(places, link.at)
        before = items[number - 1] if number else None
        after = items[number] if number < len(items) else None
        near = [one for one in (before, after) if one and len(one.path) == len(link.path)]
        near = [one for one in near if shared_depth(one.path, link.path) >= min(usual, len(link.path) - 1)]
        # A link to a list is the section of an item, or a menu's.
        if not link.is_list and (near and _has_day(lines, link, places, stops) if is_dated else len(near) == 2):
            found.append(link)
    if 2 * len(found) > len(items) and (not is_dated or 2 * len({link.address for link in found}) <= len(found)):
        # As many as there are articles: each item's section, or who wrote it.
        return list(items)
    return sorted([*items, *found], key=lambda item: item.first)


def _has_day(lines: Sequence[Line], item: Item, places: Sequence[int], stops: Sequence[int]) -> bool:
    """True where a day stands on the title's line or behind it, before the next title."""
    number = bisect(places, item.first)
    end = places[number] if number < len(places) else len(lines)
    bound = bisect(stops, item.last)
    end = min(end, stops[bound]) if bound < len(stops) else end
    return any(has_day(item.read_beside(lines, at)) for at in range(item.first, min(end, item.last + _NEXT + 1)))
