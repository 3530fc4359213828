"""The title of an article's list line proves a page that nothing else does, and no other page."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from harbincrawl.errors import NotAnArticle
from harbincrawl.pages.article.page import complete_article, read_article
from harbincrawl.records import Article, ListWords
from harbincrawl.reread.pages import read_article_page
from harbincrawl.sites import find_site
from tests.support.sites import HARBIN_TODAY as SITE

TODAY = date(2024, 6, 20)
OTHER = f"{SITE.base}/news/2020-09-22/5369.html"
OWN = f"{SITE.base}/news/2020-09-23/5370.html"
TITLE = "Ice lanterns light up Zhaolin Park"
TEXT = "More than 300 lanterns were lit on Friday, and the park stays open until midnight."
PAGE = (
    '<p><a href="http://www.example.com/a">Partner</a></p><h1>{title}</h1><p>Updated : {day}</p>'
    '<div><p>{text}</p></div><p><a href="http://www.example.com/b">Another partner</a></p>'
)


def read(page: str, title: str | None = TITLE) -> Article:
    return read_article(page, OWN, SITE, today=TODAY, listed=ListWords(title))


def test_a_page_with_the_listed_title_and_a_day_is_that_article_whatever_its_links() -> None:
    page = PAGE.format(title=TITLE, day="2020-09-23", text=TEXT)
    with pytest.raises(NotAnArticle):
        read_article(page, OWN, SITE, today=TODAY)
    article = read(page)
    assert (article.title, article.updated, article.body) == (TITLE, date(2020, 9, 23), (TEXT,))
    assert read(page.replace(f"<h1>{TITLE}", f"<h1><a href={OWN}>{TITLE}</a>")) == article
    assert read(page.replace(f"<h1>{TITLE}</h1>", "<h1>Ice lanterns light<br>up Zhaolin Park</h1>")).title == TITLE


@pytest.mark.parametrize(
    "page",
    [
        PAGE.format(title="Another story", day="2020-09-23", text=TEXT),
        PAGE.format(title=TITLE, day="soon", text=TEXT),
        PAGE.format(title=TITLE, day="2020-13-41", text=TEXT),
        PAGE.format(title=TITLE, day="2020-09-23", text="Not found."),
        f"<h1>Sign in</h1><p>to read</p><p>{TITLE}</p><p>Name</p><p>Password</p>",
        f'<ul><li><h4><a href="{OTHER}">Another</a></h4><p>Updated : 2020-09-24</p><p>{TEXT}</p></li>'
        f'<li><h4><a href="{OWN}">{TITLE}</a></h4><p>Updated : 2020-09-23</p><p>{TEXT}</p></li></ul>',
    ],
)
def test_other_articles_notices_logins_and_lists_are_none_with_a_witness_either(page: str) -> None:
    with pytest.raises(NotAnArticle):
        read(page)


def test_a_title_that_the_list_cuts_short_is_a_witness_too() -> None:
    page = PAGE.format(title=TITLE, day="2020-09-23", text=TEXT)
    assert read(page, "Ice lanterns light up ...").title == TITLE
    for title in ("Ice lanterns go out in ...", "Ice ..."):
        with pytest.raises(NotAnArticle):
            read(page, title)


def test_where_pages_may_lack_a_day_the_listed_title_and_a_source_are_proof() -> None:
    site = find_site("jilin-china")
    address = f"{site.base}/m/jilin/2017-10/17/content_25360486.htm"
    page = PAGE.format(title=f"<a href={address}>{TITLE}</a>", day="", text=TEXT).replace("Updated :", "( Xinhua )")
    article = read_article(page, address, site, today=TODAY, listed=ListWords(TITLE))
    assert (article.title, article.updated, article.source, article.body) == (TITLE, None, "Xinhua", (TEXT,))
    with pytest.raises(NotAnArticle):
        read_article(page.replace("( Xinhua )", "Sorry."), address, site, today=TODAY, listed=ListWords(TITLE))


def test_a_witness_changes_nothing_of_a_page_that_proves_itself() -> None:
    page = (
        f"<a href=/>Home</a>&gt;<a href=/news/>Harbin Today</a><h1>{TITLE}</h1><p>Updated : 2020-09-23</p><p>{TEXT}</p>"
    )
    for title in (TITLE, "Another story", None):
        assert read(page, title) == read_article(page, OWN, SITE, today=TODAY)


def test_a_side_columns_heading_is_no_title_against_the_list_line() -> None:
    page = (
        "<title>Harbin Today</title><a href=/>Home</a>&gt;<a href=/news/>Harbin Today</a>"
        "<div><h3>Rates</h3><table><tr><td>USD<td>6.52<tr><td>RUB<td>0.09</table></div>"
        f"<p>Updated : 2020-09-23</p><p>By ( Xinhua )</p><div><p>{TEXT}</p></div>"
    )
    assert complete_article(read(page), ListWords(TITLE), SITE).title == TITLE
    shown = page.replace("<p>Updated", "<h1>A title that was edited</h1><p>Updated")
    assert complete_article(read(shown), ListWords(TITLE), SITE).title == "A title that was edited"


def test_a_captured_page_is_read_again_with_any_title_that_the_lists_gave_it() -> None:
    page = PAGE.format(title=TITLE, day="2020-09-23", text=TEXT).encode()
    place = (OWN, OWN, datetime(2020, 9, 24, tzinfo=UTC), SITE)
    with pytest.raises(NotAnArticle):
        read_article_page(page, (), *place)
    assert read_article_page(page, (), *place, ("An older title", TITLE)) == read(page.decode())
