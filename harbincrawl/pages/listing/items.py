"""The items of a listing page: links that may be titles, each with the other lines that lead to the same article."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from harbincrawl.pages.html.document import SitePage
from harbincrawl.pages.html.line import Line, Link, Place, shared_depth
from harbincrawl.pages.pager.pager import Pager
from harbincrawl.sites import Address

from .notes import COUNT_ALONE, MORE, match_day

NEAR = 3
"""Containers of its own that a title may stand in, apart from its date: row, cell and a paragraph."""
MOST_LINKS = 12
"""Of a line with a title and what stands beside it."""


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
    runs = iter(pager.runs if pager else ())
    run = next(runs, None)
    for at, line in enumerate(page.lines):
        while run and at >= run[1]:
            run = next(runs, None)
        if run and run[0] <= at:
            continue
        if line.images:
            _take_picture(articles, at, line, page)
        elif line.links:
            _take_links(articles, elsewhere, at, line, page)
    _correct_titles(articles, page.lines)
    return articles, elsewhere


def _correct_titles(items: Sequence[Item], lines: Sequence[Line]) -> None:
    """Of an item that is one link and begins with its section, the title is its heading, or what is no section."""
    counts = Counter(title for title, _ in {(item.title, item.address) for item in items})
    places: dict[Place, list[Item]] = {}
    for item in items:
        if len(item.own) > 1 and not item.is_picture:
            places.setdefault(lines[item.at].place, []).append(item)
    for own in places.values():
        is_repeated = len(own) > 2 and 2 * sum(counts[item.title] > 1 for item in own) > len(own)
        for item in own:
            behind = [at for at in item.own if at > item.at and lines[at].is_link and not match_day(lines[at].text)]
            headings = [] if lines[item.at].heading else [at for at in behind if lines[at].heading]
            for at in (headings or (behind if is_repeated else []))[:1]:
                item.at, item.title, item.path = at, lines[at].links[0].text, lines[at].path


def _take_picture(articles: list[Item], at: int, line: Line, page: SitePage) -> None:
    for picture in line.images:
        found = page.site.article_address(picture.href, page.base) if picture.href else None
        if found is None or found[1].page != 1:
            continue
        last = articles[-1] if articles else None
        if last and last.address == found[0] and _is_near(last, line):
            if last.own[-1] != at:
                last.own.append(at)
            continue
        articles.append(Item(at, picture.alt or "", *found, line.path, is_picture=True, own=[at]))


def _take_links(articles: list[Item], elsewhere: list[Item], at: int, line: Line, page: SitePage) -> None:
    fresh: list[Item] = []
    for link in line.links:
        found = page.article(link)
        if found is None or found[1].page != 1 or not link.text:
            continue
        last = articles[-1] if articles else None
        if last and last.address == found[0] and (last.at == at or _is_again(last, at, line, link)):
            _take_again(last, at, line, link)
        elif not (MORE.match(link.text) or COUNT_ALONE.match(link.text)) or line.is_link:
            item = Item(at, link.text, *found, line.path, own=[at])
            articles.append(item)
            fresh.append(item)
    if fresh or not line.is_link:
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
