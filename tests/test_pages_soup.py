"""The tree of what a page shows: BeautifulSoup's own for the rest of the page, and it can be asked as any other."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup

from harbincrawl.pages.lines import read_page
from harbincrawl.pages.soup import make_soup

PAGE = (
    "<html><head><title>A &amp; B</title><base href='/x/'><link rel=Canonical href=/a.html><link rel=canonical href=/b>"
    "<style>p{}</style></head><body class=c><div><p>one <i>two</i> <b>three</b><br>four<!-- no --></p>\n<p hidden>x</p>"
    "<p style='display : none'>y<span>z</span></p><script>document.write('<p>no</p>')</script>"
    "<a href=/7.html id=i><img src=7.jpg alt=seven></a></div></body></html>"
)


def test_a_tree_holds_what_is_shown_and_nothing_else() -> None:
    made = make_soup(PAGE)
    assert made is not None
    soup, head = made
    assert str(soup) == (
        "<html><body><div><p>one two <b>three</b><br/>four</p>"
        '<a href="/7.html" id="i"><img alt="seven" src="7.jpg"/></a></div></body></html>'
    )
    assert (head.title, head.base, head.canonical) == ("A & B", "/x/", "/a.html")


def test_a_tree_can_be_asked_as_any_of_beautifulsoup() -> None:
    made = make_soup(PAGE)
    assert made is not None
    soup = made[0]
    stock = BeautifulSoup(str(soup), "lxml")
    assert [tag.name for tag in soup.find_all()] == [tag.name for tag in stock.find_all()]
    assert soup.get_text("|") == stock.get_text("|")
    assert [str(found) for found in soup.select("div > a > img")] == ['<img alt="seven" src="7.jpg"/>']
    assert [str(node) for node in soup.descendants] == [str(node) for node in stock.descendants]
    for tag in soup.find_all():
        assert tag.parent is not None
        assert any(child is tag for child in tag.parent.contents)
        for one, other in zip(tag.contents, tag.contents[1:], strict=False):
            assert one.next_sibling is other
            assert other.previous_sibling is one


@pytest.mark.parametrize("html", ["", "no markup", "\ud800"])
def test_what_has_no_markup_has_no_tree(html: str) -> None:
    assert make_soup(html) is None


def test_halves_of_surrogate_pairs_and_a_declaration_are_no_hindrance() -> None:
    page = read_page("<?xml version='1.0' encoding='gbk'?><p>a\ud800b</p>")
    assert [line.text for line in page.lines] == ["a?b"]


def test_lines_of_preformatted_text_stay_apart_however_it_is_marked_up() -> None:
    page = read_page("<pre>one\ntwo <b>three\nfour</b> five\n\n<span>six\nseven</span></pre><p>eight\nnine</p>")
    assert [line.text for line in page.lines] == ["one", "two three", "four five", "six", "seven", "eight nine"]


def test_hidden_elements_hide_all_within_them_and_nothing_behind() -> None:
    page = read_page("<div><span hidden>a<b>b</b><p>c</p></span>d<noscript><p>e</p></noscript><p>f</p></div><p>g</p>")
    assert [line.text for line in page.lines] == ["d", "f", "g"]
