"""The truth of an odd page stands on the page; a bench counts what a reader makes of it as it says."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.support.added_furniture import list_lines, parse
from tests.support.families import sample
from tests.support.odd_article_sites import list_odd_articles, make_odd_articles
from tests.support.odd_list_sites import list_odd_lists, make_odd_lists
from tests.support.site_reading import Reading, Readings, judge_site, read_site
from tests.support.template_sites import Site, SitePage, make_site, render_base
from tests.support.twin.skins import SKINS

SOME = ("html5", "onecell", "cms")


def decode(page: SitePage) -> str:
    try:
        return page.body.decode()
    except UnicodeDecodeError:
        return page.body.decode("gb18030")


def test_there_are_many_odd_features_and_each_has_a_name_of_its_own() -> None:
    articles = [odd.name for odd in list_odd_articles()]
    lists = [odd.name for odd in list_odd_lists()]
    assert len(set(articles)) == len(articles) >= 100
    assert len(set(lists)) == len(lists) >= 60


@pytest.mark.parametrize("skin", sample(SOME))
def test_every_paragraph_and_picture_of_an_odd_article_is_on_its_pages(skin: str) -> None:
    site = make_odd_articles(SKINS[skin])
    assert len(site.names) > 400
    for address in site.names:
        stem = address.removesuffix(".html")
        own = [page for page in site.pages if page.address == address or page.address.startswith(f"{stem}_")]
        lines = [line for page in own for line in list_lines(parse(decode(page)))]
        texts = [line.text for line in lines]
        truth = site.articles[address]
        assert all(paragraph in texts for paragraph in truth["body"]), (site.names[address], truth["body"], texts)
        for image in truth["images"]:
            assert image["caption"] is None or any(image["caption"] in text for text in texts)
            name = image["url"].rsplit("/", 1)[-1]
            assert any(src.endswith(name) for line in lines for src in line.pictures)


@pytest.mark.parametrize("skin", sample(SOME))
def test_every_line_of_an_odd_list_is_on_its_page(skin: str) -> None:
    site = make_odd_lists(SKINS[skin])
    pages = {page.address: page for page in site.pages}
    assert len(site.names) == len(list(list_odd_lists()))
    for (address, _), truth in site.lists.items():
        words = " ".join(line.text for line in list_lines(parse(decode(pages[address]))))
        for line in truth.lines:
            assert line.title in words
            assert line.summary is None or line.summary in words
            assert line.date is None or line.date.isoformat() in words


def small_site() -> Site:
    return make_site(render_base(SKINS["cms"]))


def test_a_reader_that_is_right_counts_as_whole() -> None:
    site = small_site()

    def read(*_: object) -> Readings:
        return Readings(
            {address: Reading(truth, False) for address, truth in site.articles.items()},
            {place: Reading(truth, place[0].endswith("/news/")) for place, truth in site.lists.items()},
        )

    articles, lists = judge_site(site, read)
    assert (articles.whole, articles.reported, articles.silent) == (40, 0, 0)
    assert (lists.whole, lists.reported_whole, lists.reported, lists.silent) == (len(site.lists), 1, 0, 0)


def test_wrong_records_are_told_apart_by_whether_the_reader_says_so() -> None:
    site = small_site()
    first, second, third, *_ = site.articles

    def read(pages: Sequence[SitePage], words: object) -> Readings:
        made = read_site(pages, words)  # type: ignore[arg-type]
        made.articles[first] = Reading(None, True)
        made.articles[second] = Reading({**site.articles[second], "title": "Another"}, True)
        made.articles[third] = Reading({**site.articles[third], "body": ["Another."]}, False)
        return made

    articles, _ = judge_site(site, read)
    assert (articles.whole, articles.reported, articles.silent) == (37, 2, 1)
    assert [(address, reported) for address, reported, _ in articles.wrong] == [
        (first, True), (second, True), (third, False)
    ]  # fmt: skip
    assert articles.wrong[1][2].startswith("title: 'Another' for ")


def test_the_reader_of_today_reads_all_pages_of_a_plain_site() -> None:
    articles, lists = judge_site(small_site(), read_site)
    assert (articles.whole, lists.whole) == (40, lists.all)
