"""Captured pages to articles and lists, by the layouts of the archive; many of them are read by an executor."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache, partial
from pathlib import Path
from sqlite3 import Connection

from harbincrawl.archive.captures import CaptureRow
from harbincrawl.archive.layouts import LayoutRow, read_layouts
from harbincrawl.errors import (
    HarbincrawlError,
    NoEvidenceError,
    NotAnArticle,
    PageTooLargeError,
    RemovedError,
    WarcError,
)
from harbincrawl.evidence import read_charset, read_source, site_as_read
from harbincrawl.pages.article.page import join_pages, read_article
from harbincrawl.pages.dates import site_day
from harbincrawl.pages.html.decode import decode_page
from harbincrawl.pages.layout.layout import Layout
from harbincrawl.pages.layout.view import Template
from harbincrawl.pages.listing.page import read_listing
from harbincrawl.records import Article, Listing
from harbincrawl.sites import Site
from harbincrawl.text import count_text

from .executor import Executor, check_folder

_KINDS = {
    NoEvidenceError: "no-evidence", RemovedError: "removed", WarcError: "damaged", PageTooLargeError: "too-large",
    NotAnArticle: "not-an-article",
}  # fmt: skip
"""By error, the first that fits, the kind of an article that its captures do not show."""
_CHUNK = 40
"""Articles or list pages in a job."""
_MOST_TEMPLATES = 64
"""That a process keeps ready: a site has a few templates at a time."""


@lru_cache(maxsize=_MOST_TEMPLATES)
def make_template(text: str) -> Template:
    """The layout of the canonical JSON `text`, ready to be compared with pages."""
    return Template(Layout.from_json(text))


@dataclass(frozen=True, slots=True)
class LayoutBook:
    """All layouts of an archive, as readers of pages take them; by an empty one each page is read by itself."""

    layouts: dict[str, str] = field(default_factory=dict)
    """By frame, in JSON."""

    @classmethod
    def read(cls, connection: Connection) -> LayoutBook:
        """Those of the archive at `connection`."""
        return cls.make(read_layouts(connection))

    @classmethod
    def make(cls, rows: Iterable[LayoutRow]) -> LayoutBook:
        """Of stored layouts, in any order; one that failed its test leaves the one before in use."""
        ordered = sorted(rows, key=lambda row: row.pages)
        return cls({row.frame: row.layout for row in ordered if row.layout is not None})

    def find(self, kind: str, frame: str) -> Template | None:
        """The layout of pages of this kind and frame: of articles alone, lists have none."""
        text = self.layouts.get(frame) if kind == "article" else None
        return make_template(text) if text else None


@dataclass(frozen=True, slots=True)
class CapturedArticle:
    """An article to read: the captures of all its pages, in their order."""

    id: str
    pages: tuple[CaptureRow, ...]
    rivals: tuple[CaptureRow, ...] = ()
    """Captures of further pages, of which the first one that can be read counts: of other tools' files nothing says
    which of them came with page 1."""


@dataclass(frozen=True, slots=True)
class ReadArticle:
    """An article as its captures show it, or why they show none."""

    id: str
    article: Article | None = None
    """What the pages say; what only the listing knows is not in it."""
    kind: str = "read"
    """`read`, `no-evidence` (not kept), `removed` (on purpose), `damaged`, `too-large`,
    `not-an-article`, `pages`."""
    reason: str = ""
    used: tuple[CaptureRow, ...] = ()
    """Those of the `rivals` that are its further pages."""


def read_lists(
    executor: Executor, folder: Path, site: Site, sources: Iterable[CaptureRow]
) -> Iterator[tuple[CaptureRow, Listing | HarbincrawlError | ValueError]]:
    """Reads list pages of the archive in `folder`, in their order; in place of one the error for which it cannot be.

    Raises WorkerError.
    """
    return executor.map(partial(_read_list, folder.absolute(), site), sources, _CHUNK)


def _read_list(
    folder: Path, site: Site, source: CaptureRow
) -> tuple[CaptureRow, Listing | HarbincrawlError | ValueError]:
    check_folder(folder)
    try:
        text, read_site, _ = read_text(folder, site, source)
        return source, read_listing(text, source.address, read_site)
    except (HarbincrawlError, ValueError) as error:
        return source, error


def read_text(folder: Path, site: Site, source: CaptureRow) -> tuple[str, Site, date]:
    """The page of a capture, the site with the mirror that it came from, and the day. Raises HarbincrawlError."""
    stored = read_source(folder, source)
    text = decode_page(stored.body, read_charset(stored.http_headers))
    return text, site_as_read(site, stored.target), site_day(site, source.time)


def read_articles(
    executor: Executor,
    folder: Path,
    site: Site,
    articles: Iterable[CapturedArticle],
    book: LayoutBook,
) -> Iterator[ReadArticle]:
    """Reads articles of the archive in `folder`, in their order, by the layouts of `book`.

    Raises BucketError, WorkerError.
    """
    return executor.map(partial(read_captured, folder.absolute(), site, book), articles, _CHUNK)


def read_captured(folder: Path, site: Site, book: LayoutBook, captured: CapturedArticle) -> ReadArticle:
    """Reads the pages of one article of the archive in `folder`. Raises BucketError, WorkerError."""
    check_folder(folder)
    id = captured.id
    pages: list[Article] = []
    # Pages that were rescued come in any order.
    for source in sorted(captured.pages, key=lambda source: find_page(source.address, site)):
        found = _read_page(folder, site, captured, source, pages, book)
        if isinstance(found, ReadArticle):
            return found
        pages.append(found)
    used = []
    for source in captured.rivals:
        if find_page(source.address, site) == len(pages) + 1 <= pages[0].pages:
            found = _read_page(folder, site, captured, source, pages, book)
            if isinstance(found, Article) and found.page == len(pages) + 1:
                pages.append(found)
                used.append(source)
    read = join_article(id, pages)
    return read if read.article is None else replace(read, used=tuple(used))


def _read_page(
    folder: Path, site: Site, captured: CapturedArticle, source: CaptureRow, before: list[Article], book: LayoutBook
) -> Article | ReadArticle:
    try:
        text, read_site, today = read_text(folder, site, source)
        last = before[-1] if before else None
        return read_article(text, source.address, read_site, today=today, before=last, layouts=book)
    except (NoEvidenceError, WarcError, NotAnArticle) as error:
        kind = next(kind for of, kind in _KINDS.items() if isinstance(error, of))
        return ReadArticle(captured.id, None, kind, error.reason if isinstance(error, NotAnArticle) else str(error))


def find_page(address: str, site: Site) -> int:
    """The number of the page of an article that `address` names; 0 for an address of no page."""
    meaning = site.read_address(address)
    return meaning.page if meaning else 0


def join_article(id: str, pages: list[Article]) -> ReadArticle:
    """The pages of an article as one; a page too few makes it none, as it does in a crawl."""
    if not pages or len(pages) < pages[0].pages:
        were = "was" if len(pages) == 1 else "were"
        reason = f"{len(pages)} of {count_text(pages[0].pages if pages else 1, 'page')} {were} captured"
        return ReadArticle(id, None, "pages", reason)
    try:
        return ReadArticle(id, join_pages(pages))
    except PageTooLargeError as error:
        return ReadArticle(id, None, "too-large", error.reason)
    except ValueError as error:
        return ReadArticle(id, None, "pages", str(error))
