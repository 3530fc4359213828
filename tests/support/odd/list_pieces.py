"""What one list page has beside its lines: (name, place, HTML); and what is odd about its items' markup."""

from __future__ import annotations

from collections.abc import Callable

from lxml.html import HtmlElement

from tests.support.furniture.adding import find_list_gap, put_piece
from tests.support.furniture.kind import Kind
from tests.support.furniture.lines import parse, write

from .article_page import make_element

_FOCUS = (
    '<div class="focus"><a href="/news/2014-01-02/701.html"><img src="/d/file/focus.jpg" alt=""></a>'
    '<h2><a href="/news/2014-01-02/701.html">Ferry stays in port</a></h2><p>Eleven boats and one swan wait for the '
    "north wind to drop, and the harbour master plays chess.</p></div>"
)
_HOT = (
    '<li><a href="/news/2014-01-02/701.html">Ferry stays in port</a></li>'
    '<li><a href="/news/2014-01-03/702.html">Bakers meet at dawn</a></li>'
    '<li><a href="/news/2014-01-04/703.html">Trams get new bells</a></li>'
)
PIECES: tuple[tuple[str, str, str], ...] = (
    ("focus story above", "above", _FOCUS),
    ("focus story without picture above", "above", _FOCUS.replace('<img src="/d/file/focus.jpg" alt="">', "")),
    ("heading above", "above", "<h1>Biz updates</h1>"),
    ("heading and a line above", "above", "<div><h1>Biz updates</h1><p>What the workshops of the city sell, build and mend.</p></div>"),
    ("breadcrumb above", "above", '<div><a href="/">Home</a>&gt;Biz updates</div>'),
    ("search form above", "above", '<form action="/s"><input name="q"><input type="submit" value="Search"></form>'),
    ("sorting above", "above", '<div>Sort by <a href="?o=d">date</a> | <a href="?o=v">views</a></div>'),
    ("years above", "above", "<div>" + " ".join(f'<a href="/companies/{year}/">{year}</a>' for year in range(2013, 2024)) + "</div>"),
    ("banner above", "above", '<div><a href="http://ads.example.com/1"><img src="/d/file/ad/1.gif" alt=""></a></div>'),
    ("weather above", "above", "<div>Harbin: Sunny, 12℃ - 24℃</div>"),
    ("day of the visit above", "above", "<div>Thursday, June 20, 2024</div>"),
    ("sections above", "above", '<ul><li><a href="/news/">Harbin Today</a></li><li><a href="/gallery/">Photo Gallery</a></li></ul>'),
    ("table heads above", "above", "<table><tr><th>Title</th><th>Date</th></tr></table>"),
    ("print and close above", "above", '<div><a href="javascript:print()">Print</a> <a href="javascript:close()">Close</a></div>'),
    ("rule inside", "in", "<hr>"),
    ("empty line inside", "in", "<p>&nbsp;</p>"),
    ("clear div inside", "in", '<div class="clear"></div>'),
    ("script inside", "in", "<div><script>document.write('2016-01-01')</script></div>"),
    ("banner inside", "in", '<div><a href="http://ads.example.com/2"><img src="/d/file/ad/2.gif" alt=""></a></div>'),
    ("frame inside", "in", '<div><iframe src="http://ads.example.com/3"></iframe></div>'),
    ("comment inside", "in", '<div><!-- <a href="/news/2014-01-02/701.html">Ferry</a> --></div>'),
    ("most popular below", "below", f"<div><h4>Most popular</h4><ul>{_HOT}</ul></div>"),
    ("back to top below", "below", '<div><a href="#top">Back to top</a></div>'),
    ("subscribe by feed below", "below", '<div><a href="/rss.xml"><img src="/images/rss.gif" alt="RSS"></a></div>'),
    ("friendly links below", "below", '<div>Links: <a href="http://www.example.com/1">Xinhua</a> <a href="http://www.example.com/2">CRI</a></div>'),
    ("links of the foot below", "below", '<div><a href="/about/">About us</a> | <a href="/contact/">Contact us</a></div>'),
    ("copyright below", "below", "<p>Copyright © 2012 Harbin Today. All rights reserved.</p>"),
    ("select below", "below", "<form><select><option>Page 1</option><option>Page 2</option></select></form>"),
    ("tracking picture below", "below", '<div><img src="http://count.example.com/p.gif" width="1" height="1"></div>'),
    ("empty list below", "below", "<ul><li></li></ul>"),
    ("most popular above", "above", f"<div><h4>Most popular</h4><ul>{_HOT}</ul></div>"),
    ("login form above", "above", '<form action="/l">Username <input name="u"> Password <input name="p"></form>'),
)  # fmt: skip


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
