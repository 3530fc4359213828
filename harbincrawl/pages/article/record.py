"""The roles of a page's lines to the record of its article."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from harbincrawl.pages.article.content.pictures import Pictures
from harbincrawl.pages.article.head.information import Information
from harbincrawl.pages.dates import read_date, site_day
from harbincrawl.pages.layout.layout import Layout
from harbincrawl.pages.layout.view import Template
from harbincrawl.pages.pager.pager import Pager
from harbincrawl.pages.roles import Reason, Roles
from harbincrawl.pages.version import parser_of
from harbincrawl.records import Article, Unaccounted

from .asked import AskedPage
from .filtered import FilteredPage
from .proof import Proof

_FEWEST_USUAL = 40
"""Pages of a template of which what all have is usual: of 20, one in twenty may well be missing."""


class Reading(NamedTuple):
    """An article, and how it was read."""

    article: Article
    roles: Roles
    """Of the lines of `page`."""
    page: AskedPage
    """The page as it was read: whole, or without the furniture of its template."""
    proof: Proof
    filtered: FilteredPage | None = None
    """The same beside the whole page; None where it was read without a layout."""


def make_article(
    page: AskedPage, roles: Roles, proof: Proof, pager: Pager | None, template: Template | None = None
) -> Article:
    """The article that the page shows, as it was read by `template`, or by itself."""
    meaning, site, layout = page.meaning, page.site, template.layout if template else None
    assert meaning.id is not None  # noqa: S101 - an article address has one
    heading, info, printed = proof.heading, proof.info, proof.info.date_text
    lines, reasons = page.lines[proof.start :], roles.whole[proof.start :]
    updated = read_date(printed, site, page.today or site_day(site)) if printed else None
    pages = _count_pages(page, pager)
    text, presumed = Reason.TEXT, Reason.ALL_CAPTIONS
    return Article(
        id=meaning.id,
        url=site.first_page(page.canonical),
        section=site.label(meaning.section_path, heading.label) or site.title,
        section_path=meaning.section_path,
        unread_label=meaning.section_path or site.title,
        title=heading.title,
        updated=updated,
        created=meaning.created,
        author=info.author,
        authors=info.authors,
        source=info.source,
        body=tuple([line.text for line, reason in zip(lines, reasons, strict=True) if reason is text]),
        images=tuple(Pictures(page).collect(lines, reasons)),
        parser=parser_of(site),
        title_from=heading.title_from,
        document_title=page.document.title,
        page=meaning.page,
        pages=pages,
        next_page=pager.next_page if pager else None,
        refused_date=printed if printed and updated is None else None,
        unaccounted=_find_unaccounted(page, roles, info, pages, layout),
        presumed_captions=tuple([line.text for line, reason in zip(lines, reasons, strict=True) if reason is presumed]),
        frame=page.frame,
        layout=template.digest if template else None,
    )


def is_part(page: AskedPage, pager: Pager | None) -> bool:
    """True for one of several pages of an article."""
    return _count_pages(page, pager) > 1


def _count_pages(page: AskedPage, pager: Pager | None) -> int:
    """How many pages the article has, as far as this one says it."""
    own = page.meaning.page
    if pager is None:
        return own
    return max(pager.last or own, own + 1 if pager.next_page else own)


def list_lost_fields(info: Information, layout: Layout | None) -> Iterator[Unaccounted]:
    """The labels without a value, and what the pages of the template have and this one has not."""
    for label in info.empty:
        yield Unaccounted("field", f"{label} has no value")
    for name, (on, of) in layout.usual.items() if layout else ():
        is_usual = on == of >= _FEWEST_USUAL
        if is_usual and not info.names_origin and not getattr(info, name):
            yield Unaccounted("field", f"no {name}, though {on} of {of} pages of the template have one")


def _find_unaccounted(
    page: AskedPage, roles: Roles, info: Information, pages: int, layout: Layout | None
) -> tuple[Unaccounted, ...]:
    """Lines without a role, and links to pages of the article behind the last of its `pages`."""
    none, id = Reason.NONE, page.meaning.id
    found = [
        Unaccounted("line", line.text)
        for line, reason in zip(page.lines, roles.whole, strict=True)
        if reason is none and line.text
    ]
    for line in page.lines:
        for link in line.links:
            # A look at the address tells nearly every link of a page that it leads elsewhere.
            if id and id in link.href and (led := page.article(link)):
                address, meant = led
                if meant.id == id and meant.page > max(pages, page.meaning.page):
                    found.append(Unaccounted("page", f"{link.text} {address}".lstrip()))
    pagers = [line.text for line, reason in zip(page.lines, roles.whole, strict=True) if reason is Reason.PAGER]
    left = (words for words in info.left if not any(words in text for text in pagers))
    found += [Unaccounted("line", words) for words in left if layout is None or not layout.has_piece(words)]
    found += list_lost_fields(info, layout)
    return tuple(dict.fromkeys(found))
