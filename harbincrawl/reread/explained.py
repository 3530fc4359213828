"""The newest captures of an article or a list, explained; nothing is fetched and nothing is written."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from harbincrawl.archive.articles.ids import find_number
from harbincrawl.archive.captures import CaptureRow, find_pages, read_rows
from harbincrawl.archive.layouts import find_opinion
from harbincrawl.archive.lists import find_line
from harbincrawl.archive.naming import list_ids
from harbincrawl.errors import NoEvidenceError, NotFoundError
from harbincrawl.evidence import read_charset, read_source, site_as_read
from harbincrawl.pages.dates import site_day
from harbincrawl.pages.explain import Doubt, ExplainedPage, Explanation, explain_page, join_explained
from harbincrawl.records import Article
from harbincrawl.sites import Site
from harbincrawl.text import clean

from .pages import LayoutBook

_MOST_PAGES = 100
"""Of an article, as in a crawl."""


def explain_captured(connection: sqlite3.Connection, folder: Path, named: str, site: Site) -> Explanation:
    """The article or list that `named` (an id, an address) means at `site`, as it was captured last.

    Raises NotFoundError where there is no such capture, NoEvidenceError where it was not kept, WarcError.
    """
    book = LayoutBook.read(connection)
    address = site.canonical(named if "//" in named else f"//{named}")
    meaning = site.read_address(address) if address else None
    if address and meaning and meaning.kind == "listing":
        source = _find_newest(connection, [address])
        if source is None:
            raise NotFoundError(f"the archive has no capture of {address}.")
        return join_explained([_read(folder, source, site, book)], site)
    ids = list_ids(named, site)
    source = _find_newest(connection, _list_addresses(connection, ids, site))
    if source is None and address:
        # Page n of an article whose first page was never captured, or a page that no list leads to.
        source = _find_newest(connection, [address])
    if source is None or site.read_address(source.address) is None:
        raise NotFoundError(f"the archive has no capture of {clean(named)}.")
    meaning = site.read_address(source.address)
    words = find_line(connection, meaning.id, meaning.section_path) if meaning and meaning.id else None
    found = join_explained(_read_pages(connection, folder, source, site, book), site, words)
    opinion = find_opinion(connection, source.id)
    if opinion is None or not opinion.is_in_doubt or not isinstance(found.record, Article):
        return found
    alone = join_explained(_read_pages(connection, folder, source, site, LayoutBook()), site, words).record
    other = alone if isinstance(alone, Article) else None
    return replace(found, doubt=Doubt(opinion.asked, opinion.differing, found.record, other))


def _list_addresses(connection: sqlite3.Connection, ids: Iterable[str], site: Site) -> list[str]:
    """Every address at which the article was stored, queued or listed, page 1."""
    numbers = [number for id in ids if (number := find_number(connection, id)) is not None]
    rows = connection.execute(
        "WITH n AS (SELECT value AS number FROM json_each(?)) SELECT address FROM queue JOIN n USING (number)"
        " UNION SELECT url FROM articles JOIN n USING (number) UNION SELECT address FROM listed JOIN n USING (number)",
        (json.dumps(numbers),),
    )
    return [site.first_page(address) for (address,) in rows if site.article_address(address)]


def _find_newest(connection: sqlite3.Connection, addresses: Iterable[str]) -> CaptureRow | None:
    """The newest kept response of any of `addresses`; where none was kept, one that was not, for the reason."""
    choice = (
        "c.address IN (SELECT value FROM json_each(?)) AND c.status = 200"
        " ORDER BY c.warc IS NULL OR l.reason IS NOT NULL, c.id DESC LIMIT 1"
    )
    return next(read_rows(connection, choice, (json.dumps(list(addresses)),)), None)


def _read_pages(
    connection: sqlite3.Connection,
    folder: Path,
    first: CaptureRow,
    site: Site,
    book: LayoutBook,
) -> list[ExplainedPage]:
    """All pages of an article: those stored with its first one, else the newest ones, as far as the pager leads."""
    known = {source.address: source for source in find_pages(connection, first.id)}
    pages = [_read(folder, first, site, book)]
    while len(pages) < _MOST_PAGES and isinstance(record := pages[-1].record, Article) and record.next_page:
        source = known.get(record.next_page) or _find_newest(connection, [record.next_page])
        if source is None or any(source.address == page.address for page in pages):
            break
        pages.append(_read(folder, source, site, book, record))
    return pages


def _read(
    folder: Path,
    source: CaptureRow,
    site: Site,
    book: LayoutBook,
    before: Article | None = None,
) -> ExplainedPage:
    stored = read_source(folder, source)
    charset, day = read_charset(stored.http_headers), site_day(site, source.time)
    try:
        read_site = site_as_read(site, stored.target)
        return explain_page(stored.body, source.address, read_site, day, charset, before, book)
    except ValueError as error:
        raise NoEvidenceError(f"{error}.") from None
