"""Where a text begins and ends, what stands amid and around it, and which pages are further ones of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from harbincrawl.errors import NotAnArticle
from harbincrawl.pages.article.page import join_pages, read_article
from harbincrawl.records import Article
from harbincrawl.sites import Site, find_site
from tests.support.sites import HARBIN_TODAY

JILIN_CHINA = find_site("jilin-china")
TODAY = date(2024, 6, 20)
OWN = f"{HARBIN_TODAY.base}/news/2020-09-23/5370.html"
JILIN = f"{JILIN_CHINA.base}/m/jilin/2014-11/05/content_18872688.htm"
ONE = "More than 300 lanterns were lit on Friday, and the park stays open until midnight."
TWO = "Visitors came from all over the province, said Wang Wei, who has worked there since 2011."
CAPTION = "Lanterns are lit along the river. [Photo/Xinhua]"
HEAD = (
    "<div><a href=/>Home</a>&gt;<a href=/news/>Harbin Today</a></div><h1>Ice lanterns</h1>"
    "<p>Updated : 2020-09-23</p><p>By ( Xinhua )</p>"
)
CELLS = HEAD.replace("<h1>", "<div><h1>").replace("</h1>", "</h1></div>").replace("p>", "div>")
"""The same head, each line in a cell of its own."""
JILIN_HEAD = (
    "<a href=/m/jilin/node_1139763.htm>News</a><div><a href=/m/jilin/>Home</a> &gt; Local</div>"
    "<h1>Ice lanterns</h1><p>Updated: 2014-11-05 10:12</p>"
)
CARD = "<div><h4><a href=/news/2020-09-22/5369.html>Another story</a></h4><p>It is told there, and at length.</p></div>"


def read(text: str, head: str = HEAD, address: str = OWN, site: Site = HARBIN_TODAY) -> Article:
    return read_article(head + text, address, site, today=TODAY)


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
        "<p>All rights reserved.</p>",
        "<p>COPYRIGHT 2012 Harbin Today</p>",
        "<p>Page 1 of 4</p>",
        "<p>in <a href=/news/>Harbin Today</a></p>",
        "<p><img src=/images/line.gif width=500 height=1></p>",
        "<p><a href=/count?to=7><img src=/banners/7.gif></a></p>",
    ],
)
def test_furniture_in_the_texts_own_cell_is_none_of_it(piece: str) -> None:
    for text in (f"<div>{piece}<p>{ONE}</p><p>{TWO}</p></div>", f"<div><p>{ONE}</p><p>{TWO}</p>{piece}</div>"):
        article = read(text)
        assert (article.body, article.images, article.unaccounted) == ((ONE, TWO), (), ())


@pytest.mark.parametrize(
    "piece",
    [
        CARD,
        f"<div><img src=/i/5369.jpg>{CARD}</div>",
        f"<div><a href=/news/2020-09-22/5369.html><img src=/i/5369.jpg></a>{CARD}</div>",
        "<p>Read also: <a href=/news/2020-09-22/5369.html>Another story of the day</a></p>",
        "<p><a href=/news/2020-09-22/5369.html>More on this: Another story of the day</a></p>",
        "<p>Page 1 of 4</p>",
    ],
)
def test_teasers_and_page_counts_amid_a_text_are_none_of_it_and_do_not_end_it(piece: str) -> None:
    article = read(f"<div><p>{ONE}</p>{piece}<p>{TWO}</p><p>{ONE} {TWO}</p></div>")
    assert (article.body, article.unaccounted) == ((ONE, TWO, f"{ONE} {TWO}"), ())
    article = read(f"<div><p>{ONE}</p><p>{TWO}</p>{piece}</div>")
    assert (article.body, article.unaccounted) == ((ONE, TWO), ())


def test_a_box_amid_a_text_does_not_end_it() -> None:
    links = "".join(f"<p><a href=/news/2020-09-2{n}/536{n}.html>Another story, number {n}</a></p>" for n in (1, 2))
    article = read(f"<div><p>{ONE}</p><aside><h4>Also today</h4>{links}</aside><p>{TWO}</p><p>{ONE} {TWO}</p></div>")
    assert (article.body, article.unaccounted) == ((ONE, TWO, f"{ONE} {TWO}"), ())


@pytest.mark.parametrize("last", ["[sic]", "[Translated by Ann Li]", "[Part 1]", "[then]"])
def test_brackets_that_are_no_credit_stay_text(last: str) -> None:
    line = f"“We was the first in the river,” the sign reads {last}"
    article = read(f"<div><p>{ONE}</p><p>{line}</p><p>{TWO}</p></div>")
    assert (article.body, article.images) == ((ONE, line, TWO), ())


def test_the_address_of_a_late_picture_counts_and_that_of_its_placeholder_does_not() -> None:
    image = "<img src=/images/blank.gif data-src=/d/file/7.jpg>"
    assert [each.url for each in read(f"<div>{image}<p>{ONE}</p></div>").images] == [
        f"{HARBIN_TODAY.base}/d/file/7.jpg"
    ]


@pytest.mark.parametrize(
    "end",
    [
        "<p>Disclaimers were signed by all of the 300 guests who came.</p>",
        "<p>Next: the team ran to the harbor.</p>",
        "<table><tr><td>Line<td>Stops<tr><td>1<td>24</table>",
        "<ul><li>Skates for children</li><li>Hot tea</li></ul>",
        "<p><a href=mailto:tickets@example.org>tickets@example.org</a></p>",
        "<p><a href=http://www.park.example>www.park.example</a><br>17 Quay Street, Daoli district</p>",
        "<h3>Voices</h3><p>A word of thanks.</p>",
        "<p>He said: “Come early.”</p><p>Print</p>",
    ],
)
def test_what_only_looks_like_furniture_at_the_end_of_a_text_stays(end: str) -> None:
    article = read(f"<div><p>{ONE}</p><p>{TWO}</p>{end}</div>")
    assert len(article.body) > 2
    assert article.unaccounted == ()


@pytest.mark.parametrize(
    "behind",
    [
        "<p>Source: Xinhua</p><p>Editor: Li Na</p><p>（编辑：李娜）</p>",
        "<p>Source: Xinhua</p><div>Keywords: ice, lanterns</div><div><a href=/err>Report an error</a></div>"
        "<div>Special coverage</div><div><a href=/m/jilin/ice/><img src=/i/s.jpg></a></div>",
        "<p>By Li Na (Xinhua)</p><div><h4>Rates</h4><table><tr><td>USD<td>6.52<tr><td>RUB<td>0.09</table></div>",
    ],
)
def test_labels_behind_a_text_are_read_though_furniture_follows(behind: str) -> None:
    article = read(f"<div><p>{ONE}</p><p>{TWO}</p>{behind}</div>", JILIN_HEAD, JILIN, JILIN_CHINA)
    assert (article.body, article.source, article.images) == ((ONE, TWO), "Xinhua", ())


@pytest.mark.parametrize(("above", "behind"), [("By Li Na", "Source: Xinhua"), ("Source: Xinhua", "By Li Na")])
def test_what_the_head_does_not_say_is_read_behind_a_text(above: str, behind: str) -> None:
    head = HEAD.replace("By ( Xinhua )", above)
    article = read(f"<div><p>{ONE}</p><p>{TWO}</p></div><p>{behind}</p>", head)
    assert (article.author, article.source, article.body) == ("Li Na", "Xinhua", (ONE, TWO))


def test_information_closes_a_text_whose_last_line_might_be_a_title() -> None:
    page = (
        "<a href=/>Home</a>&gt;<a href=/news/>Harbin Today</a>"
        f"<div><b>Lanterns are back</b><p>{ONE}</p><p>{TWO}</p><p>12 River Street</p>"
        f"<dl><dt>Source:<dd>Xinhua<dt>Updated<dd>2020-09-23</dl><p>Topic of the week</p></div>{CARD}"
    )
    article = read(page, "")
    assert (article.title, article.source) == ("Lanterns are back", "Xinhua")
    assert article.body == (ONE, TWO, "12 River Street")


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
    article = read(f"<div><div><p>{ONE}</p><p>{TWO}</p></div>{picture}{behind}</div>{CARD}", CELLS)
    assert article.body == (ONE, TWO)
    assert [image.url for image in article.images] == [f"{HARBIN_TODAY.base}/1.jpg"]


@pytest.mark.parametrize(
    "text",
    [
        f"<blockquote><div><div><div><p>{ONE}</p></div></div></div></blockquote><p>{TWO}</p>",
        f"<p>{ONE}</p><section><div><div><div><p>{TWO}</p></div></div></div></section>",
    ],
)
def test_paragraphs_in_elements_of_their_own_are_of_one_text(text: str) -> None:
    article = read(f"<div>{text}</div>{CARD}", CELLS)
    assert (article.body, article.unaccounted) == ((ONE, TWO), ())


@pytest.mark.parametrize("heading", ["Comments (2)", "2 comments", "Readers' comments"])
def test_remarks_of_readers_are_none_of_a_text_and_no_sentence_of_them_goes_unsaid(heading: str) -> None:
    remarks = f"<h4>{heading}</h4><p>Olga: Lovely.</p><p>Ivan: When does it open again, please?</p>"
    article = read(f"<div><p>{ONE}</p><p>{TWO}</p>{remarks}<p>Share to: WeChat</p></div>{CARD}", CELLS)
    assert article.body == (ONE, TWO)
    assert [each.text for each in article.unaccounted] == ["Ivan: When does it open again, please?"]


def test_a_caption_with_its_credit_that_is_no_text_is_reported() -> None:
    article = read(f"<div><p>{ONE}</p></div>{CARD}<div><p>{CAPTION}</p></div>", CELLS)
    assert (article.body, [each.text for each in article.unaccounted]) == ((ONE,), [CAPTION])


@pytest.mark.parametrize(
    ("text", "body", "pictures"),
    [
        ("<div><p>Print | Close</p><p>Closed on Monday</p><p>Views: 203</p></div>", ("Closed on Monday",), []),
        (f"<div><p>{ONE}</p><div><p>Print</p><p><img src=/1.jpg></p></div></div>", (ONE,), ["/1.jpg"]),
        (f"<div><p>{ONE}</p><div><p>Print</p><p><img src=/1.gif></p></div></div>", (ONE,), []),
    ],
)
def test_what_stands_among_tools_alone_is_text_or_picture(
    text: str, body: tuple[str, ...], pictures: list[str]
) -> None:
    article = read(text + CARD)
    assert article.body == body
    assert [image.url for image in article.images] == [HARBIN_TODAY.base + path for path in pictures]


SECOND = OWN.replace(".html", "_2.html")
TITLE = "Ice lanterns light up Zhaolin Park"
TITLED = f"<title>{TITLE} - Harbin Today</title>"
CRUMB = "<a href=/>Home</a>&gt;<a href=/news/>Harbin Today</a>"
BOX = "<div><h4><a href=/news/2020-09-22/5369.html>Another story of the day</a></h4><p>It is told there.</p></div>"


def read_first(pager: str = "<a href=5370_2.html>More &raquo;</a>") -> Article:
    page = (
        f"{TITLED}<div><a href=/>Home</a>&gt;<a href=/news/>Harbin Today</a></div><h1>{TITLE}</h1>"
        f"<p>Updated : 2020-09-23</p><p>By ( Xinhua )</p><div><p>{ONE}</p></div><div>{pager}</div>"
    )
    return read_article(page, OWN, HARBIN_TODAY, today=TODAY)


def read_second(page: str, before: Article | None = None) -> Article:
    return read_article(page, SECOND, HARBIN_TODAY, today=TODAY, before=before or read_first())


@pytest.mark.parametrize(
    "page",
    [
        f"{TITLED}<div><p>{TWO}</p></div>",
        f"{TITLED}<div>News</div><div><p>{TWO}</p></div>{BOX}",
        f"<title>Harbin Today</title><h1>{TITLE}</h1><div><p>{TWO}</p></div>",
        f"<title>Harbin Today</title><div>{TITLE} (2)</div><div><p>{TWO}</p></div>{BOX}",
        f"<title>Harbin Today</title><h1>{TITLE}</h1><p>Updated : 2020-09-23</p><p>By ( Xinhua )</p><p>{TWO}</p>",
        f"{TITLED}<div><a href=5370.html><i class=left></i></a></div><div><p>{TWO}</p></div>",
        f"{TITLED}<div><a href=/>Home</a>&gt;<a href=/news/>Harbin Today</a></div>"
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
        f"{TITLED}<h1>{TITLE}</h1><p>Updated : 2020-09-21</p><div><p>{TWO}</p></div>",
        TITLED,
    ],
)
def test_a_notice_another_article_and_an_empty_page_are_none_of_it(page: str) -> None:
    with pytest.raises(NotAnArticle):
        read_second(page)


def test_without_the_page_before_it_such_a_page_is_none() -> None:
    page = f"{TITLED}<div><p>{TWO}</p></div>"
    with pytest.raises(NotAnArticle):
        read_article(page, SECOND, HARBIN_TODAY, today=TODAY)
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
            f"{TITLED}<div>{CRUMB}</div><p><a href=5370.html>Back</a></p><div><h2>Numbers</h2><p>{TWO}</p></div>",
            ("Numbers", TWO),
        ),
        (
            f"{TITLED}<p>{CRUMB}</p><div><p>{TWO}</p></div><h3><a href=5370.html>{TITLE}</a></h3><p>Told here.</p>",
            (TWO,),
        ),
        (
            f"{TITLED}<h1>{TITLE}</h1><table><tr><td>Winter of 2012<td>90,512<tr><td>Winter of 2013<td>91,700</table>",
            ("Winter of 2012", "90,512", "Winter of 2013", "91,700"),
        ),
    ],
)
def test_the_title_of_a_further_page_is_that_of_the_first(page: str, body: tuple[str, ...]) -> None:
    article = read_second(page)
    assert (article.body, article.title, article.unaccounted) == (body, TITLE, ())
