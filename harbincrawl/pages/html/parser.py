"""The parser: BeautifulSoup and lxml report a page's elements. The only module that uses private names of either.

It relies on this of BeautifulSoup and lxml:

- `bs4.builder._lxml.LXMLTreeBuilder` exists; BeautifulSoup calls its `reset` before each attempt to parse a page, and
  makes no element that the builder does not ask for;
- lxml takes `start`, `end` and `data` from the builder's instance when a parser is made, and works out namespaces only
  where `start` takes an argument for them; it asks `inspect` for the arguments, which believes `__signature__`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from inspect import signature
from typing import Protocol, TypeVar

from bs4 import BeautifulSoup
from bs4.builder._lxml import LXMLTreeBuilder
from bs4.exceptions import ParserRejectedMarkup

Start = TypeVar("Start", bound=Callable[..., None])
_XML_DECLARATIONS = re.compile(r"(?:<\?xml[^>]*>?\s*)+", re.IGNORECASE)


def with_signature(start: Start) -> Start:
    """`start` of a handler with its arguments worked out once: lxml asks for them at every page, 35 µs of its 400."""
    start.__signature__ = signature(start)  # type: ignore[attr-defined]  # functions take any attribute
    return start


class ElementHandler(Protocol):
    """What wants to know of a page's elements, in document order."""

    def reset(self) -> None:
        """Called before each attempt to parse the page; what was reported before does not count."""

    def start(self, tag: str, attributes: Mapping[str, str], /) -> None:
        """An element begins; every start has its end."""

    def end(self, tag: str, /) -> None:
        """An element ends."""

    def data(self, text: str, /) -> None:
        """A piece of text."""


class _ReportingBuilder(LXMLTreeBuilder):
    """Reports elements where BeautifulSoup's other builders make a tree, which takes ten times as long an element."""

    def __init__(self, handler: ElementHandler) -> None:
        super().__init__()
        # On the instance, so that lxml calls the handler itself: one more call an event would cost a tenth of a page.
        vars(self).update(reset=handler.reset, start=handler.start, end=handler.end, data=handler.data)

    def comment(self, text: object) -> None:
        """Nobody sees a comment."""

    def pi(self, target: str, data: str) -> None:
        """Nobody sees a processing instruction."""

    def doctype(self, name: str, pubid: str, system: str) -> None:
        """Nobody sees a document type."""


def parse_page(html: str, handler: ElementHandler) -> bool:
    """Reports the elements of `html` to `handler`; False where there is no markup or the parser rejects it."""
    if "<" not in html:
        return False
    # A declaration makes the parser take the page for bytes of that coding; anchored, for white space may be long.
    begin = html.lstrip()
    declarations = _XML_DECLARATIONS.match(begin)
    begin = begin[declarations.end() :] if declarations else html
    builder = _ReportingBuilder(handler)
    try:
        BeautifulSoup(begin, builder=builder)
    except UnicodeEncodeError:
        # Halves of surrogate pairs are no text.
        return parse_page(begin.encode("utf-8", "replace").decode(), handler)
    except ParserRejectedMarkup:
        return False
    return True
