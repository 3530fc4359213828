"""An article page to the roles of its lines, and these to the record."""

from __future__ import annotations

from datetime import date

from harbincrawl.errors import NotAnArticle, PageTooLargeError
from harbincrawl.pages.article.content.body import find_presumed, give_body_roles, read_body
from harbincrawl.pages.article.content.edges import give_roles_amid
from harbincrawl.pages.article.content.surroundings import give_roles_around, refine_roles
from harbincrawl.pages.article.content.text import TextPlace, give_roles_within, place_text
from harbincrawl.pages.article.head.labels import give_label_roles
from harbincrawl.pages.dates import read_date, site_day
from harbincrawl.pages.html.document import Document
from harbincrawl.pages.pager import Pager, find_pager
from harbincrawl.pages.roles import Reason, Roles
from harbincrawl.pages.version import parser_of
from harbincrawl.records import Article, ListWords
from harbincrawl.sites import Address, Site

from .continued import choose_continued, is_title_of
from .labelled import choose_labelled
from .proof import Proof, choose_anchor
from .unexplained import find_unexplained
from .witness import choose_attested

MOST_PICTURES = 20_000
"""Of an article; the largest photo stories have some hundreds."""


def explain_article(
    page: Document,
    address: str,
    site: Site,
    today: date | None = None,
    listed: ListWords | None = None,
    before: Article | None = None,
) -> tuple[Article | NotAnArticle, Roles]:
    """The article that `page` at `address` shows, or why it shows none, and what each of its lines is.

    `today`, `listed` and `before` are as in `read_article`. Of a page that shows no article no line has a role. Raises
    nothing.
    """
    roles = Roles(page.lines)
    try:
        return read_with_roles(page, address, site, today, roles, listed, before, for_people=True), roles
    except NotAnArticle as error:
        return error, roles


def check_pictures(number: int, address: str) -> None:
    """Raises PageTooLargeError where an article has too many."""
    if number > MOST_PICTURES:
        raise PageTooLargeError(address, f"it has more than {MOST_PICTURES:,} pictures")


def read_with_roles(
    page: Document,
    address: str,
    site: Site,
    today: date | None,
    roles: Roles,
    listed: ListWords | None,
    before: Article | None,
    *,
    for_people: bool = False,
) -> Article:
    """The article that `page` shows, and in `roles` what its lines are; raises NotAnArticle.

    Unless it is `for_people`, labels and what stands around the text have a role and not always the best reason: what
    the record is made of, and what nothing explains, is the same.
    """
    found = site.article_address(address)
    if found is None:
        raise NotAnArticle(address, "its address is none of the site's articles")
    canonical, meaning = found
    check_pictures(sum(len(line.images) for line in page.lines), address)
    base = site.base_address(page.base, canonical)
    proof = find_proof(page, canonical, base, site, meaning)
    if not isinstance(proof, str) and before and proof.heading.title_lines:
        if is_title_of(proof.heading.title, before):
            proof.heading.title = before.title
        else:
            # A sentence or a column's heading: the page before it knows better.
            proof = choose_continued(page, canonical, base, site, meaning, before) or proof
    if isinstance(proof, str):
        attested = choose_continued(page, canonical, base, site, meaning, before)
        if attested is None and listed and listed.title:
            attested = choose_attested(page, base, site, meaning, listed.title)
        if attested is None:
            raise NotAnArticle(address, proof)
        proof = attested
    if page.canonical and site.canonical(page.canonical, canonical) is None:
        raise NotAnArticle(address, "the page says that it belongs to another site")
    pager = find_pager(page.lines, proof.start, canonical, base, site)
    give_roles(roles, proof, pager, base, site)
    if for_people:
        give_label_roles(roles, proof.anchor.first_line, proof.start, site.words)
        give_label_roles(roles, *proof.last, site.words)
        refine_roles(roles, base, site)
    return _make_article(page, roles, proof, pager, canonical, meaning, base, site, today)


def find_proof(page: Document, canonical: str, base: str, site: Site, meaning: Address) -> Proof | str:
    """Where the article of the page stands; a reason where it shows none."""
    if not site.words.may_lack_date:
        return choose_anchor(page, base, site, meaning)
    proof = choose_labelled(page, canonical, base, site, meaning)
    if isinstance(proof, str) and site.words.stand == "above":
        found = choose_anchor(page, base, site, meaning)
        return proof if isinstance(found, str) else found
    return proof


def give_roles(roles: Roles, proof: Proof, pager: Pager | None, base: str, site: Site) -> None:
    """Gives each line of the page that `proof` shows to be an article its role."""
    heading = proof.heading
    if heading.crumb_first >= 0:
        roles.give(heading.crumb_first, heading.crumb_line + 1, Reason.WAY)
    for at in heading.title_lines:
        roles.whole[at] = Reason.HEADING
    roles.give(proof.anchor.first_line, proof.start, Reason.DATE)
    roles.give(*proof.last, Reason.EDITOR)
    for first, behind in pager.runs if pager else ():
        # One may stand above the text, too.
        roles.give(first, behind, Reason.PAGER)
    text = _place_around(roles, proof, pager, base, site)
    links = frozenset(proof.box_links)
    give_roles_within(roles, proof.start, text.end, text.container, links, base, site)
    give_roles_amid(roles, text.start, text.end, links, base, site)
    give_body_roles(roles, text.start, text.end)
    give_roles_around(roles, proof.start, links, base, site)


def _place_around(roles: Roles, proof: Proof, pager: Pager | None, base: str, site: Site) -> TextPlace:
    """The place of the text: before the pager, or behind one that stands above it."""
    text = proof.text
    start = max(proof.start, pager.above) if pager else proof.start
    if pager is None or (start == proof.start and not text.start <= pager.first_line < text.end):
        return text
    return place_text(roles.lines, start, pager.first_line, proof.box_links, base, site)


def _make_article(
    page: Document,
    roles: Roles,
    proof: Proof,
    pager: Pager | None,
    canonical: str,
    meaning: Address,
    base: str,
    site: Site,
    today: date | None,
) -> Article:
    assert meaning.id is not None  # noqa: S101 - an article address has one
    heading, byline, printed = proof.heading, proof.byline, proof.anchor.date_text
    body = read_body(roles, proof.start, len(page.lines), base, site)
    updated = read_date(printed, site, today or site_day(site)) if printed else None
    last = pager.last if pager and pager.last else meaning.page
    pages = max(last, meaning.page + (1 if pager and pager.next_page else 0))
    return Article(
        id=meaning.id,
        url=site.first_page(canonical),
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
        document_title=page.title,
        page=meaning.page,
        pages=pages,
        next_page=pager.next_page if pager else None,
        refused_date=printed if printed and updated is None else None,
        unexplained=find_unexplained(roles, meaning, pages, base, site),
        presumed_captions=find_presumed(roles),
    )
