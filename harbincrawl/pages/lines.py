"""The visible lines of a page, in document order, as a reader sees them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from bs4 import BeautifulSoup
from bs4.element import CData, NavigableString, Tag
from bs4.exceptions import ParserRejectedMarkup

from .cutting import cut

__all__ = ["Line", "Link", "Page", "Picture", "cut", "fold", "read_page", "shared_depth"]

HIDDEN = frozenset(
    "script style noscript template title meta link select option textarea button input object embed iframe svg "
    "audio video canvas map param".split()
)
"""Elements whose content no reader of the page sees as text."""
BLOCKS = frozenset(
    "html body p div table caption thead tbody tfoot tr td th ul ol li dl dt dd h1 h2 h3 h4 h5 h6 section article "
    "header footer nav aside main figure figcaption form fieldset legend blockquote pre center address details summary "
    "dir menu hgroup hr".split()
)
"""Elements that stand on lines of their own."""
HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
STRONG = frozenset(("b", "strong"))

# Not shown by any browser: controls (white space folds later), zero-width space, byte order mark, soft hyphen.
_UNSEEN = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u200b\u2060\ufeff\xad]|[\ud800-\udfff]")
_HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_CANONICAL = re.compile(r"^canonical$", re.IGNORECASE)
_LATE = ("data-src", "data-original", "data-lazy-src", "data-url")
_LETTER = re.compile(r"[^\W\d_]")
_DEEPEST = 100
"""Containers that a path counts: no honest page nests deeper, and a hostile one must not cost time by the square."""
_XML_DECLARATION = re.compile(r"<\?xml[^>]*>", re.IGNORECASE)


@dataclass(slots=True)
class Link:
    """A link within a line: where it leads, as written, and its words on that line."""

    href: str
    text: str


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
    links: list[Link] = field(default_factory=list)
    rest: str = ""
    """The line's text that stands in no link."""
    images: list[Picture] = field(default_factory=list)
    heading: bool = False
    """It begins in a heading element."""
    emphasis: bool = False
    """All of it is bold or a heading."""
    figcaption: bool = False
    """It stands in a `figcaption`."""
    path: tuple[int, ...] = ()
    """Numbers of the block elements around it, outermost first: equal beginnings are shared containers."""

    @property
    def is_link(self) -> bool:
        """True where no word of the line stands outside its links."""
        return bool(self.links) and bool(self.text) and not _LETTER.search(self.rest)


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
    return fold(" ".join(pieces))


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
    if "<" not in html:
        return Page([], None, None, None)
    # A declaration makes the parser take the page for bytes of that coding; anchored, for white space may be long.
    begin = html.lstrip()
    declaration = _XML_DECLARATION.match(begin)
    begin = begin[declaration.end() :] if declaration else html
    try:
        soup = BeautifulSoup(begin, "lxml", multi_valued_attributes=None)
    except UnicodeEncodeError:
        # Halves of surrogate pairs are no text.
        return read_page(begin.encode("utf-8", "replace").decode())
    except ParserRejectedMarkup:
        return Page([], None, None, None)
    title = soup.find("title")
    base = soup.find("base", href=True)
    canonical = soup.find("link", rel=_CANONICAL, href=True)
    return Page(
        list(_LineMaker().walk(soup)),
        (fold(title.get_text()) or None) if title else None,
        _attribute(base, "href") if base else None,
        _attribute(canonical, "href") if canonical else None,
    )


def _attribute(tag: Tag, name: str) -> str | None:
    value: Any = tag.attrs.get(name)
    return value if isinstance(value, str) else None


def _is_hidden(tag: Tag) -> bool:
    attributes = tag.attrs
    if not attributes:
        return False
    if "hidden" in attributes:
        return True
    style = attributes.get("style")
    return isinstance(style, str) and bool(_HIDING.search(style))


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
        self.headings = 0
        self.strong = 0
        self.figcaptions = 0
        self.plain = False
        self.in_heading = False
        self.ready: list[Line] = []

    def walk(self, soup: BeautifulSoup) -> Iterator[Line]:
        """Lines of the tree, by a stack of its own: pages nested deeper than Python's recursion allows are read too."""
        stack: list[tuple[Tag | None, Iterator[Any]]] = [(None, iter(soup.contents))]
        while stack:
            tag, children = stack[-1]
            child = next(children, None)
            if child is None:
                stack.pop()
                if tag is not None:
                    self._leave(tag)
            elif isinstance(child, Tag):
                if child.name not in HIDDEN and not _is_hidden(child):
                    self._enter(child)
                    stack.append((child, iter(child.contents)))
            elif type(child) is NavigableString or type(child) is CData:
                self._add(str(child), preformatted=tag is not None and tag.name == "pre")
            if self.ready:
                yield from self.ready
                self.ready.clear()
        self._end_line()
        yield from self.ready

    def _enter(self, tag: Tag) -> None:
        name = tag.name
        if name in BLOCKS:
            self._end_line()
            self.blocks += 1
            self.depth += 1
            if self.depth <= _DEEPEST:
                self.path = (*self.path, self.blocks)
            if name in HEADINGS:
                self.headings += 1
            elif name == "figcaption":
                self.figcaptions += 1
        elif name == "br":
            self._end_line()
        elif name == "img":
            self._add_picture(tag)
        elif name == "a":
            if href := _attribute(tag, "href"):
                self.open_links.append((href.strip(), self.size))
        elif name in STRONG:
            self.strong += 1

    def _leave(self, tag: Tag) -> None:
        name = tag.name
        if name in BLOCKS:
            self._end_line()
            if self.depth <= _DEEPEST:
                self.path = self.path[:-1]
            self.depth -= 1
            if name in HEADINGS:
                self.headings -= 1
            elif name == "figcaption":
                self.figcaptions -= 1
        elif name == "a":
            if _attribute(tag, "href") and self.open_links:
                href, start = self.open_links.pop()
                self.links.append((href, start, self.size))
        elif name in STRONG:
            self.strong -= 1

    def _add(self, text: str, *, preformatted: bool) -> None:
        if preformatted and "\n" in text:
            first, *others = text.split("\n")
            self._add(first, preformatted=False)
            for other in others:
                self._end_line()
                self._add(other, preformatted=False)
            return
        if text and not text.isspace():
            self.in_heading = self.in_heading or self.headings > 0
            self.plain = self.plain or not (self.headings or self.strong)
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
        raw = "".join(self.pieces)
        text = fold(raw)
        if self.before:
            self.ready.append(Line("", images=self.before, path=self.path))
        if text:
            spans = self.links + [(href, start, self.size) for href, start in self.open_links]
            self.ready.append(
                Line(
                    text,
                    [Link(href, fold(raw[start:end])) for href, start, end in spans],
                    _outside(raw, spans) if spans else text,
                    heading=self.in_heading,
                    emphasis=not self.plain,
                    figcaption=self.figcaptions > 0,
                    path=self.path,
                )
            )
        if self.after:
            self.ready.append(Line("", images=self.after, path=self.path))
        self.pieces, self.size, self.links, self.before, self.after = [], 0, [], [], []
        self.open_links = [(href, 0) for href, _ in self.open_links]
        self.plain = self.in_heading = False
