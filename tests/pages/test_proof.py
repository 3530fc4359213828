"""Foreign, broken and hostile pages: NotAnArticle is all that comes out, and no record is invented."""

from __future__ import annotations

import contextlib
import gc
import random
import time
from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harbincrawl.errors import NotAnArticle, PageTooLargeError
from harbincrawl.pages.article.page import read_article
from harbincrawl.pages.listing.page import read_listing
from harbincrawl.records import Article
from tests.support.families import examples, sample
from tests.support.hostile_pages import KINDS
from tests.support.sites import HARBIN_TODAY as SITE
from tests.support.twin import make_twin

OWN = "http://e.my399.com/news/2020-09-23/5370.html"
UNCERTAIN = "http://e.my399.com/travel/sights/2020-09-23/5370.html"
FOREIGN = "https://www.example.org/world/2020/05/03/story.html"
TODAY = date(2024, 6, 20)

WORDS = (
    "council river market city budget harbour vote school train winter",
    "Rat Fluss Markt Stadt Haushalt Hafen Wahl Schule Zug Winter",
    "совет река рынок город бюджет порт выборы школа поезд зима",
    "市政府 河流 市场 城市 预算 港口 选举 学校 火车 冬天",
    "مجلس نهر سوق مدينة ميزانية ميناء تصويت مدرسة قطار شتاء",
    "議会 川 市場 都市 予算 港 選挙 学校 列車 冬",
)
DATES = (
    "Updated: May 3, 2020 10:30",
    "Updated : 2020-05-03",
    "Updated: 2020-05-03 10:30",
    "UPDATED 3 May 2020, 10:30 GMT",
    "Updated : 3. Mai 2020",
    "Updated: 2020年5月3日",
    "Updated",
    "Last updated: 2020-05-03",
)
BYS = ("By John Smith (Reuters)", "By ( Xinhua )", "By JANE DOE", "", "By Anna Li and Bo Wu ( AP )")
LINKS = ("/world/", "https://www.example.org/sports", "/news/", "//cdn.example.org/x", "../politics/2020/05/03/a.html")


def foreign_page(seed: int) -> str:
    """A news page as any of thousands of sites may print it."""
    dice = random.Random(seed)
    words = dice.choice(WORDS).split()

    def text(count: int) -> str:
        return " ".join(dice.choices(words, k=count)).capitalize() + "."

    links = [f'<a href="{dice.choice(LINKS)}">{text(3)}</a>' for _ in range(dice.randint(4, 12))]
    # Every such site has pages of its own that are none of ours.
    links.append(f'<a href="{dice.choice(("/sports", "https://www.example.org/", "/tag/2020"))}">{text(2)}</a>')
    crumb = dice.choice(
        ("", '<div><a href="/">Home</a> &gt; <a href="/world/">World</a></div>', "<p>Home &gt; News</p>")
    )
    block = dice.choice(("p", "div", "td", "section", "li"))
    heading = dice.choice(("h1", "h2", "div", "b"))
    body = "".join(f"<{block}>{text(dice.randint(5, 60))}</{block}>" for _ in range(dice.randint(0, 12)))
    menu = dice.choice(("<nav>{}</nav>", "<ul><li>{}</li></ul>", "<table><tr><td>{}</td></tr></table>"))
    parts = (
        menu.format("</li><li>".join(links) if "<li>" in menu else " ".join(links)),
        crumb,
        f"<{heading}>{text(7)}</{heading}>",
        f"<{block}>{dice.choice(DATES)}</{block}><{block}>{dice.choice(BYS)}</{block}>",
        body,
        "".join(f'<div><a href="/story-{n}">{text(5)}</a><p>{text(9)}</p></div>' for n in range(dice.randint(0, 5))),
        dice.choice(("", "<footer>Copyright Example Media</footer>")),
    )
    return f"<!DOCTYPE html><html><head><title>{text(6)}</title></head><body>{''.join(parts)}</body></html>"


@pytest.mark.parametrize("begin", sample(range(0, 1000, 250), 4))
def test_no_foreign_page_becomes_a_record_under_any_address(begin: int) -> None:
    for seed in range(begin, begin + 250):
        page = foreign_page(seed)
        for address in (FOREIGN, OWN, UNCERTAIN):
            with pytest.raises(NotAnArticle):
                read_article(page, address, SITE, today=TODAY)
        assert read_listing(page, f"{SITE.base}/news/", SITE).lines == ()


def test_a_page_that_names_another_host_as_its_own_is_no_article() -> None:
    page = (
        "<link rel=canonical href='http://www.example.org/a.html'><a href=/>Home</a>&gt;<a href=/news/>Harbin Today</a>"
        "<h1>T</h1><p>Updated : 2020-09-23</p><p>By ( Xinhua )</p><p>One sentence of the body.</p>"
    )
    with pytest.raises(NotAnArticle, match="another site"):
        read_article(page, OWN, SITE, today=TODAY)
    own = page.replace("http://www.example.org/a.html", OWN)
    assert read_article(own, OWN, SITE, today=TODAY).body == ("One sentence of the body.",)


def test_the_line_of_a_foot_heads_no_article() -> None:
    foot = "<p>Copyright</p><p>Updated : 2001-01-01</p><p>By ( e.my399.com )</p>"
    page = f"<h1>404</h1><p>Not here.</p><p><a href=/news/2020-01-01/7.html>Other</a></p>{foot}"
    with pytest.raises(NotAnArticle):
        read_article(page, OWN, SITE, today=TODAY)


def test_items_of_a_list_that_are_dated_as_articles_are_head_no_article() -> None:
    items = "".join(
        f"<h4><a href=/news/2020-01-0{n}/{n}.html>Title {n}</a></h4><p>Updated : 2020-01-0{n}</p><p>Words of it.</p>"
        for n in range(1, 6)
    )
    with pytest.raises(NotAnArticle):
        read_article(f"<p>Home&gt;Harbin Today</p>{items}", OWN, SITE, today=TODAY)


def test_a_bare_page_is_read_where_nothing_speaks_against_it() -> None:
    page = "<h1>Title</h1><p>Updated : 2020-09-23</p><p>By ( Xinhua )</p><p>One sentence of the body.</p>"
    assert read_article(page, OWN, SITE, today=TODAY).title == "Title"
    with pytest.raises(NotAnArticle):
        read_article(page + "<p>See <a href=/sports>all sports</a> of the day.</p>", OWN, SITE, today=TODAY)
    with pytest.raises(NotAnArticle):
        read_article(page.replace("2020-09-23", "2020-09-23 10:30"), OWN, SITE, today=TODAY)


TWIN = make_twin(9, 36)
SAVED = [(SITE.base + story.path, TWIN.render(story.path).body) for story in TWIN.stories.values()]


def read_any(page: bytes | str, address: str) -> None:
    with contextlib.suppress(NotAnArticle):
        assert isinstance(read_article(page, address, SITE, today=TODAY), Article)
    with contextlib.suppress(PageTooLargeError):
        read_listing(page, f"{SITE.base}/news/", SITE)


@examples(200)
@given(st.sampled_from(SAVED), st.data())
def test_a_mutilated_page_gives_an_article_or_none(saved: tuple[str, bytes], data: st.DataObject) -> None:
    address, page = saved
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, max(0, len(page) - 1)))
        match data.draw(st.sampled_from(("cut", "flip", "drop", "swap", "double"))):
            case "cut":
                page = page[:at]
            case "flip":
                page = page[:at] + data.draw(st.binary(min_size=1, max_size=4)) + page[at + 1 :]
            case "drop":
                page = page[:at] + page[page.find(b">", at) + 1 :]
            case "swap":
                page = page[at:] + page[:at]
            case "double":
                page = page[:at] + page[max(0, at - 3000) :]
        # Dropping up to no bracket doubles a page, which is worth a try, but not four times.
        page = page[:100_000]
    read_any(page, address)


@examples(200)
@given(st.one_of(st.binary(max_size=400), st.text(max_size=400)))
def test_any_bytes_and_any_text_give_an_article_or_none(page: bytes | str) -> None:
    read_any(page, OWN)


HEAD = "<a href=/>Home</a>&gt;<a href=/news/>Harbin Today</a><h1>T</h1><p>Updated : 2020-09-23</p><p>By ( x.cn )</p>"
BOMBS: dict[str, str | bytes] = {
    "nested": HEAD + "<div>" * 50_000 + "words",
    "bold": HEAD + "<b>" * 30_000 + "words",
    "tables": HEAD + "<table><tr><td>" * 10_000 + "words",
    "links": HEAD + "<a href=/news/2020-01-01/1.html>x</a> " * 15_000,
    "boxes": HEAD + "<p><a href=/news/2020-01-01/1.html>x</a></p><p>words</p>" * 5_000,
    "captions": HEAD + "<p>a [Photo/x]</p>" * 10_000,
    "brackets": HEAD + "[" * 200_000,
    "entities": HEAD + "&#65;&bogus;&amp" * 50_000,
    "doctype": '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]>' + HEAD + "&b;" * 1000,
    "white": " " * 500_000 + HEAD + " " * 500_000 + "<p>x</p>",
    "nul": HEAD.replace("T", "T\0") + "\0" * 300_000 + "<p>a\0b</p>",
    "long": HEAD + "<p title='" + "x" * 11_000_000 + "'>y",
    "anchors": "<p>Updated : 2020-01-01</p>" * 10_000,
    "comments": "<body>" + HEAD + "<!--" * 100_000,
    "scripts": "<body>" + HEAD + "<script>" * 50_000,
    "surrogates": HEAD + "\ud800\udfff<p>x\ud801</p>",
    "addresses": "<base href='http://[::1'>" + HEAD + "<img src='http://[bad'><a href='http://[x'>q</a>",
    "binary": bytes(range(256)) * 2000,
    "utf16": (HEAD + "<p>words</p>").encode("utf-16"),
    "empty": b"",
}  # fmt: skip


@pytest.mark.parametrize("name", sample(BOMBS, 2))
def test_a_bomb_is_read_without_an_error_and_not_by_the_square_of_its_length(name: str) -> None:
    begin = time.process_time()
    read_any(BOMBS[name], OWN)
    assert time.process_time() - begin < 20


SIZE = 40_000
"""Characters of the smaller page."""
FAST = 0.05
"""Seconds of processor time in which no growth can be told from chance."""
MOST_GROWTH = 3.0
"""Times the time for a page of twice the length: 2 by the length, 4 by its square."""


def measure_reading(page: str) -> float:
    """Seconds of processor time that the page takes as an article and as a list."""
    gc.collect()
    # As timeit does: the collector goes through all that other tests left behind.
    gc.disable()
    try:
        begin = time.process_time()
        with suppress(NotAnArticle):
            read_article(page, f"{SITE.base}/news/2020-01-01/7.html", SITE, today=date(2024, 6, 20))
        read_listing(page, f"{SITE.base}/news/", SITE)
        return time.process_time() - begin
    finally:
        gc.enable()


@pytest.mark.parametrize("kind", sample(KINDS, 16))
def test_twice_the_length_takes_about_twice_the_time(kind: str) -> None:
    page = KINDS[kind](2 * SIZE)
    if measure_reading(page) < FAST:
        return
    half = KINDS[kind](SIZE)
    growths = []
    for _ in range(3):
        growths.append(measure_reading(page) / measure_reading(half))
        if growths[-1] < MOST_GROWTH:
            return
    pytest.fail(f"twice the length takes {min(growths):.1f} times the time")
