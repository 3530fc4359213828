"""The cell of a text: what stands in it is the text's, in whatever elements, and what stands apart is not."""

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
CAPTION = "Lanterns are lit along the river. [Photo/Xinhua]"
HEAD = (
    "<div><a href=/>Home</a>&gt;<a href=/news/>Harbin Today</a></div><div><h1>Ice lanterns</h1></div>"
    "<div>Updated : 2020-09-23</div><div>By ( Xinhua )</div>"
)
BOX = "<div><h4><a href=/news/2020-09-22/5369.html>Another story of the day</a></h4><p>It is told there.</p></div>"


def read(text: str, head: str = HEAD) -> Article:
    return read_article(head + text + BOX, OWN, SITE, today=TODAY)


@pytest.mark.parametrize("behind", ["", "<p>Views: 203</p>"])
@pytest.mark.parametrize(
    "picture",
    [
        "<p><img src=/1.jpg></p>",
        "<table><tr><td><img src=/1.jpg></table>",
        "<dl><dt><img src=/1.jpg></dt></dl>",
        "<div><div><figure><img src=/1.jpg></figure></div></div>",
    ],
)
def test_a_picture_at_the_end_of_a_text_is_the_texts(picture: str, behind: str) -> None:
    article = read(f"<div><div><p>{ONE}</p><p>{TWO}</p></div>{picture}{behind}</div>")
    assert article.body == (ONE, TWO)
    assert [image.url for image in article.images] == [f"{SITE.base}/1.jpg"]


@pytest.mark.parametrize(
    "text",
    [
        f"<blockquote><div><div><div><p>{ONE}</p></div></div></div></blockquote><p>{TWO}</p>",
        f"<p>{ONE}</p><section><div><div><div><p>{TWO}</p></div></div></div></section>",
    ],
)
def test_paragraphs_in_elements_of_their_own_are_of_one_text(text: str) -> None:
    article = read(f"<div>{text}</div>")
    assert (article.body, article.unaccounted) == ((ONE, TWO), ())


def test_remarks_of_readers_under_their_count_are_none_of_a_text_and_no_sentence_of_them_goes_unsaid() -> None:
    remarks = "<h4>Comments (2)</h4><p>Olga: Lovely.</p><p>Ivan: When does it open again, please?</p>"
    article = read(f"<div><p>{ONE}</p><p>{TWO}</p>{remarks}<p>Share to: WeChat</p></div>")
    assert article.body == (ONE, TWO)
    assert [each.text for each in article.unaccounted] == ["Ivan: When does it open again, please?"]


def test_a_caption_with_its_credit_that_is_no_text_is_reported() -> None:
    article = read_article(HEAD + f"<div><p>{ONE}</p></div>{BOX}<div><p>{CAPTION}</p></div>", OWN, SITE, today=TODAY)
    assert (article.body, [each.text for each in article.unaccounted]) == ((ONE,), [CAPTION])
