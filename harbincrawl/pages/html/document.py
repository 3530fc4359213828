"""An HTML document as a reader sees it: its visible lines, and what its head says of it."""

from __future__ import annotations

from dataclasses import dataclass

from .collector import LineCollector
from .line import Line, fold
from .parser import parse_page


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


def read_document(html: str) -> Document:
    """The visible lines and the head of `html`; a page that the parser rejects has none."""
    collector = LineCollector()
    if not parse_page(html, collector):
        return Document([], None, None, None)
    collector.end_line()
    title = fold("".join(collector.title or ()))
    document = Document(collector.lines, title or None, collector.base, collector.canonical)
    # lxml keeps the collector until the garbage collector runs; the lines must not wait for that.
    collector.reset()
    return document
