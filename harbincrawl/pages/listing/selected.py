"""The items of a list that its site's file selects: each element is one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from harbincrawl.pages.html.document import Document, SitePage
from harbincrawl.pages.html.line import Line
from harbincrawl.pages.roles import Reason
from harbincrawl.records import Unaccounted

from .choice import Choice
from .edges import Edges, find_edges
from .items import Item, find_titles


def choose_selected(page: SitePage) -> tuple[Choice, Edges] | None:
    """The items with their lines, and what bounds the list; None where no selected element has a link.

    The title is the first link to an article in the element, or else the first elsewhere; a second article in one
    element is no item, and reported. What is selected as an item is no pager, whatever it looks like.
    """
    elements: dict[int, list[int]] = {}
    for at, line in enumerate(page.lines):
        if (number := _find_number(line)) is not None:
            elements.setdefault(number, []).append(at)
    if not elements:
        return None
    articles, elsewhere = find_titles(page, None)
    chosen: dict[int, Item] = {}
    for item in (*articles, *elsewhere):
        number = _find_number(page.lines[item.at])
        if number is not None:
            chosen.setdefault(number, item)
    if not chosen:
        return None
    items = sorted(chosen.values(), key=lambda item: item.first)
    choice = Choice(items)
    for item in articles:
        number = _find_number(page.lines[item.at])
        if number is None:
            choice.others.append((item, Reason.OUTSIDE_ITEMS))
        elif item is not chosen[number]:
            choice.others.append((item, Reason.NONE))
    taken = {at for item in (*items, *(other for other, _ in choice.others)) for at in item.own}
    for number, item in chosen.items():
        for at in elements[number]:
            if at not in taken:
                (item.head if at < item.first else item.tail).append(at)
    return choice, find_edges(page, items[0].first)


def _find_number(line: Line) -> int | None:
    """That of the innermost selected element around the line."""
    return next((mark.number for mark in reversed(line.marks) if mark.key == "item"), None)


def list_problems(document: Document, items: Sequence[Item]) -> Iterator[Unaccounted]:
    """What the selectors of the page do not do."""
    problems = document.selection.problems if document.selection else {}
    for key, problem in problems.items():
        yield Unaccounted("selector", f"list.{key}: {problem}")
    lines = document.lines
    if {_find_number(line) for line in lines} - {_find_number(lines[item.at]) for item in items} - {None}:
        yield Unaccounted("selector", "list.item: it matches elements that are no items: no link in them is a title")
