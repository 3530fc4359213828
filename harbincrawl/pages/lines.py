"""The visible lines of a page, in document order, as a reader sees them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from bs4.element import Tag

from ..sites import Address, Site
from .cutting import cut
from .soup import BLOCKS, STRONG, make_soup

__all__ = ["Line", "Link", "Page", "Picture", "cut", "fold", "read_page", "shared_depth"]

_COUNTED = frozenset(("h1", "h2", "h3", "h4", "h5", "h6", "pre", "figcaption"))
"""Blocks that matter for all lines within them."""

# Not shown by any browser: controls (white space folds later), zero-width space, byte order mark, soft hyphen.
_UNSEEN = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u200b\u2060\ufeff\xad]|[\ud800-\udfff]")
_LATE = ("data-src", "data-original", "data-lazy-src", "data-url")
_LETTER = re.compile(r"[^\W\d_]")
_DEEPEST = 100
"""Containers that a path counts: no honest page nests deeper, and a hostile one must not cost time by the square."""


@dataclass(slots=True)
class Link:
    """A link within a line: where it leads, as written, and its words on that line."""

    href: str
    text: str
    _lead: tuple[str | None, Address | None] | None = field(default=None, repr=False, compare=False)

    def lead(self, base: str, site: Site) -> tuple[str | None, Address | None]:
        """Canonical address and meaning; None for each that it has not. `base` is that of its page, always.

        Found out once: box, pager, breadcrumb and proof all ask for it.
        """
        if self._lead is None:
            address = site.canonical(self.href, base)
            self._lead = address, site.read_address(address) if address else None
        return self._lead

    def article(self, base: str, site: Site) -> tuple[str, Address] | None:
        """Canonical address and meaning where it leads to an article of the site, else None."""
        address, meaning = self.lead(base, site)
        return (address, meaning) if address and meaning and meaning.kind == "article" else None


@dataclass(slots=True)
class Picture:
    """An `img` of a line."""

    src: str
    alt: str | None
    href: str | None = None
    """Where the picture links to, as written."""


@dataclass(slots=True)
class Line:
    """One visible line."""

    text: str
    """White space folded; empty only for a line of pictures."""
    links: Sequence[Link] = ()
    rest: str = ""
    """The line's text that stands in no link."""
    is_link: bool = False
    """No word of the line stands outside its links."""
    images: Sequence[Picture] = ()
    heading: bool = False
    """It begins in a heading element."""
    emphasis: bool = False
    """All of it is bold or a heading."""
    figcaption: bool = False
    """It stands in a `figcaption`."""
    path: tuple[int, ...] = ()
    """Numbers of the block elements around it, outermost first: equal beginnings are shared containers."""


@dataclass(slots=True)
class Page:
    """A page as a reader sees it."""

    lines: list[Line]
    title: str | None
    """The document's title."""
    base: str | None
    """`base href`, as written."""
    canonical: str | None
    """`link rel=canonical`, as written."""


def fold(text: str) -> str:
    """`text` with unseen characters gone and every run of white space, no-break spaces included, one blank."""
    return " ".join(_UNSEEN.sub("", text).split())


def _outside(raw: str, spans: list[tuple[str, int, int]]) -> str:
    """What of `raw` stands in none of the `spans`, folded."""
    pieces, at = [], 0
    for _, start, end in sorted(spans, key=lambda span: span[1]):
        if start > at:
            pieces.append(raw[at:start])
        at = max(at, end)
    pieces.append(raw[at:])
    return " ".join(" ".join(pieces).split())


def shared_depth(one: tuple[int, ...], other: tuple[int, ...]) -> int:
    """How many containers two paths share."""
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        count += 1
    return count


def read_page(html: str) -> Page:
    """The visible lines of `html`; a page that the parser rejects has none."""
    made = make_soup(html)
    if made is None:
        return Page([], None, None, None)
    soup, head = made
    title = fold(head.title) or None if head.title else None
    return Page(_LineMaker().make_lines(soup), title, head.base, head.canonical)


def _attribute(tag: Tag, name: str) -> str | None:
    value: Any = tag.attrs.get(name)
    return value if isinstance(value, str) else None


class _LineMaker:
    """Collects the pieces of the line at hand and hands out whole ones."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.size = 0
        self.links: list[tuple[str, int, int]] = []
        self.open_links: list[tuple[str, int]] = []
        self.before: list[Picture] = []
        self.after: list[Picture] = []
        self.path: tuple[int, ...] = ()
        self.blocks = 0
        self.depth = 0
        self.preformatted = 0
        self.headings = 0
        self.strong = 0
        self.figcaptions = 0
        self.plain = False
        self.in_heading = False
        self.made: list[Line] = []

    def make_lines(self, soup: Tag) -> list[Line]:
        """Lines of the tree, by a stack of its own: pages nested deeper than Python's recursion allows are read too."""
        tag, children = soup, iter(soup.contents)
        stack = [(tag, children)]
        while True:
            for child in children:
                if isinstance(child, Tag):
                    self._enter(child)
                    if child.contents:
                        stack.append((tag, children))
                        tag, children = child, iter(child.contents)
                        break
                    self._leave(child)
                elif self.preformatted:
                    self._add_preformatted(str(child))
                else:
                    self._add(str(child))
            else:
                if tag is soup:
                    break
                self._leave(tag)
                tag, children = stack.pop()
        self._end_line()
        return self.made

    def _enter(self, tag: Tag) -> None:
        name = tag.name
        if name in BLOCKS:
            self._end_line()
            self.blocks += 1
            self.depth += 1
            if self.depth <= _DEEPEST:
                self.path = (*self.path, self.blocks)
            if name in _COUNTED:
                self._count(name, 1)
        elif name == "br":
            self._end_line()
        elif name == "img":
            self._add_picture(tag)
        elif name == "a":
            if href := _attribute(tag, "href"):
                self.open_links.append((href.strip(), self.size))
        else:
            self.strong += 1

    def _leave(self, tag: Tag) -> None:
        name = tag.name
        if name in BLOCKS:
            self._end_line()
            if self.depth <= _DEEPEST:
                self.path = self.path[:-1]
            self.depth -= 1
            if name in _COUNTED:
                self._count(name, -1)
        elif name == "a":
            if _attribute(tag, "href") and self.open_links:
                href, start = self.open_links.pop()
                self.links.append((href, start, self.size))
        elif name in STRONG:
            self.strong -= 1

    def _count(self, name: str, step: int) -> None:
        if name == "pre":
            self.preformatted += step
        elif name == "figcaption":
            self.figcaptions += step
        else:
            self.headings += step

    def _add_preformatted(self, text: str) -> None:
        first, *others = text.split("\n")
        self._add(first)
        for other in others:
            self._end_line()
            self._add(other)

    def _add(self, text: str) -> None:
        if not (text.isascii() and text.isprintable()):
            text = _UNSEEN.sub("", text)
        if text and not text.isspace():
            if self.headings:
                self.in_heading = True
            elif not self.strong:
                self.plain = True
        self.pieces.append(text)
        self.size += len(text)

    def _add_picture(self, tag: Tag) -> None:
        src = _attribute(tag, "src")
        if not src or not src.strip() or src.lstrip()[:5].lower() == "data:":
            # A picture that loads late has a placeholder here, and its address under one of these names.
            src = next((late for name in _LATE if (late := _attribute(tag, name)) and late.strip()), None)
            if src is None:
                return
        text = "".join(self.pieces).strip()
        if text.endswith(("]", "］")):
            # A caption that ends in its credit is whole: what follows the next picture is another one.
            self._end_line()
            text = ""
        alt = _attribute(tag, "alt")
        href = self.open_links[-1][0] if self.open_links else None
        (self.after if text else self.before).append(Picture(src.strip(), fold(alt) or None if alt else None, href))

    def _end_line(self) -> None:
        if not (self.pieces or self.before or self.links):
            return
        raw = "".join(self.pieces)
        text = " ".join(raw.split())
        if self.before:
            self.made.append(Line("", images=self.before, path=self.path))
        if text:
            line = Line(text, rest=text, heading=self.in_heading, emphasis=not self.plain, path=self.path)
            line.figcaption = self.figcaptions > 0
            if self.links or self.open_links:
                self._add_links(line, raw)
            self.made.append(line)
        if self.after:
            self.made.append(Line("", images=self.after, path=self.path))
        if self.before or self.after:
            self.before, self.after = [], []
        if self.links:
            self.links = []
        if self.open_links:
            self.open_links = [(href, 0) for href, _ in self.open_links]
        self.pieces, self.size = [], 0
        self.plain = self.in_heading = False

    def _add_links(self, line: Line, raw: str) -> None:
        spans = self.links + [(href, start, self.size) for href, start in self.open_links]
        if len(spans) == 1 and spans[0][1] == 0 and spans[0][2] == self.size:
            # As nearly every line with a link: it is the link.
            line.links = (Link(spans[0][0], line.text),)
            line.rest, line.is_link = "", True
            return
        line.links = [Link(href, " ".join(raw[start:end].split())) for href, start, end in spans]
        line.rest = _outside(raw, spans)
        line.is_link = not _LETTER.search(line.rest)
