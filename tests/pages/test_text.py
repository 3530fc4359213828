"""Where a text begins and ends, whose a credit is, and what heads and further pages of odd makes say."""

from __future__ import annotations

from datetime import date

import pytest

from harbincrawl.errors import NotAnArticle
from harbincrawl.pages.article.page import read_article
from harbincrawl.records import Article
from tests.support.sites import HARBIN_TODAY as SITE

TODAY = date(2024, 6, 20)
OWN = f"{SITE.base}/news/2020-09-23/5370.html"
ONE = "More than 300 lanterns were lit on Friday, and the park stays open until midnight."
TWO = "Visitors came from all over the province, said Wang Wei, who has worked there since 2011."
HEAD = (
    "<div><a href=/>Home</a>&gt;<a href=/news/>Harbin Today</a></div><h1>Ice lanterns</h1>"
    "<p>Updated : 2020-09-23</p><p>By ( Xinhua )</p>"
)
CAPTION = "Children play in the snow, Harbin."
IMAGE = "<p><img src=/d/file/1.jpg></p>"


def read(text: str, head: str = HEAD, address: str = OWN) -> Article:
    return read_article(head + text, address, SITE, today=TODAY)


def box(*titles: str) -> str:
    return "".join(f"<li><a href=/news/2020-09-0{n}/{n}.html>{title}</a></li>" for n, title in enumerate(titles, 1))


@pytest.mark.parametrize(
    "piece",
    [
        "<p>Print | Close</p>",
        "<p>Views: 203 Comments: 5</p>",
        "<p>字号：大 中 小</p>",
        "<p>Share to: <a href='http://www.example.com/s'>Facebook</a></p>",
        "<p>Tags: <a href=/tag/ice>ice</a>, <a href=/tag/snow>snow</a></p>",
        "<p>Previous: <a href=/news/2020-09-01/1.html>An older story</a></p>",
        "<p>责任编辑：李娜</p>",
        "<p><img src=/i/qr.png></p><p>Scan the QR code to follow us on WeChat</p>",
        "<p>* * *</p>",
        "<p><img src=/images/line.gif width=500 height=1></p>",
    ],
)
def test_furniture_in_the_texts_own_cell_is_none_of_it(piece: str) -> None:
    for text in (f"<div>{piece}<p>{ONE}</p><p>{TWO}</p></div>", f"<div><p>{ONE}</p><p>{TWO}</p>{piece}</div>"):
        article = read(text)
        assert (article.body, article.images, article.unaccounted) == ((ONE, TWO), (), ())


@pytest.mark.parametrize(
    "around",
    [
        "<div>Harbin, China</div>",
        "<div><h4>Sections</h4><ul><li><a href=/about/>About</a></li><li><a href=/gallery/>Photos</a></li></ul></div>",
        "<div>Hotline: 0451-84651234</div>",
        "<div><p>Disclaimer: the articles on this site do not represent the views of the site.</p></div>",
        "<noframes>Your browser does not support frames.</noframes>",
    ],
)
def test_what_stands_behind_the_texts_container_is_none_of_it(around: str) -> None:
    article = read(f"<div><p>{ONE}</p><p>{TWO}</p></div>{around}")
    assert (article.body, article.unaccounted) == ((ONE, TWO), ())


CARD = "<div><h4><a href=/news/2020-09-22/5369.html>Another story</a></h4><p>It is told there, and at length.</p></div>"


@pytest.mark.parametrize(
    "piece",
    [
        CARD,
        f"<div><img src=/i/5369.jpg>{CARD}</div>",
        "<p>Read also: <a href=/news/2020-09-22/5369.html>Another story of the day</a></p>",
        "<p>Page 1 of 4</p>",
    ],
)
def test_teasers_and_page_counts_amid_a_text_are_none_of_it_and_do_not_end_it(piece: str) -> None:
    article = read(f"<div><p>{ONE}</p>{piece}<p>{TWO}</p><p>{ONE} {TWO}</p></div>")
    assert (article.body, article.unaccounted) == ((ONE, TWO, f"{ONE} {TWO}"), ())
    article = read(f"<div><p>{ONE}</p><p>{TWO}</p>{piece}</div>")
    assert (article.body, article.unaccounted) == ((ONE, TWO), ())


@pytest.mark.parametrize("close", ["[Print] [Close]", "<a href='javascript:window.close()'>[Close]</a>", "Close"])
def test_an_element_that_tools_begin_and_end_is_none_of_the_text_with_its_pictures(close: str) -> None:
    codes = "<div><img src=/i/a.png><span>WeChat</span><img src=/i/b.png><span>Weibo</span></div>"
    after = f"<div><p>Print | E-mail</p>{codes}<div>{close}</div></div>"
    article = read(f"<div><p>{ONE}</p><p>{TWO}</p>{after}</div>")
    assert (article.body, article.images, article.unaccounted) == ((ONE, TWO), (), ())
    # A picture with one tool is a picture of the text.
    assert len(read(f"<div><p>{ONE}</p><p>{TWO}</p><div><img src=/i/a.jpg><p>{close}</p></div></div>").images) == 1


def test_a_side_column_between_head_and_text_is_none_of_it_and_no_box_ends_the_text() -> None:
    side = f"<table><tr><td><h4>Most read</h4><ul>{box('One story', 'Another story')}</ul></td><td>"
    assert read(f"{side}<p>{ONE}</p><p>{TWO}</p></td></tr></table>").body == (ONE, TWO)
    assert read(f"{side}<p>{ONE}</p></td></tr></table><ul>{box('A third story')}</ul>").body == (ONE,)


def test_short_lines_behind_a_single_sentence_head_no_box_in_the_same_cell() -> None:
    text = f"<div>{ONE}<br>Phone: 0451-82460988<br>62 Xinyang Road, Lindian Lane<br><br>"
    links = "".join(f"<a href=/news/2020-09-0{n}/{n}.html>Story number {n}</a><br>A teaser.<br>" for n in (1, 2, 3))
    assert read(f"{text}{links}</div>").body == (ONE, "Phone: 0451-82460988", "62 Xinyang Road, Lindian Lane")


def test_a_credit_on_its_own_line_belongs_to_the_caption_above_it() -> None:
    for text in (f"<p>{CAPTION}</p><p>[Photo/Xinhua]</p>", f"<figcaption>{CAPTION}<br>[Photo/Xinhua]</figcaption>"):
        article = read(f"<div>{IMAGE}{text}<p>{ONE}</p><p>{TWO}</p></div>")
        assert article.body == (ONE, TWO)
        assert [(image.caption, image.credit) for image in article.images] == [(CAPTION, "Photo/Xinhua")]


@pytest.mark.parametrize("last", ["[sic]", "[Translated by Ann Li]", "[Part 1]", "[then]"])
def test_brackets_that_are_no_credit_stay_text(last: str) -> None:
    line = f"“We was the first in the river,” the sign reads {last}"
    article = read(f"<div><p>{ONE}</p><p>{line}</p><p>{TWO}</p></div>")
    assert (article.body, article.images) == ((ONE, line, TWO), ())


def test_the_address_of_a_late_picture_counts_and_that_of_its_placeholder_does_not() -> None:
    image = "<img src=/images/blank.gif data-src=/d/file/7.jpg>"
    assert [each.url for each in read(f"<div>{image}<p>{ONE}</p></div>").images] == [f"{SITE.base}/d/file/7.jpg"]


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("<h1>Updated: how to reach the park</h1><p>Updated : 2020-09-23</p><p>By Li Na ( Xinhua )</p>",
         "Updated: how to reach the park"),
        ("<h1>Ice lanterns</h1><p>By Li Na ( Xinhua )</p><p>Updated : 2020-09-23</p>", "Ice lanterns"),
        ("<h1>Ice lanterns</h1><p>Updated : 2020-09-23By Li Na ( Xinhua )</p>", "Ice lanterns"),
    ],
)  # fmt: skip
def test_heads_of_other_makes_say_the_same(head: str, title: str) -> None:
    article = read(f"<div><p>{ONE}</p><p>{TWO}</p></div>", HEAD.partition("<h1>")[0] + head)
    assert (article.title, article.updated, article.author, article.source) == (
        title,
        date(2020, 9, 23),
        "Li Na",
        "Xinhua",
    )
    assert article.body == (ONE, TWO)


def test_a_further_page_without_a_head_is_proven_by_its_pager() -> None:
    address = OWN.replace(".html", "_2.html")
    text = f"<div><p>{ONE}</p><p>{TWO}</p></div>"
    pager = "<div><a href=5370.html>1</a> 2 <a href=5370_3.html>3</a> <a href=5370_3.html>Next</a></div>"
    article = read(text + pager, "<title>Ice lanterns</title>", address)
    assert (article.page, article.body, article.next_page) == (2, (ONE, TWO), OWN.replace(".html", "_3.html"))
    for other in ("", pager.replace("5370", "5371")):
        with pytest.raises(NotAnArticle):
            read(text + other, "<title>Ice lanterns</title>", address)
