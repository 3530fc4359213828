"""Adds a kind of furniture to a page, as the page's own template would have printed it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from copy import deepcopy

import lxml.html
from lxml.html import HtmlElement

from .kind import Kind
from .lines import BLOCKS, Line, list_lines, parse, write
from .places import PHRASES, ROWS, Chain, Expected, Gap, Places, ancestors, common_parent, describe_chain, find_places

MOST_FIELDS = 12
"""An item prints so many lines below its title, at most."""
Form = tuple[str, tuple[tuple[str, str], ...]]
"""The element of a line, and its attributes."""


class ArticleShape:
    """A parsed article page; each piece is added to a copy."""

    def __init__(self, page: str, title: str, day_label: str, by: str, expected: Sequence[Expected]) -> None:
        self.root = parse(page)
        self._told = (title, day_label, by, expected)
        self._usual: Chain | None = None
        self._form: Form = ("div", ())
        places = find_places(list_lines(self.root), *self._told)
        texts = [line for line in places.content if line.text and not line.pictures]
        self.room = describe_chain(places.room) if len(texts) > 1 else None
        """Where the text stands, if the page tells."""
        self.form = _form_of(texts[1], places.room) if len(texts) > 1 else None
        """What a paragraph is, if the page tells."""

    def learn(self, others: Iterable[ArticleShape]) -> None:
        """Takes room and form from the pages of the template that tell them."""
        known = [one for one in others if one.room and one.form]
        self._usual = Counter(one.room for one in known).most_common(1)[0][0]
        form = Counter(one.form for one in known).most_common(1)[0][0]
        self._form = form or self._form

    def add(self, pieces: Iterable[tuple[Kind, str]]) -> str:
        """The page with each piece in its kind's place."""
        root = deepcopy(self.root)
        for kind, piece in pieces:
            places = find_places(list_lines(root), *self._told, self._usual)
            if kind.place == "beside":
                _put_beside(places.room, places, piece)
            elif kind.place == "top":
                _put_at_top(root, kind, piece)
            else:
                put_piece(places.find(kind.place, kind.after), kind, piece, self._form)
        return write(root)


class ListShape:
    """A parsed list page, by the titles of its items and the last words that they print."""

    def __init__(self, page: str, titles: Sequence[str], end: str = "") -> None:
        self.root = parse(page)
        self.titles = titles
        self.end = end

    def add(self, pieces: Iterable[tuple[Kind, str]]) -> str:
        """The page with each piece in its kind's place on lists."""
        root = deepcopy(self.root)
        for kind, piece in pieces:
            if kind.lists == "top":
                _put_at_top(root, kind, piece)
            else:
                put_piece(find_list_gap(root, self.titles, self.end, kind.lists), kind, piece, ("div", ()))
        return write(root)


def find_list_gap(root: HtmlElement, titles: Sequence[str], end: str, place: str) -> Gap:
    """The gap `above list`, `in list` or `below list`."""
    lines = list_lines(root)
    at = -1
    for title in titles:
        at = next(number for number in range(at + 1, len(lines)) if title in lines[number].text)
    last = next((line for line in lines[at : at + MOST_FIELDS] if end and end in line.text), lines[at])
    # A box above may have some of the titles, so the way back counts.
    items, at = [], at + 1
    for title in reversed(titles):
        at = next(number for number in range(at - 1, -1, -1) if title in lines[number].text)
        items.insert(0, lines[at])
    parent = common_parent(items[0].first, last.last)
    if place == "in list":
        return Gap(parent, items[len(items) // 2].first, True)
    outer = parent if parent.tag in ("body", "td") else parent.getparent()
    while outer.tag in ROWS:
        outer = outer.getparent()
    return Gap(outer, items[0].first, True) if place == "above list" else Gap(outer, last.last, False)


def put_piece(gap: Gap, kind: Kind, piece: str, form: Form) -> None:
    """Adds the lines of a piece, or its one element, to the gap."""
    row = ROWS.get(gap.parent.tag)
    inside = gap.parent.tag in PHRASES
    if kind.form == "block" and not inside:
        made = [_dressed_row(gap, row, [_element(piece)])] if row else [_element(piece)]
        gap.put(made)
        return
    lines = [_fragment(words) for words in piece.split("\n")] if kind.form != "block" else [_fragment(piece)]
    if row:
        gap.put([_dressed_row(gap, row, [line]) for line in lines])
    elif inside or (gap.flows and kind.form == "line"):
        broken: list[HtmlElement] = []
        for line in lines:
            pair = [line, lxml.html.Element("br")]
            broken += pair if gap.before else pair[::-1]
        gap.put(broken)
    else:
        tag, attributes = form if kind.form == "line" else (kind.form, ())
        wrapped = []
        for line in lines:
            element = lxml.html.Element(tag, dict(attributes))
            element.append(line)
            line.drop_tag()
            wrapped.append(element)
        gap.put(wrapped)


def _form_of(like: Line, room: HtmlElement) -> Form:
    """The element of a line of the text, with its classes."""
    inside = ancestors(like.first.holder)
    inside = inside[: inside.index(room)] if room in inside else []
    block = next((each for each in inside if each.tag in ("p", "div")), None)
    if block is None:
        return "div", ()
    return block.tag, tuple((key, value) for key, value in block.attrib.items() if key != "id")


def _dressed_row(gap: Gap, row: str, inside: Iterable[HtmlElement]) -> HtmlElement:
    branch = gap.branch
    element = lxml.html.Element(row)
    if branch is not None and branch.tag == row:
        for key, value in branch.attrib.items():
            if key in ("class", "align", "valign"):
                element.set(key, value)
    cell = element
    if row == "tr":
        cell = lxml.html.Element("td", {"colspan": "9"})
        element.append(cell)
    for one in inside:
        cell.append(one)
    return element


def _put_beside(room: HtmlElement, places: Places, piece: str) -> None:
    """A column beside the text's element: a cell of its row, or a wrapper around both."""
    column = _element(piece)
    parent = room.getparent()
    heads = set(ancestors(places.date.first.holder))
    if room.tag == "td" and room not in heads:
        cell = lxml.html.Element("td", {"valign": "top"})
        cell.append(column)
        parent.insert(parent.index(room) + 1, cell)
    elif room.tag == "body" or room in heads:
        # All lines of the page stand in one element: the column floats.
        Gap(room, places.content[0].first, True).put([column])
    else:
        around = lxml.html.Element("div", {"class": "row clearfix"})
        around.tail, room.tail = room.tail, None
        parent.replace(room, around)
        around.append(room)
        around.append(column)


def _put_at_top(root: HtmlElement, kind: Kind, piece: str) -> None:
    body = root.find("body")
    element = _element(piece if kind.form == "block" else f"<div>{piece}</div>")
    element.tail, body.text = body.text, None
    body.insert(0, element)


def _fragment(words: str) -> HtmlElement:
    made: HtmlElement = lxml.html.fragment_fromstring(words, create_parent="span")
    return made


def _element(piece: str) -> HtmlElement:
    made: HtmlElement = lxml.html.fragment_fromstring(piece)
    assert made.tag in BLOCKS, made.tag
    return made
