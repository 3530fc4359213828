"""Sites that are nothing but a file: each is read whole from its twin, in every skin."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from harbincrawl.pages.article.page import complete_article, join_pages, read_article
from harbincrawl.pages.listing.page import read_listing
from harbincrawl.records import ListWords
from harbincrawl.sites import Site
from harbincrawl.sites.reader import parse_site
from tests.support.site_reading import describe_article
from tests.support.twin import Story, Twin, make_twin
from tests.support.twin.manner import read_manner
from tests.support.twin.newsroom.model import fold

WITHOUT_SECTIONS = r"""name = "plain-news"
title = "Plain News"
base = "https://plain.example:8443"
scope = "/en/"
time_zone = "America/Toronto"
languages = ["en"]

[[section]]
path = "world"
label = "World"
list = "/en/world.html"
[[section]]
path = "sports"
label = "Sports"

[addresses]
article = '/en/a/(?P<number>\d{5})(?:,(?P<page>\d))?\.html'
list = '/en/topics/(?P<section>[a-z]+)/p(?P<page>\d+)\.html'
first_list = "/en/topics/{section}/p1.html"
next_list = "/en/topics/{section}/p{page}.html"
next_article = "/en/a/{number},{page}.html"

[words]
home = ["Main", "首页"]
updated = ["Posted", "Last changed"]
by = ["Story by"]
pager = ["|<", "<<", ">>", ">|"]
"""
CHINESE = r"""name = "chinese-news"
title = "晨报"
base = "http://chen.example"
time_zone = "Asia/Shanghai"
languages = ["zh"]
stemmer = "none"
[[section]]
path = "xinwen"
label = "新闻"
[[section]]
path = "tiyu"
label = "体育"
[addresses]
article = '/(?P<section>\w+)/(?P<day>\d{8})/c(?P<number>\d+)(?:-(?P<page>\d+))?\.shtml'
list = '/(?P<section>\w+)/(?:list-(?P<page>\d+)\.shtml)?'
first_list = "/{section}/"
next_list = "/{section}/list-{page}.shtml"
[words]
home = ["首页"]
updated = ["发布时间"]
by = ["作者"]
source = ["来源"]
editor = ["责任编辑"]
total = ["共"]
"""
KEYS = ("url", "title", "updated", "author", "source", "body")


def read(twin: Twin, site: Site, story: Story) -> dict[str, Any]:
    paths = [story.page_path(page) for page in range(1, story.page_count + 1)]
    pages = [read_article(twin.render(path).body, site.base + path, site, today=date(2024, 6, 20)) for path in paths]
    article = complete_article(join_pages(pages), ListWords(story.title, story.summary), site)
    record = {**describe_article(article), "title": fold(article.title)}
    return {key: record[key] for key in KEYS}


@pytest.mark.parametrize("text", [WITHOUT_SECTIONS, CHINESE])
def test_a_site_that_is_a_file_is_read_whole(text: str, tmp_path: Path) -> None:
    path = tmp_path / "made-up.toml"
    path.write_text(text, encoding="utf-8")
    site = parse_site(text, "made-up.toml")
    twin = make_twin(9, 60, manner=read_manner(str(path)))
    for truth in twin.truth():
        assert read(twin, site, twin.stories[truth["number"]]) == {key: truth[key] for key in KEYS}
    for section in twin.sections:
        found, following, page = [], site.listing_address(section), 1
        while following:
            listing = read_listing(twin.render(twin.manner.list_path(section, page)).body, following, site)
            assert listing.total == len(twin.listing(section))
            found += [line.address for line in listing.lines]
            following, page = listing.next_page or "", page + 1
        assert found == [site.base + story.path for story in twin.listing(section)]


@pytest.mark.parametrize(
    "crumb", ["Main > World", "Main / World", "Main | World", "Main :: News :: World", "MAIN » World"]
)
def test_a_breadcrumb_may_be_divided_by_other_marks_where_it_ends_in_a_known_label(crumb: str) -> None:
    site = parse_site(WITHOUT_SECTIONS, "made-up.toml")
    text = "<p>The first boats of the year went out before the ice was gone from the bay.</p>"
    page = f"<p>{crumb}</p><p>Boats out early</p><p>Posted: 2020-03-04</p><p>Story by Ann Lee (Bay News)</p>{text}"
    article = read_article(page, "https://plain.example:8443/en/a/12345.html", site)
    assert (article.title, article.section, article.source) == ("Boats out early", "World", "Bay News")
