"""An article page that is edited in place: its lines are found by the words of its story."""

from __future__ import annotations

from collections.abc import Sequence

import lxml.html
from lxml.html import HtmlElement

from tests.support.furniture.adding import put_piece
from tests.support.furniture.kind import Kind
from tests.support.furniture.lines import BLOCKS, Line, Spot, list_lines, parse, write
from tests.support.furniture.places import Expected, Places, find_places


class ArticlePageEditor:
    """Edits a page; `write` gives it back."""

    def __init__(self, page: str, title: str, by: str, expected: Sequence[Expected]) -> None:
        self.root = parse(page)
        self._told = (title, "Updated", by, expected)

    @property
    def places(self) -> Places:
        """The places of the page as it stands."""
        return find_places(list_lines(self.root), *self._told)

    def write(self) -> str:
        """The page."""
        return write(self.root)

    def paragraph(self, number: int) -> Line:
        """A line of the text that is no picture, from 0."""
        return [line for line in self.places.ends if not line.pictures and "[Photo/" not in line.text][number]

    def caption(self) -> Line:
        """The line with the credit."""
        return next(line for line in self.places.content if "[Photo/" in line.text)

    def picture(self) -> HtmlElement:
        """The article's picture."""
        return next(spot.element for line in self.places.content for spot in line.spots if spot.kind == "img")

    def put(self, place: str, piece: str, form: str = "block", after: int = 1) -> None:
        """Adds a piece of HTML."""
        kind = Kind("odd", place, lambda _: piece, form, after=after)
        put_piece(self.places.find(place, after), kind, piece, ("p", ()))

    def wrap(self, line: Line, tag: str, **attributes: str) -> None:
        """Puts each text of the line into an element of its own; LookupError where a block would cut the line."""
        if tag in BLOCKS and sum(spot.kind != "img" for spot in line.spots) > 1:
            raise LookupError(f"{line.text!r} is several texts")
        for spot in line.spots:
            if spot.kind != "img":
                self._replace(spot, [self._made(tag, _text_of(spot), attributes)])

    def cut(self, line: Line, parts: Sequence[HtmlElement | str]) -> None:
        """Puts `parts` in place of the longest text of the line."""
        self._replace(_longest(line), parts)

    def precede(self, line: Line, element: HtmlElement) -> None:
        """Puts an element before the first text of the line."""
        spot = next(spot for spot in line.spots if spot.kind != "img" and _text_of(spot).strip())
        self._replace(spot, [element, _text_of(spot).lstrip()])

    def retype(self, line: Line, old: str, new: str) -> None:
        """Changes letters within the line."""
        for spot in line.spots:
            if spot.kind != "img" and old in _text_of(spot):
                self._replace(spot, [_text_of(spot).replace(old, new, 1)])
                return
        raise LookupError(f"{old!r} is in no text of {line.text!r}")

    def _made(self, tag: str, text: str, attributes: dict[str, str]) -> HtmlElement:
        element = lxml.html.Element(tag, attributes)
        element.text = text
        return element

    def _replace(self, spot: Spot, parts: Sequence[HtmlElement | str]) -> None:
        parent = spot.holder
        at = 0 if spot.kind == "text" else parent.index(spot.element) + 1
        if spot.kind == "text":
            spot.element.text = None
        else:
            spot.element.tail = None
        last: HtmlElement | None = None if spot.kind == "text" else spot.element
        for part in parts:
            if isinstance(part, str):
                if last is None:
                    parent.text = (parent.text or "") + part
                else:
                    last.tail = (last.tail or "") + part
            else:
                parent.insert(at, part)
                at, last = at + 1, part


def make_element(markup: str) -> HtmlElement:
    """One element."""
    made: HtmlElement = lxml.html.fragment_fromstring(markup)
    return made


def text_of(line: Line) -> str:
    """The longest text of the line, as it stands in the page."""
    return _text_of(_longest(line))


def _longest(line: Line) -> Spot:
    return max((spot for spot in line.spots if spot.kind != "img"), key=lambda spot: len(_text_of(spot)))


def _text_of(spot: Spot) -> str:
    return (spot.element.text if spot.kind == "text" else spot.element.tail) or ""
