"""The tree of what a page shows: BeautifulSoup's, less all that no reader sees and all that changes no line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from inspect import signature
from typing import Any

from bs4 import BeautifulSoup
from bs4.builder._lxml import LXMLTreeBuilder
from bs4.element import HTMLAttributeDict, NavigableString, PageElement, Tag
from bs4.exceptions import ParserRejectedMarkup

__all__ = ["BLOCKS", "STRONG", "Builder", "Soup", "make_soup"]

BLOCKS = frozenset(
    "html body p div table caption thead tbody tfoot tr td th ul ol li dl dt dd h1 h2 h3 h4 h5 h6 section article "
    "header footer nav aside main figure figcaption form fieldset legend blockquote pre center address details summary "
    "dir menu hgroup hr".split()
)
"""Elements that stand on lines of their own."""
STRONG = frozenset(("b", "strong"))
_HIDDEN = frozenset(
    "script style noscript template title meta link select option textarea button input object embed iframe svg "
    "audio video canvas map param rt rp".split()
)
"""Elements whose content no reader of the page sees as text."""
_BREAKS = BLOCKS | {"br"}
_KEPT = _BREAKS | STRONG | {"a", "img"}
"""Elements that tell something of a line; the words of all others stand where they stand."""
_HEAD = frozenset(("title", "base", "link"))
_VOID = frozenset(("br", "hr", "img"))
_TOLD = frozenset(("a", "img"))
"""Elements whose attributes tell something."""
_HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_XML_DECLARATION = re.compile(r"<\?xml[^>]*>", re.IGNORECASE)


class Element(Tag):
    """A tag that is made and put in its place at once, without what BeautifulSoup finds out and no reader asks for."""

    def __init__(self, name: str, attributes: HTMLAttributeDict, parent: Tag, before: PageElement | None) -> None:
        self.name = name
        self.attrs = attributes
        self.contents = []
        self.namespace = self.prefix = None
        self.hidden = False
        self.can_be_empty_element = name in _VOID
        _put(self, parent, before)


def _put(node: PageElement, parent: Tag, before: PageElement | None) -> None:
    """Puts `node` behind the others in `parent`; `before` is what was put last into the whole tree."""
    siblings = parent.contents
    sibling = siblings[-1] if siblings else None
    node.parent = parent
    node.previous_element = before
    node.previous_sibling = sibling
    node.next_element = node.next_sibling = None
    if before is not None:
        before.next_element = node
    if sibling is not None:
        sibling.next_sibling = node
    siblings.append(node)


class Soup(BeautifulSoup):
    """The tree, as its builder makes it: an end for each start, no namespaces, blanks as they are."""

    def endData(self, containerClass: Any = None) -> None:  # noqa: ARG002, N802, N803 - BeautifulSoup's names
        """Puts the text that was collected into the innermost open tag; BeautifulSoup calls it at the end, too."""
        if self.current_data:
            # Made as a string is: its own way to be made puts it into a place first, and this one is put at once.
            text = str.__new__(NavigableString, "".join(self.current_data))
            _put(text, self.tagStack[-1], self._most_recent_element)
            self._most_recent_element = text
            self.current_data = []


class Builder(LXMLTreeBuilder):
    """Builds the tree from lxml's events, and notes what the head says.

    An element kept costs ten times as much as one passed over, and two in three of a page are passed over.
    """

    soup: Soup

    def __init__(self) -> None:
        super().__init__(multi_valued_attributes=None)
        self.title: str | None = None
        """Text of the first `title`."""
        self.base: str | None = None
        """The first `base href`."""
        self.canonical: str | None = None
        """The first `link rel=canonical`."""
        self._hidden = 0
        """How many elements are open from the outermost hidden one on."""
        self._titled = 0
        """The same count at the open `title`."""
        self._fresh = True
        """Nothing was shown since the last break: blanks are not shown either."""

    def start(self, tag: Any, attrib: Any) -> None:  # type: ignore[override]  # or lxml makes namespaces, too
        """lxml's event."""
        if tag in _HEAD:
            self._note(tag, attrib)
        if self._hidden:
            self._hidden += 1
        elif tag in _HIDDEN or (attrib and ("style" in attrib or "hidden" in attrib) and _hides(attrib)):
            self._hidden = 1
        elif tag in _KEPT:
            if tag in _BREAKS:
                self._fresh = True
            soup = self.soup
            if soup.current_data:
                soup.endData()
            attributes = HTMLAttributeDict(attrib) if tag in _TOLD else HTMLAttributeDict()
            node = Element(tag, attributes, soup.tagStack[-1], soup._most_recent_element)
            soup._most_recent_element = node
            soup.tagStack.append(node)

    # lxml asks for it at each page, which costs as much as 20 elements where it has to be found out.
    start.__signature__ = signature(start)  # type: ignore[attr-defined]

    def end(self, tag: Any) -> None:
        """lxml's event; it has one for every start."""
        if self._hidden:
            if self._hidden == self._titled:
                self._titled = 0
            self._hidden -= 1
        elif tag in _KEPT:
            if tag in _BREAKS:
                self._fresh = True
            soup = self.soup
            if soup.current_data:
                soup.endData()
            soup.tagStack.pop()

    def data(self, data: Any) -> None:
        """lxml's event: a piece of text."""
        if self._hidden:
            if self._titled:
                self.title = f"{self.title or ''}{data}"
        elif not self._fresh:
            self.soup.current_data.append(data)
        elif not data.isspace():
            self._fresh = False
            self.soup.current_data.append(data)

    def comment(self, text: Any) -> None:
        """lxml's event; nobody sees a comment."""

    def pi(self, target: str, data: str) -> None:
        """lxml's event; nobody sees a processing instruction."""

    def doctype(self, name: str, pubid: str, system: str) -> None:
        """lxml's event."""

    def _note(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "title":
            if self.title is None:
                self.title = ""
                self._titled = self._hidden + 1
        elif "href" in attributes:
            if tag == "base":
                self.base = attributes["href"] if self.base is None else self.base
            elif attributes.get("rel", "").lower() == "canonical":
                self.canonical = attributes["href"] if self.canonical is None else self.canonical


def _hides(attributes: Mapping[str, str]) -> bool:
    return "hidden" in attributes or ("style" in attributes and bool(_HIDING.search(attributes["style"])))


def make_soup(html: str) -> tuple[Soup, Builder] | None:
    """The tree of `html` and its builder; None where there is no markup, or the parser rejects it."""
    if "<" not in html:
        return None
    # A declaration makes the parser take the page for bytes of that coding; anchored, for white space may be long.
    begin = html.lstrip()
    declaration = _XML_DECLARATION.match(begin)
    begin = begin[declaration.end() :] if declaration else html
    builder = Builder()
    try:
        return Soup(begin, builder=builder), builder
    except UnicodeEncodeError:
        # Halves of surrogate pairs are no text.
        return make_soup(begin.encode("utf-8", "replace").decode())
    except ParserRejectedMarkup:
        return None
