"""Roles of the lines around a list: the way to it, its name, menus, boxes, the page's foot."""

from __future__ import annotations

from collections.abc import Sequence

from harbincrawl.identity import normal_form
from harbincrawl.pages.html.line import Line
from harbincrawl.pages.pager import Pager, read_count_line
from harbincrawl.pages.roles import Reason, Roles
from harbincrawl.records import Unaccounted
from harbincrawl.sites import Site

from .days import is_period
from .edges import COPYRIGHT, Edges
from .item import Item
from .runs import may_head


def give_roles_around(
    roles: Roles,
    items: Sequence[Item],
    others: Sequence[tuple[Item, Reason]],
    edges: Edges,
    pager: Pager | None,
    site: Site,
) -> None:
    """Gives every line that is no item's a role, where anything says what it is."""
    lines = roles.lines
    for first, end in pager.runs if pager else ():
        roles.give(first, end, Reason.PAGER)
    boxes = _give_boxes(roles, others)
    start = items[0].head[0] if items and items[0].head else items[0].first if items else len(lines)
    stop = max((max(item.last, *item.tail, 0) for item in items), default=-1)
    foot = next((at for at in edges.bounds if at > stop and COPYRIGHT.match(lines[at].text)), len(lines))
    names = site.names
    bounds = set(edges.bounds)
    for at, line in enumerate(lines):
        if roles.whole[at] is not Reason.NONE or at in roles.cut or at in boxes:
            continue
        text = line.text
        if not text:
            roles.whole[at] = Reason.ORNAMENT if line.images else Reason.MARKS
        elif at in bounds and at < foot and not COPYRIGHT.match(text):
            roles.whole[at] = Reason.WAY
        elif not any(map(str.isalnum, text)):
            roles.whole[at] = Reason.MARKS
        elif COPYRIGHT.match(text):
            roles.whole[at] = Reason.COPYRIGHT
        elif read_count_line(text) is not None:
            roles.whole[at] = Reason.COUNTS
        elif at == edges.named or normal_form(text).lower() in names:
            roles.whole[at] = Reason.LIST_NAME
        elif line.is_link:
            roles.whole[at] = Reason.LINKS
        elif site.words.is_furniture(text):
            roles.whole[at] = Reason.TOOL
        elif not items:
            roles.whole[at] = Reason.NO_LIST
        elif at < start:
            roles.whole[at] = Reason.ABOVE_LIST
        elif at > stop:
            roles.whole[at] = Reason.BEHIND_LIST
        elif is_period(text) or (may_head(line) and not line.links):
            roles.whole[at] = Reason.PART_NAME


def _give_boxes(roles: Roles, others: Sequence[tuple[Item, Reason]]) -> set[int]:
    """Gives the lines of boxes their roles: links, headings, what stands behind a link; returns the doubtful lines."""
    doubtful: set[int] = set()
    for item, reason in others:
        for at in item.own:
            if roles.whole[at] is not Reason.NONE:
                continue
            if reason is Reason.NONE:
                doubtful.add(at)
            else:
                roles.whole[at] = reason
        if reason is Reason.NONE:
            continue
        above = item.first - 1
        if above >= 0 and roles.whole[above] is Reason.NONE and _heads_box(roles.lines[above]):
            roles.whole[above] = Reason.BOX_HEADING
        for at in range(item.last + 1, min(item.last + 3, len(roles.lines))):
            line = roles.lines[at]
            if roles.whole[at] is not Reason.NONE or line.links or not line.text or COPYRIGHT.match(line.text):
                break
            roles.whole[at] = Reason.BOX_TEASER
    return doubtful


def _heads_box(line: Line) -> bool:
    return bool(line.text) and not line.is_link and may_head(line)


def find_unaccounted(roles: Roles, others: Sequence[tuple[Item, Reason]], items: Sequence[Item]) -> list[Unaccounted]:
    """The lines without a role, and the links to articles that are neither items nor explained."""
    known = {item.id for item in items}
    lost = [item for item, reason in others if reason is Reason.NONE and item.id not in known]
    found = [Unaccounted("item", f"{item.title} {item.address}".lstrip()) for item in lost]
    places = {at for item in lost for at in item.own}
    found += [
        Unaccounted("line", part.text)
        for part in roles.parts()
        if part.reason is Reason.NONE and part.text and part.line not in places
    ]
    return list(dict.fromkeys(found))
