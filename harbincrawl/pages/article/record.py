"""The roles of a page's lines to the record of its article."""

from __future__ import annotations

from harbincrawl.pages.article.content.body import find_presumed, read_body
from harbincrawl.pages.dates import read_date, site_day
from harbincrawl.pages.pager import Pager
from harbincrawl.pages.roles import Roles
from harbincrawl.pages.version import parser_of
from harbincrawl.records import Article

from .asked import AskedPage
from .proof import Proof
from .unaccounted import find_unaccounted


def make_article(
    asked: AskedPage, roles: Roles, proof: Proof, pager: Pager | None, layout: str | None = None
) -> Article:
    """The article that the page shows; `layout` is the digest of the one that it was read by."""
    meaning, site = asked.meaning, asked.site
    assert meaning.id is not None  # noqa: S101 - an article address has one
    heading, byline, printed = proof.heading, proof.byline, proof.anchor.date_text
    body = read_body(roles, proof.start, len(roles.lines), asked.base, site)
    updated = read_date(printed, site, asked.today or site_day(site)) if printed else None
    last = pager.last if pager and pager.last else meaning.page
    pages = max(last, meaning.page + (1 if pager and pager.next_page else 0))
    return Article(
        id=meaning.id,
        url=site.first_page(asked.canonical),
        section=site.label(meaning.section_path, heading.label) or site.title,
        section_path=meaning.section_path,
        unread_label=meaning.section_path or site.title,
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
        document_title=asked.document.title,
        page=meaning.page,
        pages=pages,
        next_page=pager.next_page if pager else None,
        refused_date=printed if printed and updated is None else None,
        unaccounted=find_unaccounted(roles, meaning, pages, asked.base, site),
        presumed_captions=find_presumed(roles),
        frame=asked.frame,
        layout=layout,
    )
