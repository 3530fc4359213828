"""An HTML document as a reader sees it, its visible lines and what its head says of it; and as a page of its site."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from harbincrawl.errors import PageTooLargeError
from harbincrawl.sites import Address, Site

from .collector import MOST_LINES, LineCollector
from .decode import decode_page
from .line import Line, Link, fold
from .parser import parse_page

MOST_BYTES = 5_000_000
"""Of a page's text in UTF-8; pages of news have some 30 KB."""


class DroppedLine(NamedTuple):
    """A line of an element that the site file drops."""

    line: Line
    selector: str
    at: int
    """The index of the line of the page before which it stood."""


@dataclass(frozen=True, slots=True)
class Selection:
    """What the selectors of a site file find on a page."""

    values: Mapping[str, str] = field(default_factory=dict)
    """By key, the words of the elements that hold a field."""
    problems: Mapping[str, str] = field(default_factory=dict)
    """By key, why a selector does not do what it is for; `drop` where too much is dropped."""
    dropped: Sequence[DroppedLine] = ()
    whole: Document | None = None
    """The page as it is read without selectors; None where nothing is dropped."""


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

    selection: Selection | None = None
    """What the site file selects; None where it has no selectors."""

    @property
    def all_lines(self) -> Sequence[Line]:
        """Its lines and those that were taken out."""
        dropped = [each.line for each in self.selection.dropped] if self.selection else []
        return [*self.lines, *self.furniture, *dropped] if self.furniture or dropped else self.lines


@dataclass(frozen=True, slots=True)
class SitePage:
    """A page of a site: what it shows, and what its address says."""

    document: Document
    canonical: str
    meaning: Address
    """Of its address."""
    base: str
    """The address that its links are relative to."""
    site: Site

    @property
    def lines(self) -> Sequence[Line]:
        """Those of the document."""
        return self.document.lines

    def lead(self, link: Link) -> tuple[str | None, Address | None]:
        """Canonical address and meaning of a link of the page; None for each that it has not.

        Found out once: box, pager, breadcrumb and proof all ask for it. All pages made of one document have its base
        and its site.
        """
        if link.led is None:
            # A place on the page itself, as of a link that a script answers, is no page.
            link.led = self.site.read_link(link.href, self.base) if link.href[:1] != "#" else (None, None)
        return link.led

    def article(self, link: Link) -> tuple[str, Address] | None:
        """Canonical address and meaning where the link leads to an article of the site, else None."""
        address, meaning = self.lead(link)
        return (address, meaning) if address and meaning and meaning.kind == "article" else None

    def is_article_link(self, line: Line) -> bool:
        """True for a line that is wholly a link to an article."""
        return line.is_link and any(self.article(link) for link in line.links)


def read_page(html: str | bytes | Document, address: str) -> Document:
    """As `read_document`, of text, of bytes, or of what was read already."""
    if isinstance(html, Document):
        return html
    return read_document(decode_page(html) if isinstance(html, bytes) else html, address)


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
