"""What one list page has beside its lines: (name, place, HTML); and what is odd about its items' markup."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path

from lxml.html import HtmlElement

from tests.support.furniture.adding import find_list_gap, put_piece
from tests.support.furniture.kind import Kind
from tests.support.furniture.lines import parse, write

from .article_page import make_element

PIECES = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))["pieces"]
"""(name, place, HTML)."""


class ListPageEditor:
    """Edits a list page; its items are found by their titles."""

    def __init__(self, page: str, titles: list[str], end: str) -> None:
        self.root = parse(page)
        self.titles = titles
        self.end = end

    def write(self) -> str:
        """The page."""
        return write(self.root)

    def title(self, number: int) -> HtmlElement:
        """The link of an item, or the element of its title within the link."""
        title = self.titles[number]
        found = [one for one in self.root.iter("*") if " ".join("".join(one.itertext()).split()) == title]
        return next((one for one in found if one.tag == "a"), found[-1])

    def link(self, number: int) -> HtmlElement:
        """The link of an item."""
        title = self.title(number)
        return title if title.tag == "a" else next(title.iterancestors("a"))

    def put(self, place: str, piece: str) -> None:
        """Adds a piece `above` the items, `in` or `below` them."""
        gap = find_list_gap(self.root, self.titles, self.end, f"{place} list")
        put_piece(gap, Kind("odd", "", lambda _: piece, "block"), piece, ("div", ()))


Edit = Callable[[ListPageEditor], None]


def _behind_links(markup: str) -> Edit:
    def edit(page: ListPageEditor) -> None:
        for number in range(len(page.titles)):
            page.title(number).addnext(_keep_tail(page.title(number), make_element(markup)))

    return edit


def _before_links(markup: str) -> Edit:
    def edit(page: ListPageEditor) -> None:
        for number in range(len(page.titles)):
            page.title(number).addprevious(make_element(markup))

    return edit


def _keep_tail(link: HtmlElement, element: HtmlElement) -> HtmlElement:
    element.tail, link.tail = link.tail, None
    return element


def _wrap_titles(tag: str) -> Edit:
    def edit(page: ListPageEditor) -> None:
        for number in range(len(page.titles)):
            link = page.title(number)
            inner = make_element(f"<{tag}></{tag}>")
            inner.text, link.text = link.text, None
            for child in list(link):
                inner.append(child)
            link.append(inner)

    return edit


def _mark(number: int, tag: str) -> Edit:
    def edit(page: ListPageEditor) -> None:
        link = page.title(number)
        around = make_element(f"<{tag}></{tag}>")
        around.tail, link.tail = link.tail, None
        link.getparent().replace(link, around)
        around.append(link)

    return edit


def _attributes(**values: str) -> Edit:
    def edit(page: ListPageEditor) -> None:
        for number in range(len(page.titles)):
            for key, value in values.items():
                page.link(number).set(key, value)

    return edit


def _fragments(page: ListPageEditor) -> None:
    for number in range(len(page.titles)):
        link = page.link(number)
        link.set("href", link.get("href", "") + "#text")


def _https(page: ListPageEditor) -> None:
    for number in range(len(page.titles)):
        link = page.link(number)
        end = "/".join(link.get("href", "").split("/")[-2:])
        link.set("href", f"https://e.my399.com/companies/{end}")


def _blank_links(page: ListPageEditor) -> None:
    for number in range(len(page.titles)):
        link = page.link(number)
        element = make_element("<a></a>")
        element.set("href", link.get("href", ""))
        link.addprevious(element)


def _two_lines(page: ListPageEditor) -> None:
    link = page.title(1)
    while link is not None and link.text is None and len(link):
        link = link[0]
    words = (link.text or "").split()
    link.text, rest = " ".join(words[:3]), make_element("<br>")
    rest.tail = " ".join(words[3:])
    link.insert(0, rest)


EDITS: tuple[tuple[str, Edit], ...] = (
    ("new icons behind titles", _behind_links('<img src="/images/new.gif" alt="">')),
    ("icons before titles", _before_links('<img src="/images/dot.gif" alt="">')),
    ("thumbs before titles", _before_links('<img src="/d/file/thumb/7.jpg" alt="" width="120">')),
    ("bold titles", _wrap_titles("b")),
    ("titles in two elements", _wrap_titles("span")),
    ("coloured titles", _wrap_titles("font")),
    ("one title bold", _mark(2, "b")),
    ("one title red", _mark(0, "font")),
    ("tips on links", _attributes(title="Click to read")),
    ("links with targets", _attributes(target="_blank", onclick="return hit(this)")),
    ("links to parts", _fragments),
    ("links with https", _https),
    ("empty links before titles", _blank_links),
    ("a title on two lines", _two_lines),
)
