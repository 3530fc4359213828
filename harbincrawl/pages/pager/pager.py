"""The pager found by where its links lead, and read: the next page, the last one, the number of items."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from harbincrawl.pages.html.document import SitePage
from harbincrawl.pages.html.line import Line, LineImage, Link, is_within, shared_depth
from harbincrawl.pages.pager.tokens import (
    FIRST,
    LAST,
    NEXT,
    find_total,
    is_number,
    is_prose,
    is_step,
    may_be_pager,
    read_count,
    read_tokens,
    read_total,
)
from harbincrawl.records import Unaccounted
from harbincrawl.sites.words import Words

_LONGEST_PART = 80
"""Characters of the title of a part, in a pager that names them."""
_MOST_OTHERS = 4
"""Lines without a link to a page in the container that is the pager's own."""
_BUTTON = re.compile(
    r"next|prev|page|arrow|button|btn|left|right|first|last|[上下]一?[页张]|首页|尾页|末页|后一|前一|[<>«»›‹→←]",
    re.IGNORECASE,
)


class PageLink(NamedTuple):
    """A link to a page of the same list or article."""

    address: str
    """Canonical."""
    page: int
    text: str
    """Its words; empty for a picture."""


class OwnPages:
    """Tells the links to other pages of the list or article that a page belongs to."""

    def __init__(self, page: SitePage) -> None:
        self.page = page
        self.own = page.meaning
        self.words = page.site.words
        self._id = self.own.id

    def may_lead(self, href: str) -> bool:
        """False for an address that leads elsewhere, as nearly every link of an article's page is told at a glance."""
        return self._id is None or self._id in href or "/" not in href or href[0] == "."

    def links(self, line: Line) -> Iterator[PageLink]:
        """Those of the line's words, choices and buttons, its own page included."""
        for links in (line.links, line.options):
            for link in links:
                if self.may_lead(link.href) and (lead := self.lead(link)) is not None:
                    yield PageLink(*lead, link.text)
        if line.images and all(map(is_button, line.images)):
            yield from self.pictures(line)

    def pictures(self, line: Line) -> Iterator[PageLink]:
        """Those of the line's pictures."""
        for picture in line.images:
            if picture.href and self.may_lead(picture.href) and (lead := self.lead(Link(picture.href, ""))) is not None:
                yield PageLink(*lead, "")

    def lead(self, link: Link) -> tuple[str, int] | None:
        """(address, page number) where `link` leads to a page of the list or article."""
        address, meant = self.page.lead(link)
        own = self.own
        if address is None or meant is None or meant.kind != own.kind or meant.id != own.id:
            return None
        return (address, meant.page) if meant.section_path == own.section_path else None


def is_button(picture: LineImage) -> bool:
    """True for a picture that is named as those that turn pages are."""
    return bool(_BUTTON.search(picture.alt or picture.src.rpartition("/")[2][:80]))


@dataclass(slots=True)
class Run:
    """Neighbouring lines of one pager."""

    start: int
    end: int
    """Index behind its last line."""
    links: list[PageLink] = field(default_factory=list)


def find_runs(pages: OwnPages, anchors: dict[int, list[PageLink]]) -> list[Run]:
    """The pagers around the lines `anchors`, each with what else belongs to it."""
    lines, words = pages.page.lines, pages.words
    runs: list[Run] = []
    for at, links in anchors.items():
        last = runs[-1] if runs else None
        if last and all(_is_between(lines[between], words) for between in range(last.end, at)):
            last.end = at + 1
            last.links += links
        else:
            runs.append(Run(at, at + 1, list(links)))
    before = 0
    for number, run in enumerate(runs):
        after = runs[number + 1].start if number + 1 < len(runs) else len(lines)
        _grow(run, lines, before, after, pages)
        before = run.end
    return runs


def _is_between(line: Line, words: Words) -> bool:
    return all(map(is_button, line.images)) and (not line.text or may_be_pager(line.text, words))


def _grow(run: Run, lines: Sequence[Line], before: int, after: int, pages: OwnPages) -> None:
    """Takes the lines around that are the pager's: all of its own container, else what can be nothing else."""
    first, last = lines[run.start].path, lines[run.end - 1].path
    container = first[: shared_depth(first, last)]
    start, end = run.start, run.end
    limit = run.end - run.start + 2 * _MOST_OTHERS
    while start > before and end - start <= limit and _is_part(lines[start - 1], container):
        start -= 1
    while end < after and end - start <= limit and _is_part(lines[end], container):
        end += 1
    apart = (start == before or not is_within(lines[start - 1].path, container)) and (
        end == after or not is_within(lines[end].path, container)
    )
    # A line alone in its block has no neighbours there, and a page without blocks has no containers.
    if container and apart and (end - start) - (run.end - run.start) <= _MOST_OTHERS:
        run.start, run.end = start, end
    near = min(len(first), len(container) + 1) - 2
    while run.start > before and _fits(lines[run.start - 1], first, near, pages):
        run.start -= 1
    while run.end < after and _fits(lines[run.end], last, near, pages):
        run.end += 1


def _is_part(line: Line, container: tuple[int, ...]) -> bool:
    short = len(line.text) <= _LONGEST_PART and line.text[-1:] not in '.!?。！？”"'
    return short and not line.images and is_within(line.path, container)


def _fits(line: Line, beside: tuple[int, ...], near: int, pages: OwnPages) -> bool:
    """True for a line right before or behind a pager that belongs to it, by its own words and not by its place alone.

    The last row of a table may be a number, too: only words that lead on, and the page's own number, count.
    """
    if not line.text:
        return bool(line.options)
    tokens = read_tokens(line.text)
    is_near = shared_depth(line.path, beside) >= near and may_be_pager(line.text, pages.words)
    return is_near and (str(pages.own.page) in tokens or any(is_step(token, pages.words) for token in tokens))


_LONGEST_STEP = 12
"""Characters of a link back to page 1 of an article in words that no pager is known to print; titles are longer."""
_SHORTS = 3
"""Short lines that are more than tools, as of a table."""
_CONTENT = 30
"""Characters of a line that is rather text than a label."""


@dataclass(slots=True)
class Pager:
    """What the pager lines of a page say."""

    first_line: int
    """Index of the first line of the pager that ends the text; the number of lines where none does."""
    end_line: int
    """Index behind its last line."""
    next_page: str | None = None
    """Canonical address of the next page."""
    last: int | None = None
    """Number of the last page, where the pager says it."""
    total: int | None = None
    """Items in the whole list, where the pager says it."""
    runs: list[tuple[int, int]] = field(default_factory=list)
    """(first line, line behind the last) of every pager of the page: one may stand above the text, too."""

    @property
    def above(self) -> int:
        """Index behind the pagers that stand above the text's end; 0 where there are none."""
        return max((end for start, end in self.runs if start < self.first_line), default=0)


def find_pager(page: SitePage, start: int) -> Pager | None:
    """The pager of the list or text that begins at line `start`, or None; one that stands above counts, too.

    A line is a pager's if it has a link to another page of the same list or article and is no sentence, whatever its
    words. Words and numbers alone make one only of an article's count of pages: `1/8 1 2 3 Next`. Where no line is, the
    picture of a photo story may lead to the next one, and is none the less its picture.
    """
    lines, own, pages, words = page.lines, page.meaning, OwnPages(page), page.site.words
    runs = find_runs(pages, _find_anchors(pages))
    links = [link for run in runs for link in run.links]
    if not any(link.page == own.page + 1 for link in links):
        beside = [line for run in runs for line in lines[run.start : run.end]] if runs else lines
        links += [link for line in beside for link in pages.pictures(line) if link.page > 1]
    if not links and own.kind == "article":
        # A script may answer the links; the count of pages says that there are more, and none is lost in silence.
        runs = [Run(at, at + 1) for at in _find_count(lines, start, own.page, words)]
    if not links and not runs:
        return None
    pager = _place(lines, start, runs, words)
    _read_links(pager, links, page)
    texts = [" ".join(line.text for line in lines[run.start : run.end]) for run in runs]
    counts = [count for text in texts if (count := read_count(text, own.page)) is not None]
    if own.kind == "article":
        # Links may lead to fewer pages than there are, and a count may be missing.
        top = max((link.page for link in links), default=own.page)
        pager.last = max(top, *counts[:1], pager.last or 1)
    else:
        numbered = {link.page for link in links if _is_numbered(link)}
        found = [find_total(lines[run.start : run.end], words) for run in runs]
        found += [read_total(text, numbered, own.page) for text in texts]
        pager.total = next((total for total in found if total is not None), None)
    return pager


def find_pager_lines(page: SitePage, among: Iterable[int]) -> Iterator[int]:
    """The lines of all pagers, where one of the lines `among` may be in one; on a further page always."""
    pages = OwnPages(page)
    if page.meaning.page > 1 or any(_may_be_in_pager(page.lines[at], pages) for at in among):
        pager = find_pager(page, 0)
        for first, end in pager.runs if pager else ():
            yield from range(first, end)


def _may_be_in_pager(line: Line, pages: OwnPages) -> bool:
    """False for nearly every line of an article's page, at a glance."""
    hrefs = [link.href for link in (*line.links, *line.options)] + [image.href for image in line.images if image.href]
    return any(map(pages.may_lead, hrefs)) or ("/" in line.text and may_be_pager(line.text, pages.words))


def _find_anchors(pages: OwnPages) -> dict[int, list[PageLink]]:
    """The lines with links to other pages, by index."""
    anchors: dict[int, list[PageLink]] = {}
    lines, words, own = pages.page.lines, pages.words, pages.own.page
    for at, line in enumerate(lines):
        if not line.links and not line.options and not line.images:
            continue
        if len(line.links) == 1 and not pages.may_lead(line.links[0].href):
            continue
        links = list(pages.links(line))
        if not links or all(link.page == own for link in links):
            continue
        beyond = [link for link in links if link.page > 1 and link.page != own]
        if not beyond and own > 1:
            # Menus and breadcrumbs lead to page 1, too.
            sure = len(links) > 1 or may_be_pager(line.text, words)
            sure = sure or (pages.own.kind == "article" and not line.heading and len(links[0].text) <= _LONGEST_STEP)
            beyond = links if sure else []
        if beyond and not is_prose(line, words):
            anchors[at] = links
    return anchors


def _find_count(lines: Sequence[Line], start: int, page: int, words: Words) -> list[int]:
    """Index of the first line with a count of pages beside a word that leads on: `1/8 1 2 3 Next`."""
    for at in range(start, len(lines)):
        text = lines[at].text
        if "/" in text and may_be_pager(text, words) and (read_count(text, page) or 0) > 1:
            tokens = read_tokens(text)
            if len(tokens) > 2 and any(is_step(token, words) and token not in FIRST for token in tokens):
                return [at]
    return []


def _place(lines: Sequence[Line], start: int, runs: Sequence[Run], words: Words) -> Pager:
    """The pager with the run that ends the text: the last one behind some of it."""
    places = [(run.start, run.end) for run in runs]
    behind = [(first, end) for first, end in places if first >= start]
    edges = [start, *(end for _, end in behind)]
    chosen: tuple[int, int] | None = None
    for edge, place in zip(edges, behind, strict=False):
        if _has_content(lines[edge : place[0]], words):
            chosen = place
    if chosen is None and behind and not _has_content(lines[behind[-1][1] :], words):
        # A text of short lines alone.
        chosen = behind[0]
    return Pager(*(chosen or (len(lines), len(lines))), runs=places)


def _has_content(lines: Sequence[Line], words: Words) -> bool:
    """True where any of the lines is a picture, text or the title of an item; a tool is none of these."""
    shorts = 0
    for line in lines:
        if line.images:
            return True
        if len(line.text) > 1 and not words.is_furniture(line.text):
            shorts += not line.is_link
            if len(line.text) >= _CONTENT or shorts >= _SHORTS:
                return True
    return False


def _is_numbered(link: PageLink) -> bool:
    tokens = read_tokens(link.text)
    return len(tokens) == 1 and is_number(tokens[0]) and int(tokens[0]) == link.page


def _read_links(pager: Pager, links: Sequence[PageLink], page: SitePage) -> None:
    """Next and last page; a page that the pager leaves out has the address that its neighbours have."""
    own, site = page.meaning, page.site
    beyond = [link for link in links if link.page > own.page]
    top = max((link.page for link in beyond), default=own.page)
    for link in links:
        words = read_tokens(link.text)
        if link.page == own.page + 1:
            pager.next_page = pager.next_page or link.address
        if len(words) == 1 and words[0] in LAST:
            pager.last = link.page
        elif link.page == top > own.page + 1 and not _is_numbered(link) and not NEXT.issuperset(words):
            # Of other words, the place that a link leads to says which it is.
            pager.last = link.page if site.words.pager_tokens.issuperset(words) or not words else pager.last
    if pager.next_page is None and beyond:
        pager.next_page = site.page_address(beyond[0].address, own.page + 1)
    if pager.next_page is None and pager.last is None and own.kind == "listing" and any(map(_is_numbered, links)):
        # The last page links neither on nor to itself.
        pager.last = own.page


def find_unaccounted_pages(page: SitePage, pager: Pager | None) -> list[Unaccounted]:
    """The links to further pages of the same list or article that nobody reads, because no pager leads there.

    Where one leads to the next page, it leads to the others; a lone link in other words to a far page is none.
    """
    own, pages = page.meaning, OwnPages(page)
    found: dict[int, Unaccounted] = {}
    for line in page.lines:
        for link in (*pages.links(line), *pages.pictures(line)):
            if pager is not None and pager.next_page is not None:
                if link.page == own.page + 1:
                    return []
                if link.page <= (pager.last or 0) or _is_numbered(link):
                    continue
            if link.page > own.page:
                found.setdefault(link.page, Unaccounted("page", f"{link.text} {link.address}".strip()))
    return list(found.values())
