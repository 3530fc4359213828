"""The twin's lists and their pagers."""

from __future__ import annotations

import re
from datetime import date

import pytest
from bs4 import BeautifulSoup

from tests.support.twin import Elsewhere, Twin, make_twin
from tests.support.twin.newsroom.model import fold
from tests.support.twin.skins import SKINS


@pytest.fixture
def twin() -> Twin:
    return make_twin(5, 60)


def text(twin: Twin, path: str) -> str:
    body = twin.render(path).body
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return body.decode("gb18030")


def test_lists_show_every_live_story_once_newest_first(twin: Twin) -> None:
    for section in twin.sections:
        stories = twin.listing(section)
        days = [(story.updated, story.number) for story in stories]
        assert days == sorted(days, reverse=True)
        shown: list[str] = []
        page = 1
        while True:
            path = f"/{section}/" if page == 1 else f"/{section}/index_{page}.html"
            if twin.render(path).status == 404:
                break
            soup = BeautifulSoup(text(twin, path), "lxml")
            shown += [str(link["href"]) for link in soup.find_all("a", href=re.compile(r"/\d+\.html$"))]
            page += 1
        assert page - 1 == -(-len(stories) // 8)
        for story in stories:
            assert any(href.endswith(f"/{story.number}.html") for href in shown)


@pytest.mark.parametrize("skin", list(SKINS))
def test_a_list_line_shows_title_date_and_summary_in_that_order(skin: str) -> None:
    twin = make_twin(2, 40, sections=("news",), skins=(skin,))
    for dated in (True, False):
        twin.dated["news"] = dated
        words = fold(BeautifulSoup(text(twin, "/news/"), "lxml").get_text(" "))
        for story in twin.listing("news")[:8]:
            wanted = [fold(story.title), story.day, fold(story.summary)] if dated else [fold(story.title)]
            assert re.search(r"\s*".join(map(re.escape, wanted)), words)
            assert (story.day in words) == dated or story.day in story.title


def test_page_one_is_the_folder_or_index_html_and_never_index_1(twin: Twin) -> None:
    assert twin.render("/news/").body[:100] == twin.render("/news/index.html").body[:100]
    assert twin.render("/news/index_1.html").status == 404
    assert twin.render("/news/index_0.html").status == 404
    assert twin.render("/news").headers["Location"] == "/news/"
    assert twin.render("/nowhere/").status == 404


def test_the_list_pager_tells_the_total_unless_told_otherwise(twin: Twin) -> None:
    count = len(twin.listing("news"))
    assert f'<a title="Total record">&nbsp;<b>{count}</b> </a>&nbsp;&nbsp;&nbsp;<b>1</b>' in text(twin, "/news/")
    assert 'index.html">首页</a>' in text(twin, "/news/index_2.html")
    twin.hidden["news"] = 2
    assert f"<b>{count + 2}</b>" in text(twin, "/news/")
    twin.printed_total["news"] = False
    assert "Total record" not in text(twin, "/news/")
    twin.pager_last["news"] = False
    assert "尾页" not in text(twin, "/news/")


def test_a_list_that_fits_one_page_has_no_pager() -> None:
    assert "Total record" not in text(make_twin(1, 7, sections=("news",)), "/news/")


def test_a_list_pager_shows_at_most_ten_numbers() -> None:
    twin = make_twin(1, 160, sections=("news",), skins=("html5",))
    (pager,) = BeautifulSoup(text(twin, "/news/index_5.html"), "lxml").select("section ~ nav, section nav")
    assert fold(pager.get_text(" ")) == "160 首页 上一页 3 4 5 6 7 8 9 10 11 12 下一页 尾页"


def test_a_line_that_leads_elsewhere_stands_by_its_date_and_counts(twin: Twin) -> None:
    count = len(twin.listing("news"))
    twin.elsewhere["news"] = [Elsewhere("Guest", "http://www.example.com/a.html", date(2030, 1, 1))]
    page = text(twin, "/news/")
    assert "http://www.example.com/a.html" in page
    assert f"<b>{count + 1}</b>" in page
    assert page.index("Guest") < page.index(fold(twin.listing("news")[0].title).split("&")[0].split('"')[0][:12])
