"""An article page read by itself, without a layout of its template."""

from __future__ import annotations

from harbincrawl.errors import NotAnArticle
from harbincrawl.pages.article.content.body import give_body_roles
from harbincrawl.pages.article.content.edges import find_boxes, give_roles_amid
from harbincrawl.pages.article.content.furniture import give_roles_around
from harbincrawl.pages.article.content.text import TextPlace, place_text
from harbincrawl.pages.pager.pager import Pager, find_pager
from harbincrawl.pages.roles import Reason, Roles

from .asked import AskedPage
from .labelled import choose_labelled
from .proof import Proof, choose_anchor
from .record import Reading, is_part, make_article
from .witness import choose_attested, choose_continued, is_title_of


def read_alone(page: AskedPage) -> Reading:
    """The article that the page shows; raises NotAnArticle."""
    proof, roles = find_proof(page), Roles(page.lines)
    pager = find_pager(page, proof.start)
    give_head_roles(roles, proof, pager)
    text = _place_around(page, proof, pager)
    links = frozenset(proof.box_links)
    depth = len(text.container.path) if text.container else 0
    boxes = find_boxes(page.lines, range(text.start, text.end), depth, links)
    give_roles_amid(roles, text.start, text.end, boxes, page)
    give_body_roles(roles, text.start, text.end, is_part=is_part(page, pager))
    give_roles_around(roles, proof.start, links, page)
    return Reading(make_article(page, roles, proof, pager), roles, page, proof)


def find_proof(page: AskedPage) -> Proof:
    """Where the article of the page stands, by itself, by the page before it or by its list; raises NotAnArticle."""
    proof = _choose_proof(page)
    if not isinstance(proof, str) and page.before and proof.heading.title_lines:
        if is_title_of(proof.heading.title, page.before):
            proof.heading.title = page.before.title
        else:
            # A sentence or a column's heading: the page before it knows better.
            proof = choose_continued(page) or proof
    if isinstance(proof, str):
        attested = choose_continued(page) or choose_attested(page)
        if attested is None:
            raise NotAnArticle(page.address, proof)
        proof = attested
    claimed = page.document.canonical
    if claimed and page.site.canonical(claimed, page.canonical) is None:
        raise NotAnArticle(page.address, "the page says that it belongs to another site")
    return proof


def _choose_proof(page: AskedPage) -> Proof | str:
    """Where the article of the page stands, by what the page itself shows; a reason where it shows none."""
    words = page.site.words
    if not words.may_lack_date:
        return _choose_dated(page)
    proof = choose_labelled(page)
    if isinstance(proof, str) and words.stand == "above":
        found = choose_anchor(page)
        return proof if isinstance(found, str) else found
    return proof


def _choose_dated(page: AskedPage) -> Proof | str:
    """Where the article stands around its date, or above it: all its information may stand at the end of the text."""
    proof = choose_anchor(page)
    if isinstance(proof, str) and page.anchors:
        closed = choose_labelled(page)
        if not isinstance(closed, str) and closed.info.date_text and closed.info.names_origin:
            return closed
    return proof


def give_head_roles(roles: Roles, proof: Proof, pager: Pager | None) -> None:
    """Gives breadcrumb, title, labels and pagers their roles."""
    heading = proof.heading
    roles.give(heading.crumb.start, heading.crumb.stop, Reason.WAY)
    for at in heading.title_lines:
        roles.whole[at] = Reason.HEADING
    for at, parts in proof.info.parts.items():
        named = (reason for _, reason in parts if reason is not Reason.NONE and reason is not Reason.TOOL)
        roles.whole[at] = next(named, Reason.TOOL)
        if len({reason for _, reason in parts}) > 1:
            roles.divide(at, parts)
    for first, behind in pager.runs if pager else ():
        # One may stand above the text, too.
        roles.give(first, behind, Reason.PAGER)


def _place_around(page: AskedPage, proof: Proof, pager: Pager | None) -> TextPlace:
    """The place of the text: before the pager, or behind one that stands above it."""
    text = proof.text
    start = max(proof.start, pager.above) if pager else proof.start
    if pager is None or (start == proof.start and not text.start <= pager.first_line < text.end):
        return text
    return place_text(page, start, pager.first_line, proof.box_links)
