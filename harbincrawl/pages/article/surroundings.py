"""What stands around an article: menus, furniture, the box and the foot, line by line."""

from __future__ import annotations

from harbincrawl.pages.html.line import Line
from harbincrawl.pages.roles import Reason, Roles
from harbincrawl.sites import Site

from .body import is_chrome, is_notice, is_sentence, is_tool_text


def give_roles_above(roles: Roles, end: int, base: str, site: Site) -> None:
    """Gives the lines before `end` that have none their roles."""
    for at in range(end):
        if roles.whole[at] is Reason.NONE:
            roles.whole[at] = _read_reason(roles.lines[at], Reason.BANNER, base, site)
    _give_teasers(roles, 0, end)


def give_roles_behind(roles: Roles, start: int, box: int | None, base: str, site: Site) -> None:
    """Gives the lines from `start` on that have none their roles; the box begins at line `box`."""
    lines, whole = roles.lines, roles.whole
    for at in range(start, len(lines)):
        if whole[at] is Reason.NONE:
            whole[at] = _read_reason(lines[at], Reason.BEHIND, base, site)
    if box is not None:
        for at in range(box, len(lines)):
            if whole[at] is Reason.BOX_ITEM:
                break
            if whole[at] is Reason.BEHIND:
                whole[at] = Reason.BOX_HEADING
    _give_teasers(roles, start, len(lines))


def _read_reason(line: Line, otherwise: Reason, base: str, site: Site) -> Reason:
    """Why a line outside of the text is what it is, by itself; `otherwise` for what is no sentence."""
    if line.images:
        return Reason.ORNAMENT
    if line.is_link:
        return Reason.BOX_ITEM if any(link.article(base, site) for link in line.links) else Reason.LINKS
    if is_notice(line.text):
        return Reason.COPYRIGHT
    if is_tool_text(line.text) or site.words.furniture_line.match(line.text):
        return Reason.TOOL
    if line.links and is_chrome(line, base, site):
        return Reason.BUTTON
    return Reason.NONE if is_sentence(line.text) else otherwise


def _give_teasers(roles: Roles, start: int, end: int) -> None:
    """Sentences right behind a link to an article stand with it."""
    whole = roles.whole
    for at in range(max(1, start), end):
        if whole[at] is Reason.NONE and whole[at - 1] in (Reason.BOX_ITEM, Reason.BOX_TEASER):
            whole[at] = Reason.BOX_TEASER
