"""How a page was read, a line a part."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harbincrawl.pages.explain import Explanation, describe_doubt
from harbincrawl.pages.roles import Role
from harbincrawl.records import Article
from harbincrawl.text import clean, count_text, display_width, shorten

from .style import BOLD, CYAN, DIM, GREEN, RED, YELLOW, Style, wrap

_ROLE = max(len(role) for role in Role)
_REASON = 48
"""Columns of a reason."""
_LEAST_REASON = 24
"""Columns of a reason beside an element."""
_ELEMENT = 25
"""Columns of an element; reasons come first where a terminal has no room for both."""
_LEAST_TEXT = 24
DIGEST = 10
"""Characters of a layout's digest that name it."""
_READING = 160
"""Columns of a value that is read in two ways."""
_LINKS = {"page": "further page", "item": "article that is no item of the list"}
_DOUBTS = {"reading": "in doubt", "selector": "selector of the site file"}
_GROUPS = {
    "head": ((Role.TITLE, Role.LIST_TITLE, Role.BREADCRUMB), (BOLD,)),
    "facts": ((Role.DATE, Role.BYLINE, Role.SOURCE, Role.EDITOR, Role.FIELD, Role.ITEM_DATE, Role.TOTAL), (CYAN,)),
    "text": ((Role.PARAGRAPH, Role.ITEM, Role.SUMMARY), ()),
    "pictures": ((Role.PICTURE, Role.CAPTION, Role.CREDIT, Role.FILE_NAME), (GREEN,)),
    "pager": ((Role.PAGER,), (YELLOW,)),
    "around": ((Role.BOX, Role.FURNITURE, Role.MENU, Role.FOOT, Role.DROPPED), (DIM,)),
    "left": ((Role.UNACCOUNTED,), (BOLD, RED)),
}
"""Roles that have one colour."""
GROUP = {role: group for group, (roles, _) in _GROUPS.items() for role in roles}


def explanation_lines(explanation: Explanation, style: Style) -> list[str]:
    """The roles of all lines, page by page, and what they come to."""
    lines: list[str] = []
    free = style.width - _ROLE - 2
    has_elements = free >= _LEAST_TEXT + 2 + _ELEMENT + 2 + _LEAST_REASON
    free -= _ELEMENT + 2 if has_elements else 0
    reason = min(_REASON, max(free // 2, _LEAST_REASON))
    room = max(_LEAST_TEXT, free - reason - 2)
    for number, page in enumerate(explanation.pages, 1):
        if len(explanation.pages) > 1:
            lines.append(style.paint(f"page {number}: {clean(page.address)}", BOLD))
        for part in page.parts:
            text = shorten(clean(part.text), room)
            colours = _GROUPS[GROUP[part.role]][1]
            line = f"{style.paint(part.role.ljust(_ROLE), *colours)}  {style.paint(text, *colours)}"
            line += " " * (room - display_width(text) + 2)
            why = shorten(part.reason, reason)
            line += style.paint(why, DIM) + " " * (reason - display_width(why) + 2)
            if has_elements:
                line += style.paint(_cut_element(clean(part.element)), DIM)
            lines.append(line.rstrip())
    return [*lines, "", *(line for each in _summary_lines(explanation) for line in wrap(clean(each), style.width))]


def _cut_element(path: str) -> str:
    """The end of the path to an element, in whole steps as far as they fit: the innermost ones."""
    steps = path.split(" > ")
    while len(steps) > 1 and len(" > ".join(steps)) > _ELEMENT:
        steps.pop(0)
    return shorten(" > ".join(steps), _ELEMENT)


def _summary_lines(explanation: Explanation) -> list[str]:
    """What the record is, and how many lines it leaves unaccounted."""
    record = explanation.record
    if record is None or explanation.refused:
        return [f"{_name_record(explanation).lower()}: {explanation.refused}"]
    name = f": {_name_record(explanation)}" if isinstance(record, Article) else ""
    what, *facts = _list_facts(explanation)
    doubt = _doubt_lines(explanation)
    return [f"{what}{name} ({', '.join(facts)})", *_reader_lines(explanation), *_left_lines(explanation), *doubt]


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


def _doubt_lines(explanation: Explanation) -> list[str]:
    """Of an article whose template is in doubt, both readings where they differ."""
    if explanation.doubt is None:
        return []
    found = describe_doubt(explanation.doubt)
    pages = count_text(found["asked"], "page")
    head = f"its template is in doubt: {found['differ']:,} of {pages} are read otherwise without its layout"
    if not found["fields"]:
        return [f"{head}; this one is not"]
    return [head, *(f"{name}: {_write_readings(both)}" for name, both in found["fields"].items())]


def _write_readings(both: Mapping[str, Any]) -> str:
    """`Xinhua; without the layout: nothing`; of paragraphs and pictures those that the other reading has not."""
    values = [both["layout"], both["alone"]]
    if isinstance(values[0], list):
        lists = [value or [] for value in values]
        values = [[each for each in one if each not in other] for one, other in (lists, lists[::-1])]
    own, alone = (shorten(_write_value(value), _READING) if value else "nothing" for value in values)
    return f"{own}; without the layout: {alone}"


def _write_value(value: Any) -> str:
    if isinstance(value, dict):
        return " ".join(str(each) for each in value.values() if each)
    return " / ".join(map(_write_value, value)) if isinstance(value, (list, tuple)) else str(value)
