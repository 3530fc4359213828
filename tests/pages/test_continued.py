"""Further pages of an article: what the page before them shows proves what they do not print."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from harbincrawl.errors import NotAnArticle
from harbincrawl.pages.article.page import join_pages, read_article
from harbincrawl.records import Article
from tests.support.sites import HARBIN_TODAY as SITE

TODAY = date(2024, 6, 20)
OWN = f"{SITE.base}/news/2020-09-23/5370.html"
SECOND = OWN.replace(".html", "_2.html")
TITLE = "Ice lanterns light up Zhaolin Park"
ONE = "More than 300 lanterns were lit on Friday, and the park stays open until midnight."
TWO = "Visitors came from all over the province, said Wang Wei, who has worked there since 2011."
HEAD = f"<title>{TITLE} - Harbin Today</title>"
CRUMB = "<a href=/>Home</a>&gt;<a href=/news/>Harbin Today</a>"
BOX = "<div><h4><a href=/news/2020-09-22/5369.html>Another story of the day</a></h4><p>It is told there.</p></div>"


def read_first(pager: str = "<a href=5370_2.html>More &raquo;</a>") -> Article:
    page = (
        f"{HEAD}<div><a href=/>Home</a>&gt;<a href=/news/>Harbin Today</a></div><h1>{TITLE}</h1>"
        f"<p>Updated : 2020-09-23</p><p>By ( Xinhua )</p><div><p>{ONE}</p></div><div>{pager}</div>"
    )
    return read_article(page, OWN, SITE, today=TODAY)


def read_second(page: str, before: Article | None = None) -> Article:
    return read_article(page, SECOND, SITE, today=TODAY, before=before or read_first())


@pytest.mark.parametrize(
    "page",
    [
        f"{HEAD}<div><p>{TWO}</p></div>",
        f"{HEAD}<div>News</div><div><p>{TWO}</p></div>{BOX}",
        f"<title>Harbin Today</title><h1>{TITLE}</h1><div><p>{TWO}</p></div>",
        f"<title>Harbin Today</title><div>{TITLE} (2)</div><div><p>{TWO}</p></div>{BOX}",
        f"<title>Harbin Today</title><h1>{TITLE}</h1><p>Updated : 2020-09-23</p><p>By ( Xinhua )</p><p>{TWO}</p>",
        f"{HEAD}<div><a href=5370.html><i class=left></i></a></div><div><p>{TWO}</p></div>",
        f"{HEAD}<div><a href=/>Home</a>&gt;<a href=/news/>Harbin Today</a></div>"
        f"<p><a href=5370.html>I</a> II</p><p>{TWO}</p>",
    ],
)
def test_a_page_that_the_page_before_it_leads_to_is_its_second_one(page: str) -> None:
    article = read_second(page)
    assert (article.body, article.page, article.unaccounted) == ((TWO,), 2, ())
    whole = join_pages([read_first(), article])
    assert (whole.title, whole.updated, whole.source) == (TITLE, date(2020, 9, 23), "Xinhua")
    assert whole.body == (ONE, TWO)


@pytest.mark.parametrize(
    "page",
    [
        "<title>404 Not Found</title><p>The page that you are looking for is not here any more, we are sorry.</p>",
        f"<title>Another story - Harbin Today</title><h1>Another story</h1><div><p>{TWO}</p></div>",
        f"{HEAD}<h1>{TITLE}</h1><p>Updated : 2020-09-21</p><div><p>{TWO}</p></div>",
        HEAD,
    ],
)
def test_a_notice_another_article_and_an_empty_page_are_none_of_it(page: str) -> None:
    with pytest.raises(NotAnArticle):
        read_second(page)


def test_without_the_page_before_it_such_a_page_is_none() -> None:
    page = f"{HEAD}<div><p>{TWO}</p></div>"
    with pytest.raises(NotAnArticle):
        read_article(page, SECOND, SITE, today=TODAY)
    with pytest.raises(NotAnArticle):
        read_second(page, replace(read_first(), id="5371"))


@pytest.mark.parametrize(
    ("page", "body"),
    [
        (
            f"<title>Harbin Today</title><div>{CRUMB}</div><p><a href=5370.html>Back</a></p><p>{ONE}</p><p>{TWO}</p>",
            (ONE, TWO),
        ),
        (
            f"{HEAD}<div>{CRUMB}</div><p><a href=5370.html>Back</a></p><div><h2>Numbers</h2><p>{TWO}</p></div>",
            ("Numbers", TWO),
        ),
        (
            f"{HEAD}<p>{CRUMB}</p><div><p>{TWO}</p></div><h3><a href=5370.html>{TITLE}</a></h3><p>Told here.</p>",
            (TWO,),
        ),
        (
            f"{HEAD}<h1>{TITLE}</h1><table><tr><td>Winter of 2012<td>90,512<tr><td>Winter of 2013<td>91,700</table>",
            ("Winter of 2012", "90,512", "Winter of 2013", "91,700"),
        ),
    ],
)
def test_the_title_of_a_further_page_is_that_of_the_first(page: str, body: tuple[str, ...]) -> None:
    article = read_second(page)
    assert (article.body, article.title, article.unaccounted) == (body, TITLE, ())
