"""The text of an article within the element where the pages of its template have theirs."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from harbincrawl.pages.html.line import Line, shared_depth
from harbincrawl.pages.roles import Reason, Roles

from .asked import KeptPage
from .content.container import Container
from .content.edges import find_boxes, find_edges, give_roles_amid
from .content.furniture import heads_remarks, is_chrome, is_sentence, opens_larger
from .content.pictures import split_credit
from .content.text import find_box_links

_MAX_TEASER = 2
"""Lines without a link that may stand behind a link to an article."""


@dataclass(frozen=True, slots=True)
class Region:
    """Where the text is looked for."""

    kept: KeptPage
    roles: Roles
    """Of the lines that were kept."""
    links: Collection[int]
    """Of these, those that are wholly a link to another article."""

    def is_paragraph(self, place: int) -> bool:
        """True where most of the text of the pages stands at the place of this line of the whole page."""
        view = self.kept.view
        return view.places[place] in view.layout.paragraphs


def give_region_roles(region: Region, start: int, stop: int) -> tuple[int, int]:
    """First line of the text from `start` on, and the line behind its last one before `stop`.

    What stands between and is none of it has a role afterwards.
    """
    roles = region.roles
    inside = _find_inside(region, start, stop)
    inside = inside[: _find_tail_box(region, inside)]
    while inside and (_is_rare(region, inside[-1]) or _is_teaser(region, inside[-1])):
        roles.whole[inside.pop()] = Reason.STANDING
    while inside and _is_rare(region, inside[0]):
        roles.whole[inside.pop(0)] = Reason.STANDING
    if inside:
        inside = _cut_edges(region, inside)
    if not inside:
        return start, start
    own = set(inside)
    for at in range(inside[0], inside[-1] + 1):
        if at not in own and roles.whole[at] is Reason.NONE:
            roles.whole[at] = Reason.ELSEWHERE
    _give_boxes(region, inside)
    give_roles_amid(roles, inside[0], inside[-1] + 1, _find_boxes(region, inside), region.kept.page)
    return inside[0], inside[-1] + 1


def _find_inside(region: Region, start: int, stop: int) -> list[int]:
    """The kept lines without a role that stand where the pages of the template have their text."""
    places, view, whole = region.kept.places, region.kept.view, region.roles.whole
    stopped = set(view.find_stopped(places[start])) if start < len(places) else set()
    inside = [at for at in range(start, stop) if view.inside[places[at]] and whole[at] is Reason.NONE]
    # The count of readers' comments is furniture of the template, and stands on the whole page alone.
    shown = range(places[inside[0]], places[inside[-1]]) if inside else range(0)
    remarks = next((place for place in shown if heads_remarks(region.kept.whole[place].text)), shown.stop)
    return [at for at in inside if places[at] not in stopped and places[at] <= remarks]


def _find_tail_box(region: Region, inside: Sequence[int]) -> int:
    """Index in `inside` of the first line of the links to articles, each with its teaser, with which the text ends.

    Links that are of a form with those of other pages were left out; their teasers may be what no other page has.
    """
    if not inside:
        return 0
    lines = region.roles.lines
    places = [region.kept.places[at] for at in inside]
    filled = [place for place, at in zip(places, inside, strict=True) if lines[at].text or lines[at].images]
    own = {place for place, at in zip(places, inside, strict=True) if at in region.links}
    linked = sorted(
        own.union(place for place in range(places[0], len(region.kept.whole)) if _is_changing(region, place))
    )
    if not linked:
        return len(inside)
    tail = [place for place in filled if place > linked[-1]]
    first, most = linked[-1], 0
    for before, behind in zip(reversed(linked[:-1]), reversed(linked[1:]), strict=True):
        between = [place for place in filled if before < place < behind]
        if {before, behind} <= own:
            allowed = _MAX_TEASER
        elif _is_text_behind(region, before, between):
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
    if is_long or is_alone or _is_text_behind(region, linked[-1], tail):
        return len(inside)
    return bisect_left(places, first)


def _is_text_behind(region: Region, link: int, places: Sequence[int]) -> bool:
    """True where paragraphs stand behind a link that stands elsewhere than they: they are no teaser of it."""
    return any(map(region.is_paragraph, places)) and not region.is_paragraph(link)


def _is_changing(region: Region, place: int) -> bool:
    """True for a link to an article amid the text that is furniture, but another one on each page."""
    mark, view = region.kept.view.marks[place], region.kept.view
    return mark is not None and mark.how == "form" and view.inside[place] and _is_article_link(region, place)


def _is_article_link(region: Region, place: int) -> bool:
    """True for a line of the page that is wholly a link to an article."""
    return region.kept.page.is_article_link(region.kept.whole[place])


def _is_rare(region: Region, at: int) -> bool:
    """True for a line that some pages of the template have, and that is no sentence."""
    return region.kept.view.marks[region.kept.places[at]] is not None and not is_sentence(region.roles.lines[at].text)


def _is_teaser(region: Region, at: int) -> bool:
    """True for a line right below a link to an article that is furniture, where no paragraph stands."""
    place, view = region.kept.places[at], region.kept.view
    if not place or not view.is_furniture(place - 1):
        return False
    if not _is_article_link(region, place - 1):
        return False
    return view.marks[place] is not None or not region.is_paragraph(place)


def _cut_edges(region: Region, inside: list[int]) -> list[int]:
    """The lines of the text less the tools with which it begins and ends.

    What stands where the pages have their paragraphs, and is no tool itself, is text beyond a tool, too.
    """
    lines = region.kept.page.lines
    depth = len(region.kept.view.layout.text)
    own = [_without_scripts(lines[at]) for at in inside]
    sure = [n for n, line in enumerate(own) if is_sentence(line.text) or split_credit(line.text)]
    container = None
    if sure:
        first, last = sure[0], sure[-1]
        # Elements of one place may be several, as the pictures of a story.
        paths = [line.path for line in own]
        path = own[0].path[: min(depth, shared_depth(min(paths), max(paths)))]
        container = Container(path, first, last)
    alone = replace(region.kept.page, document=replace(region.kept.page.document, lines=own))
    start, end = find_edges(alone, 0, len(own), container)
    return [at for n, at in enumerate(inside) if start <= n < end or _is_own_text(region, at)]


def _is_own_text(region: Region, at: int) -> bool:
    line, place = region.roles.lines[at], region.kept.places[at]
    is_apart = not line.text or bool(line.links) or region.kept.view.marks[place] is not None
    return not is_apart and region.is_paragraph(place) and not is_chrome(line, region.kept.page)


def _give_boxes(region: Region, inside: Sequence[int]) -> None:
    """Gives links to articles amid the text their role: two or more in a row, or one beside furniture."""
    at = 0
    while at < len(inside):
        end = at
        while end < len(inside) and inside[end] in region.links:
            end += 1
        if end - at > 1 or (end > at and _is_beside_furniture(region, inside[at])):
            for place in inside[at:end]:
                region.roles.whole[place] = Reason.BOX_ITEM
        at = max(end, at + 1)


def _find_boxes(region: Region, inside: Sequence[int]) -> dict[int, Reason]:
    """The lines amid the text that are teasers of other articles: their links may be furniture of the template."""
    kept = region.kept
    whole = range(kept.places[inside[0]], kept.places[inside[-1]] + 1)
    document = replace(kept.page.document, lines=list(kept.whole))
    items = frozenset(find_box_links(replace(kept.page, document=document), whole.start))
    found = find_boxes(kept.whole, whole, len(kept.view.layout.text), items)
    return {at: found[kept.places[at]] for at in inside if kept.places[at] in found}


def _is_beside_furniture(region: Region, at: int) -> bool:
    """True where the line of the page right above or below is furniture."""
    place = region.kept.places[at]
    return any(
        0 <= near < len(region.kept.whole) and region.kept.view.is_furniture(near) for near in (place - 1, place + 1)
    )


def _without_scripts(line: Line) -> Line:
    """The line, with pictures that a script opens as pictures that lead nowhere: these are no buttons."""
    if not any(map(opens_larger, line.images)):
        return line
    return replace(line, images=[replace(image, href=None) if opens_larger(image) else image for image in line.images])
