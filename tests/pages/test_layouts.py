"""Layouts: what pages of one template share is furniture, whatever it says; the rest is read as it stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import pytest

from harbincrawl.errors import NotAnArticle
from harbincrawl.pages.article.asked import AskedPage, find_frame
from harbincrawl.pages.article.head.information import find_anchors
from harbincrawl.pages.article.learning import find_failure, learn_article_layout
from harbincrawl.pages.article.page import explain_article, read_article
from harbincrawl.pages.html.document import read_document
from harbincrawl.pages.layout.layout import Layout
from tests.support.families import sample
from tests.support.furniture.kind import KINDS, Kind
from tests.support.odd_article_sites import make_odd_articles
from tests.support.redesigned_sites import REDESIGNS, make_redesigned
from tests.support.site_reading import Count, KnownLayouts, judge_site, read_site
from tests.support.sites import HARBIN_TODAY as SITE
from tests.support.system_skins import MANNER_SKINS, SystemSkin
from tests.support.template_sites import make_site, render_base
from tests.support.twin.skins import SKINS

FEW_PAGES = {"read on below", "told earlier, half", "related inside", "ticker inside", "festival line"}
"""Kinds that half of the pages have, or that list other articles on each: ten pages a day are few for them."""
PAIRS = [(kind, name) for number, kind in enumerate(KINDS) for name in list(SKINS)[number % 12 :: 12]]


@pytest.mark.parametrize(("kind", "skin"), sample(PAIRS, 20), ids=lambda one: getattr(one, "name", one))
def test_what_a_template_prints_on_its_pages_is_in_no_record(kind: Kind, skin: str) -> None:
    count, _ = judge_site(make_site(render_base(SKINS[skin]), kind, dressed=KINDS.index(kind) % 2 == 0), read_site)
    # What is another line each day is known by its words on the days that the layout was learnt from.
    least = 0.7 if kind.name in FEW_PAGES else 0.5 if kind.varies == "day" else 0.95
    assert count.whole >= least * count.all, count.wrong
    assert count.reported_whole <= 0.05 * count.all


@pytest.mark.parametrize("skin", sample(MANNER_SKINS, 4), ids=lambda one: one.name)
def test_skins_in_the_manner_of_content_systems_are_read_whole(skin: SystemSkin) -> None:
    count, lists = judge_site(make_site(render_base(skin)), read_site)
    assert (count.whole, count.reported_whole) == (count.all, 0), count.wrong
    assert lists.whole == lists.all


@pytest.mark.parametrize("name", sample(REDESIGNS))
def test_a_template_that_changes_in_the_middle_is_read_whole(name: str) -> None:
    count, _ = judge_site(make_redesigned(name), read_site)
    assert (count.whole, count.silent) == (count.all, 0), count.wrong


@pytest.mark.parametrize("skin", sample([*list(SKINS)[::3], "blog"], 9))
def test_odd_pages_among_plain_ones_keep_all_they_say(skin: str) -> None:
    known = {**SKINS, **{one.name: one for one in MANNER_SKINS}}
    site = make_odd_articles(known[skin])
    readings = read_site(site.pages, site.words)
    count = Count()
    for address in site.names:
        if address in site.articles:
            count.judge(address, readings.articles.get(address), site.articles[address])
    assert count.whole >= 0.99 * count.all, count.wrong
    assert not count.silent, count.wrong


NOUNS = "tram river baker market school orchard ferry choir museum skater lantern farmer bridge kettle pilot".split()
VERBS = "opens mends paints follows carries counts invites warms feeds measures guards lends shows sells keeps".split()


def sentence(number: int) -> str:
    """Words of one page alone."""
    nouns = [NOUNS[(number * step + step) % 15] for step in (1, 2, 4, 7)]
    verbs = [VERBS[(number * step + 3) % 15] for step in (1, 11)]
    return f"The {nouns[0]} {verbs[0]} a {nouns[1]}, and the {nouns[2]} {verbs[1]} whoever likes the {nouns[3]}."


def title(number: int) -> str:
    return f"Story of the {NOUNS[number % 15]} in part {number}"


def page(number: int, *furniture: str, text: str = "") -> str:
    """An article of a small site, with lines of furniture behind its By line."""
    lines = "".join(f"<p>{line}</p>" for line in furniture)
    return (
        f"<html><head><title>{title(number)}</title></head><body><div><a href='/news/'>Harbin Today</a></div>"
        f"<div><h1>{title(number)}</h1><p>Updated : 2024-06-{number % 27 + 1:02}</p>"
        f"<p>By Wang Wei ( Xinhua )</p>{lines}<p>{text or sentence(number)}</p><p>{sentence(number + 31)}</p></div>"
        "<div>The foot of all pages</div></body></html>"
    )


def address(number: int) -> str:
    section = ("news", "gallery")[number % 2]
    return f"http://e.my399.com/{section}/2024-06-{number % 27 + 1:02}/{5000 + number}.html"


def learn(pages: Sequence[str]) -> Layout:
    return learn_article_layout([read_document(text, address(n)) for n, text in enumerate(pages)], SITE)


def known(text: str, layout: Layout) -> KnownLayouts:
    frame = find_frame(lines := read_document(text, address(0)).lines, find_anchors(lines, SITE.words))
    return KnownLayouts.make([(frame, layout)])


@cache
def plain() -> tuple[str, ...]:
    return tuple(page(n, "A line that no list of words knows.") for n in range(10))


def test_a_standing_line_behind_the_by_line_is_no_paragraph() -> None:
    layout = learn(plain())
    text = page(40, "A line that no list of words knows.")
    article = read_article(text, address(40), SITE, layouts=known(text, layout))
    assert article.body[0] == sentence(40)
    assert (article.layout, article.unaccounted) == (layout.digest, ())
    assert read_article(text, address(40), SITE).body[0] == "A line that no list of words knows."


def test_a_line_of_a_single_page_stays_its_paragraph() -> None:
    text = page(40, "A remark of this page alone.")
    body = read_article(text, address(40), SITE, layouts=known(text, learn(plain()))).body
    assert body[0] == "A remark of this page alone."


def test_four_pages_that_share_their_text_keep_it() -> None:
    shared = "The same sentence in four articles of four sections."
    pages = [page(n, text=shared if n < 4 else "") for n in range(20)]
    text = pages[2]
    assert shared in read_article(text, address(2), SITE, layouts=known(text, learn(pages))).body


def test_a_short_line_amid_the_text_of_some_pages_is_text() -> None:
    line = "The story goes on below."
    pages = [page(n, text=f"{sentence(n)}</p><p>{line if n % 5 < 2 else ''}") for n in range(10)]
    article = read_article(pages[1], address(1), SITE, layouts=known(pages[1], learn(pages)))
    assert article.body == (sentence(1), line, sentence(32))
    assert not article.unaccounted


def test_a_box_amid_the_text_of_few_pages_does_not_end_it() -> None:
    box = "</p><p>9:10 Ferry moored</p><p>9:40 Bridge shut</p><p>"
    pages = [page(n, text=f"{sentence(n)}{box if n % 3 == 1 else ''}") for n in range(24)]
    figure = "<img src='/d/1.jpg'><p>A tram. [Photo/Xinhua]</p><div><img src='/d/2.jpg'></div>"
    text = page(41, text=f"{sentence(41)}{box}{figure}")
    article = read_article(text, address(41), SITE, layouts=known(text, learn(pages)))
    assert (article.body, article.unaccounted) == ((sentence(41), sentence(72)), ())
    assert [image.caption for image in article.images] == ["A tram.", None]


def test_short_lines_where_others_have_their_text_are_text_beyond_a_tool_too() -> None:
    pages = [page(n) for n in range(12)]
    lines = ["Upper rink", "13:00 to 17:00", "Closed on Mondays"]
    shown = "</p><p>".join(lines)
    tool = "<div><a href='http://ads.example.com/'><img src='http://ads.example.com/9.gif'></a></div>"
    text = page(40).replace(f"<p>{sentence(71)}</p>", f"{tool}<p>{shown}</p>").replace(sentence(40), "Lower rink")
    article = read_article(text, address(40), SITE, layouts=known(text, learn(pages)))
    assert (article.body, article.images) == (("Lower rink", *lines), ())


def test_an_article_in_the_box_of_its_own_page_keeps_what_the_box_says_of_it() -> None:
    box = f"<p><a href='/news/2024-06-14/5040.html'>{title(40)}</a></p><p>{sentence(40)}</p>"
    shown = [page(n).replace("</div><div>The foot", f"{box}<p>Read more</p></div><div>The foot") for n in range(41)]
    # The one place of all lines is what makes them alike.
    flat = [text.replace("<h1>", "<p>").replace("</h1>", "</p>") for text in shown]
    article = read_article(flat[40], address(40), SITE, layouts=known(flat[40], learn(flat[:12])))
    assert (article.title, article.body) == (title(40), (sentence(40), sentence(71)))
    linked = flat[40].replace("<p>The", "<p><a href='/news/2024-06-01/4711.html'>The</a>", 1)
    assert read_article(linked, address(40), SITE, layouts=known(linked, learn(flat[:12]))).body == article.body


def test_a_paragraph_that_begins_as_a_line_of_a_box_does_stays() -> None:
    own = "We count {} of them each day, said the keeper of the pier."
    box = "<p>We count many of them each night, said Lin.</p></div>"
    pages = [
        page(n, text=own.format(n) if n > 5 else "").replace("</div><div>The", f"{box}<div>The") for n in range(10)
    ]
    article = read_article(pages[9], address(9), SITE, layouts=known(pages[9], learn(pages)))
    assert article.body == (own.format(9), sentence(40))


@pytest.mark.parametrize("by", ["By</p><p>Wang Wei</p><p>( Xinhua )", "By</p><p>Wang Wei ( Xinhua )"])
def test_a_label_and_a_source_alone_in_their_cells_are_no_furniture_though_all_pages_have_them(by: str) -> None:
    pages = [page(n).replace("By Wang Wei ( Xinhua )", by.replace("Wei", NOUNS[n].title())) for n in range(12)]
    article = read_article(pages[3], address(3), SITE, layouts=known(pages[3], learn(pages)))
    assert (article.author, article.source) == (f"Wang {NOUNS[3].title()}", "Xinhua")


def test_a_source_and_its_label_in_elements_behind_the_text_are_no_furniture_though_all_pages_have_them() -> None:
    field = "</div><ul><li><b>Source</b></li><li><a href='/x'>China Daily</a></li></ul><div>The foot"
    pages = [
        page(n).replace("By Wang Wei ( Xinhua )", "By Wang Wei").replace("</div><div>The foot", field)
        for n in range(12)
    ]
    article = read_article(pages[3], address(3), SITE, layouts=known(pages[3], learn(pages)))
    assert (article.author, article.source, article.body) == ("Wang Wei", "China Daily", (sentence(3), sentence(34)))


def test_a_standfirst_and_words_that_an_article_is_filed_under_are_reported_of_no_page_of_a_template() -> None:
    pages = []
    for n in range(20):
        words = ", ".join(NOUNS[(n + step) % 6].title() for step in range(2 + n % 3))
        by = f"<p class=lead>{sentence(n + 50)}</p><p>By Wang {VERBS[n % 6].title()} ( Xinhua ) | <i>{words}</i></p>"
        pages.append(page(n).replace("<p>By Wang Wei ( Xinhua )</p>", "").replace("<p>Updated", f"{by}<p>Updated"))
    article = read_article(pages[7], address(7), SITE, layouts=known(pages[7], learn(pages)))
    assert (article.author, article.body, article.unaccounted) == ("Wang Mends", (sentence(7), sentence(38)), ())
    assert len(read_article(pages[7], address(7), SITE).unaccounted) == 2


def test_what_a_third_of_the_pages_have_is_furniture_of_others() -> None:
    pages = [page(n, f"Word of the day: {'thaw' if n < 14 else 'frost'}er and frostier") for n in range(20)]
    layout = learn([*pages[:14], *(page(n, "Cold and clear over the river") for n in range(14, 20))])
    text = page(60, "Cold and clear over the river")
    assert (
        "Cold and clear over the river" not in read_article(text, address(60), SITE, layouts=known(text, layout)).body
    )


@pytest.mark.parametrize(
    "pager",
    ["1/3 1 2 3 Next", "<a href='?page=2'>2</a> <a href='?page=3'>3</a>", "<a href='5040_2.html'>2</a>"],
    ids=["of words alone", "of questions", "of further pages"],
)
def test_a_pager_of_one_form_on_all_pages_still_says_how_many_pages_there_are(pager: str) -> None:
    own = [
        page(n).replace("<div>The foot", f"<div>{pager.replace('5040', str(5000 + n))}</div><div>The foot")
        for n in range(41)
    ]
    text = own[40]
    article = read_article(text, address(40), SITE, layouts=known(text, learn(own[:10])))
    alone = read_article(text, address(40), SITE)
    assert (article.body, article.unaccounted) == (alone.body, alone.unaccounted)
    assert (article.pages, article.next_page) == (alone.pages, alone.next_page)
    assert article.pages == (2 if "_2" in pager else 3)


def test_a_layout_is_the_same_text_again_and_holds_no_word() -> None:
    layout = learn(plain())
    text = layout.to_json()
    assert Layout.from_json(text) == layout
    assert Layout.from_json(text).digest == layout.digest == learn(plain()).digest
    assert "knows" not in text
    assert "Wang" not in text


def asked_pages(pages: Sequence[str]) -> list[tuple[AskedPage, tuple[str, ...]]]:
    return [
        (
            AskedPage.make(read_document(text, address(n)), address(n), SITE),
            (title(n),),
        )
        for n, text in enumerate(pages)
    ]


def test_a_layout_has_to_read_its_own_pages() -> None:
    layout = learn(plain())
    pages = asked_pages(plain())
    assert find_failure(pages, layout) is None
    elsewhere = Layout("article", 10, text=("html", "body", "nowhere"))
    assert "finds a text on 0 of 10 pages" in (find_failure(pages, elsewhere) or "")
    others = [(asked, ("Another title",)) for asked, _ in pages]
    assert "title of its list on 0 of 10" in (find_failure(others, layout) or "")
    assert "one day and section" in (find_failure(pages[:1] * 5, layout) or "")


def test_a_page_whose_text_stands_elsewhere_is_explained_as_it_is_read() -> None:
    layout = replace(learn(plain()), text=("html", "body", "nowhere"))
    text = page(40, "A line that no list of words knows.")
    article = read_article(text, address(40), SITE, layouts=known(text, layout))
    assert article.body[-2:] == (sentence(40), sentence(71))
    shown = read_document(text, address(40))
    assert explain_article(shown, address(40), SITE, layouts=known(text, layout))[0] == article


def test_a_page_of_another_site_is_no_article_by_any_layout() -> None:
    layout = learn(plain())
    text = (
        "<html><body><div><h1>A title</h1><p>Updated : 2024-06-02</p><p>Words of another site.</p></div></body></html>"
    )
    with pytest.raises(NotAnArticle):
        read_article(text, address(1), SITE, layouts=known(text, layout))
