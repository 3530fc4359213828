"""An article page that is edited in place: its lines are found by the words of its story."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

import lxml.html
from lxml.html import HtmlElement

from tests.support.furniture.adding import put_piece
from tests.support.furniture.kind import Kind
from tests.support.furniture.lines import BLOCKS, Line, Spot, list_lines, parse, write
from tests.support.furniture.places import Expected, Places, find_places


class ArticlePageEditor:
    """Edits a page, which raises LookupError where that cannot be; `write` gives it back.

    A line is `title`, `date`, `caption` or the number of a paragraph.
    """

    def __init__(self, page: str, title: str, by: str, expected: Sequence[Expected]) -> None:
        self.root = parse(page)
        self._told = (title, "Updated", by, expected)

    @property
    def places(self) -> Places:
        """The places of the page as it stands."""
        return find_places(list_lines(self.root), *self._told)

    def write(self) -> str:
        return write(self.root)

    def put(self, place: str, piece: str, form: str = "block", after: int = 1) -> None:
        """Adds a piece of HTML."""
        kind = Kind("odd", place, form=form, after=after)
        put_piece(self.places.find(place, after), kind, piece, ("p", ()))

    def wrap(self, line: str, markup: str) -> None:
        """Puts each text of the line into an element of its own, if no block would cut the line."""
        found = self._find(line)
        texts = [spot for spot in found.spots if spot.kind != "img"]
        if len(texts) > 1 and make_element(markup).tag in BLOCKS:
            raise LookupError(f"{found.text!r} is several texts")
        for spot in texts:
            around = make_element(markup)
            ([*around.iter()][-1]).text = _text_of(spot)
            self._replace(spot, None, [around])

    def change(self, line: str, *rules: str) -> None:
        """Replaces what each pattern finds, once, in the longest text of the line that has it, by markup."""
        for pattern, markup in zip(rules[::2], rules[1::2], strict=True):
            spots = [
                spot for spot in self._find(line).spots if spot.kind != "img" and re.search(pattern, _text_of(spot))
            ]
            if not spots:
                raise LookupError(f"{pattern!r} is in no text of {line}")
            spot = max(spots, key=lambda spot: len(_text_of(spot)))
            made = lxml.html.fragment_fromstring(
                re.sub(pattern, markup, html.escape(_text_of(spot), quote=False)), create_parent=True
            )
            self._replace(spot, made.text, list(made))

    def set_picture(self, key: str, value: str) -> None:
        """Sets an attribute of the picture, whose `src` and `path` the value may name."""
        picture = self._picture()
        src = picture.get("src", "")
        picture.set(key, value.format(src=src, path=src[src.find("d/file/") :]))

    def wrap_picture(self, markup: str) -> None:
        """Puts an element around the picture."""
        wrap_element(self._picture(), markup)

    def _picture(self) -> HtmlElement:
        return next(spot.element for line in self.places.content for spot in line.spots if spot.kind == "img")

    def _find(self, line: str) -> Line:
        places = self.places
        if line == "caption":
            return next(line for line in places.content if "[Photo/" in line.text)
        if line in ("title", "date"):
            found = places.title if line == "title" else places.date
            assert found is not None
            return found
        return [one for one in places.ends if not one.pictures and "[Photo/" not in one.text][int(line)]

    def _replace(self, spot: Spot, text: str | None, parts: Sequence[HtmlElement]) -> None:
        parent = spot.holder
        at = 0 if spot.kind == "text" else parent.index(spot.element) + 1
        setattr(spot.element, spot.kind, text)
        for number, part in enumerate(parts):
            parent.insert(at + number, part)


def make_element(markup: str) -> HtmlElement:
    made: HtmlElement = lxml.html.fragment_fromstring(markup)
    return made


def wrap_element(element: HtmlElement, markup: str) -> None:
    """Puts an element around another, whose tail it takes."""
    around = make_element(markup)
    around.tail, element.tail = element.tail, None
    element.getparent().replace(element, around)
    around.append(element)


def _text_of(spot: Spot) -> str:
    return (spot.element.text if spot.kind == "text" else spot.element.tail) or ""
