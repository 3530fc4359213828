"""The cell of a text: what stands in it is the text's, in whatever elements, and what stands apart is not."""

from __future__ import annotations

from datetime import date

import pytest

from harbincrawl.pages.article.page import complete_article, read_article
from harbincrawl.records import Article, ListWords
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
TABLE = "<table><tr><td>Line<td>Stops<tr><td>Tram<td>11</table>"


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


def test_a_table_behind_a_sentence_and_a_caption_is_the_texts() -> None:
    article = read(f"<div><p>{CAPTION}</p><p><img src=/1.jpg></p><p>{ONE}</p>{TABLE}</div>")
    assert article.body == (ONE, "Line", "Stops", "Tram", "11")
    assert [image.credit for image in article.images] == ["Photo/Xinhua"]


def test_a_notice_in_a_column_is_no_text_of_a_page_of_pictures() -> None:
    head = f"<div>{HEAD}<p>Print</p><p><img src=/1.jpg></p><p>{CAPTION}</p><p>Share to: WeChat</p></div>"
    article = read(
        "<div><h3>About Harbin</h3><p>A river city in the far north-east, known for its winters.</p></div>", head
    )
    assert article.body == ()
    assert [image.credit for image in article.images] == ["Photo/Xinhua"]


@pytest.mark.parametrize("tools", ["", "<p><a href=/print/1>Print</a> <a href=/mail/1>Mail</a></p>"])
@pytest.mark.parametrize("pager", ["<a href=5370_2.html>2</a>", "1: Noon<br><a href=5370_2.html>2: The river</a>"])
def test_tools_above_a_pager_above_the_text_do_not_end_it(tools: str, pager: str) -> None:
    article = read(f"<div>{tools}<p>{pager}</p><p>{ONE}</p><p>{TWO}</p></div>")
    assert (article.body, article.unaccounted) == ((ONE, TWO), ())


def test_the_title_at_the_end_of_the_breadcrumb_is_no_section() -> None:
    crumb = "<div><a href=#>Home</a> &gt; <a href=#>Harbin Today</a> &gt; Ice lanterns</div>"
    head = f"{crumb}<div>Ice lanterns</div><div>Updated : 2020-09-23</div><div>By ( Xinhua )</div>"
    article = read(f"<div><p>{ONE}</p></div>", head)
    assert (article.section, article.title) == ("Harbin Today", "Ice lanterns")


def test_paragraphs_beside_the_head_are_the_texts_after_a_first_one_in_an_element_of_its_own() -> None:
    article = read(f"<blockquote><div><p>{ONE}</p></div></blockquote><p><img src=/1.jpg></p><p>{TWO}</p>")
    assert (article.body, article.unaccounted) == ((ONE, TWO), ())
    assert len(article.images) == 1


def test_a_notice_longer_than_the_text_is_none_of_it() -> None:
    text = "The park is closed on Monday."
    notice = (
        "<aside><h3>Newsletter</h3><p>Get our best stories in your inbox every Friday morning, at no cost.</p></aside>"
    )
    article = read_article(f"<div>{HEAD}<p>Print</p><p>{text}</p></div>{BOX}{notice}", OWN, SITE, today=TODAY)
    assert article.body == (text,)


@pytest.mark.parametrize("pager", ["", "<p><a href=5370_2.html>2</a></p>"])
def test_a_text_of_short_lines_among_furniture_is_a_text(pager: str) -> None:
    article = read(f"<p>Print</p><div><p>Address: No 61 Youyi Road</p>{TABLE}</div>{pager}<p>Share to: WeChat</p>")
    assert article.body == ("Address: No 61 Youyi Road", "Line", "Stops", "Tram", "11")


def test_a_heading_of_a_box_is_no_line_of_a_text_of_pictures() -> None:
    box = "<dl><dt>Do not miss</dt><dd><a href=/news/2020-09-22/5369.html>Another story of the day</a></dd></dl>"
    text = f"<dl><dd><p><img src=/1.jpg></p><p>{CAPTION}</p></dd></dl>"
    article = read_article(HEAD + text + box, OWN, SITE, today=TODAY)
    assert (article.body, len(article.images)) == ((), 1)


def test_a_paragraph_under_a_picture_whose_caption_stands_above_it_is_no_caption() -> None:
    article = read(f"<div><p>{CAPTION}</p><p><img src=/1.jpg></p><p>{ONE}</p></div>")
    assert article.body == (ONE,)
    assert [image.caption for image in article.images] == ["Lanterns are lit along the river."]


def test_a_link_to_a_place_on_the_page_is_no_box() -> None:
    article = read(f"<div><a href=#>Listen to the text</a></div><div><p>{ONE}</p></div>")
    assert (article.body, article.unaccounted) == ((ONE,), ())


def test_a_title_that_ends_in_dots_is_no_cut_one_where_the_document_goes_on_with_the_site() -> None:
    crumb = "<div><a href=/>Home</a>&gt;<a href=/news/>Harbin Today</a></div>"
    title = "<title>And the winner is... - A board</title>"
    head = f"{title}{crumb}<div><p>Updated : 2020-09-23</p><p>By ( Xinhua )</p></div>"
    article = read(f"<div><p>{ONE}</p></div>", head)
    assert article.title == "And the winner is... - A board"
    assert complete_article(article, ListWords("And the winner is..."), SITE).title == "And the winner is..."


def test_remarks_of_readers_under_their_count_are_none_of_a_text_and_no_sentence_of_them_goes_unsaid() -> None:
    remarks = "<h4>Comments (2)</h4><p>Olga: Lovely.</p><p>Ivan: When does it open again, please?</p>"
    article = read(f"<div><p>{ONE}</p><p>{TWO}</p>{remarks}<p>Share to: WeChat</p></div>")
    assert article.body == (ONE, TWO)
    assert [each.text for each in article.unaccounted] == ["Ivan: When does it open again, please?"]


def test_a_caption_with_its_credit_that_is_no_text_is_reported() -> None:
    article = read_article(HEAD + f"<div><p>{ONE}</p></div>{BOX}<div><p>{CAPTION}</p></div>", OWN, SITE, today=TODAY)
    assert (article.body, [each.text for each in article.unaccounted]) == ((ONE,), [CAPTION])


def test_a_picture_behind_a_breadcrumb_is_no_part_of_it() -> None:
    crumb = "<ul><li><a href=/>Home</a></li><li>&gt;</li><li><a href=/news/>Harbin Today</a></li></ul>"
    head = "<h1>Ice lanterns</h1><p>Updated : 2020-09-23</p><p>By ( Xinhua )</p>"
    article = read(f"{crumb}<div><p><img src=/1.jpg></p><p>{CAPTION}</p>{head}<p>{ONE}</p></div>", "")
    assert (article.section, article.title, article.body) == ("Harbin Today", "Ice lanterns", (ONE,))


def test_a_row_of_dots_is_no_sentence_of_a_text() -> None:
    article = read(
        f"<p>{'.' * 30}</p><div><p>{ONE}</p><p>{TWO}</p><p>Copyright notice: all texts are the site's own.</p></div>"
    )
    assert (article.body[-2:], article.images) == ((ONE, TWO), ())


def test_a_sentence_under_a_heading_of_furniture_in_a_cell_of_furniture_is_none_of_a_text() -> None:
    after = "<div><p>Tags: ice</p><div><h4>About us</h4><p>This site is run by the city news desk.</p></div></div>"
    assert read(f"<div><p>{ONE}</p><p>{TWO}</p>{after}</div>").body == (ONE, TWO)


def test_a_sentence_of_a_column_is_no_title() -> None:
    crumb = "<div><a href=/>Home</a>&gt;<a href=/news/>Harbin Today</a></div>"
    column = "<div><p>A river city in the far north-east, known for its winters.</p></div>"
    head = f"<title>Harbin Today</title>{crumb}{column}<div><p>Ice lanterns</p><p>Updated : 2020-09-23</p></div>"
    assert read(f"<div><p>{ONE}</p></div>", head).title == "Ice lanterns"
