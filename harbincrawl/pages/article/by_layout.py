"""An article page read by the layout of its template, and by itself where that leaves a doubt; and a layout's trial."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from harbincrawl.errors import NotAnArticle
from harbincrawl.identity import normal_form
from harbincrawl.pages.article.content.body import give_body_roles
from harbincrawl.pages.article.content.furniture import give_roles_around
from harbincrawl.pages.article.head.heading import bare_title, find_first_crumb, may_be_title, site_names
from harbincrawl.pages.article.head.information import find_anchors, read_information
from harbincrawl.pages.layout.layout import Layout
from harbincrawl.pages.layout.view import Template, View
from harbincrawl.pages.pager.pager import find_pager, find_pager_lines
from harbincrawl.pages.roles import Reason, Role, Roles
from harbincrawl.records import Article, Unaccounted
from harbincrawl.text import count_text

from .alone import find_proof, give_head_roles, read_alone
from .asked import AskedPage, KeptPage
from .positions import find_exempt, find_titled
from .proof import Proof
from .record import Reading, is_part, make_article
from .region import Region, give_region_roles

_MIN_LOST = 200
"""Characters outside of the element where the pages of a template have their text, from which on they may be one."""
_MORE_LOST = 2
"""How many times more they have to be than what stands in it."""
_BOXED = 3
"""Lines of an article in a box: its title, and what is said of it."""
_LONGEST_DOUBTED = 120
"""Characters of a line of text that may be furniture."""
_TEXT = (Role.PARAGRAPH, Role.CAPTION)
_MIN_SHARE = 0.9
"""Part of the pages that have a title as their list has it, and a day."""
_MIN_TEXTS = 0.95
"""Part of the pages that have a text or pictures."""


def read_by_layout(page: AskedPage, template: Template) -> Reading:
    """The article that the page shows; raises NotAnArticle.

    Where the layout leaves a line without a meaning, or finds no article, the page is read by itself, too.
    """
    kept = leave_out_furniture(page, template)
    try:
        own = read_kept(kept)
    except NotAnArticle:
        other = read_alone(page)
        doubt = Unaccounted("reading", "the pages of its template show their text elsewhere: read without it")
        unaccounted = (*other.article.unaccounted, doubt)
        return other._replace(article=replace(other.article, unaccounted=unaccounted, layout=template.digest))
    if any(each.kind == "line" for each in own.article.unaccounted):
        return _settle(own, kept.view, page)
    return own


def _settle(own: Reading, view: View, page: AskedPage) -> Reading:
    """The reading where the layout leaves lines that may be text.

    If the rules take far more of them for text than the layout has found, the text of this page stands elsewhere than
    that of others: the rules are believed, but for the furniture. Else what they take for text stays in doubt; what
    neither does is none.
    """
    article = own.article
    left = {each.text for each in article.unaccounted if each.kind == "line"}
    try:
        other = read_alone(page)
    except NotAnArticle:
        return own
    texts = _list_texts(other.article)
    if sum(map(len, left & texts)) > _MIN_LOST + _MORE_LOST * sum(map(len, _list_texts(article))):
        shared = {line.text for at, line in enumerate(page.lines) if view.is_furniture(at)}
        body = tuple(text for text in other.article.body if text not in shared)
        return other._replace(article=replace(other.article, body=body, layout=article.layout))
    unaccounted = []
    for each in article.unaccounted:
        if each.kind == "line" and each.text in texts:
            unaccounted.append(Unaccounted("reading", f"text, but for the template: {each.text}"))
        elif each.kind != "line" or each in other.article.unaccounted:
            unaccounted.append(each)
    return own._replace(article=replace(article, unaccounted=tuple(unaccounted)))


def _list_texts(article: Article) -> set[str]:
    return {*article.body, *(image.caption for image in article.images if image.caption)}


def leave_out_furniture(page: AskedPage, template: Template) -> KeptPage:
    """The page without what others of its template have, too; breadcrumb, labels and pagers stay."""
    document, lines = page.document, page.lines
    view = template.look_at(lines)
    marks = {at: mark for at, mark in enumerate(view.marks) if mark}
    own = {*(find_first_crumb(page) or ()), *find_exempt(lines, marks, page.anchors, page.site.words)}
    own.update(find_pager_lines(page, marks))
    own |= find_titled(document, [at for at, mark in marks.items() if mark.how == "form"])
    own.update(_find_boxed(page, marks))
    for at in own:
        view.marks[at] = None
    places = [at for at in range(len(lines)) if not view.is_furniture(at)]
    left = [line for at, line in enumerate(lines) if view.is_furniture(at)]
    document = replace(document, lines=[lines[at] for at in places], furniture=left)
    anchors = find_anchors(document.lines, page.site.words)
    return KeptPage(replace(page, document=document, anchors=anchors), places, lines, view, template)


def _find_boxed(page: AskedPage, marks: Collection[int]) -> Iterator[int]:
    """The lines of the article that a box of its template has, too, with a link to it: the box is on all pages."""
    id, lines = page.meaning.id or "", page.lines
    for at in marks:
        line = lines[at]
        if line.is_link and (id in line.links[0].href or id in line.links[-1].href):
            boxed = {line.text for line in lines[at : at + _BOXED] if line.text}
            above = (place for place in marks if place < at and not lines[place].is_link)
            yield from (place for place in above if lines[place].text in boxed)


def read_kept(kept: KeptPage) -> Reading:
    """The article by the layout alone; raises NotAnArticle."""
    page, view = kept.page, kept.view
    proof, roles = find_proof(page), Roles(page.lines)
    _correct_title(proof, kept)
    pager = find_pager(page, proof.start)
    give_head_roles(roles, proof, pager)
    links = frozenset(proof.box_links)
    stop = proof.last[0] if proof.last[1] else len(roles.lines)
    start, end = give_region_roles(Region(kept, roles, links), proof.start, stop)
    give_body_roles(roles, start, end, view.layout, is_part=is_part(page, pager))
    give_roles_around(roles, proof.start, links, page)
    for at, reason in enumerate(roles.whole):
        place = kept.places[at]
        if reason is Reason.NONE and (view.marks[place] is not None or view.places[place] in view.layout.beside):
            roles.whole[at] = Reason.ELSEWHERE
    article = make_article(page, roles, proof, pager, kept.template)
    if not article.body and not article.images:
        raise NotAnArticle(page.address, "it shows no text where the pages of its template have theirs")
    if doubts := tuple(_list_doubts(kept, roles)):
        article = replace(article, unaccounted=(*article.unaccounted, *doubts))
    return Reading(article, roles, page, proof, kept)


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
    heading, page = proof.heading, kept.page
    layout, lines = kept.view.layout, page.lines
    places = [kept.view.places[at] for at in kept.places]
    if not layout.titles or page.before or any(places[at] in layout.titles for at in heading.title_lines):
        return
    names = site_names(page, heading.label)
    above = range(heading.crumb.stop, proof.info.first_line)
    found = [at for at in above if places[at] in layout.titles and may_be_title(lines[at], names)]
    if found:
        first = len(found) - 1
        while first and found[first - 1] == found[first] - 1 and lines[found[first - 1]].path == lines[found[-1]].path:
            first -= 1
        heading.title_lines = found[first:]
        heading.title, heading.title_from = " ".join(lines[at].text for at in found[first:]), "heading"
    elif heading.title_lines:
        heading.title, heading.title_lines = bare_title(page.document.title, names), ()
        heading.title_from = "document" if heading.title else "none"


def find_failure(pages: Sequence[tuple[AskedPage, Collection[str]]], layout: Layout) -> str | None:
    """Why no page is read by `layout`; None where it may be used. `pages` are its samples, with their lists' titles.

    A layout has to read the pages that it was learnt from as articles: one wrong layout would misread all pages alike.
    """
    origins = {(asked.meaning.section_path, asked.meaning.created) for asked, _ in pages}
    if len(origins) < 2:
        return "its pages are all of one day and section"
    template = Template(layout)
    read = [(_read(asked, template), titles) for asked, titles in pages]
    found = [article for article, _ in read if article is not None]
    texts = sum(bool(article.body or article.images) for article in found)
    if texts < _MIN_TEXTS * len(pages):
        return f"it finds a text on {texts} of {count_text(len(pages), 'page')}"
    named = [(article, titles) for article, titles in read if titles]
    right = sum(article is not None and _is_called(article, titles) for article, titles in named)
    if right < _MIN_SHARE * len(named):
        return f"it finds the title of its list on {right} of {count_text(len(named), 'page')}"
    days = sum(article.updated is not None for article in found)
    if not pages[0][0].site.words.may_lack_date and days < _MIN_SHARE * len(pages):
        return f"it finds a day on {days} of {count_text(len(pages), 'page')}"
    named_sources = [article for (asked, _), (article, _) in zip(pages, read, strict=True) if _names_source(asked)]
    sources = sum(article is not None and article.source is not None for article in named_sources)
    if sources < _MIN_SHARE * len(named_sources):
        return f"it finds the source on {sources} of {count_text(len(named_sources), 'page')} that name one"
    return None


def _names_source(asked: AskedPage) -> bool:
    """Whether the information around the first date of the whole page has a source."""
    return bool(asked.anchors) and read_information(asked.lines, asked.anchors[0], asked.site.words).source is not None


def _read(asked: AskedPage, template: Template) -> Article | None:
    try:
        return read_kept(leave_out_furniture(asked, template)).article
    except NotAnArticle:
        return None


def _is_called(article: Article, titles: Collection[str]) -> bool:
    """Whether the title is that of a list, which may cut it; a page that shows none is given its list's."""
    if article.title_from != "heading":
        return True
    own = normal_form(article.title or "").lower()
    return any(own == form or own.startswith(form.rstrip(". …")) for form in (normal_form(t).lower() for t in titles))
