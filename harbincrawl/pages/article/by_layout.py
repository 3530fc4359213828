"""An article page read by the layout of its template, and by itself where that leaves a doubt."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from harbincrawl.errors import NotAnArticle
from harbincrawl.pages.article.content.body import give_body_roles
from harbincrawl.pages.article.content.surroundings import give_roles_around
from harbincrawl.pages.article.head.heading import bare_title, find_first_crumb, may_be_title, site_names
from harbincrawl.pages.article.learning.exempt import find_exempt, find_titled
from harbincrawl.pages.layout.view import Template, View
from harbincrawl.pages.pager import find_pager, find_pager_lines
from harbincrawl.pages.roles import Reason, Role, Roles
from harbincrawl.records import Article, Unaccounted

from .alone import find_proof, give_head_roles, read_alone, refine_all_roles
from .asked import AskedPage
from .content.region import Region, give_region_roles
from .proof import Proof
from .record import make_article

_LEAST_LOST = 200
"""Characters outside of the element where the pages of a template have their text, from which on they may be one."""
_MORE_LOST = 2
"""How many times more they have to be than what stands in it."""
_BOXED = 3
"""Lines of an article in a box: its title, and what is said of it."""
_LONGEST_DOUBTED = 120
"""Characters of a line of text that may be furniture."""
_TEXT = (Role.PARAGRAPH, Role.CAPTION)


@dataclass(frozen=True, slots=True)
class KeptPage:
    """A page without the furniture of its template."""

    asked: AskedPage
    template: Template
    places: list[int]
    """The indexes of its lines on the whole page."""
    view: View
    """The whole page beside the layout."""


def read_by_layout(asked: AskedPage, template: Template, roles: Roles, *, for_people: bool = False) -> Article:
    """The article that the page shows, and in `roles` what its lines are; raises NotAnArticle.

    Where the layout leaves a line without a meaning, or finds no article, the page is read by itself, too.
    """
    kept = leave_out_furniture(asked, template)
    try:
        own = read_kept(kept, roles, for_people=for_people)
    except NotAnArticle:
        other = read_alone(asked, roles, for_people=for_people)
        doubt = Unaccounted("reading", "the pages of its template show their text elsewhere: read without it")
        return replace(other, unaccounted=(*other.unaccounted, doubt), layout=template.digest)
    if any(each.kind == "line" for each in own.unaccounted):
        return _settle(own, kept, asked, roles, for_people=for_people)
    return own


def _settle(own: Article, kept: KeptPage, asked: AskedPage, roles: Roles, *, for_people: bool) -> Article:
    """The article where the layout leaves lines that may be text.

    If the rules take far more of them for text than the layout has found, the text of this page stands elsewhere than
    that of others: the rules are believed, but for the furniture. Else what they take for text stays in doubt; what
    neither does is none.
    """
    left = {each.text for each in own.unaccounted if each.kind == "line"}
    whole = Roles(asked.document.lines)
    try:
        other = read_alone(asked, whole, for_people=for_people)
    except NotAnArticle:
        return own
    texts = _list_texts(other)
    if sum(map(len, left & texts)) > _LEAST_LOST + _MORE_LOST * sum(map(len, _list_texts(own))):
        shared = {line.text for at, line in enumerate(asked.document.lines) if kept.view.is_furniture(at)}
        if for_people:
            roles.take(whole)
        return replace(other, body=tuple(text for text in other.body if text not in shared), layout=own.layout)
    unaccounted = []
    for each in own.unaccounted:
        if each.kind == "line" and each.text in texts:
            unaccounted.append(Unaccounted("reading", f"text, but for the template: {each.text}"))
        elif each.kind != "line" or each in other.unaccounted:
            unaccounted.append(each)
    return replace(own, unaccounted=tuple(unaccounted))


def _list_texts(article: Article) -> set[str]:
    return {*article.body, *(image.caption for image in article.images if image.caption)}


def leave_out_furniture(asked: AskedPage, template: Template) -> KeptPage:
    """The page without what others of its template have, too; breadcrumb, labels and pagers stay."""
    page, site = asked.document, asked.site
    lines = page.lines
    view = template.look_at(lines)
    crumb = find_first_crumb(lines, asked.base, site, asked.meaning.section_path)
    marks = {at: mark for at, mark in enumerate(view.marks) if mark}
    pager = find_pager_lines(lines, marks, asked.canonical, asked.base, site)
    own = {*(crumb[1] if crumb else ()), *find_exempt(lines, marks, asked.anchors, site), *pager}
    own |= find_titled(page, [at for at, mark in marks.items() if mark.how == "form"])
    own.update(_find_boxed(asked, marks))
    for at in own:
        view.marks[at] = None
    places = [at for at in range(len(lines)) if not view.is_furniture(at)]
    left = [line for at, line in enumerate(lines) if view.is_furniture(at)]
    document = replace(page, lines=[lines[at] for at in places], furniture=left)
    return KeptPage(replace(asked, document=document), template, places, view)


def _find_boxed(asked: AskedPage, marks: Collection[int]) -> Iterator[int]:
    """The lines of the article that a box of its template has, too, with a link to it: the box is on all pages."""
    id, lines = asked.meaning.id or "", asked.document.lines
    for at in marks:
        line = lines[at]
        if line.is_link and (id in line.links[0].href or id in line.links[-1].href):
            boxed = {line.text for line in lines[at : at + _BOXED] if line.text}
            above = (place for place in marks if place < at and not lines[place].is_link)
            yield from (place for place in above if lines[place].text in boxed)


def read_kept(kept: KeptPage, whole: Roles, *, for_people: bool = False) -> Article:
    """The article by the layout alone, and in `whole` what the lines of the whole page are; raises NotAnArticle."""
    asked = kept.asked
    proof = find_proof(asked)
    _correct_title(proof, kept)
    roles = Roles(asked.document.lines)
    pager = find_pager(roles.lines, proof.start, asked.canonical, asked.base, asked.site)
    give_head_roles(roles, proof, pager)
    links = frozenset(proof.box_links)
    region = Region(roles, kept.view, kept.places, whole.lines, links, asked.base, asked.site)
    stop = proof.last[0] if proof.last[1] else len(roles.lines)
    start, end = give_region_roles(region, proof.start, stop)
    give_body_roles(roles, start, end)
    give_roles_around(roles, proof.start, links, asked.base, asked.site)
    view = kept.view
    for at, reason in enumerate(roles.whole):
        place = kept.places[at]
        if reason is Reason.NONE and (view.marks[place] is not None or view.places[place] in view.layout.beside):
            roles.whole[at] = Reason.ELSEWHERE
    if for_people:
        refine_all_roles(roles, proof, asked.base, asked.site)
        _spread(roles, kept, whole)
    article = make_article(asked, roles, proof, pager, kept.template.digest)
    if not article.body and not article.images:
        raise NotAnArticle(asked.address, "it shows no text where the pages of its template have theirs")
    doubts = tuple(_list_doubts(kept, roles))
    return replace(article, unaccounted=(*article.unaccounted, *doubts)) if doubts else article


def _list_doubts(kept: KeptPage, roles: Roles) -> Iterator[Unaccounted]:
    """What was taken for text though some pages of the template have it, too: too few for furniture amid a text.

    Long lines are none: articles share paragraphs.
    """
    for place, line, reason in zip(kept.places, roles.lines, roles.whole, strict=True):
        mark = kept.view.marks[place]
        if mark is not None and reason.role in _TEXT and 0 < len(line.text) <= _LONGEST_DOUBTED:
            on, of = mark.share
            yield Unaccounted("reading", f"text, though {on} of {of} pages of the template have it: {line.text}")


def _correct_title(proof: Proof, kept: KeptPage) -> None:
    """Takes the title from where the pages of the template have theirs; elsewhere none is believed."""
    heading, asked = proof.heading, kept.asked
    layout, lines = kept.view.layout, asked.document.lines
    places = [kept.view.places[at] for at in kept.places]
    if not layout.titles or asked.before or any(places[at] in layout.titles for at in heading.title_lines):
        return
    names = site_names(asked.site, asked.meaning.section_path, heading.label)
    above = range(heading.crumb_line + 1, proof.anchor.first_line)
    found = [at for at in above if places[at] in layout.titles and may_be_title(lines[at], names)]
    if found:
        first = len(found) - 1
        while first and found[first - 1] == found[first] - 1 and lines[found[first - 1]].path == lines[found[-1]].path:
            first -= 1
        heading.title_lines = found[first:]
        heading.title, heading.title_from = " ".join(lines[at].text for at in found[first:]), "heading"
    elif heading.title_lines:
        heading.title, heading.title_lines = bare_title(asked.document.title, names), ()
        heading.title_from = "document" if heading.title else "none"


def _spread(roles: Roles, kept: KeptPage, whole: Roles) -> None:
    """Gives the lines of the whole page the roles of those that were kept; the others are furniture."""
    for at, mark in enumerate(kept.view.marks):
        if mark is not None:
            whole.whole[at] = Reason.STANDING
            whole.notes[at] = f"on {mark.share.on} of {mark.share.of} pages of this template"
    for at, place in enumerate(kept.places):
        whole.whole[place] = roles.whole[at]
        if roles.whole[at] is not Reason.STANDING:
            whole.notes.pop(place, None)
        if at in roles.cut:
            whole.cut[place] = roles.cut[at]
