"""An HTML document as a reader sees it: its visible lines, and what its head says of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from harbincrawl.errors import PageTooLargeError

from .collector import MOST_LINES, LineCollector
from .line import Line, fold
from .parser import parse_page

MOST_BYTES = 5_000_000
"""Of a page's text in UTF-8; pages of news have some 30 KB."""


@dataclass(slots=True)
class Document:
    """What a page shows and says of itself."""

    lines: list[Line]
    """In document order."""
    title: str | None
    """The text of its title element."""
    base: str | None
    """`base href`, as written."""
    canonical: str | None
    """`link rel=canonical`, as written."""
    furniture: Sequence[Line] = ()
    """Lines that a layout took out: their links still say whose page it is."""

    @property
    def all_lines(self) -> Sequence[Line]:
        """Its lines and those that were taken out."""
        return [*self.lines, *self.furniture] if self.furniture else self.lines


def read_document(html: str, address: str) -> Document:
    """The visible lines and the head of `html`, the page at `address`; a page that the parser rejects has none.

    Raises PageTooLargeError.
    """
    # No character takes more than four bytes: an honest page need not be coded to be measured.
    if len(html) > MOST_BYTES // 4 and len(html.encode("utf-8", "surrogatepass")) > MOST_BYTES:
        raise PageTooLargeError(address, f"it has more than {MOST_BYTES:,} bytes of markup")
    collector = LineCollector()
    if not parse_page(html, collector):
        return Document([], None, None, None)
    collector.end_line()
    if len(collector.lines) > MOST_LINES:
        collector.reset()
        raise PageTooLargeError(address, f"it has more than {MOST_LINES:,} lines")
    title = fold("".join(collector.title or ()))
    document = Document(collector.lines, title or None, collector.base, collector.canonical)
    # lxml keeps the collector until the garbage collector runs; the lines must not wait for that.
    collector.reset()
    return document
