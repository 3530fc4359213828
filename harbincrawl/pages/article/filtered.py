"""An article page less the furniture of its template, and its title and text where the template has them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from harbincrawl.pages.article.content.furniture import heads_remarks, is_chrome, is_sentence, opens_larger
from harbincrawl.pages.article.content.text import (
    Container,
    find_box_links,
    find_boxes,
    is_beside,
    list_sentences,
    place_text,
)
from harbincrawl.pages.article.head.heading import bare_title, find_first_crumb, site_names
from harbincrawl.pages.article.head.information import find_anchors, read_head
from harbincrawl.pages.html.line import Line, is_within, shared_depth
from harbincrawl.pages.layout.view import Template, View
from harbincrawl.pages.pager.pager import find_pager_lines
from harbincrawl.pages.roles import Reason, Roles

from .asked import AskedPage
from .positions import find_exempt, find_titled
from .proof import Proof

_MAX_TEASER = 2
"""Lines without a link that may stand behind a link to an article."""


@dataclass(frozen=True, slots=True)
class FilteredPage:
    """A page without the furniture of its template."""

    page: AskedPage
    """With the lines that are left."""
    places: Sequence[int]
    """The index of each of them on the whole page."""
    whole: Sequence[Line]
    """The lines of the whole page."""
    view: View
    """The whole page beside the layout."""
    template: Template

    def is_rare(self, at: int) -> bool:
        """Whether some pages of the template have line `at`, too, and it is no sentence."""
        return self.view.marks[self.places[at]] is not None and not is_sentence(self.page.lines[at].text)

    def is_elsewhere(self, at: int) -> bool:
        """Whether line `at` is known to the layout and part of no text."""
        place = self.places[at]
        return self.view.marks[place] is not None or self.view.places[place] in self.view.layout.beside

    def is_paragraph(self, at: int) -> bool:
        """Whether most of the text of the template's pages stands at the place of line `at`."""
        return self.view.places[self.places[at]] in self.view.layout.paragraphs


def filter_page(page: AskedPage, template: Template) -> FilteredPage:
    """The page without what others of its template have, too; breadcrumb, labels and pagers stay."""
    document, lines = page.document, page.lines
    view = template.look_at(lines)
    marks = {at: mark for at, mark in enumerate(view.marks) if mark}
    behind = view.layout.behind
    words = page.site.words
    own = find_exempt(lines, marks, read_head(lines, page.anchors, words, marks), words, behind)
    own.update(find_first_crumb(page) or ())
    own.update(find_pager_lines(page, marks))
    own |= find_titled(document, [at for at, mark in marks.items() if mark.how == "form"])
    for at in own:
        view.marks[at] = None
    places = [at for at in range(len(lines)) if not view.is_furniture(at)]
    furniture = [line for at, line in enumerate(lines) if view.is_furniture(at)]
    document = replace(document, lines=[lines[at] for at in places], furniture=furniture)
    anchors = find_anchors(document.lines, words)
    page = replace(page, document=document, anchors=anchors, closes=view.layout.closes, behind=behind)
    return FilteredPage(page, places, lines, view, template)


def correct_title(proof: Proof, filtered: FilteredPage) -> None:
    """Believes no title that stands elsewhere than where the pages of the template have theirs."""
    heading, page, layout = proof.heading, filtered.page, filtered.view.layout
    places = [filtered.view.places[at] for at in filtered.places]
    if not layout.titles or page.before or any(places[at] in layout.titles for at in heading.title_lines):
        return
    if heading.title_lines:
        heading.title, heading.title_lines = bare_title(page.document.title, site_names(page, heading.label)), ()
        heading.title_from = "document" if heading.title else "none"


def give_text_roles(filtered: FilteredPage, roles: Roles, proof: Proof) -> tuple[range, Mapping[int, Reason]]:
    """The lines of the text where the pages of the template have theirs, and the boxes amid them.

    What stands between them and is none of it has a role afterwards.
    """
    page, depth = filtered.page, len(filtered.view.layout.text)
    inside = _find_inside(filtered, roles, proof)
    inside = inside[: _find_tail_box(filtered, inside, proof.box_links)]
    for end in (-1, 0):
        while inside and filtered.is_rare(inside[end]):
            roles.whole[inside.pop(end)] = Reason.STANDING
    if not inside:
        return range(proof.start, proof.start), {}
    lines = [_without_scripts(page.lines[at]) for at in inside]
    own = replace(page, document=replace(page.document, lines=lines))
    links = find_box_links(own, 0)
    text = place_text(own, 0, len(inside), links, _make_container(own, links, depth))
    ours = [
        n
        for n, at in enumerate(inside[: text.box])
        if text.start <= n < text.end or (filtered.is_paragraph(at) and _is_plain(filtered, at))
    ]
    if not ours:
        return range(proof.start, proof.start), {}
    boxes = find_boxes(lines, ours, depth, frozenset(links))
    own_lines = {inside[n] for n in ours}
    for n in [n for n in ours if _heads_box(filtered, inside[n], own_lines, depth)]:
        roles.whole[inside[n]] = Reason.BOX_HEADING
        ours.remove(n)
    shown = range(inside[ours[0]], inside[ours[-1]] + 1)
    for at in {*shown}.difference(inside[n] for n in ours):
        if roles.whole[at] is Reason.NONE:
            roles.whole[at] = Reason.ELSEWHERE
    return shown, {inside[n]: reason for n, reason in boxes.items()}


def _heads_box(filtered: FilteredPage, at: int, text: Collection[int], depth: int) -> bool:
    """True for a short line that is all of the `text` in its element, where a link to an article follows."""
    line = filtered.page.lines[at]
    if not is_beside(line) or len(line.path) <= depth or line.links:
        return False
    holder = line.path[: depth + 1]
    own = [n for n, other in enumerate(filtered.page.lines) if n in text and is_within(other.path, holder)]
    held = (other for other in filtered.whole[filtered.places[at] + 1 :] if is_within(other.path, holder))
    return own == [at] and any(map(filtered.page.is_article_link, held))


def _find_inside(filtered: FilteredPage, roles: Roles, proof: Proof) -> list[int]:
    """The lines without a role that stand where the pages have their text."""
    places, view, whole = filtered.places, filtered.view, roles.whole
    start, stop = proof.start, proof.last[0] if proof.last[1] else len(places)
    stopped = set(view.find_stopped(places[start])) if start < len(places) else set()
    inside = [at for at in range(start, stop) if view.inside[places[at]] and whole[at] is Reason.NONE]
    # The count of readers' comments is furniture of the template, and stands on the whole page alone.
    shown = range(places[inside[0]], places[inside[-1]]) if inside else range(0)
    remarks = next((place for place in shown if heads_remarks(filtered.whole[place].text)), shown.stop)
    return [at for at in inside if places[at] not in stopped and places[at] <= remarks]


def _find_tail_box(filtered: FilteredPage, inside: Sequence[int], links: Collection[int]) -> int:
    """Index in `inside` of the first line of the links to articles, each with its teaser, with which the text ends.

    Links that are of a form with those of other pages were left out; their teasers may be what no other page has.
    """
    if not inside:
        return 0
    lines = filtered.page.lines
    places = [filtered.places[at] for at in inside]
    filled = [place for place, at in zip(places, inside, strict=True) if lines[at].text or lines[at].images]
    own = {place for place, at in zip(places, inside, strict=True) if at in links}
    linked = sorted(
        own.union(place for place in range(places[0], len(filtered.whole)) if _is_changing(filtered, place))
    )
    if not linked:
        return len(inside)
    tail = [place for place in filled if place > linked[-1]]
    first, most = linked[-1], 0
    for before, behind in zip(reversed(linked[:-1]), reversed(linked[1:]), strict=True):
        between = [place for place in filled if before < place < behind]
        if {before, behind} <= own:
            allowed = _MAX_TEASER
        elif _is_text_behind(filtered, before, between):
            break
        else:
            # Of the last link nothing is known: it may have one line.
            allowed = max(most, len(tail), behind == linked[-1])
        if len(between) > allowed:
            break
        first, most = before, max(most, len(between))
    # The last link has no more lines than the others have.
    is_long = len(tail) > (most if first < linked[-1] else 1)
    is_alone = first == linked[-1] and first not in own
    if is_long or is_alone or _is_text_behind(filtered, linked[-1], tail):
        return len(inside)
    return bisect_left(places, first)


def _is_text_behind(filtered: FilteredPage, link: int, places: Sequence[int]) -> bool:
    """True where paragraphs stand behind a link that stands elsewhere than they: they are no teaser of it."""
    stands, paragraphs = filtered.view.places, filtered.view.layout.paragraphs
    return any(stands[place] in paragraphs for place in places) and stands[link] not in paragraphs


def _is_changing(filtered: FilteredPage, place: int) -> bool:
    """True for a link to an article amid the text that is furniture, but another one on each page."""
    mark, view = filtered.view.marks[place], filtered.view
    is_form = mark is not None and mark.how == "form" and view.inside[place]
    return is_form and filtered.page.is_article_link(filtered.whole[place])


def _make_container(page: AskedPage, links: Sequence[int], depth: int) -> Container | None:
    """The element of the text, at most of this depth: elements of one place may be several, as pictures of a story."""
    lines = page.lines
    sentences = list(list_sentences(page, 0, len(lines), frozenset(links)))
    if not sentences:
        return None
    paths = [line.path for line in lines]
    return Container(lines[0].path[: min(depth, shared_depth(min(paths), max(paths)))], sentences[0], sentences[-1])


def _is_plain(filtered: FilteredPage, at: int) -> bool:
    """Whether line `at` has words without a link, and is no tool."""
    line, page = filtered.page.lines[at], filtered.page
    return bool(line.text) and not line.links and not is_chrome(line, page)


def _without_scripts(line: Line) -> Line:
    """The line, with pictures that a script opens as pictures that lead nowhere: these are no buttons."""
    if not any(map(opens_larger, line.images)):
        return line
    return replace(line, images=[replace(image, href=None) if opens_larger(image) else image for image in line.images])
