"""An article page to a record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from harbincrawl.errors import NotAnArticle, PageTooLargeError
from harbincrawl.pages.dates import read_date, site_day
from harbincrawl.pages.html.decode import decode_page
from harbincrawl.pages.html.document import MOST_BYTES, Document, read_document
from harbincrawl.pages.pager import find_pager
from harbincrawl.pages.version import parser_of
from harbincrawl.records import Article, ListWords
from harbincrawl.sites import Address, Site

from .body import find_body_end, find_body_start, read_body
from .labelled import choose_labelled
from .proof import Proof, choose_anchor

MOST_PICTURES = 20_000
"""Of an article; the largest photo stories have some hundreds."""


def read_article(html: str | bytes, address: str, site: Site, *, today: date | None = None) -> Article:
    """The article that the page `html` at `address` shows; for a multi-page article, that one page of it.

    `today` is the day at the site, behind which printed dates are refused; left out, the clock says it.
    Raises NotAnArticle (PageTooLargeError is one), and nothing else.
    """
    if site.article_address(address) is None:
        raise NotAnArticle(address, "its address is none of the site's articles")
    page = read_document(decode_page(html) if isinstance(html, bytes) else html, address)
    return read_article_document(page, address, site, today)


def read_article_document(page: Document, address: str, site: Site, today: date | None) -> Article:
    """As `read_article`, of a page whose lines were read already."""
    found = site.article_address(address)
    if found is None:
        raise NotAnArticle(address, "its address is none of the site's articles")
    canonical, meaning = found
    _check_pictures(sum(len(line.images) for line in page.lines), address)
    proof = find_proof(page, canonical, site.base_address(page.base, canonical), site, meaning)
    if isinstance(proof, str):
        raise NotAnArticle(address, proof)
    return _read_proven(page, proof, address, canonical, meaning, site, today)


def find_proof(page: Document, canonical: str, base: str, site: Site, meaning: Address) -> Proof | str:
    """Where the article of the page stands; a reason where it shows none."""
    if not site.words.may_lack_date:
        return choose_anchor(page, base, site, meaning)
    proof = choose_labelled(page, canonical, base, site, meaning)
    if isinstance(proof, str) and site.words.stand == "above":
        found = choose_anchor(page, base, site, meaning)
        return proof if isinstance(found, str) else found
    return proof


def _read_proven(
    page: Document, proof: Proof, address: str, canonical: str, meaning: Address, site: Site, today: date | None
) -> Article:
    assert meaning.id is not None  # noqa: S101 - an article address has one
    if page.canonical and not _may_be_canonical(page.canonical, canonical, site):
        raise NotAnArticle(address, "the page says that it belongs to another site")
    base = site.base_address(page.base, canonical)
    anchor, byline, heading, start = proof.anchor, proof.byline, proof.heading, proof.start
    pager = find_pager(page.lines, start, canonical, base, site)
    end = proof.end
    if end is None:
        end = find_body_end(page.lines, start, proof.box, pager.first_line if pager else None, base, site)
    body = read_body(page.lines[find_body_start(page.lines, start, end, site) : end], base, site)
    updated = read_date(anchor.date_text, site, today or site_day(site)) if anchor.date_text else None
    last = pager.last if pager and pager.last else meaning.page
    return Article(
        id=meaning.id,
        url=site.first_page(canonical),
        section=site.label(meaning.section_path, heading.label) or site.title,
        section_path=meaning.section_path,
        title=heading.title,
        updated=updated,
        created=meaning.created,
        author=byline.author if byline else None,
        authors=byline.authors if byline else (),
        source=byline.source if byline else None,
        body=tuple(body.paragraphs),
        images=tuple(body.images),
        parser=parser_of(site),
        title_from=heading.title_from,
        document_title=page.title,
        page=meaning.page,
        pages=max(last, meaning.page + (1 if pager and pager.next_page else 0)),
        next_page=pager.next_page if pager else None,
        refused_date=anchor.date_text if anchor.date_text and updated is None else None,
    )


def _may_be_canonical(href: str, address: str, site: Site) -> bool:
    """False only where the page names an address on another host as its own."""
    return site.canonical(href, address) is not None


def check_together(pages: Sequence[Article]) -> None:
    """Raises PageTooLargeError where the pages of an article have more, together, than one page may have."""
    letters = sum(len(paragraph) for page in pages for paragraph in page.body)
    if letters > MOST_BYTES:
        raise PageTooLargeError(pages[0].url, f"its pages have more than {MOST_BYTES:,} characters")
    _check_pictures(sum(len(page.images) for page in pages), pages[0].url if pages else "")


def _check_pictures(number: int, address: str) -> None:
    if number > MOST_PICTURES:
        raise PageTooLargeError(address, f"it has more than {MOST_PICTURES:,} pictures")


def join_pages(pages: Sequence[Article]) -> Article:
    """The one record of a multi-page article, from its pages in order; page 1 gives all but body and pictures.

    Raises ValueError where a page in the middle is missing, PageTooLargeError.
    """
    check_together(pages)
    if [page.page for page in pages] != list(range(1, len(pages) + 1)):
        raise ValueError(f"pages {[page.page for page in pages]} are not 1 to {len(pages)}")
    first = pages[0]
    title = next((page for page in pages if page.title_from == "heading"), first)
    # By line and source may stand at the end of the last page alone.
    by = next((page for page in pages if page.author), first)
    return replace(
        first,
        title=title.title,
        title_from=title.title_from,
        author=by.author,
        authors=by.authors,
        source=next((page.source for page in pages if page.source), None),
        updated=first.updated or next((page.updated for page in pages if page.updated), None),
        body=tuple(paragraph for page in pages for paragraph in page.body),
        images=tuple(image for page in pages for image in page.images),
        pages=len(pages),
        next_page=None,
    )


def complete_article(article: Article, words: ListWords, site: Site) -> Article:
    """`article` with what only the lists know: the summary, and the title where the page shows none for certain.

    On sites whose pages may print no date, the day of its line is the article's; where addresses name no section, the
    list that had the article first is its section.
    """
    if words.title and article.title_from != "heading":
        article = replace(article, title=words.title, title_from="listing")
    if site.words.may_lack_date and article.updated is None and article.refused_date is None and words.day:
        article = replace(article, updated=words.day)
    section = article.section_path if site.addresses.names_sections else article.section_path or words.section or ""
    return replace(article, summary=words.summary, section_path=section)
