"""Sites that are nothing but a file, that of CONTRIBUTING among them: each is read whole from its twin."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from harbincrawl.pages.article.page import complete_article, join_pages, read_article
from harbincrawl.pages.listing.page import read_listing
from harbincrawl.records import ListWords
from harbincrawl.sites import Site
from harbincrawl.sites.reader import parse_site
from tests.support.crawling import ask, check_whole, crawl, execute
from tests.support.forge import forge
from tests.support.site_reading import describe_article
from tests.support.twin import Story, Twin, make_twin, serve
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


PAGE = Path(__file__).parents[2] / "CONTRIBUTING.md"
_FILE = re.compile(r"`otter-bay\.toml`[^`]*?\n\n```\w+\n(.*?)```", re.DOTALL)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    text = PAGE.read_text(encoding="utf-8")
    match = _FILE.search(text[text.index("## A third site") :])
    assert match is not None
    (tmp_path / "otter-bay.toml").write_text(match[1], encoding="utf-8")
    return tmp_path / "otter-bay.toml"


def test_the_site_of_the_walkthrough_is_sound_crawled_whole_and_remembered(site: Path, tmp_path: Path) -> None:
    assert forge().start(["sites", "check", str(site)]).wait() == (0, "Otter Bay Courier: 2 sections\n", "")
    twin = make_twin(4, 60, manner=read_manner(str(site)))
    archive = tmp_path / "otter"
    with serve(twin) as server:
        crawl(archive, server, "--all", "--site", str(site))
        check_whole(archive, twin)
        site.rename(site.with_suffix(".gone"))
        again = crawl(archive, server, "--all").report
        assert (again["new"], again["known"], again["failed"]) == (0, 60, 0)
        other = crawl(archive, server, "--site", "harbin-today", code=2)
    assert "holds the site otter-bay, not harbin-today" in other.words


def test_a_site_file_may_change_its_words_and_no_addresses(site: Path, tmp_path: Path) -> None:
    twin = make_twin(4, 20, manner=read_manner(str(site)))
    archive = tmp_path / "otter"
    text = site.read_text(encoding="utf-8")
    with serve(twin) as server:
        crawl(archive, server, "--all", "--site", str(site))
        site.write_text(text.replace('"Desk"', '"Desk", "Edited by"'), encoding="utf-8")
        reparse = ["--archive", str(archive), "reparse", "--site", str(site)]
        before = ask(archive, "SELECT DISTINCT parser FROM articles")
        assert forge().start(reparse).wait()[0] == 0
        assert ask(archive, "SELECT DISTINCT parser FROM articles") == before
        assert forge().start([*reparse, "--apply"]).wait()[0] == 0
        parsers = ask(archive, "SELECT DISTINCT parser FROM articles")
        site.write_text(text.replace("/n(?P<number>", "/n?(?P<number>"), encoding="utf-8")
        refused = crawl(archive, server, "--site", str(site), code=2)
    assert len(parsers) == 1 and parsers != before
    assert "was made with other addresses of otter-bay" in refused.words


@pytest.mark.attack
def test_a_site_without_a_stemmer_is_searched_for_words_as_they_are_written(site: Path, tmp_path: Path) -> None:
    archive = tmp_path / "otter"
    text = site.read_text(encoding="utf-8")

    def count(word: str) -> int:
        return int(execute(archive, "search", "--count", word)[1] or 0)

    with serve(make_twin(4, 40, manner=read_manner(str(site)))) as server:
        crawl(archive, server, "--all", "--site", str(site))
        stemmed = count("sculptor")
        site.write_text('stemmer = "none"\n' + text, encoding="utf-8")
        crawl(archive, server, "--site", str(site))
    assert count("sculptors") == stemmed > count("sculptor")
