"""How a page was read, for the terminal: a line a part, then the record in one sentence."""

from __future__ import annotations

from harbincrawl.pages.explain import Explanation
from harbincrawl.pages.roles import Role
from harbincrawl.records import Article
from harbincrawl.text import clean, count_text, display_width, shorten

from .style import BOLD, CYAN, DIM, GREEN, RED, YELLOW, Style

_ROLE = max(len(role) for role in Role)
_REASON = 48
"""Columns of a reason."""
_LEAST_TEXT = 24
DIGEST = 10
"""Characters of a layout's digest that name it."""
_LINKS = {"page": "further page", "item": "article that is no item of the list"}
_COLOURS = {
    Role.TITLE: (BOLD,),
    Role.LIST_TITLE: (BOLD,),
    **dict.fromkeys((Role.DATE, Role.BYLINE, Role.SOURCE, Role.EDITOR, Role.ITEM_DATE, Role.TOTAL), (CYAN,)),
    **dict.fromkeys((Role.PICTURE, Role.CAPTION, Role.CREDIT, Role.FILE_NAME), (GREEN,)),
    **dict.fromkeys((Role.BREADCRUMB, Role.PAGER), (YELLOW,)),
    **dict.fromkeys((Role.BOX, Role.FURNITURE, Role.MENU, Role.FOOT), (DIM,)),
    Role.UNACCOUNTED: (BOLD, RED),
}


def explanation_lines(explanation: Explanation, style: Style, *, reasons: bool) -> list[str]:
    """The roles of all lines, page by page, and what they come to."""
    lines: list[str] = []
    room = max(_LEAST_TEXT, style.width - _ROLE - 2 - (_REASON + 2 if reasons else 0))
    for number, page in enumerate(explanation.pages, 1):
        if len(explanation.pages) > 1:
            lines.append(style.paint(f"page {number}: {clean(page.address)}", BOLD))
        for part in page.parts:
            text = shorten(clean(part.text), room)
            colours = _COLOURS.get(part.role, ())
            line = f"{style.paint(part.role.ljust(_ROLE), *colours)}  {style.paint(text, *colours)}"
            if reasons:
                line += " " * (room - display_width(text) + 2) + style.paint(shorten(part.reason, _REASON), DIM)
            lines.append(line.rstrip())
    return [*lines, "", *(clean(line) for line in summary_lines(explanation))]


def summary_lines(explanation: Explanation) -> list[str]:
    """What the record is, and how many lines it leaves unexplained."""
    record = explanation.record
    if record is None or explanation.refused:
        return [f"{'no article' if explanation.kind == 'article' else 'no list'}: {explanation.refused}"]
    name = f": {record.title or '(no title)'}" if isinstance(record, Article) else ""
    what, *facts = list_facts(explanation)
    return [f"{what}{name} ({', '.join(facts)})", *template_lines(explanation), *left_lines(explanation)]


def list_facts(explanation: Explanation) -> list[str]:
    """What kind of record it is, and what it has; nothing of a page without one."""
    record = explanation.record
    if record is None:
        return []
    if not isinstance(record, Article):
        total = [f"{record.total:,} in the whole list"] if record.total is not None else []
        return [f"list page {record.page}", count_text(len(record.lines), "item"), *total]
    facts = [f"article {record.id}", str(record.updated or record.created or "no date")]
    facts += [count_text(len(record.body), "paragraph"), count_text(len(record.images), "image")]
    return facts + ([count_text(len(explanation.pages), "page")] if len(explanation.pages) > 1 else [])


def template_lines(explanation: Explanation) -> list[str]:
    """Which reader spoke: by the layout of its template, with its fit, or without; nothing of lists."""
    if explanation.kind != "article":
        return []
    found = [page.template for page in explanation.pages]
    if any(note is None for note in found):
        return ["read without a template: no layout of its pages is known"]
    notes = list(filter(None, found))
    fit = min(note.fit for note in notes)
    names = ", ".join(dict.fromkeys(note.digest[:DIGEST] for note in notes))
    pages = count_text(notes[0].pages, "page")
    return [f"read by the layout of its template ({names}, learnt from {pages}), which knows {fit:.0%} of its lines"]


def left_lines(explanation: Explanation) -> list[str]:
    """How many lines have no role; links that nothing explains, a line each."""
    left = sum(part.role is Role.UNACCOUNTED for page in explanation.pages for part in page.parts)
    links = [each for each in explanation.unexplained if each.kind not in ("line", "reading")]
    return [
        f"{count_text(left, 'line')} unaccounted for" if left else "every line is accounted for",
        *(f"in doubt: {each.text}" for each in explanation.unexplained if each.kind == "reading"),
        *(f"link to a {_LINKS.get(each.kind, each.kind)} unaccounted for: {each.text}" for each in links),
    ]
