"""What stands around an article: menus, furniture, the box and the foot, line by line."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from harbincrawl.pages.html.line import Line, shared_depth
from harbincrawl.pages.roles import Reason, Roles
from harbincrawl.sites import Site

from .furniture import has_furniture_head, is_chrome, is_notice, is_sentence
from .pictures import split_credit

_LONGEST_HEADING = 40
"""Characters."""


def give_roles_around(roles: Roles, start: int, items: Collection[int], base: str, site: Site) -> None:
    """Gives the lines that have no role, those of the text have one, the roles of what stands around it.

    What stands before line `start` is above the text; `items` are lines that may be the box's. No sentence is taken
    for furniture but for reasons of its own. `refine_roles` says more of the others.
    """
    whole, none, banner, behind = roles.whole, Reason.NONE, Reason.BANNER, Reason.BEHIND
    for at, line in enumerate(roles.lines):
        if whole[at] is not none:
            continue
        text = line.text
        if not text or line.is_link or not (is_sentence(text) or split_credit(text)):
            whole[at] = banner if at < start else behind
        elif is_notice(text):
            whole[at] = Reason.COPYRIGHT
        elif site.words.is_furniture(text) or _is_note(roles.lines, at, site):
            whole[at] = Reason.TOOL
        elif at and (at - 1 in items or _is_item(roles.lines[at - 1], base, site)):
            # A sentence right behind a link to an article stands with it.
            whole[at] = Reason.BOX_TEASER


def _is_note(lines: Sequence[Line], at: int, site: Site) -> bool:
    """True for a sentence under a heading of furniture, or behind one and a colon: `Disclaimer: the views are …`."""
    line = lines[at]
    if has_furniture_head(line.text, site):
        return True
    above = lines[at - 1] if at else None
    if above is None or not 0 < len(above.text) <= _LONGEST_HEADING:
        return False
    together = shared_depth(above.path, line.path) >= len(line.path) - 1
    return together and site.words.is_furniture(above.text)


def refine_roles(roles: Roles, base: str, site: Site) -> None:
    """Says of each line around the text what it is, not only that it stands there; for people."""
    whole = roles.whole
    for at, line in enumerate(roles.lines):
        if whole[at] is Reason.BANNER or whole[at] is Reason.BEHIND:
            whole[at] = _read_reason(line, whole[at], base, site)
    for at in range(len(whole) - 1):
        if whole[at] in (Reason.BANNER, Reason.BEHIND) and whole[at + 1] in (Reason.BOX_ITEM, Reason.LINKS):
            whole[at] = Reason.BOX_HEADING if whole[at + 1] is Reason.BOX_ITEM else Reason.MENU_HEADING


def _read_reason(line: Line, otherwise: Reason, base: str, site: Site) -> Reason:
    if line.images:
        return Reason.ORNAMENT
    if line.is_link:
        return Reason.BOX_ITEM if _is_item(line, base, site) else Reason.LINKS
    if is_notice(line.text):
        return Reason.COPYRIGHT
    if site.words.is_furniture(line.text):
        return Reason.TOOL
    return Reason.BUTTON if line.links and is_chrome(line, base, site) else otherwise


def _is_item(line: Line, base: str, site: Site) -> bool:
    """True for a line that is wholly a link to an article."""
    return line.is_link and any(link.article(base, site) for link in line.links)
