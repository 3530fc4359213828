"""The lines of pagers: those with links to other pages of the same list or article, and what belongs to them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from harbincrawl.pages.html.document import SitePage
from harbincrawl.pages.html.line import Line, LineImage, Link, is_within, shared_depth
from harbincrawl.sites.words import Words

from .tokens import is_label, is_number, is_step, may_be_pager, read_count, read_tokens

_LONGEST_PART = 80
"""Characters of the title of a part, in a pager that names them."""
_ARROWS = frozenset("←→")
"""Keys, in a line that says that they turn pages."""
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
    if line.images and not all(map(is_button, line.images)):
        return False
    return not line.text or may_be_pager(line.text, words)


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
    if len(container) > 1 and run.start > before and _heads(lines, run, container[:-1], after):
        run.start -= 1
    top = max((link.page for link in run.links), default=pages.own.page)
    near = min(len(first), len(container) + 1) - 2
    while run.start > before and _fits(lines[run.start - 1], first, near, pages, top):
        run.start -= 1
    while run.end < after and _fits(lines[run.end], last, near, pages, top):
        run.end += 1


def _heads(lines: Sequence[Line], run: Run, container: tuple[int, ...], after: int) -> bool:
    """True where the line above a run is its heading, and nothing else stands with both in their container."""
    line = lines[run.start - 1]
    is_heading = (line.emphasis or line.heading) and not line.links and is_within(line.path, container)
    if not is_heading or not _is_part(line, container):
        return False
    is_first = run.start < 2 or not is_within(lines[run.start - 2].path, container)
    return is_first and (run.end == after == len(lines) or not is_within(lines[run.end].path, container))


def _is_part(line: Line, container: tuple[int, ...]) -> bool:
    short = len(line.text) <= _LONGEST_PART and line.text[-1:] not in '.!?。！？”"'
    return short and not line.images and is_within(line.path, container)


def _fits(line: Line, beside: tuple[int, ...], near: int, pages: OwnPages, top: int) -> bool:
    """True for a line right before or behind a pager that belongs to it, by its own words and not by its place alone.

    The last row of a table may be a number, too: only the page's own number and the count of pages count.
    """
    if not line.text:
        pictures = list(pages.pictures(line))
        return bool(line.options) or (bool(pictures) and all(map(is_button, line.images)))
    if shared_depth(line.path, beside) < near:
        return False
    in_block = line.path == beside
    if in_block and not line.links and len(line.text) <= _LONGEST_PART // 3 and line.text[-1] in ":：":
        # `Go to page:` and a break; in a block of its own such a line may be the text's.
        return True
    if is_label(line.text) or (not line.links and set(line.text) >= _ARROWS):
        return True
    if not may_be_pager(line.text, pages.words):
        return False
    tokens = read_tokens(line.text)
    if not tokens:
        return in_block and line.text != "."
    numbers = [int(token) for token in tokens if is_number(token)]
    if any(is_step(token, pages.words) for token in tokens) or "页" in line.text or "page" in tokens:
        return True
    count = read_count(line.text, pages.own.page)
    # The page's own number, or those of neighbouring pages with it.
    is_range = pages.own.page in numbers and numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    return is_range or (count is not None and count >= top)
