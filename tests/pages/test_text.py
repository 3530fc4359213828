"""Where a text begins and ends, whose a credit is, and what heads and further pages of odd makes say."""

from __future__ import annotations

from datetime import date

import pytest

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


def read(text: str, head: str = HEAD, address: str = OWN) -> Article:
    return read_article(head + text, address, SITE, today=TODAY)


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


@pytest.mark.parametrize("last", ["[sic]", "[Translated by Ann Li]", "[Part 1]", "[then]"])
def test_brackets_that_are_no_credit_stay_text(last: str) -> None:
    line = f"“We was the first in the river,” the sign reads {last}"
    article = read(f"<div><p>{ONE}</p><p>{line}</p><p>{TWO}</p></div>")
    assert (article.body, article.images) == ((ONE, line, TWO), ())


def test_the_address_of_a_late_picture_counts_and_that_of_its_placeholder_does_not() -> None:
    image = "<img src=/images/blank.gif data-src=/d/file/7.jpg>"
    assert [each.url for each in read(f"<div>{image}<p>{ONE}</p></div>").images] == [f"{SITE.base}/d/file/7.jpg"]
