"""An article page read by itself, without a layout of its template."""

from __future__ import annotations

from harbincrawl.errors import NotAnArticle
from harbincrawl.pages.article.content.body import give_body_roles
from harbincrawl.pages.article.content.edges import give_roles_amid
from harbincrawl.pages.article.content.surroundings import give_roles_around, refine_roles
from harbincrawl.pages.article.content.text import TextPlace, give_roles_within, place_text
from harbincrawl.pages.article.head.labels import give_label_roles
from harbincrawl.pages.pager import Pager, find_pager
from harbincrawl.pages.roles import Reason, Roles
from harbincrawl.records import Article
from harbincrawl.sites import Site

from .asked import AskedPage
from .continued import choose_continued, is_title_of
from .labelled import choose_labelled
from .proof import Proof, choose_anchor
from .record import make_article
from .witness import choose_attested


def read_alone(asked: AskedPage, roles: Roles, *, for_people: bool = False) -> Article:
    """The article that the page shows, and in `roles` what its lines are; raises NotAnArticle.

    Unless it is `for_people`, labels and what stands around the text have a role and not always the best reason: what
    the record is made of, and what nothing explains, is the same.
    """
    proof = find_proof(asked)
    pager = find_pager(roles.lines, proof.start, asked.canonical, asked.base, asked.site)
    give_head_roles(roles, proof, pager)
    text = _place_around(roles, proof, pager, asked.base, asked.site)
    links = frozenset(proof.box_links)
    give_roles_within(roles, proof.start, text.end, text.container, links, asked.base, asked.site)
    give_roles_amid(roles, text.start, text.end, links, asked.base, asked.site)
    give_body_roles(roles, text.start, text.end)
    give_roles_around(roles, proof.start, links, asked.base, asked.site)
    if for_people:
        refine_all_roles(roles, proof, asked.base, asked.site)
    return make_article(asked, roles, proof, pager)


def find_proof(asked: AskedPage) -> Proof:
    """Where the article of the page stands, by itself, by the page before it or by its list; raises NotAnArticle."""
    page, site, before = asked.document, asked.site, asked.before
    place = asked.base, site, asked.meaning
    proof = _choose_proof(asked)
    if not isinstance(proof, str) and before and proof.heading.title_lines:
        if is_title_of(proof.heading.title, before):
            proof.heading.title = before.title
        else:
            # A sentence or a column's heading: the page before it knows better.
            proof = choose_continued(page, asked.canonical, *place, before) or proof
    if isinstance(proof, str):
        attested = choose_continued(page, asked.canonical, *place, before)
        if attested is None and asked.listed and asked.listed.title:
            attested = choose_attested(page, *place, asked.listed.title)
        if attested is None:
            raise NotAnArticle(asked.address, proof)
        proof = attested
    if page.canonical and site.canonical(page.canonical, asked.canonical) is None:
        raise NotAnArticle(asked.address, "the page says that it belongs to another site")
    return proof


def _choose_proof(asked: AskedPage) -> Proof | str:
    """Where the article of the page stands, by what the page itself shows; a reason where it shows none."""
    page, place = asked.document, (asked.base, asked.site, asked.meaning)
    if not asked.site.words.may_lack_date:
        return choose_anchor(page, *place)
    proof = choose_labelled(page, asked.canonical, *place)
    if isinstance(proof, str) and asked.site.words.stand == "above":
        found = choose_anchor(page, *place)
        return proof if isinstance(found, str) else found
    return proof


def give_head_roles(roles: Roles, proof: Proof, pager: Pager | None) -> None:
    """Gives breadcrumb, title, labels and pagers their roles."""
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


def refine_all_roles(roles: Roles, proof: Proof, base: str, site: Site) -> None:
    """Says of each label, and of each line around the text, what it is; for people."""
    give_label_roles(roles, proof.anchor.first_line, proof.start, site.words)
    give_label_roles(roles, *proof.last, site.words)
    refine_roles(roles, base, site)


def _place_around(roles: Roles, proof: Proof, pager: Pager | None, base: str, site: Site) -> TextPlace:
    """The place of the text: before the pager, or behind one that stands above it."""
    text = proof.text
    start = max(proof.start, pager.above) if pager else proof.start
    if pager is None or (start == proof.start and not text.start <= pager.first_line < text.end):
        return text
    return place_text(roles.lines, start, pager.first_line, proof.box_links, base, site)
