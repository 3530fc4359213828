"""The real page that is known as text, read in every skin; dates; and the pages of one article joined."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from harbincrawl.errors import NotAnArticle
from harbincrawl.pages.article.page import complete_article, join_pages, read_article
from harbincrawl.records import Article, ListWords
from tests.support.sites import HARBIN_TODAY as SITE
from tests.support.twin import Paragraph, Story, make_twin
from tests.support.twin.press import article_bytes
from tests.support.twin.skins import SKINS, bare
from tests.support.twin.skins.page import BoxItem, PageLink, Surroundings

TODAY = date(2024, 6, 20)
SEED = Path(__file__).with_name("golden") / "seed-article.txt"
SHOWN = [line for line in SEED.read_text("utf-8").splitlines() if line.strip()]
TITLE, BODY, BOX_TITLE, TEASER = SHOWN[1], SHOWN[4:-2], SHOWN[-2], SHOWN[-1]


@pytest.mark.parametrize("stripped", [False, True])
@pytest.mark.parametrize("skin", list(SKINS))
def test_the_known_page_is_read_in_every_skin(skin: str, stripped: bool) -> None:
    day = date(2020, 9, 23)
    story = Story(5370, "news", day, day, TITLE, tuple(map(Paragraph, BODY)), skin=skin)
    box = BoxItem("/civilization/2020-09-22/5369.html", BOX_TITLE, TEASER)
    read = (PageLink("/news/2020-09-21/5366.html", "Trams run until midnight"),)
    page = article_bytes(story, 1, Surroundings(story.path, "news", story.label, (box,), read, read)).decode()
    page = bare(page) if stripped else page
    article = read_article(page, SITE.base + story.path, SITE, today=TODAY)
    assert article.title == "Harbin, Russia trade index launched"
    assert (article.updated, article.created) == (day, day)
    assert (article.source, article.author, article.authors) == ("e.my399.com", None, ())
    assert article.section == "Harbin Today"
    assert len(article.body) == 9
    assert list(article.body) == BODY
    assert "childcare" not in repr(article)


@pytest.mark.parametrize(
    ("printed", "updated"),
    [
        ("2020-09-23", date(2020, 9, 23)),
        ("Sept 23, 2020", date(2020, 9, 23)),
        ("2020年9月23日", date(2020, 9, 23)),
        ("2024-06-21", date(2024, 6, 21)),
        ("2024-06-22", None),
        ("2019-02-30", None),
        ("0000-00-00", None),
        ("soon", None),
        ("", None),
    ],
)
def test_a_printed_day_is_read_or_refused_and_never_made_up(printed: str, updated: date | None) -> None:
    page = (
        f"<a href=/>Home</a>&gt;<a href=/news/>Harbin Today</a><h1>T</h1><p>Updated : {printed}</p>"
        "<p>By ( Xinhua )</p><p>One sentence of the body.</p>"
    )
    article = read_article(page, f"{SITE.base}/news/2020-01-02/7.html", SITE, today=TODAY)
    assert article.updated == updated
    assert article.created == date(2020, 1, 2)
    assert article.refused_date == (printed if printed and updated is None else None)


@pytest.mark.parametrize(
    ("line", "updated"),
    [
        ("<p>Last updated: Wednesday, September 23, 2020, Harbin</p>", date(2020, 9, 23)),
        ("<p><span>Release time</span><span>23-Sep-2020</span></p>", date(2020, 9, 23)),
        ("<div>Updated on</div><div>Sept 23, 2020</div>", date(2020, 9, 23)),
        ("<div>Updated</div><div>in City</div><p>Updated : 2020-09-23</p>", date(2020, 9, 23)),
    ],
)
def test_a_day_is_known_by_each_label_that_sites_print(line: str, updated: date) -> None:
    page = (
        f"<a href=/>Home</a>&gt;<a href=/news/>Harbin Today</a><h1>T</h1>{line}"
        "<p>News source: Xinhua</p><p>One sentence of the body.</p>"
    )
    article = read_article(page, f"{SITE.base}/news/2020-01-02/7.html", SITE, today=TODAY)
    assert (article.updated, article.source) == (updated, "Xinhua")


@pytest.mark.parametrize(("behind", "lost"), [("", []), ("<p>Wang Wei</p>", ["Author: has no value"])])
def test_a_label_without_a_value_is_reported_where_its_value_may_be_near(behind: str, lost: list[str]) -> None:
    head = f"<h1>T</h1><p><span>Author:</span> | <span>Updated : 2020-09-23</span></p>{behind}"
    page = f"<a href=/>Home</a>&gt;<a href=/news/>Harbin Today</a>{head}<p>One sentence of the body.</p>"
    article = read_article(page, f"{SITE.base}/news/2020-01-02/7.html", SITE, today=TODAY)
    assert [each.text for each in article.unaccounted] == lost


@pytest.mark.parametrize(
    ("head", "author", "source"),
    [
        (
            "<div>By <a>Wang Wei</a> <i>·</i> <b>Harbin Evening Post</b></div><p>Updated 2020-09-23</p>",
            "Wang Wei",
            "Harbin Evening Post",
        ),
        ("<div>northnews.cn</div><p>Updated : 2020-09-23</p>", None, "northnews.cn"),
        ("<p>Updated: <b>2020-09-23</b><i>, </i><span>by <a>Wang Wei</a></span></p>", "Wang Wei", None),
        ("<p>Updated: 2020-09-23 <i>Answered</i> <span>by <a>Wang Wei</a></span></p>", None, None),
        ("<div>Record updated on</div><div>23 September 2020 - 10:05</div>", None, None),
        ("<p>Story by</p><p>Wang Wei</p><p>in</p><p>Music</p><p>Updated : 2020-09-23</p>", "Wang Wei", None),
        ("<p>Updated : Wednesday, September 23, 2020 | Supply: Xinhua</p>", None, "Xinhua"),
        ("<p>Updated:</p><p>September 23, 2020</p><p>—</p><p>( e.my399.com )</p>", None, "e.my399.com"),
        ("<p>By Wang Wei, China Daily</p><p>Updated : 2020-09-23</p>", "Wang Wei", "China Daily"),
        ("<p>By China Daily | Updated : 2020-09-23</p>", None, "China Daily"),
        ("<div>From Harbin Evening Post</div><p>Updated : 2020-09-23</p>", None, "Harbin Evening Post"),
        ("<div>From the Harbor</div><p>Updated : 2020-09-23</p>", None, None),
        ("<p>By <a>Wang Wei</a> —</p><p>( Xinhua ) —</p><p>Updated : 2020-09-23</p>", "Wang Wei", "Xinhua"),
        ("<p>Updated: 2020-09-23 Author:&nbsp; [<a>Reviews</a>] Source: Xinhua</p>", None, "Xinhua"),
        ("<p>Updated : 2020-09-23</p><p>Sponsored by: City Office&nbsp; Hosted by: City Hall</p>", None, None),
        ("<p>Updated : 2020-09-23</p><p>Original author: Wang Wei</p>", "Wang Wei", None),
        ("<h5>By <a>Wang Wei</a></h5><p>Updated : 2020-09-23</p>", "Wang Wei", None),
    ],
)
def test_what_stands_in_the_head_is_known_by_its_place_and_form(
    head: str, author: str | None, source: str | None
) -> None:
    page = f"<a href=/news/>Harbin Today</a><h1>A title of words</h1>{head}<div><p>{'Snow falls. ' * 9}</p></div>"
    article = read_article(page, f"{SITE.base}/news/2020-01-02/7.html", SITE, today=TODAY)
    assert (article.updated, article.author, article.source) == (date(2020, 9, 23), author, source)
    assert article.body == (("Snow falls. " * 9).strip(),)


def test_a_credit_may_be_an_element_of_its_own_and_a_quote_repeats_the_text() -> None:
    paragraph = "The ferry takes cyclists across for two yuan in summer."
    page = (
        "<a href=/news/>Harbin Today</a><h1>A title of words</h1><p>Updated : 2020-09-23</p><p>By ( Xinhua )</p>"
        "<div><figure><img src=/a.jpg><figcaption>Ice on the river <cite>Photo by Wu Lan</cite></figcaption></figure>"
        "<figure><img src=/b.jpg><figcaption><p>A gate</p><p>[Xinhua]</p></figcaption></figure>"
        "<figure><img src=/c.jpg><figcaption><p>A stall</p><p>Photo by Wu Lan</p></figcaption></figure>"
        "<figure><img src=/d.jpg><figcaption><span>A bridge</span><i>Photo credit: Wu Lan</i></figcaption></figure>"
        "<section><img src=/e.jpg><h6>Photo/Xinhua</h6><div>A boat</div></section>"
        "<section><div><img src=/f.jpg></div><h6>China Daily</h6></section>"
        f"<p>{paragraph}</p><aside><blockquote>{paragraph}</blockquote></aside><p>It runs until ten at night.</p></div>"
    )
    article = read_article(page, f"{SITE.base}/news/2020-01-02/7.html", SITE, today=TODAY)
    assert [(image.caption, image.credit) for image in article.images] == [
        ("Ice on the river", "Photo by Wu Lan"),
        ("A gate", "Xinhua"),
        ("A stall", "Photo by Wu Lan"),
        ("A bridge", "Wu Lan"),
        ("A boat", "Photo/Xinhua"),
        (None, "China Daily"),
    ]
    assert article.body == (paragraph, "It runs until ten at night.")


def test_the_pages_of_one_article_become_one_record_and_a_missing_one_none() -> None:
    twin = make_twin(2, 120)
    story = next(one for one in twin.stories.values() if one.page_count > 2)
    pages = [
        read_article(twin.render(story.page_path(n)).body, SITE.base + story.page_path(n), SITE, today=TODAY)
        for n in range(1, story.page_count + 1)
    ]
    whole = join_pages(pages)
    assert list(whole.body) == story.truth()["body"]
    assert (whole.url, whole.pages, whole.next_page) == (SITE.base + story.path, story.page_count, None)
    with pytest.raises(ValueError, match="not 1 to"):
        join_pages([pages[0], *pages[2:]])


def _read_page(number: int, *content: str) -> Article:
    pager = "".join(
        f"<a href=/news/2020-01-02/7{'' if n == 1 else f'_{n}'}.html>{n}</a> " for n in (1, 2) if n != number
    )
    page = (
        "<a href=/>Home</a>&gt;<a href=/news/>Harbin Today</a><h1>The bridge</h1><p>Updated : 2020-01-02</p>"
        f"<p>By ( Xinhua )</p><div>{''.join(content)}</div><p>{pager}</p>"
    )
    return read_article(
        page, f"{SITE.base}/news/2020-01-02/7{'' if number == 1 else f'_{number}'}.html", SITE, today=TODAY
    )


def test_a_line_under_a_picture_is_text_where_another_page_of_the_article_has_text_and_no_picture() -> None:
    first, line = "The city opens a bridge over the river in May.", "It took nine years to build, the mayor said."
    photo = "<p><img src=/d/bridge.jpg></p>"
    alone = _read_page(2, photo, f"<p>{line}</p>")
    assert (alone.body, alone.images[0].caption) == ((), line)
    story = join_pages([_read_page(1, photo, f"<p>{first}</p>"), alone])
    assert (story.body, [image.caption for image in story.images]) == ((), [first, line])
    article = join_pages([_read_page(1, f"<p>{first}</p>"), alone])
    assert article.body == (first, line)
    assert [(image.file_name, image.caption) for image in article.images] == [("bridge.jpg", None)]
    credited = _read_page(
        2, photo, f"<p>{line} [Photo/Xinhua]</p>", photo, f"<figure><figcaption>{line}</figcaption></figure>"
    )
    assert join_pages([_read_page(1, f"<p>{first}</p>"), credited]).images == credited.images


def test_an_address_that_is_no_articles_is_refused_unread() -> None:
    for address in ("http://e.my399.com/news/", "http://www.example.org/news/2020-01-01/7.html", "", "mailto:x"):
        with pytest.raises(NotAnArticle, match="none of the site's articles"):
            read_article("<p>Updated : 2020-01-01</p>", address, SITE, today=TODAY)


def test_a_side_columns_heading_is_no_title_against_the_list_line() -> None:
    title, address = "Ice lanterns light up Zhaolin Park", f"{SITE.base}/news/2020-09-23/5370.html"
    page = (
        "<title>Harbin Today</title><a href=/>Home</a>&gt;<a href=/news/>Harbin Today</a>"
        "<div><h3>Rates</h3><table><tr><td>USD<td>6.52<tr><td>RUB<td>0.09</table></div>"
        "<p>Updated : 2020-09-23</p><p>By ( Xinhua )</p><div><p>More than 300 lanterns were lit on Friday.</p></div>"
    )
    for html, shown in (
        (page, title),
        (page.replace("<p>Updated", "<h1>An edited title</h1><p>Updated"), "An edited title"),
    ):
        article = read_article(html, address, SITE, today=TODAY)
        assert complete_article(article, ListWords(title), SITE).title == shown
