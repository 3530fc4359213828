"""How a page was read, a line a part."""

from __future__ import annotations

from harbincrawl.pages.explain import Explanation
from harbincrawl.pages.roles import Role
from harbincrawl.records import Article
from harbincrawl.text import clean, count_text, display_width, shorten

from .output import BOLD, CYAN, DIM, GREEN, RED, YELLOW, Style, wrap

_ROLE = max(len(role) for role in Role)
_REASON = 48
"""Columns of a reason."""
DIGEST = 10
"""Characters of a layout's digest that name it."""
_LINKS = {"page": "further page", "item": "article that is no item of the list"}
_DOUBTS = {"reading": "in doubt", "selector": "selector of the site file"}
_COLOURS = {
    **dict.fromkeys((Role.TITLE, Role.LIST_TITLE, Role.BREADCRUMB), (BOLD,)),
    **dict.fromkeys(
        (Role.DATE, Role.BYLINE, Role.SOURCE, Role.EDITOR, Role.FIELD, Role.ITEM_DATE, Role.TOTAL), (CYAN,)
    ),
    **dict.fromkeys((Role.PICTURE, Role.CAPTION, Role.CREDIT, Role.FILE_NAME), (GREEN,)),
    **dict.fromkeys((Role.BOX, Role.FURNITURE, Role.MENU, Role.FOOT, Role.DROPPED), (DIM,)),
    Role.PAGER: (YELLOW,),
    Role.UNACCOUNTED: (BOLD, RED),
}


def explanation_lines(explanation: Explanation, style: Style) -> list[str]:
    """The roles of all lines, page by page, and what they come to."""
    lines: list[str] = []
    free = style.width - _ROLE - 4
    reason = min(_REASON, free // 2)
    room = free - reason
    for number, page in enumerate(explanation.pages, 1):
        if len(explanation.pages) > 1:
            lines.append(style.paint(f"page {number}: {clean(page.address)}", BOLD))
        for part in page.parts:
            text, colours = shorten(clean(part.text), room), _COLOURS.get(part.role, ())
            line = f"{style.paint(part.role.ljust(_ROLE), *colours)}  {style.paint(text, *colours)}"
            blanks = " " * (room - display_width(text) + 2)
            lines.append(f"{line}{blanks}{style.paint(shorten(part.reason, reason), DIM)}".rstrip())
    return [*lines, "", *(line for each in _summary_lines(explanation) for line in wrap(clean(each), style.width))]


def _summary_lines(explanation: Explanation) -> list[str]:
    """What the record is, and how many lines it leaves unaccounted."""
    record = explanation.record
    if record is None or explanation.refused:
        return [f"{_name_record(explanation).lower()}: {explanation.refused}"]
    name = f": {_name_record(explanation)}" if isinstance(record, Article) else ""
    what, *facts = _list_facts(explanation)
    lines = [f"{what}{name} ({', '.join(facts)})", *_reader_lines(explanation), *_left_lines(explanation)]
    return lines if explanation.doubt is None else [*lines, "its template is in doubt: --json has both readings"]


def _name_record(explanation: Explanation) -> str:
    if explanation.refused or explanation.record is None:
        return "No article" if explanation.kind == "article" else "No list"
    return (explanation.record.title or "(no title)") if isinstance(explanation.record, Article) else "List page"


def _list_facts(explanation: Explanation) -> list[str]:
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


def _reader_lines(explanation: Explanation) -> list[str]:
    """Which reader spoke: by the layout of its template, with its fit, or without; nothing of lists."""
    if explanation.kind != "article":
        return []
    if any(page.is_selected for page in explanation.pages):
        return ["text selected by the site file"]
    found = [page.template for page in explanation.pages]
    if any(each is None for each in found):
        return ["read without a template: no layout of its pages is known"]
    templates = list(filter(None, found))
    fit = min(each.fit for each in templates)
    names = ", ".join(dict.fromkeys(each.digest[:DIGEST] for each in templates))
    pages = count_text(templates[0].pages, "page")
    read = f"read by the layout of its template ({names}, learnt from {pages}), which knows {fit:.0%} of its lines"
    plain = "captions look as paragraphs on pages of this template: only a credit in square brackets makes one"
    return [read, plain] if any(each.plain_captions for each in templates) else [read]


def _left_lines(explanation: Explanation) -> list[str]:
    """How many lines have no role; links that nothing explains, a line each."""
    left = sum(part.role is Role.UNACCOUNTED for page in explanation.pages for part in page.parts)
    links = [each for each in explanation.unaccounted if each.kind not in ("line", *_DOUBTS)]
    return [
        f"{count_text(left, 'line')} unaccounted for" if left else "every line is accounted for",
        *(f"{_DOUBTS[each.kind]}: {each.text}" for each in explanation.unaccounted if each.kind in _DOUBTS),
        *(f"link to a {_LINKS.get(each.kind, each.kind)} unaccounted for: {each.text}" for each in links),
    ]
