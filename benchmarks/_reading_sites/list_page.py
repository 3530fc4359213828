"""A list page that is edited in place: its items are found by their titles."""

from __future__ import annotations

from lxml.html import HtmlElement

from tests.support.furniture.adding import find_list_gap, put_piece
from tests.support.furniture.kind import Kind
from tests.support.furniture.lines import parse, write
from tests.support.odd.article_page import make_element, wrap_element


class ListPageEditor:
    """Edits a page; `write` gives it back."""

    def __init__(self, page: str, titles: list[str], end: str) -> None:
        self.root = parse(page)
        self.titles = titles
        self.end = end

    def write(self) -> str:
        """The page."""
        return write(self.root)

    def put(self, place: str, piece: str) -> None:
        """Adds a piece `above` the items, `in` or `below` them."""
        gap = find_list_gap(self.root, self.titles, self.end, f"{place} list")
        put_piece(gap, Kind("odd", "", form="block"), piece, ("div", ()))

    def put_behind_titles(self, markup: str) -> None:
        """Adds an element behind each title."""
        for title in self._titles():
            element = make_element(markup)
            element.tail, title.tail = title.tail, None
            title.addnext(element)

    def put_before_titles(self, markup: str) -> None:
        """Adds an element before each title."""
        for title in self._titles():
            title.addprevious(make_element(markup))

    def put_before_links(self, markup: str) -> None:
        """Adds an element with each link's own address before it."""
        for link in self._links():
            link.addprevious(make_element(markup.format(href=link.get("href", ""))))

    def wrap_words(self, markup: str) -> None:
        """Puts the words of each title into an element."""
        for title in self._titles():
            inner = make_element(markup)
            inner.text, title.text = title.text, None
            for child in list(title):
                inner.append(child)
            title.append(inner)

    def wrap_title(self, number: int, markup: str) -> None:
        """Puts an element around one title."""
        wrap_element(self._title(number), markup)

    def set_on_links(self, values: dict[str, str]) -> None:
        """Sets attributes of all links; a value may name their `href` and its `end`."""
        for link in self._links():
            href = link.get("href", "")
            for key, value in values.items():
                link.set(key, value.format(href=href, end="/".join(href.split("/")[-2:])))

    def break_title(self, number: int) -> None:
        """Puts a line break behind the third word of a title."""
        title = self._title(number)
        while title.text is None and len(title):
            title = title[0]
        words = (title.text or "").split()
        title.text, rest = " ".join(words[:3]), make_element("<br>")
        rest.tail = " ".join(words[3:])
        title.insert(0, rest)

    def _titles(self) -> list[HtmlElement]:
        return [self._title(number) for number in range(len(self.titles))]

    def _links(self) -> list[HtmlElement]:
        return [title if title.tag == "a" else next(title.iterancestors("a")) for title in self._titles()]

    def _title(self, number: int) -> HtmlElement:
        """The link of an item, or the element of its title within the link."""
        title = self.titles[number]
        found = [one for one in self.root.iter("*") if " ".join("".join(one.itertext()).split()) == title]
        return next((one for one in found if one.tag == "a"), found[-1])
