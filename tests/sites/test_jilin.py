"""Jilin China is read whole from its twin, whose pages are on four hosts, with labels above, behind or nowhere."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from harbincrawl.errors import NotAnArticle
from harbincrawl.pages.article.page import complete_article, join_pages, read_article
from harbincrawl.pages.listing.page import read_listing
from harbincrawl.records import Article, ListWords
from harbincrawl.sites import Address, find_site
from tests.support.crawling import ask, crawl
from tests.support.families import sample
from tests.support.site_reading import describe_article
from tests.support.twin import Story, Twin, make_twin, serve
from tests.support.twin.manner import read_manner
from tests.support.twin.newsroom.model import fold
from tests.support.twin.skins import END_SKINS

SITE = find_site("jilin-china")
MANNER = read_manner("jilin-china")
SECTION = "node_1139763"
TODAY = date(2024, 6, 20)
OWN = "http://www.chinadaily.com.cn/m/jilin/2014-11/05/content_18872688.htm"
PAGE = """<html><head><title>{title}</title></head><body><div>Home  &gt;   Local</div><h1>Ice fishing begins</h1>
{above}<p>Nets were let down through two hundred holes in the ice of the lake on Sunday morning.</p>
<p>The first catch went to the market in the county town before noon.</p>{end}
<div>Copyright © 2014 China Daily All Rights Reserved</div>
<div>Sponsored by the Information Office of the People's Government of Jilin Province</div>
<div>Powered by China Daily</div>
</body></html>"""


def read(above: str = "", end: str = "", title: str = "Ice fishing begins") -> Article:
    return read_article(PAGE.format(above=above, end=end, title=title), OWN, SITE, today=TODAY)


def read_story(twin: Twin, story: Story) -> dict[str, Any]:
    pages = [
        read_article(twin.render(story.page_path(page)).body, SITE.base + story.page_path(page), SITE, today=TODAY)
        for page in range(1, story.page_count + 1)
    ]
    day = story.updated if twin.dated.get(story.section_path, True) else None
    article = complete_article(join_pages(pages), ListWords(story.title, story.summary, day, SECTION), SITE)
    record = describe_article(article)
    return {**record, "title": fold(article.title), "summary": fold(article.summary) or None, "number": None}


@pytest.mark.parametrize(
    ("skin", "bare"), sample([(skin, (at + turn) % 2 == 0) for turn in (0, 1) for at, skin in enumerate(END_SKINS)], 2)
)
def test_the_stories_of_every_skin_are_read_whole(skin: str, bare: bool) -> None:
    twin = make_twin(21, 40, skins=(skin,), manner=MANNER)
    twin.bare = bare
    # What its page says of its section is asked here, not what others of the section say.
    sections = {number: story.truth()["section"] for number, story in twin.stories.items()}
    truth = {each["url"]: {**each, "number": None, "section": sections[each["number"]]} for each in twin.truth()}
    wrong = [story.path for story in twin.stories.values() if read_story(twin, story) != truth[SITE.base + story.path]]
    # One story prints no title, and its first paragraph is a headline: nothing on the page tells the two apart.
    assert len(wrong) <= 1, wrong


@pytest.mark.parametrize("skin", END_SKINS)
@pytest.mark.parametrize("dated", [False, True])
def test_every_list_is_read_whole_without_a_total(skin: str, dated: bool) -> None:
    twin = make_twin(22, 24, skins=(skin,), manner=MANNER)
    twin.dated[SECTION] = dated
    found, page, following = [], 1, SITE.listing_address(SECTION)
    while following:
        assert following == SITE.listing_address(SECTION, page)
        listing = read_listing(twin.render(MANNER.list_path(SECTION, page)).body, following, SITE)
        assert listing.total is None
        found += [(line.address, line.title, line.date, line.summary) for line in listing.lines]
        following, page = listing.next_page or "", page + 1
    assert found == [
        (
            SITE.base + story.path,
            " ".join(story.title.split()),
            story.updated if dated else None,
            " ".join((story.summary or "").split()),
        )
        for story in twin.listing(SECTION)
    ]


@pytest.mark.parametrize("host", [SITE.base.removeprefix("http://"), *SITE.aliases])
def test_the_pages_on_four_hosts_are_the_same(host: str) -> None:
    address = f"https://{host}/m/jilin/2014-11/05/content_18872688_2.htm"
    canonical = SITE.canonical(address)
    assert canonical is not None
    assert SITE.read_address(canonical) == Address("article", "", 2, "18872688", date(2014, 11, 5))
    assert SITE.first_page(canonical) == OWN


@pytest.mark.parametrize(
    "address",
    [
        "http://www.chinadaily.com.cn.example/m/jilin/2014-11/05/content_18872688.htm",
        "http://chinadaily.com.cn/m/jilin/2014-11/05/content_18872688.htm",
        "http://www.chinadaily.com.cn/m/harbin/2014-11/05/content_18872688.htm",
        "http://www.chinadaily.com.cn/m/2016jilin/2016-11/05/content_18872688.htm",
        "http://www.chinadaily.com.cn/m/jilin/2014-11/05/content_188726880.htm",
    ],
)
def test_look_alikes_and_pages_out_of_scope_are_none_of_the_site(address: str) -> None:
    canonical = SITE.canonical(address)
    assert canonical is None or SITE.read_address(canonical) is None
    with pytest.raises(NotAnArticle):
        read_article(PAGE.format(above="<p>( ejilin.gov.cn )</p>", end="", title=""), address, SITE)


@pytest.mark.parametrize(
    ("above", "end", "updated", "author", "source"),
    [
        ("<p>( ejilin.gov.cn )</p>", "", None, None, "ejilin.gov.cn"),
        ("<p>Updated: 2014-11-05 10:12</p>", "", "2014-11-05", None, None),
        ("<p>By Li Na and Wu Bo (China Daily)</p>", "", None, "Li Na and Wu Bo", "China Daily"),
        ("<p>Updated: 2014-11-05 10:12 By Li Na (Xinhua)</p>", "", "2014-11-05", "Li Na", "Xinhua"),
        ("", "<p>By Li Na</p><p>Source: Xinhua</p><p>Editor: Wu Bo</p>", None, "Li Na", "Xinhua"),
        ("", "<p>Editor: Wu Bo | Source: Xinhua | Updated: 2014-11-06</p>", "2014-11-06", None, "Xinhua"),
        ("<p>Updated: 2014-11-05</p>", "<p>Source:</p><p>Xinhua</p>", "2014-11-05", None, "Xinhua"),
        ("<p>Font size: A A A</p><p>( Xinhua )</p><p>Views: 12</p>", "<p>Share:</p>", None, None, "Xinhua"),
    ],
)
def test_labels_are_read_wherever_they_stand(
    above: str, end: str, updated: str | None, author: str | None, source: str | None
) -> None:
    article = read(above, end)
    assert (article.updated and article.updated.isoformat(), article.author, article.source) == (
        updated,
        author,
        source,
    )
    assert (article.title, article.section, article.section_path) == ("Ice fishing begins", "Local", "")
    assert [paragraph[:9] for paragraph in article.body] == ["Nets were", "The first"]
    assert article.created == date(2014, 11, 5)


def test_a_page_without_any_label_or_that_nothing_shows_to_be_the_sites_own_is_no_article() -> None:
    with pytest.raises(NotAnArticle, match="no date, By line or source"):
        read()
    page = PAGE.replace("China Daily All", "Somebody All").replace("Home  &gt;   Local", "News")
    page = page.replace("Copyright", '<a href="http://parked.example/">Buy</a> Copyright')
    with pytest.raises(NotAnArticle, match="nothing on it is of this site"):
        read_article(page.format(above="<p>( Xinhua )</p>", end="", title="Ice fishing begins"), OWN, SITE)


def test_the_twin_is_crawled_whole(tmp_path: Path) -> None:
    twin = make_twin(23, 24, manner=MANNER)
    with serve(twin) as server:
        crawl(tmp_path / "jilin", server, "--site", "jilin-china")
        again = crawl(tmp_path / "jilin", server).report
    stored = ask(tmp_path / "jilin", "SELECT id, url, section_path, title, updated, source FROM articles ORDER BY url")
    keys = ("url", "section_path", "title", "updated", "source")
    truth = sorted(tuple(each[key] for key in keys) for each in twin.truth())
    assert [row[1:] for row in stored] == truth
    assert all(len(row[0]) == 8 and f"content_{row[0]}." in row[1] for row in stored)
    assert (again["new"], again["known"], again["failed"]) == (0, 24, 0)
