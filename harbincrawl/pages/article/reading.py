"""One way to read an article page to its record, by the layout of its template where there is one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from harbincrawl.errors import NotAnArticle
from harbincrawl.pages.article.asked import AskedPage
from harbincrawl.pages.article.content.body import give_body_roles
from harbincrawl.pages.article.content.furniture import give_roles_around, is_sentence
from harbincrawl.pages.article.content.pictures import Pictures
from harbincrawl.pages.article.content.text import find_box_links, find_boxes, give_roles_amid, place_text
from harbincrawl.pages.article.continued import choose_continued, is_title_of
from harbincrawl.pages.article.filtered import FilteredPage, correct_title, filter_page, give_text_roles
from harbincrawl.pages.article.head.information import Information, is_tool
from harbincrawl.pages.article.labelled import choose_labelled
from harbincrawl.pages.article.proof import Proof, choose_anchor
from harbincrawl.pages.dates import read_date, site_day
from harbincrawl.pages.html.document import Document
from harbincrawl.pages.layout.keys import hash_place
from harbincrawl.pages.layout.layout import Layout
from harbincrawl.pages.layout.view import Template
from harbincrawl.pages.pager.pager import Pager, find_pager
from harbincrawl.pages.roles import Reason, Role, Roles
from harbincrawl.pages.version import parser_of
from harbincrawl.records import Article, Unaccounted

_KNOWN = (Role.BREADCRUMB, Role.TITLE, Role.PICTURE, Role.CAPTION, Role.CREDIT, Role.FILE_NAME, Role.PAGER, Role.BOX)
"""What hides no By line."""
_BESIDE = 2
"""Lines behind the date among which a By line that no label shows may stand."""
_LONGEST_ORIGIN = 120
"""Characters of such a line."""
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


def _list_lost_fields(page: AskedPage, roles: Roles, info: Information, layout: Layout | None) -> Iterator[Unaccounted]:
    """The labels without a value, and what the pages of the template have and this one has not, or not as they do."""
    # A system prints the label of an author that it does not know: nothing is lost where nothing is left over.
    words = [f"{label} has no value" for label in info.empty]
    if info.left:
        yield from (Unaccounted("field", each) for each in words)
        words = []
    usual = layout.usual.items() if layout and not info.names_origin else ()
    words += [
        f"no {name}, though {on} of {of} pages of the template have one"
        for name, (on, of) in usual
        if on == of >= _FEWEST_USUAL
    ]
    if words and any(_may_name_origin(page, roles, info, layout, at) for at in range(len(page.lines))):
        yield from (Unaccounted("field", each) for each in words)


def _may_name_origin(page: AskedPage, roles: Roles, info: Information, layout: Layout | None, at: int) -> bool:
    """True for a short line that stands where pages of the template have their By line, or right behind the date."""
    line = page.lines[at]
    if not line.text or at in info.parts or roles.whole[at].role in _KNOWN or line.is_link:
        return False
    if len(line.text) > _LONGEST_ORIGIN or is_sentence(line.text) or is_tool(line, page.site.words):
        return False
    is_there = layout is not None and hash_place(line.place) in layout.origins
    return is_there or info.end_line <= at < info.end_line + _BESIDE


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
    found += _list_lost_fields(page, roles, info, layout)
    return tuple(dict.fromkeys(found))


_MIN_LEFT = 200
"""Characters of lines that nothing explains, from which on they may be the text."""
_MORE_LEFT = 2
"""How many times more they have to be than those of the text."""


def read_asked_page(page: AskedPage, template: Template | None = None) -> Reading:
    """The article that the page shows; raises NotAnArticle.

    A page of `template` on which no text stands where other pages have theirs is read without it; the record says so.
    Where the site file selects the text, nothing else has to say where it stands.
    """
    if template is None or selects_text(page.document):
        return _read(page, template, None)
    try:
        return read_filtered(page, template)
    except NotAnArticle:
        other = _read(page, None, None)
        doubt = Unaccounted("reading", "the pages of its template show their text elsewhere: read without it")
        unaccounted = (*other.article.unaccounted, doubt)
        return other._replace(article=replace(other.article, unaccounted=unaccounted, layout=template.digest))


def read_filtered(page: AskedPage, template: Template) -> Reading:
    """The article by the layout of its template alone; raises NotAnArticle."""
    return _read(page, template, filter_page(page, template))


def selects_text(document: Document) -> bool:
    """Whether the site file selects lines of the page as its text."""
    return document.selection is not None and any(line.is_marked("text") for line in document.lines)


def _read(whole: AskedPage, template: Template | None, filtered: FilteredPage | None) -> Reading:
    page = filtered.page if filtered else whole
    proof, roles = find_proof(page), Roles(page.lines)
    if filtered:
        correct_title(proof, filtered)
    pager = find_pager(page, proof.start)
    give_head_roles(roles, proof, pager)
    if filtered:
        text, boxes = give_text_roles(filtered, roles, proof)
    elif selects_text(page.document):
        text, boxes = _give_selected_roles(roles, page)
        proof = replace(proof, start=min(proof.start, text.start))
    else:
        text, boxes = _find_text(page, proof, pager)
    give_roles_amid(roles, text.start, text.stop, boxes, page)
    layout = filtered.view.layout if filtered else None
    give_body_roles(roles, text.start, text.stop, layout, is_part=is_part(page, pager))
    give_roles_around(roles, proof.start, frozenset(proof.box_links), page)
    if filtered:
        for at, reason in enumerate(roles.whole):
            if reason is Reason.NONE and filtered.is_elsewhere(at):
                roles.whole[at] = Reason.ELSEWHERE
    article = make_article(page, roles, proof, pager, template)
    if filtered and _is_elsewhere(article):
        raise NotAnArticle(page.address, "it shows no text where the pages of its template have theirs")
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


def _give_selected_roles(roles: Roles, page: AskedPage) -> tuple[range, Mapping[int, Reason]]:
    """The lines from the first to the last that the site file selects, and the boxes amid them; others have a role."""
    inside = [at for at, line in enumerate(page.lines) if line.is_marked("text")]
    for at in {*range(len(page.lines))}.difference(inside):
        if roles.whole[at] is Reason.NONE:
            roles.whole[at] = Reason.OUTSIDE
    # The element of the text may have a box: links to other articles are never text.
    links = find_box_links(page, inside[0])
    return range(inside[0], inside[-1] + 1), dict.fromkeys(links, Reason.BOX_ITEM)


def _find_text(page: AskedPage, proof: Proof, pager: Pager | None) -> tuple[range, Mapping[int, Reason]]:
    """The lines of the text, before the pager or behind one that stands above it, and the boxes amid them."""
    text, links = proof.text, proof.box_links
    start = max(proof.start, pager.above) if pager else proof.start
    if pager and (start > proof.start or text.start <= pager.first_line < text.end):
        text = place_text(page, start, pager.first_line, links)
    depth = len(text.container.path) if text.container else 0
    shown = range(text.start, text.end)
    return shown, find_boxes(page.lines, shown, depth, frozenset(links))
