"""The records that the parts hand to each other: frozen values, with no behaviour beyond what follows from them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Image:
    """A picture of an article, in the order in which a reader meets them."""

    url: str | None
    """Absolute address on the site; None for a caption that the page prints without a picture."""
    caption: str | None = None
    """The words under the picture, without the credit."""
    credit: str | None = None
    """What stands in the square brackets at the caption's end, without them: `Photo/my399.com`."""
    file_name: str | None = None
    """The file name that the page prints or names as alt text, else the last part of the address."""


@dataclass(frozen=True, slots=True)
class Article:
    """What one article page says (or, for a multi-page article, all its pages together)."""

    number: int
    """The site's own counter, one for the whole site: the identity of an article."""
    url: str
    """The canonical address: http, the site's own host, the page of the article that comes first."""
    section: str
    """The label a reader sees: `Harbin Today`."""
    section_path: str
    """The path prefix: `news`, `culture/music`."""
    title: str | None
    """The heading; None where page, listing and document title show none."""
    updated: date | None
    """The printed day; None where none is printed or the printed one is refused."""
    created: date | None
    """The day in the address."""
    author: str | None
    """The printed author string."""
    authors: tuple[str, ...]
    """The names in it."""
    source: str | None
    """The string in the brackets of the By line."""
    body: tuple[str, ...]
    """Paragraphs: the visible lines of the body, white space folded."""
    images: tuple[Image, ...]
    """Pictures with captions."""
    parser: str
    """Version of the reader that made this."""
    summary: str | None = None
    """The listing's words about it; no page of an article carries them."""
    title_from: str = "heading"
    """Where the title was found: `heading`, `line` (it may be one), `document` (the title bar), `listing`, `none`."""
    document_title: str | None = None
    """The text of the document's title element."""
    page: int = 1
    """The number of the page that was read; 1 for a whole article."""
    pages: int = 1
    """How many pages the pager says there are."""
    next_page: str | None = None
    """Address of the pager's next page, absolute on the site; None on the last one."""
    refused_date: str | None = None
    """A printed date that was refused: impossible, or later than tomorrow in the site's time zone."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of a listing page."""

    key: str
    """What the line is about: the article's number as text (`"5370"`); the address where it leads elsewhere."""
    address: str
    """The address as the line gives it, absolute, on the site's own host where it leads to the site."""
    number: int | None
    """The article's number; None for a line that leads elsewhere."""
    title: str
    """The words of the link."""
    date: date | None = None
    """The printed day (`updated`); None in listings without dates."""
    summary: str | None = None
    """The words under the title."""

    @property
    def elsewhere(self) -> bool:
        """True for a line that leads to no article of the site; it is counted and never fetched."""
        return self.number is None


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a listing."""

    address: str
    page: int
    """Its number, 1 for the first."""
    lines: tuple[Listed, ...]
    total: int | None = None
    """How many items the pager says the whole list has; None where it prints none."""
    next_page: str | None = None
    """Address of the pager's next page; None on the last one."""
    last: int | None = None
    """Number of the last page, from the pager's last link; None where it has none."""


@dataclass(frozen=True, slots=True)
class Capture:
    """One response of the server, as it came."""

    address: str
    """The site's own address of what was asked for."""
    fetched_at: datetime
    """UTC."""
    status: int
    etag: str | None = None
    last_modified: str | None = None
    digest: str | None = None
    """`sha1:` and Base32 of the payload as it came over the wire."""
    body_hash: str | None = None
    """sha256 of the decoded body: equal hashes are equal pages."""
    warc: str | None = None
    """File name in `warc/`; None with --no-warc."""
    offset: int | None = None
    """Where its record begins in that file, bytes."""
    origin: str | None = None
    """The foreign WARC file it was ingested from."""
