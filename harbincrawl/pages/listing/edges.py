"""What bounds a list, the way to it, its name, the page's foot; and what the lines around it are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from harbincrawl.identity import normal_form
from harbincrawl.pages.html.document import SitePage
from harbincrawl.pages.html.line import Line
from harbincrawl.pages.pager.pager import Pager
from harbincrawl.pages.pager.tokens import read_count_line
from harbincrawl.pages.roles import Reason, Roles
from harbincrawl.records import Unaccounted
from harbincrawl.sites import Site
from harbincrawl.sites.words import DIVIDERS, Words

from .items import Item
from .notes import COUNT_ALONE, has_day

COPYRIGHT = re.compile(
    r"^\W{0,3}(?:copyright\b(?!\s+(?!by\b|of\b|reserved|notice|owned)(?-i:[a-z]))"
    r"|©|\(c\)\s*\d|all rights reserved|版权所有|\w{0,2}ICP[备证])",
    re.IGNORECASE,
)
"""The beginning of a notice of copyright: `Copyright cases rose` is none."""
_DIVIDERS = re.compile(f"{DIVIDERS}|[|/]")
_PARTS = re.compile(r"\s*[-–—_|]\s*")
_ARROWS = ">›»"
"""One of which every way with arrows has."""
_LONGEST_HEADING = 40
"""Characters."""
_LONGEST_CRUMB = 160
"""Characters."""


@dataclass(slots=True)
class Edges:
    """Lines that bound the list."""

    named: int | None
    """Index of the last line that names the list, above it: breadcrumb or label."""
    bounds: list[int]
    """Indexes of lines over which no list reaches."""
    names: frozenset[str]
    """What the list is called, in lower case: the section's label, and the last part of the way to it."""


def name_of(text: str) -> str:
    """`text` as a name is compared: without what stands behind it, in lower case."""
    return text.rstrip(" :：>»").lower()


def find_edges(page: SitePage, first: int | None) -> Edges:
    """What names the list above line `first`, that of its first candidate, and what no list reaches over."""
    known = page.site.section(page.meaning.section_path)
    label = known.label if known else ""
    named: int | None = None
    bounds: list[int] = []
    names = {name_of(label), *(name_of(part.strip()) for part in _PARTS.split(page.document.title or ""))}
    for at, line in enumerate(page.lines):
        text = line.text
        if not text:
            continue
        is_crumb = len(text) <= _LONGEST_CRUMB and _is_way(text, page.site.words)
        if is_crumb or (label and text == label and not line.links):
            if is_crumb:
                bounds.append(at)
                names.add(name_of(_DIVIDERS.split(text)[-1].strip()))
            if first is None or at < first or named is None:
                named = at
        elif COPYRIGHT.match(text):
            bounds.append(at)
    return Edges(named, bounds, frozenset(filter(None, names)))


def _is_way(text: str, words: Words) -> bool:
    """True for the way from the home page; a menu has other marks between its words."""
    return any(map(text.__contains__, _ARROWS)) and words.list_crumb.search(text) is not None


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
    doubtful = {at for item, reason in others if reason is Reason.NONE for at in item.own}
    for item, reason in others:
        for at in item.own:
            if roles.whole[at] is Reason.NONE:
                roles.whole[at] = reason
    start = items[0].head[0] if items and items[0].head else items[0].first if items else len(lines)
    stop = max((max(item.last, *item.tail, 0) for item in items), default=-1)
    names = site.names
    bounds = set(edges.bounds)
    for at, line in enumerate(lines):
        if roles.whole[at] is not Reason.NONE or at in roles.cut or at in doubtful:
            continue
        text = line.text
        if not any(map(str.isalnum, text)):
            roles.whole[at] = Reason.ORNAMENT if line.images else Reason.MARKS
        elif at in bounds and not COPYRIGHT.match(text):
            roles.whole[at] = Reason.WAY
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
        elif at < start:
            roles.whole[at] = Reason.ABOVE_LIST
        elif at > stop:
            roles.whole[at] = Reason.BEHIND_LIST
        elif may_head(line) and not line.links:
            roles.whole[at] = Reason.PART_NAME


def find_unaccounted(roles: Roles, others: Sequence[tuple[Item, Reason]], items: Sequence[Item]) -> list[Unaccounted]:
    """The lines without a role, and the links to articles that are neither items nor explained."""
    known = {item.id for item in items}
    lost = [item for item, reason in others if reason is Reason.NONE and item.id not in known]
    # Counts of comments that lead to articles are no titles; one title of figures alone may be.
    figures = [item for item in items if item.title and not any(map(str.isalpha, item.title))]
    lost += figures if 2 * len(figures) > len(items) else []
    found = [Unaccounted("item", f"{item.title} {item.address}".lstrip()) for item in lost]
    places = {at for item in lost for at in item.own}
    found += [
        Unaccounted("line", part.text)
        for part in roles.parts()
        if part.reason is Reason.NONE and part.text and part.line not in places
    ]
    return list(dict.fromkeys(found))


def may_head(line: Line) -> bool:
    """True for the words of a heading: short, no sentence and no day."""
    text = line.text
    if not text or len(text) > _LONGEST_HEADING or text[-1] in '.!?。！？”"…' or not any(map(str.isalpha, text)):
        return False
    return read_count_line(text) is None and not (has_day(text) or COUNT_ALONE.match(text))
