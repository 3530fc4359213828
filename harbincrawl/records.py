"""The records that all packages share: frozen dataclasses with the data of a page, without behaviour."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from harbincrawl.text import read_time


@dataclass(frozen=True, slots=True)
class Image:
    """A picture of an article."""

    url: str | None
    """Absolute address of the picture; None for a caption without a picture."""
    caption: str | None = None
    """The caption without the credit."""
    credit: str | None = None
    """The text in square brackets at the end of the caption, without the brackets: `Photo/Xinhua`."""
    file_name: str | None = None
    """The file name that the page prints or gives as alt text, else the last part of the address."""


class Unaccounted(NamedTuple):
    """What a page shows and the reader could give no meaning."""

    kind: str
    """`line` (without a role), `page` (a link to a page of the same article or list that no pager explains), `item`
    (a link to an article in a list that became no item of it), `reading` (what a page says only with, or only without
    the layout of its template), `field` (a label without a value, a field that other pages of the template have),
    `selector` (of the site file, which does not do what it is for) or `template` (one that is in doubt as a whole)."""
    text: str
    """The line's words; for a link its words and address."""


@dataclass(frozen=True, slots=True)
class Article:
    """The content of one article page, or of all pages of a multi-page article."""

    id: str
    """What the site calls the article in its address (`5370`). It is unique on the whole site."""
    url: str
    """The canonical address: http, the site's own host, the first page of the article."""
    section: str
    """The label of the section: `Photo Gallery`."""
    section_path: str
    """The path prefix of the section: `news`, `culture/music`."""
    title: str | None
    """The heading; None if page, list line and document title have none."""
    updated: date | None
    """The printed date; None if none is printed or the printed one was refused."""
    created: date | None
    """The date in the address."""
    author: str | None
    """The printed author string."""
    authors: tuple[str, ...]
    """The names in `author`."""
    source: str | None
    """The string in brackets in the By line."""
    body: tuple[str, ...]
    """The paragraphs: visible lines of the body with white space folded."""
    images: tuple[Image, ...]
    """Pictures with captions."""
    parser: str
    """Version of the parser that made this record."""
    summary: str | None = None
    """The summary from the list line; article pages have none."""
    title_from: str = "heading"
    """Where the title was found: `heading`, `line` (probably a title), `document` (its title), `listing`, `none`."""
    page: int = 1
    """Number of the page that was read; 1 for a whole article."""
    pages: int = 1
    """Number of pages, from the pager."""
    next_page: str | None = None
    """Absolute address of the pager's next page; None on the last page."""
    refused_date: str | None = None
    """A printed date that was refused because it is impossible, or later than tomorrow in the site's time zone."""
    unaccounted: tuple[Unaccounted, ...] = ()
    """What the page shows that is in no field and has no other role; of all pages, for a whole article."""
    unread_label: str | None = None
    """What its section is called until a page that names it was read; None: the site file does."""
    presumed_captions: tuple[str, ...] = ()
    """Captions that are such because every line of the page stands under a picture; none of a whole article."""
    layout: str | None = None
    """The digest of the layout of its template, by which the page, or the first page of a whole article, was read;
    None: there was none."""
    frame: str | None = None
    """What the page, or the first page, shares with others of its template before anything is learnt; see `frame`."""
    line: int | None = None
    """The capture of the list page that gave what the page itself does not show; None: no list, or one unknown."""
    summary_line: int | None = None
    """That of the list page with the summary."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of a list page."""

    key: str
    """The article's id (`5370`); the address if the line leads to no article of the site."""
    address: str
    """The absolute address of the link, on the site's own host if it leads to the site."""
    id: str | None
    """The article's id; None if the line leads to no article of the site."""
    title: str
    """The text of the link."""
    date: date | None = None
    """The printed date (`updated`); None in lists without dates."""
    summary: str | None = None
    """The text under the title."""
    capture: int | None = field(default=None, compare=False)
    """The capture of the list page that says so."""

    @property
    def elsewhere(self) -> bool:
        """True if the line leads to no article of the site; it is counted but never fetched."""
        return self.id is None


class ListWords(NamedTuple):
    """What a list says of an article."""

    title: str | None = None
    summary: str | None = None
    day: date | None = None
    """The day of its line."""
    section: str | None = None
    """The section of the list that had it first."""
    capture: int | None = None
    """The capture of the list page that says so."""
    summary_capture: int | None = None
    """That of the list page with the summary."""


@dataclass(frozen=True, slots=True)
class Listing:
    """One list page."""

    address: str
    page: int
    """Number of the page; the first is 1."""
    lines: tuple[Listed, ...]
    total: int | None = None
    """Number of items in the whole list, as the pager prints it; None if it prints none."""
    next_page: str | None = None
    """Address of the pager's next page; None on the last page."""
    last: int | None = None
    """Number of the last page, from the pager's link to it; None without such a link."""
    unaccounted: tuple[Unaccounted, ...] = ()
    """What the page shows that is no line of the list and has no other role."""


@dataclass(frozen=True, slots=True)
class Capture:
    """One response of the server."""

    address: str
    """The requested address, as an address of the site (not of a mirror)."""
    fetched_at: str
    """UTC, RFC 3339."""
    status: int
    etag: str | None = None
    last_modified: str | None = None
    digest: str | None = None
    """`sha256:` and the hexadecimal digest of the payload as received."""
    body_hash: str | None = None
    """sha256 of the decoded body."""
    charset: str | None = None
    """The charset that its Content-Type names: with another one the same body says something else."""
    warc: str | None = None
    """WARC file in `warc/`; None where no record was kept, as of a list that names a purged article."""
    offset: int | None = None
    """Byte offset of its record in that file."""
    origin: str | None = None
    """The other tool's WARC file that it was ingested from."""
    source: str = "site"
    """Who answered: `site`; `mirror`, where one was crawled in its place; `cache` or `middleware`, where Scrapy's
    cache or a downloader middleware did; `ingest` for what came out of another tool's WARC file; else the archive of
    others that it was rescued from: `wayback`, `commoncrawl`, or an address."""
    host: str = ""
    """The host that answered, with its port where that is not the scheme's own; empty: that of `address`."""
    ordinal: int | None = None
    """The number of its record in the log, by which the archive calls it; None: the next one that is free."""
    redirected: int | None = None
    """The number of the response that redirected to it."""

    @property
    def time(self) -> datetime:
        """When it was fetched, UTC. Raises ValueError for a damaged row."""
        return read_time(self.fetched_at)

    @property
    def is_rescued(self) -> bool:
        """Whether an archive of others says that the site answered so."""
        return self.source not in OWN


SERVED = ("site", "mirror")
"""Sources of captures that a server answered in a crawl."""
ANSWERED = (*SERVED, "ingest")
"""Sources of captures that a server answered, to us or to the tool of another."""
UNSERVED = ("cache", "middleware")
"""Sources of captures that no server answered."""
CRAWLED = (*SERVED, *UNSERVED)
"""Sources of captures that a crawl asked for itself."""
OWN = (*CRAWLED, "ingest")
"""Sources of captures that were not rescued from an archive of others."""
