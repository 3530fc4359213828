"""An article page before it is read: its lines, and all that is known of it from elsewhere."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from harbincrawl.errors import NotAnArticle, PageTooLargeError
from harbincrawl.pages.article.head.information import Anchor, find_anchors
from harbincrawl.pages.html.document import Document, SitePage
from harbincrawl.pages.html.line import Line
from harbincrawl.pages.layout.keys import digest, hash_place
from harbincrawl.records import Article
from harbincrawl.sites import Site

MAX_PICTURES = 20_000
"""Of an article; the largest photo stories have some hundreds."""


@dataclass(frozen=True, slots=True)
class AskedPage(SitePage):
    """A page at an article's address."""

    address: str
    """As it was asked for."""
    anchors: Sequence[Anchor]
    """Its lines that look like the `Updated` line."""
    frame: str
    """Where it prints its date, see `find_frame`."""
    today: date | None = None
    """The day at the site, behind which printed dates are refused; None: the clock says it."""
    before: Article | None = None
    """The page of the article whose pager leads here."""
    closes: bool = False
    """The information of its template's pages stands behind the text."""
    behind: Collection[str] = ("author", "source")
    """Which of author and source its pages may name elsewhere than where they have their date."""

    @classmethod
    def make(
        cls,
        document: Document,
        address: str,
        site: Site,
        today: date | None = None,
        before: Article | None = None,
    ) -> AskedPage:
        """Raises NotAnArticle for the address of anything else; PageTooLargeError, which is one, too."""
        found = site.article_address(address)
        if found is None:
            raise NotAnArticle(address, "its address is none of the site's articles")
        canonical, meaning = found
        check_pictures(sum(len(line.images) for line in document.lines), address)
        base = site.base_address(document.base, canonical)
        anchors = find_anchors(document.lines, site.words)
        frame = find_frame(document.lines, anchors)
        return cls(document, canonical, meaning, base, site, address, anchors, frame, today, before)


def find_frame(lines: Sequence[Line], anchors: Sequence[Anchor]) -> str:
    """A short hash of where an article page prints its date; pages without one have a frame of their own.

    It is what pages of one template share before anything is learnt.
    """
    if anchors:
        return hash_place(lines[anchors[0].first_line].place)
    heading = next((line for line in lines if line.heading), None)
    return digest("no date", hash_place(heading.place) if heading else "")


def check_pictures(number: int, address: str) -> None:
    """Raises PageTooLargeError where an article has too many."""
    if number > MAX_PICTURES:
        raise PageTooLargeError(address, f"it has more than {MAX_PICTURES:,} pictures")
