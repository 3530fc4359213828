"""One way to read an article page, by the layout of its template where there is one, and else without it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from harbincrawl.errors import NotAnArticle
from harbincrawl.pages.article.content.body import give_body_roles
from harbincrawl.pages.article.content.edges import find_boxes, give_roles_amid
from harbincrawl.pages.article.content.furniture import give_roles_around
from harbincrawl.pages.article.content.text import place_text
from harbincrawl.pages.layout.view import Template
from harbincrawl.pages.pager.pager import Pager, find_pager
from harbincrawl.pages.roles import Reason, Roles
from harbincrawl.records import Article, Unaccounted

from .asked import AskedPage
from .continued import choose_continued, is_title_of
from .filtered import FilteredPage, correct_title, filter_page, give_text_roles, list_doubts
from .labelled import choose_labelled
from .proof import Proof, choose_anchor
from .record import Reading, is_part, make_article

_MIN_LEFT = 200
"""Characters of lines that nothing explains, from which on they may be the text."""
_MORE_LEFT = 2
"""How many times more they have to be than those of the text."""


def read_page(page: AskedPage, template: Template | None = None) -> Reading:
    """The article that the page shows; raises NotAnArticle.

    A page of `template` on which no text stands where other pages have theirs is read without it; the record says so.
    """
    if template is None:
        return _read(page, None)
    try:
        return _read(page, filter_page(page, template))
    except NotAnArticle:
        other = _read(page, None)
        doubt = Unaccounted("reading", "the pages of its template show their text elsewhere: read without it")
        unaccounted = (*other.article.unaccounted, doubt)
        return other._replace(article=replace(other.article, unaccounted=unaccounted, layout=template.digest))


def read_filtered(page: AskedPage, template: Template) -> Reading:
    """The article by the layout of its template alone; raises NotAnArticle."""
    return _read(page, filter_page(page, template))


def _read(whole: AskedPage, filtered: FilteredPage | None) -> Reading:
    page = filtered.page if filtered else whole
    proof, roles = find_proof(page), Roles(page.lines)
    if filtered:
        correct_title(proof, filtered)
    pager = find_pager(page, proof.start)
    give_head_roles(roles, proof, pager)
    text, boxes = give_text_roles(filtered, roles, proof) if filtered else _find_text(page, proof, pager)
    give_roles_amid(roles, text.start, text.stop, boxes, page)
    layout = filtered.view.layout if filtered else None
    give_body_roles(roles, text.start, text.stop, layout, is_part=is_part(page, pager))
    give_roles_around(roles, proof.start, frozenset(proof.box_links), page)
    if filtered:
        for at, reason in enumerate(roles.whole):
            if reason is Reason.NONE and filtered.is_elsewhere(at):
                roles.whole[at] = Reason.ELSEWHERE
    article = make_article(page, roles, proof, pager, filtered.template if filtered else None)
    if filtered and _is_elsewhere(article):
        raise NotAnArticle(page.address, "it shows no text where the pages of its template have theirs")
    if filtered:
        article = replace(article, unaccounted=(*article.unaccounted, *list_doubts(filtered, roles)))
    return Reading(article, roles, page, proof, filtered)


def _is_elsewhere(article: Article) -> bool:
    """Whether there is no text where the template has it, or far more letters stand in lines that nothing explains."""
    shown = sum(map(len, article.body)) + sum(len(image.caption or "") for image in article.images)
    left = sum(len(each.text) for each in article.unaccounted if each.kind == "line")
    return (not article.body and not article.images) or left > _MIN_LEFT + _MORE_LEFT * shown


def find_proof(page: AskedPage) -> Proof:
    """Where the article of the page stands, by itself or by the page before it; raises NotAnArticle."""
    proof = _choose_proof(page)
    if not isinstance(proof, str) and page.before and proof.heading.title_lines:
        if is_title_of(proof.heading.title, page.before):
            proof.heading.title = page.before.title
        else:
            # A sentence or a column's heading: the page before it knows better.
            proof = choose_continued(page) or proof
    if isinstance(proof, str):
        continued = choose_continued(page)
        if continued is None:
            raise NotAnArticle(page.address, proof)
        proof = continued
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
        if not isinstance(closed, str) and closed.info.date_text and (page.closes or closed.info.names_origin):
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


def _find_text(page: AskedPage, proof: Proof, pager: Pager | None) -> tuple[range, Mapping[int, Reason]]:
    """The lines of the text, before the pager or behind one that stands above it, and the boxes amid them."""
    text, links = proof.text, proof.box_links
    start = max(proof.start, pager.above) if pager else proof.start
    if pager and (start > proof.start or text.start <= pager.first_line < text.end):
        text = place_text(page, start, pager.first_line, links)
    depth = len(text.container.path) if text.container else 0
    shown = range(text.start, text.end)
    return shown, find_boxes(page.lines, shown, depth, frozenset(links))
