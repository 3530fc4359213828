"""Pagers are found by where their links lead, whatever their words, and take no line of the text."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harbincrawl.pages.article.page import read_article
from harbincrawl.pages.listing.page import read_listing
from harbincrawl.records import Article
from tests.support.families import examples
from tests.support.sites import HARBIN_TODAY as SITE

STEM = "/news/2020-01-01/7"
TOP = (
    "<p><a href=/>Home</a>&gt;<a href=/news/>Harbin Today</a></p><h1>A title</h1>"
    "<p>Updated : 2020-01-01</p><p>By Li Na ( Harbin Daily )</p>"
)
BODY = ("Words of a body that is long enough to be one.", "A second paragraph stands here and ends.")
BOX = (
    "<div><p><a href=/civilization/2020-01-03/9.html>Box title one</a></p><p>A teaser.</p>"
    "<p><a href=/civilization/2020-01-02/8.html>Box title two</a></p><p>Other teaser.</p></div>"
    "<p>Copyright my399.com</p>"
)


def link(page: int, words: object) -> str:
    return f"<a href={STEM}_{page}.html>{words}</a>"


PAGERS = {
    "go to": f"<p>Go to page: 1 {link(2, 2)} {link(3, 3)}</p>",
    "go to, on a line of its own": f"<p>Go to page:<br>1 {link(2, 2)} {link(3, 3)}</p>",
    "fenye": f"<div>分页：[1] [{link(2, 2)}] [{link(3, 3)}]</div>",
    "single page": f"<div>1 {link(2, 2)} {link(3, 3)} <a href={STEM}_all.html>Single page</a></div>",
    "photos": f"<div>(1/3 photos) {link(2, 'Next')}</div>",
    "one unknown word": f"<div>Navigation: {link(2, 'Onward')}</div>",
    "tiaozhuan": f"<p>跳转到 {link(2, '第2页')} {link(3, '第3页')} 全文</p>",
    "titles of parts": f"<ul><li>The beginning</li><li>{link(2, 'The river')}</li><li>{link(3, 'Its end')}</li></ul>",
    "choices": f"<select><option value={STEM}.html selected>1</option><option value={STEM}_2.html>2</option></select>",
    "a picture": f"<p><a href={STEM}_2.html><img src=/images/next.gif></a></p>",
    "numbers in circles": f"<p>① {link(2, '②')} {link(3, '③')}</p>",
    "a list": f"<ul><li>1</li><li>{link(2, 2)}</li><li>{link(2, '>')}</li></ul>",
    "icons": f"<div><a href={STEM}_2.html><i class=next></i></a></div>",
    "a heading in its block": "<div><b>In this story</b><ul><li>Dawn</li>"
    f"<li>{link(2, 'Noon')}</li><li>{link(3, 'Night')}</li></ul></div>",
    "pages left out": f"<p>1 … {link(5, 5)}</p>",
    "the generator's": f"<p>1/3 &nbsp; 1 {link(2, 2)} {link(3, 3)} {link(2, '下一页')} {link(3, '尾页')}</p>",
}


def read(body: str, page: int = 1) -> Article:
    address = f"{SITE.base}{STEM}.html" if page == 1 else f"{SITE.base}{STEM}_{page}.html"
    return read_article(TOP + body + BOX, address, SITE, today=date(2024, 6, 20))


def paragraphs(lines: tuple[str, ...]) -> str:
    return "".join(f"<p>{line}</p>" for line in lines)


@pytest.mark.parametrize("form", PAGERS)
def test_a_pager_is_followed_whatever_its_words_and_is_no_text(form: str) -> None:
    pager = PAGERS[form]
    for body in (f"<div>{paragraphs(BODY)}</div>{pager}", f"<div>{paragraphs(BODY)}{pager}</div>"):
        article = read(body)
        assert article.body == BODY
        assert article.images == ()
        assert article.next_page == f"{SITE.base}{STEM}_2.html"


@pytest.mark.parametrize("form", ["go to", "the generator's", "a list", "choices"])
def test_a_pager_above_the_text_ends_it_not(form: str) -> None:
    pager, text = PAGERS[form], f"<div>{paragraphs(BODY)}</div>"
    for body in (pager + text, pager + text + pager):
        article = read(body)
        assert article.body == BODY
        assert article.next_page == f"{SITE.base}{STEM}_2.html"


@examples(60)
@given(
    st.sampled_from(sorted(PAGERS)),
    st.lists(
        st.sampled_from("river next page total photos of 2019 year went to the 3 single view go".split()), min_size=4
    ),
    st.booleans(),
)
def test_a_sentence_before_the_pager_stays_a_paragraph(form: str, words: list[str], inside: bool) -> None:
    sentence = f"It says {' '.join(words)}."
    pager = PAGERS[form]
    body = paragraphs((*BODY, sentence))
    article = read(f"<div>{body}{pager}</div>" if inside else f"<div>{body}</div>{pager}")
    assert article.body == (*BODY, sentence)
    assert article.next_page == f"{SITE.base}{STEM}_2.html"


def test_the_picture_that_leads_to_the_next_page_is_followed_and_stays_a_picture() -> None:
    article = read(f"<div><p><a href={STEM}_2.html><img src=/a/2020/snow.jpg></a></p>{paragraphs(BODY)}</div>")
    assert article.next_page == f"{SITE.base}{STEM}_2.html"
    assert (article.body, len(article.images)) == (BODY, 1)


@pytest.mark.parametrize(
    ("pager", "total"),
    [
        ("&nbsp;20 &nbsp; {2}", 20),
        ("1 {2} {3} … {9}", None),
        ("1{2}{3} Page 1 of 3", None),
        ("12 {2} Page 1 of 2", 12),
        ("Go to page: 1 {2}", None),
        ("(1/4 pages) {2}", None),
        ("Showing 1-8 of 64 &nbsp; {2}", 64),
        ("共 64 条，每页 8 条 {2}", 64),
        ("8 items per page, 64 items {2}", 64),
        ("Total 8 pages 1 {2}", None),
        ("9 - 16 {2}", None),
        ("9 - 16 {2} Total items: 64", 64),
        ("<a href=/news/index_2.html>Next 8 items</a>", None),
        ("0 | <a href=/news/index_2.html>8</a> | <a href=/news/index_3.html>16</a>", None),
    ],
)
def test_the_total_of_a_list_is_no_number_of_a_page(pager: str, total: int | None) -> None:
    links = {str(n): f"<a href=/news/index_{n}.html>{n}</a>" for n in range(2, 10)}
    for number, made in links.items():
        pager = pager.replace(f"{{{number}}}", made)
    item = "<p><a href=/news/2020-01-02/8.html>A title</a></p><p>2020-01-02</p>"
    listing = read_listing(f"<p>Home&gt;Harbin Today</p>{item}<p>{pager}</p>", f"{SITE.base}/news/", SITE)
    assert (listing.total, listing.next_page) == (total, f"{SITE.base}/news/index_2.html")


@pytest.mark.parametrize("head", ["", "<table><tr><th>Title<th>Date<th>Author<th>Comments</table>"])
@pytest.mark.parametrize(
    ("words", "total"),
    [
        ("22 results found", 22),
        ("Displaying 1 - 8 of 22", 22),
        ("Showing posts 1–8 of 22 with label <b>Harbin Today</b>. <a href=/>Show all posts</a>", 22),
        ("Of 22 bridges, 1-8 were closed in 22 days", None),
    ],
)
def test_a_count_above_a_list_and_its_heads_is_its_total(head: str, words: str, total: int | None) -> None:
    item = "<p><a href=/news/2020-01-02/8.html>A title</a></p><p>2020-01-02</p>"
    more = "<p><a href=/news/index_2.html>Older Posts</a></p>"
    listing = read_listing(f"<p>Home&gt;Harbin Today</p><p>{words}</p>{head}{item}{more}", f"{SITE.base}/news/", SITE)
    assert listing.total == total


def test_a_lone_link_to_a_far_page_of_a_list_is_reported() -> None:
    made = (
        "<ul>" + "".join(f"<li><a href=/news/2020-01-0{n}/{n}.html>Story {n}</a></li>" for n in range(1, 9)) + "</ul>"
    )
    address = f"{SITE.base}/news/"
    listing = read_listing(f"{made}<p><a href=/news/index_99.html>The oldest stories</a></p>", address, SITE)
    assert [each.kind for each in listing.unaccounted] == ["page"]
    numbers = "<p>1 … <a href=/news/index_99.html>99</a></p>"
    assert read_listing(made + numbers, address, SITE).unaccounted == ()
