"""Whole records and whole lists, over every skin of the twin and over skins put together by dice, bare pages too."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from harbincrawl.errors import NotAnArticle
from harbincrawl.pages.article.page import complete_article, join_pages, read_article
from harbincrawl.pages.listing.page import read_listing
from harbincrawl.records import Article, ListWords
from tests.support.families import sample
from tests.support.shuffled_skins import name_shuffled
from tests.support.site_reading import describe_article
from tests.support.sites import HARBIN_TODAY as SITE
from tests.support.twin import Elsewhere, Story, Twin, make_twin
from tests.support.twin.newsroom.model import fold
from tests.support.twin.skins import SKINS

TODAY = date(2024, 6, 20)
NOW = datetime(2024, 6, 20, tzinfo=UTC)
OWN_SKINS = tuple(SKINS)
SHUFFLED = name_shuffled(range(24))
TWINS = sample([(1, False), (2, True), (3, False), (3, True)], 4)
"""(seed, bare)."""


def read_whole(twin: Twin, url: str) -> Article:
    pages = []
    address: str | None = url
    while address:
        pages.append(read_article(twin.render(address[len(SITE.base) :], NOW).body, address, SITE, today=TODAY))
        address = pages[-1].next_page
    return join_pages(pages)


def assert_articles_are_read_whole(twin: Twin) -> None:
    for truth in twin.truth():
        article = read_whole(twin, truth["url"])
        # A page that names no section is called as others of its section are only by the archive.
        truth = truth | {"section": twin.stories[truth["number"]].truth()["section"]}
        if twin.stories[truth["number"]].printed_title:
            assert article.title == truth["title"]
        assert describe_article(complete_article(article, ListWords(truth["title"], truth["summary"]), SITE)) == truth


def list_pages(twin: Twin) -> Iterator[tuple[str, int, list[Story | Elsewhere], int]]:
    for section in twin.sections:
        items = twin._items(section)
        for page in range(1, math.ceil(len(items) / twin.page_size) + 1):
            yield section, page, items[(page - 1) * twin.page_size : page * twin.page_size], len(items)


def assert_lists_are_read_whole(twin: Twin) -> None:
    for section, page, items, total in list_pages(twin):
        path = f"/{section}/" if page == 1 else f"/{section}/index_{page}.html"
        listing = read_listing(twin.render(path, NOW).body, SITE.base + path, SITE)
        dated = twin.dated.get(section, True)
        wanted: list[tuple[int | None, str, date | None, str | None]] = []
        for item in items:
            if isinstance(item, Elsewhere):
                wanted.append((None, item.title, item.date if dated else None, item.summary))
            else:
                summary = fold(item.also.get(section, item.summary)) or None
                wanted.append((item.number, fold(item.title), item.updated if dated else None, summary))
        assert [(line.id and int(line.id), line.title, line.date, line.summary) for line in listing.lines] == wanted
        last = math.ceil(total / twin.page_size)
        assert listing.total == (total if last > 1 else None)
        assert listing.next_page == (f"{SITE.base}/{section}/index_{page + 1}.html" if page < last else None)
        if last > 1 and twin.pager_last.get(section, True):
            assert listing.last == last


@pytest.mark.parametrize(("seed", "bare"), TWINS)
def test_every_article_of_the_twin_is_read_whole(seed: int, bare: bool) -> None:
    twin = make_twin(seed, 180)
    twin.bare = bare
    assert_articles_are_read_whole(twin)


@pytest.mark.parametrize("skin", sample(SHUFFLED, 8))
def test_every_article_in_a_shuffled_skin_is_read_whole(skin: str) -> None:
    assert_articles_are_read_whole(make_twin(7, 40, skins=(skin,)))


@pytest.mark.parametrize(("seed", "bare"), TWINS)
def test_every_list_of_the_twin_is_read_whole(seed: int, bare: bool) -> None:
    twin = make_twin(seed, 180)
    twin.bare = bare
    twin.elsewhere["news"] = [Elsewhere("A guest", "http://www.example.com/a.html", date(2018, 1, 2))]
    assert_lists_are_read_whole(twin)


@pytest.mark.parametrize("skin", OWN_SKINS)
def test_every_list_of_few_lines_is_read_whole_in_each_skin(skin: str) -> None:
    assert_lists_are_read_whole(make_twin(7, 60, skins=(skin,)))


@pytest.mark.parametrize(("seed", "count"), sample([(2, 60), (2, 120), (22, 60), (1, 240)], 2))
def test_every_list_of_a_twin_in_all_skins_is_read_whole(seed: int, count: int) -> None:
    assert_lists_are_read_whole(make_twin(seed, count))


@pytest.mark.parametrize("skin", sample(SHUFFLED, 8))
def test_every_list_in_a_shuffled_skin_is_read_whole(skin: str) -> None:
    assert_lists_are_read_whole(make_twin(7, 60, skins=(skin,)))


@pytest.mark.parametrize("bare", [False, True])
@pytest.mark.parametrize("skin", [*OWN_SKINS, *sample(SHUFFLED[:8])])
def test_home_page_lists_and_notices_are_no_articles_and_notices_no_lists(skin: str, bare: bool) -> None:
    twin = make_twin(3, 60, skins=(skin,))
    twin.bare = bare
    for path in ("/", "/news/", "/news/index_2.html", "/travel/sights/", "/civilization/", "/news/2020-01-01/9.html"):
        body = twin.render(path, NOW).body
        for address in ("/news/2020-09-23/5370.html", "/travel/sights/2020-09-23/5370.html"):
            with pytest.raises(NotAnArticle):
                read_article(body, SITE.base + address, SITE, today=TODAY)
        if path.endswith("9.html"):
            for address in ("/news/", "/news/index_9.html", "/travel/sights/"):
                assert read_listing(body, SITE.base + address, SITE).lines == ()
