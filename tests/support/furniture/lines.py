"""The visible lines of a parsed page with the nodes that print them; written here again, so that no reader vouches."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import lxml.html
from lxml.html import HtmlElement

BLOCKS = frozenset(
    "address article aside blockquote body br caption center dd div dl dt fieldset figcaption figure footer form h1 h2 "
    "h3 h4 h5 h6 header hr html li main nav ol option p pre section select table tbody td textarea th tr ul "
    "amp-carousel".split()
)
UNSEEN = frozenset("head script style template noscript option textarea iframe".split())


@dataclass(frozen=True, slots=True)
class Spot:
    """A node that prints: the text of `element`, what follows it, or a picture."""

    element: HtmlElement
    kind: str
    """`text`, `tail` or `img`."""

    @property
    def holder(self) -> HtmlElement:
        """The element that the node stands in."""
        return self.element if self.kind == "text" else self.element.getparent()


@dataclass(slots=True)
class Line:
    """What a reader sees as one line."""

    text: str = ""
    pictures: list[str] = field(default_factory=list)
    spots: list[Spot] = field(default_factory=list)

    @property
    def first(self) -> Spot:
        return self.spots[0]

    @property
    def last(self) -> Spot:
        return self.spots[-1]


def parse(page: str) -> HtmlElement:
    """The tree of a page; `write` gives it back."""
    # Bytes, for a text must not name a charset in an XML declaration.
    parser = lxml.html.HTMLParser(encoding="utf-8")
    return lxml.html.document_fromstring(page.encode(), parser=parser)


def write(root: HtmlElement) -> str:
    tree = root.getroottree()
    made: str = lxml.html.tostring(root, encoding="unicode")
    return f"{tree.docinfo.doctype}\n{made}" if tree.docinfo.doctype else made


def list_lines(root: HtmlElement) -> list[Line]:
    """All visible lines in order; a picture is part of its line."""
    made = [Line()]
    for what in _walk(root):
        if what is None:
            if made[-1].spots:
                made.append(Line())
        else:
            line = made[-1]
            line.spots.append(what)
            if what.kind == "img":
                line.pictures.append(what.element.get("src") or "")
            else:
                line.text += (what.element.text if what.kind == "text" else what.element.tail) or ""
    lines = [line for line in made if line.spots]
    for line in lines:
        line.text = " ".join(line.text.split())
    return lines


def _walk(element: HtmlElement) -> Iterator[Spot | None]:
    # A blank between two inline elements divides words, so it is part of the line's text but no place of it.
    if not isinstance(element.tag, str) or element.tag in UNSEEN:
        return
    block = element.tag in BLOCKS
    if block:
        yield None
    if element.tag == "img":
        yield Spot(element, "img")
    if element.text and (element.text.strip() or not block):
        yield Spot(element, "text")
    for child in element:
        yield from _walk(child)
        if child.tail and (child.tail.strip() or (isinstance(child.tag, str) and child.tag not in BLOCKS)):
            yield Spot(child, "tail")
    if block:
        yield None
